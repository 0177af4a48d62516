"""LeanHttpUser: an HTTP client for locustfiles that leaves the processor to the load.

    from lftui.http import LeanHttpUser

It has FastHttpUser's interface, events and failure texts, and imports nothing else of lftui: a
locustfile that uses it also runs under plain `locust -f`. docs/http-client.md has the whole of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lftui.http.client import LeanHttpSession
    from lftui.http.pool import LeanPool
    from lftui.http.response import LeanResponse
    from lftui.http.user import LeanHttpUser

__all__ = ["LeanHttpSession", "LeanHttpUser", "LeanPool", "LeanResponse"]

_HOMES = {
    "LeanHttpSession": "client",
    "LeanHttpUser": "user",
    "LeanPool": "pool",
    "LeanResponse": "response",
}


def __getattr__(name: str) -> Any:
    """Each name is imported when it is first asked for: importing Locust patches the process."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
