"""What the La Factoria scenarios share: settings, unique test data, and a judged call.

Settings come from the environment; without them the scenarios fit the demo target:
    LA_FACTORIA_HOST    where the API is, unless --host says it     http://127.0.0.1:8000
    LA_FACTORIA_API_KEY the X-API-Key                               demo-api-key
    ADMIN_EMAIL         the administrator                           admin@la-factoria.example
    ADMIN_PASSWORD      and the password                            admin-demo-password
    LA_FACTORIA_THINK   factor on all think times                   1
"""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from locust import FastHttpUser, between

# lftui's own client costs the generator a fraction of the CPU. Plain Locust takes it, too; where
# lftui is not installed, FastHttpUser has the same interface.
try:
    from lftui.http import LeanHttpUser as ApiClient
except ImportError:
    ApiClient = FastHttpUser

HOST = os.environ.get("LA_FACTORIA_HOST", "http://127.0.0.1:8000")
API_KEY = os.environ.get("LA_FACTORIA_API_KEY", "demo-api-key")
ADMIN_EMAIL = os.environ.get("ADMIN_EMAIL", "admin@la-factoria.example")
ADMIN_PASSWORD = os.environ.get("ADMIN_PASSWORD", "admin-demo-password")
THINK = float(os.environ.get("LA_FACTORIA_THINK", "1"))

# Request names, as baseline.json has them. Where one path has several methods, Locust tells them
# apart by the method. A probe that is meant to be refused, or that is served from the cache, has
# a name of its own: its times would falsify the endpoint's.
HEALTHZ = "/healthz"
HEALTH = "/api/v1/health"
REGISTER = "/api/v1/auth/register"
LOGIN = "/api/v1/auth/login"
JOBS = "/api/v1/jobs"
JOB = "/api/v1/jobs/{id}"
GENERATE = "/api/v1/content/generate"
GENERATE_CACHED = "/api/v1/content/generate (cached)"
USAGE = "/api/v1/monitoring/usage/user/{id}"
SUMMARY = "/api/v1/monitoring/usage/summary"
ME = "/api/v1/users/me"

CONTENT_TYPES = ("podcast", "summary", "flashcards", "quiz")
SIZES = ("small", "medium", "large")
_SUBJECTS = ("photosynthesis", "the printing press", "prime numbers", "plate tectonics", "sonnets")


def think(shortest_s: float, longest_s: float) -> Callable[[Any], float]:
    """Think time between the two, times LA_FACTORIA_THINK."""
    wait: Callable[[Any], float] = between(shortest_s * THINK, longest_s * THINK)
    return wait


def unique_topic() -> str:
    """A topic that nobody asked for before."""
    return f"{random.choice(_SUBJECTS)} {uuid.uuid4().hex[:12]}"


def unique_email(prefix: str = "load") -> str:
    return f"{prefix}-{uuid.uuid4().hex}@la-factoria.example"


def pick_size() -> str:
    """Small and medium mostly, as people ask for them."""
    return random.choices(SIZES, weights=(4, 5, 1))[0]


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when nothing did."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True)
class Token:
    value: str
    until: float
    user_id: str


class ApiUser(ApiClient):
    """Speaks to the API: one call, one judged answer."""

    abstract = True
    host = HOST
    connection_timeout = 10.0
    network_timeout = 30.0

    def call(
        self,
        method: str,
        path: str,
        *,
        name: str,
        expect: Sequence[int] = (200,),
        token: Token | None = None,
        require: Mapping[str, object] | None = None,
        **options: Any,
    ) -> Answer:
        """Send a request.

        It counts as a success when its status is one of `expect` and its body has what
        `require` names.
        """
        headers = {"X-API-Key": API_KEY, **options.pop("headers", {})}
        if token is not None:
            headers["Authorization"] = f"Bearer {token.value}"
        with self.client.request(
            method, path, name=name, headers=headers, catch_response=True, **options
        ) as response:
            status = response.status_code
            body = _json_object(response)
            wrong = [k for k, v in (require or {}).items() if body.get(k) != v]
            if status in expect and wrong:
                got = ", ".join(f"{key}={body.get(key)}" for key in wrong)
                response.failure(f"HTTP {status} with an unexpected {got}")
            elif status in expect:
                response.success()
            elif status:  # without a status, Locust has the reason already
                # No URL in the text: each id would be an error of its own.
                response.failure(f"HTTP {status}: {body.get('detail', 'unexpected answer')}")
        return Answer(status, body)

    def log_in(self, email: str, password: str, **form: str) -> Token | None:
        """A new token, or None when the login failed; `form` has further fields for it."""
        return self.try_log_in(email, password, (200,), **form)[1]

    def try_log_in(
        self, email: str, password: str, expect: Sequence[int], **form: str
    ) -> tuple[int, Token | None]:
        """The login's status, and its token if it has one."""
        asked = time.monotonic()
        credentials = {"username": email, "password": password, **form}
        answer = self.call("POST", LOGIN, name=LOGIN, expect=expect, data=credentials)
        if answer.status != 200:
            return answer.status, None
        until = asked + float(answer.body.get("expires_in", 300))
        token = Token(answer.body["access_token"], until, str(answer.body.get("user_id", "")))
        return answer.status, token


def _json_object(response: Any) -> dict[str, Any]:
    try:
        body = response.json()
    except (ValueError, TypeError, AttributeError):
        return {}
    return body if isinstance(body, dict) else {}
