"""The target: its name, a connection, its certificate, one or two requests for its health.

Never more than three connections, each with a time limit, and nothing of it is load.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import threading
import time
from typing import Any
from urllib.parse import SplitResult, urlsplit

from lftui.plan import PlanError
from lftui.safe_text import redact_url, safe_line
from lftui.settings import Settings, Target, check_target, host_of, target_of
from lftui.validation.checks import Finding, Findings, listed

LIMIT_S = 5.0
_SLOW_MS = 1_000.0
_FEW_DAYS = 14
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_ENCRYPTED = ("https", "wss")
_HEALTH = "/healthz"


async def check_host(
    host: str, settings: Settings, confirmed: str | None, strict_tls: bool
) -> tuple[list[Finding], bool]:
    """Look at the target that `--host` means.

    Args:
        confirmed: `--confirm-target`, which production needs.
        strict_tls: some user class refuses a certificate that is not trusted (HttpUser does).

    Returns:
        The findings, and whether load may be sent to it and would arrive.
    """
    found = Findings("target")
    url, target = target_of(host, settings)
    shown = redact_url(url)
    if not host_of(url):
        remedy = "Give a URL like https://staging.example, or the name of a target."
        found.failed("host", f"'{shown}' is no URL and no target of the settings", remedy)
        return found.all, False
    if not _may_visit(found, url, target, settings, confirmed):
        return found.all, False
    rules = f", target {host}" if url != host else ""
    marked = ", marked as production" if target is not None and target.production else ""
    found.passed("host", f"{shown}{rules}{marked}")
    reachable = await _Visit(found, urlsplit(url), strict_tls).make()
    return found.all, reachable


def _may_visit(
    found: Findings, url: str, target: Target | None, settings: Settings, confirmed: str | None
) -> bool:
    """Whether the rules of the settings let this machine near it."""
    try:
        check_target(url, target, settings, url)  # as if it were confirmed: `allow` alone
    except PlanError as error:
        remedy = "Add the host to `allow` in the settings, or take another target."
        found.failed("host", str(error), remedy)
        return False
    try:
        check_target(url, target, settings, confirmed)
    except PlanError:
        remedy = f"Add --confirm-target {urlsplit(url).hostname} to have it looked at."
        found.warned("host", f"{redact_url(url)} is production, so it was left alone", remedy)
        return False
    return True


class _Visit:
    """One look at a host, step by step; a step that fails ends it."""

    def __init__(self, found: Findings, parts: SplitResult, strict_tls: bool) -> None:
        self._found = found
        self._parts = parts
        self._strict_tls = strict_tls
        self._name = parts.hostname or ""
        self._port = parts.port or _PORTS.get(parts.scheme, 80)

    async def make(self) -> bool:
        if not await self._resolve() or not await self._connect():
            return False
        if self._parts.scheme in _ENCRYPTED and not await self._shake_hands():
            return False
        if self._parts.scheme in ("http", "https"):
            return await self._ask()
        return True

    async def _resolve(self) -> bool:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(LIMIT_S):
                addresses = await resolve(self._name, self._port)
        except TimeoutError:
            what = f"there is no answer for the name {self._name} after {LIMIT_S:g} s"
            self._found.failed("DNS", what, "Check the name server of this machine.")
            return False
        except (OSError, UnicodeError) as error:
            what = f"the name {self._name} cannot be resolved: {reason_of(error)}"
            self._found.failed("DNS", what, "Check the spelling, and the name server of here.")
            return False
        if addresses != [self._name]:
            took = _ms(began)
            self._found.passed("DNS", f"{self._name} is {listed(addresses, 3)} ({took})")
        return True

    async def _connect(self) -> bool:
        began = time.perf_counter()
        place = f"{self._name} port {self._port}"
        try:
            async with asyncio.timeout(LIMIT_S):
                _, writer = await asyncio.open_connection(self._name, self._port)
        except TimeoutError:
            what = f"{place} did not answer within {LIMIT_S:g} s"
            remedy = "Check that it runs, and that a firewall lets this machine through."
            self._found.failed("connection", what, remedy)
            return False
        except OSError as error:
            what = f"{place} cannot be reached: {reason_of(error)}"
            self._found.failed("connection", what, "Check that it runs, and the port.")
            return False
        self._found.passed("connection", f"{place} answers in {_ms(began)}")
        await close_quietly(writer)
        return True

    async def _shake_hands(self) -> bool:
        """Whether there is TLS at all; a certificate that is not trusted may be meant so."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(LIMIT_S):
                _, writer = await asyncio.open_connection(
                    self._name, self._port, ssl=trusting_context(), server_hostname=self._name
                )
        except ssl.SSLCertVerificationError as error:
            self._say_untrusted(error.verify_message or reason_of(error))
            return True
        except (TimeoutError, OSError) as error:
            what = f"no TLS on port {self._port}: {reason_of(error)}"
            self._found.failed("TLS", what, "Check the port, or use http:// where it is plain.")
            return False
        certificate: dict[str, Any] = writer.get_extra_info("peercert") or {}
        version = writer.get_extra_info("ssl_object").version()
        await close_quietly(writer)
        days = days_of_certificate(certificate)
        if days is not None and days < _FEW_DAYS:
            text = f"{version}, but the certificate ends in {days} days"
            self._found.warned("TLS", text, "Renew the certificate before the test.")
        else:
            left = f", the certificate is good for {days} days" if days is not None else ""
            self._found.passed("TLS", f"{version} in {_ms(began)}{left}")
        return True

    def _say_untrusted(self, why: str) -> None:
        text = f"the certificate is not trusted: {why.rstrip('.')}"
        if self._strict_tls:
            remedy = "Renew it, or set `self.client.verify = False` in on_start if that is meant."
            self._found.failed("TLS", f"{text}; HttpUser refuses it", remedy)
        else:
            remedy = "Renew it, or leave it so: these user classes do not look at it."
            self._found.warned("TLS", text, remedy)

    async def _ask(self) -> bool:
        import httpx

        base = f"{self._parts.path.rstrip('/')}"
        host = host_of(self._parts.geturl())
        root = f"{self._parts.scheme}://{host}{base}"
        auth = (self._parts.username or "", self._parts.password or "")
        try:
            # The certificate has been judged already, and Locust's clients use no proxy either.
            async with httpx.AsyncClient(
                verify=False,
                trust_env=False,
                timeout=LIMIT_S,
                auth=auth if self._parts.username else None,
            ) as client:
                path, status, took_ms = await _health(client, root)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            what = f"there is no HTTP answer: {reason_of(error)}"
            self._found.failed("health", what, "Check that it speaks HTTP on this port.")
            return False
        return self._say_health(base, path, status, took_ms)

    def _say_health(self, base: str, path: str, status: int, took_ms: float) -> bool:
        place = f"GET {base}{path}" if base or path != "/" else "GET /"
        text = f"{place} answers {status} in {took_ms:.0f} ms"
        if status >= 500:
            self._found.failed("health", text, "See the target's log: it is not well.")
        elif status == 429:
            remedy = "Wait, or have this machine left out of the rate limit."
            self._found.warned("health", f"{text}: it limits requests already", remedy)
        elif took_ms > _SLOW_MS:
            remedy = "Find out why before the test: one request alone should be quick."
            self._found.warned("health", f"{text}, which is slow", remedy)
        elif status == 404:
            self._found.passed("health", f"{text}, and {_HEALTH} too: it is there")
        else:
            self._found.passed("health", text)
        return True


async def _health(client: Any, root: str) -> tuple[str, int, float]:
    """The path that was asked in the end, its status, and its time in ms."""
    for path in (_HEALTH, "/"):
        began = time.perf_counter()
        async with asyncio.timeout(LIMIT_S), client.stream("GET", f"{root}{path}") as response:
            took_ms = 1000 * (time.perf_counter() - began)
            if response.status_code not in (404, 405) or path == "/":
                return path, response.status_code, took_ms
    raise AssertionError("unreachable")


async def resolve(name: str, port: int) -> list[str]:
    """The addresses of a name. In a thread that nobody waits for: a resolver may take minutes."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(result: list[str] | Exception) -> None:
        if answer.done():
            return
        if isinstance(result, Exception):
            answer.set_exception(result)
        else:
            answer.set_result(result)

    def look_up() -> None:
        result: list[str] | Exception
        try:
            entries = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
            result = sorted({str(entry[4][0]) for entry in entries})
        except (OSError, UnicodeError) as error:
            result = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants it any more
            loop.call_soon_threadsafe(settle, result)

    threading.Thread(target=look_up, daemon=True).start()
    return await answer


def trusting_context() -> ssl.SSLContext:
    """Trusts whom Locust's HttpUser trusts."""
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def days_of_certificate(certificate: dict[str, Any]) -> int | None:
    """Days until it ends; None where it does not say."""
    ends = certificate.get("notAfter")
    if not isinstance(ends, str):
        return None
    return int((ssl.cert_time_to_seconds(ends) - time.time()) // 86_400)


async def close_quietly(writer: asyncio.StreamWriter) -> None:
    """Close a connection, whatever state it is in."""
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(1.0):
            await writer.wait_closed()


def reason_of(error: BaseException) -> str:
    """What went wrong, in a few words."""
    if isinstance(error, TimeoutError):
        return f"no answer within {LIMIT_S:g} s"
    if isinstance(error, ssl.SSLError):
        words = (error.reason or str(error)).replace("_", " ").lower()
    elif isinstance(error, OSError) and error.errno and error.errno > 0:
        words = os.strerror(error.errno).lower()  # asyncio's own words hide the reason
    else:
        words = str(getattr(error, "strerror", None) or error) or type(error).__name__
    return safe_line(words, 200)


def _ms(began: float) -> str:
    return f"{1000 * (time.perf_counter() - began):.0f} ms"
