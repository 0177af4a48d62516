"""A look at a target before any load: its name, a connection, its certificate, its health.

At most three connections one after the other, each with a time limit. The target's headers go
with the request for its health, as they go with every request of a run.
"""

from __future__ import annotations

import asyncio
import importlib
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec

from lftui.choices.offers import Level, Preflight, Seen
from lftui.plan import PlanError
from lftui.safe_text import Redactor, redact_url, safe_line
from lftui.settings import Settings, Target, check_target, host_of, target_of
from lftui.validation.target import (
    LIMIT_S,
    close_quietly,
    days_of_certificate,
    reason_of,
    resolve,
    trusting_context,
)

_SLOW_MS = 1_000.0
_FEW_DAYS = 14
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_ENCRYPTED = ("https", "wss")
_PATHS = ("/healthz", "/health", "/")
_NOT_THERE = (404, 405)
_ENVIRONMENT = "env:"


async def look_at(
    host: str,
    settings: Settings,
    environment: Mapping[str, str],
    confirmed: str = "",
    trusted: str = "",
) -> Preflight:
    """What a look at a target finds; production is left alone until it is confirmed.

    Args:
        host: a URL, or the name of a target of the settings.
        trusted: the embedded target's address, which no rule refuses.
    """
    url, target = target_of(host, settings)
    shown = safe_line(redact_url(url))
    if not host_of(url):
        text = f"'{shown}' is no URL and no target of the settings"
        return _refused(shown, text, "Give a URL like https://staging.example.")
    if url != trusted:
        try:
            check_target(url, target, settings, url)  # as if confirmed: `allow` alone
        except PlanError as error:
            return _refused(shown, str(error), "Add it to `allow` in the settings.")
        try:
            check_target(url, target, settings, confirmed or None)
        except PlanError:
            name = urlsplit(url).hostname or ""
            text = f"{shown} is production: it is left alone until {name} is typed"
            seen = Seen("target", "warning", "production", safe_line(text), f"Type {name}.")
            return Preflight(url=shown, seen=[seen])
    return await _Look(url, shown, target, environment).take()


def _refused(shown: str, text: str, remedy: str) -> Preflight:
    text = safe_line(text)
    seen = Seen("target", "critical", "refused", text, remedy)
    return Preflight(url=shown, seen=[seen], error=text)


class _Look:
    """One look, step by step; a step that fails ends it."""

    def __init__(
        self, url: str, shown: str, target: Target | None, environment: Mapping[str, str]
    ) -> None:
        self._parts: SplitResult = urlsplit(url)
        self._shown = shown
        self._headers = dict(target.headers) if target is not None else {}
        self._environment = environment
        self._redactor = Redactor.from_environment(environment)
        self._name = self._parts.hostname or ""
        self._port = self._parts.port or _PORTS.get(self._parts.scheme, 80)
        self._seen: list[Seen] = []
        self._facts: dict[str, Any] = {}
        self._error = ""

    async def take(self) -> Preflight:
        steps = [self._resolve, self._connect]
        if self._parts.scheme in _ENCRYPTED:
            steps.append(self._shake_hands)
        if self._parts.scheme in ("http", "https"):
            steps.append(self._ask)
        for step in steps:
            await step()
            if self._error:
                break
        found = Preflight(url=self._shown, seen=self._seen, error=self._error)
        return msgspec.structs.replace(found, **self._facts)

    def _say(self, name: str, level: Level, short: str, text: str, remedy: str = "") -> None:
        line = self._redactor.line(text)
        self._seen.append(Seen(name, level, safe_line(short, 60), line, remedy))

    def _fail(self, name: str, text: str, remedy: str) -> None:
        self._say(name, "critical", "failed", text, remedy)
        self._error = self._redactor.line(text)

    async def _resolve(self) -> None:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(LIMIT_S):
                found = await resolve(self._name, self._port)
        except TimeoutError:
            text = f"there is no answer for the name {self._name} after {LIMIT_S:g} s"
            self._fail("DNS", text, "Check the name server of this machine.")
            return
        except (OSError, UnicodeError) as error:
            text = f"the name {self._name} cannot be resolved: {reason_of(error)}"
            self._fail("DNS", text, "Check the spelling, and the name server of this machine.")
            return
        self._facts["addresses"] = found
        short = f"{found[0]} +{len(found) - 1}" if len(found) > 1 else found[0]
        if found != [self._name]:
            took = 1000 * (time.perf_counter() - began)
            text = f"{self._name} is {', '.join(found[:4])} ({_ms(took)})"
            self._say("DNS", "good", short, text)

    async def _connect(self) -> None:
        began = time.perf_counter()
        place = f"{self._name} port {self._port}"
        try:
            async with asyncio.timeout(LIMIT_S):
                _, writer = await asyncio.open_connection(self._name, self._port)
        except TimeoutError:
            text = f"{place} did not answer within {LIMIT_S:g} s"
            self._fail("TCP", text, "Check that it runs, and that a firewall lets you through.")
            return
        except OSError as error:
            text = f"{place} cannot be reached: {reason_of(error)}"
            self._fail("TCP", text, "Check that it runs, and the port.")
            return
        took = 1000 * (time.perf_counter() - began)
        self._facts["connect_ms"] = took
        self._say("TCP", "good", _ms(took), f"{place} answers in {_ms(took)}")
        await close_quietly(writer)

    async def _shake_hands(self) -> None:
        try:
            context = await asyncio.to_thread(trusting_context)  # reads the certificates it trusts
            async with asyncio.timeout(LIMIT_S):
                _, writer = await asyncio.open_connection(
                    self._name, self._port, ssl=context, server_hostname=self._name
                )
        except ssl.SSLCertVerificationError as error:
            why = (error.verify_message or reason_of(error)).rstrip(".")
            text = f"the certificate is not trusted: {why}; HttpUser refuses it"
            self._say("TLS", "warning", "not trusted", text, "Renew it, or set verify = False.")
            return
        except (TimeoutError, OSError) as error:
            text = f"no TLS on port {self._port}: {reason_of(error)}"
            self._fail("TLS", text, "Check the port, or use http:// where it is plain.")
            return
        days = days_of_certificate(writer.get_extra_info("peercert") or {})
        version = writer.get_extra_info("ssl_object").version()
        await close_quietly(writer)
        self._facts["tls_days"] = days
        if days is not None and days < _FEW_DAYS:
            text = f"{version}, but the certificate ends in {days} days"
            self._say("TLS", "warning", f"{days} d left", text, "Renew it before the test.")
        else:
            left = f", the certificate is good for {days} days" if days is not None else ""
            short = f"ok {days} d" if days is not None else "ok"
            self._say("TLS", "good", short, f"{version}{left}")

    async def _ask(self) -> None:
        await asyncio.to_thread(importlib.import_module, "httpx")  # takes a while, off the loop
        import httpx

        headers = await self._sent_headers()
        if headers is None:
            return
        root = f"{self._parts.scheme}://{host_of(self._parts.geturl())}"
        base = self._parts.path.rstrip("/")
        user = self._parts.username
        try:
            # The certificate has been judged already, and Locust's clients use no proxy either.
            client = await asyncio.to_thread(
                httpx.AsyncClient,
                verify=False,
                trust_env=False,
                timeout=LIMIT_S,
                headers=headers,
                auth=(user, self._parts.password or "") if user else None,
            )
            async with client, asyncio.timeout(LIMIT_S):
                await self._health(client, root, base)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            text = f"there is no HTTP answer: {reason_of(error)}"
            self._fail("health", text, "Check that it speaks HTTP on this port.")

    async def _sent_headers(self) -> dict[str, str] | None:
        """The target's headers, of the environment; None where one is missing."""
        sent: dict[str, str] = {}
        for name, reference in self._headers.items():
            variable = reference.removeprefix(_ENVIRONMENT)
            if variable not in self._environment:
                text = f"the header {name} needs {variable}, which is not set"
                self._fail("health", text, f"Set {variable}.")
                return None
            sent[name] = self._environment[variable]
            self._redactor.add([sent[name]])
        return sent

    async def _health(self, client: Any, root: str, base: str) -> None:
        for path in _PATHS:
            began = time.perf_counter()
            async with client.stream("GET", f"{root}{base}{path}") as response:
                took = 1000 * (time.perf_counter() - began)
                status = int(response.status_code)
            if status not in _NOT_THERE or path == "/":
                self._facts |= {"status": status, "health_ms": took}
                self._say_health(f"{base}{path}", status, took)
                return

    def _say_health(self, path: str, status: int, took: float) -> None:
        text = f"GET {path} answers {status} in {_ms(took)}"
        short = f"{status} {_ms(took)}"
        if status >= 500:
            remedy = "See the target's log: it is not well."
            self._say("health", "critical", short, text, remedy)
        elif status in (401, 403):
            remedy = "Check the headers of the target in the settings, if it needs any."
            self._say("health", "warning", short, f"{text}: not without credentials", remedy)
        elif status == 429:
            remedy = "Wait, or have this machine left out of the rate limit."
            self._say("health", "warning", short, f"{text}: it limits requests already", remedy)
        elif took > _SLOW_MS:
            remedy = "Find out why before the test: one request alone should be quick."
            self._say("health", "warning", short, f"{text}, which is slow", remedy)
        else:
            self._say("health", "good", short, text)


def _ms(took: float) -> str:
    return f"{took:.0f} ms" if took >= 1 else "<1 ms"
