"""All that the demo target has, in one place for its routes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import gevent
from flask import current_app, request

from lftui.demo.accounts import Account, Accounts
from lftui.demo.content import Cache
from lftui.demo.errors import ApiError
from lftui.demo.jobs import Jobs
from lftui.demo.machine import Machine
from lftui.demo.options import Options

EXTENSION = "la_factoria"
Answer = tuple[dict[str, Any], int]


class Service:
    """The target's state. Dropped accounts take their jobs along."""

    def __init__(
        self,
        options: Options,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = gevent.sleep,
    ) -> None:
        self.options = options
        self.started = clock()
        self.clock = clock
        self.machine = Machine(options, clock, sleep)
        self.accounts = Accounts(options.token_ttl_s, clock)
        self.accounts.register(options.admin_email, options.admin_password, role="admin")
        self.jobs = Jobs(8 * options.capacity, options.speed, clock)
        self.cache = Cache()
        self.served: Counter[tuple[str, str]] = Counter()
        self.statuses: Counter[int] = Counter()

    def register(self, email: str, password: str) -> Account:
        account = self.accounts.register(email, password)
        oldest = self.accounts.overflow()
        if oldest is not None:
            self.remove(oldest)
        return account

    def remove(self, account: Account) -> int:
        """Forget an account and its jobs; how many jobs there were."""
        self.accounts.remove(account)
        return self.jobs.remove_all(account.id)


def service() -> Service:
    """The state behind the request being served."""
    return cast(Service, current_app.extensions[EXTENSION])


def caller() -> Account:
    """The account whose bearer token the request carries.

    Raises:
        ApiError: 401.
    """
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise ApiError(401, "a bearer token is needed")
    account = service().accounts.holder(token.strip())
    account.requests += 1
    return account


def json_body() -> dict[str, object]:
    """The request's JSON object.

    Raises:
        ApiError: 400.
    """
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ApiError(400, "the body is not a JSON object")
    return body


def text_field(body: dict[str, object], name: str, longest: int) -> str:
    """A text of the body, not empty.

    Raises:
        ApiError: 400.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise ApiError(400, f"'{name}' must be a text of 1 to {longest} characters")
    return value


def choice_field(
    body: dict[str, object], name: str, choices: dict[str, float], default: str
) -> str:
    """One of `choices`.

    Raises:
        ApiError: 400.
    """
    value = body.get(name, default)
    if not isinstance(value, str) or value not in choices:
        raise ApiError(400, f"'{name}' must be one of {', '.join(choices)}")
    return value
