"""A target's headers, sent with every request to it and to nobody else."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession

from lftui.http import LeanHttpSession
from lftui.plan import PlanError

_ENVIRONMENT = "env:"


def send_headers(headers: Mapping[str, str], host: str | None) -> None:
    """Make Locust's HTTP clients send these headers, whose values are named `env:VARIABLE`.

    Raises:
        PlanError: a variable is not set.
    """
    if not headers:
        return
    values = {name: _value(name, reference) for name, reference in headers.items()}
    origin = urlsplit(host or "")[:2]
    for session in (HttpSession, FastHttpSession, LeanHttpSession):
        session.request = _with(session.request, values, origin)  # type: ignore[method-assign]


def _value(name: str, reference: str) -> str:
    variable = reference.removeprefix(_ENVIRONMENT)
    value = os.environ.get(variable)
    if value is None:
        raise PlanError(f"the target's header {name} needs the variable {variable}: set it")
    return value


def _with(
    method: Callable[..., Any], values: Mapping[str, str], origin: tuple[str, str]
) -> Callable[..., Any]:
    @functools.wraps(method)
    def request(self: Any, verb: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(str(url))
        if not parts.netloc or parts[:2] == origin:
            kwargs["headers"] = {**values, **(kwargs.get("headers") or {})}
        return method(self, verb, url, *args, **kwargs)

    return request
