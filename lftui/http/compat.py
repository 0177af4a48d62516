"""`lftui --http-client lean`: a stock locustfile's clients run on this one, unchanged.

`install` puts LeanHttpUser in FastHttpUser's place, and `HttpUser` of this module, which has the
common calls of a requests session, in HttpUser's. What they cannot serve raises one sentence that
names the call, when it is first made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import locust
import locust.clients
import locust.contrib.fasthttp
import locust.user
import locust.user.users

from lftui.http.client import LeanHttpSession
from lftui.http.default_headers import DefaultHeaders
from lftui.http.failures import LocustBadStatusCode
from lftui.http.headers import OCTETS, TEXT, Defaults
from lftui.http.request import encode_body
from lftui.http.response import LeanResponse
from lftui.http.user import LeanHttpUser

_NO_CONTEXT: dict[str, Any] = {}


def install() -> None:
    """Replace Locust's HTTP users and sessions in this process; before a locustfile is imported."""
    for module in (locust, locust.user, locust.user.users):
        vars(module)["HttpUser"] = HttpUser
    for module in (locust, locust.contrib.fasthttp):
        vars(module)["FastHttpUser"] = LeanHttpUser
    vars(locust.contrib.fasthttp)["FastHttpSession"] = LeanHttpSession
    vars(locust.clients)["HttpSession"] = RequestsSession


class RequestsSession(LeanHttpSession):
    """The common calls of Locust's HttpSession."""

    def __init__(
        self, base_url: str | None, request_event: Any, user: Any, **settings: Any
    ) -> None:
        chosen = {
            "insecure": False,
            "network_timeout": None,
            "connection_timeout": None,
            **settings,
        }
        super().__init__(base_url, request_event, user, **chosen)
        # One's own, not shared: a session's headers may change.
        given = settings.get("headers") or {}
        self.exchange.defaults = Defaults({"Accept": "*/*", **given})
        self.headers = DefaultHeaders(self.exchange.defaults)
        self.auth: Any = None
        self.params: dict[str, Any] = {}

    @property
    def verify(self) -> bool:
        """Whether certificates are verified."""
        return not self.exchange.pool.dialer.insecure

    @verify.setter
    def verify(self, verify: Any) -> None:
        if not isinstance(verify, bool):
            raise _not_served("verify=<a path>")
        self.exchange.pool.dialer.set_insecure(not verify)

    def request(  # type: ignore[override]
        self,
        method: str,
        url: str,
        name: str | None = None,
        catch_response: bool = False,
        context: Mapping[str, Any] = _NO_CONTEXT,
        *,
        auth: Any = None,
        params: Any = None,
        verify: bool | None = None,
        **options: Any,
    ) -> Any:
        """Send a request as requests would, and tell Locust of it as HttpSession does."""
        if verify is not None and verify != self.verify:
            self.verify = verify
        if self.params:
            params = {**self.params, **dict(params or {})}
        response = super().request(
            method,
            url,
            name=name,
            catch_response=True,
            context=context,
            auth=_pair(auth or self.auth),
            params=params,
            **{key: value for key, value in options.items() if value is not None},
        )
        _tell_as_requests(response, name or self.request_name)
        if not catch_response:
            response._catch_response = False
            self.request_event.fire(**response.request_meta)
        return response

    def head(self, url: str, **kwargs: Any) -> Any:
        """Send a HEAD request; a redirect is not followed."""
        kwargs.setdefault("allow_redirects", False)
        return self.request("HEAD", url, **kwargs)

    def _encode(self, data: Any, json: Any) -> tuple[str, Any]:
        kind, body = encode_body(data, json)
        return ("" if kind in (TEXT, OCTETS) else kind), body

    def close(self) -> None:
        """Close the connections."""
        self.exchange.pool.close()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise _not_served(name)


class HttpUser(LeanHttpUser):
    """HttpUser as far as its client's common calls go."""

    abstract = True
    pool_manager: Any = None
    _session_class: Callable[..., LeanHttpSession] = RequestsSession
    insecure = False
    network_timeout = None  # type: ignore[assignment]
    connection_timeout = None  # type: ignore[assignment]

    def __init__(self, environment: Any) -> None:
        if self.pool_manager is not None:
            raise _not_served("pool_manager", "client_pool = LeanPool(...) shares connections")
        super().__init__(environment)


def _tell_as_requests(response: LeanResponse, name: str | None) -> None:
    """The event's name, URL and failure as HttpSession says them."""
    meta = response.request_meta
    first = response.history[0] if response.history else response
    meta["url"] = first.wire_url
    if not name:
        meta["name"] = first.ask.uri
    if isinstance(response.error, LocustBadStatusCode):
        response.error = _http_error(response, str(meta["name"]))
        meta["exception"] = response.error


def _http_error(response: LeanResponse, name: str) -> Exception | None:
    from requests.exceptions import HTTPError

    status = response.status_code
    if status < 400:
        return None
    whose = "Client" if status < 500 else "Server"
    return HTTPError(f"{status} {whose} Error: {response.reason} for url: {name}")


def _pair(auth: Any) -> tuple[str, str] | None:
    """User and password of a tuple, or of requests' HTTPBasicAuth."""
    if not auth:
        return None
    if isinstance(auth, tuple | list):
        return auth[0], auth[1]
    if type(auth).__name__ == "HTTPBasicAuth":
        return auth.username, auth.password
    raise _not_served(f"auth={type(auth).__name__}")


def _not_served(call: str, instead: str = "leave --http-client lean out") -> AttributeError:
    return AttributeError(
        f"with --http-client lean an HttpUser's client does not have {call}: {instead}"
    )
