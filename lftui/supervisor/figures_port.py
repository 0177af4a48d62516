"""A port at which the live figures are served over HTTP (`--prometheus-port`).

One page, `/metrics`, to whoever asks; nothing can be sent to it. Bounded in everything that a
client could do: the size and the time of a request, and how many are served at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable

from lftui.judge.outcome import Outcome
from lftui.judge.verdict import judge
from lftui.plan import PlanError
from lftui.run_state import RunState

_REQUEST_S = 5.0
_REQUEST_BYTES = 16_000
_AT_ONCE = 16
_REST_S = 15.0
_SHARE = 30.0


class FiguresPort:
    """Serves a text.

    Args:
        text: makes it, each time anew.
        content_type: what it is.
    """

    def __init__(self, text: Callable[[], str], content_type: str) -> None:
        self._text = text
        self._type = content_type
        self._server: asyncio.Server | None = None
        self._serving = 0
        self.url = ""

    async def open(self, host: str, port: int) -> None:
        """Listen; port 0 is one of the system's choice.

        Raises:
            PlanError: the port cannot be had.
        """
        try:
            self._server = await asyncio.start_server(
                self._serve, host, port, limit=_REQUEST_BYTES, reuse_address=True
            )
        except (OSError, UnicodeError, OverflowError) as error:
            # asyncio's own text is about all addresses of a name; the system's is shorter.
            number = getattr(error, "errno", None)
            why = os.strerror(number) if number and number > 0 else str(error)
            raise PlanError(
                f"--prometheus-port: {host}:{port} cannot be opened: {why}; give another port, "
                "or 0 for one that is free"
            ) from None
        given = self._server.sockets[0].getsockname()[1]
        named = f"[{host}]" if ":" in host else host
        self.url = f"http://{named}:{given}/metrics"

    async def close(self) -> None:
        """Listen no more; who is being served is let go."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving += 1
        try:
            if self._serving <= _AT_ONCE:
                async with asyncio.timeout(_REQUEST_S):
                    await self._answer(reader, writer)
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
            pass  # whoever sends nonsense, nothing, or goes away, gets no answer
        finally:
            self._serving -= 1
            with contextlib.suppress(OSError):
                writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, _, rest = head.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        if method not in ("GET", "HEAD"):
            status, body = "405 Method Not Allowed", "Only GET is answered.\n"
        elif path != "/metrics":
            status, body = "404 Not Found", "The figures are at /metrics.\n"
        else:
            status, body = "200 OK", self._text()
        data = body.encode("utf-8", "replace")
        kind = self._type if status == "200 OK" else "text/plain; charset=utf-8"
        lines = [
            f"HTTP/1.1 {status}",
            f"Content-Type: {kind}",
            f"Content-Length: {len(data)}",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            "Connection: close",
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        if method != "HEAD":
            writer.write(data)
        await writer.drain()


class LatestVerdict:
    """The judge's latest word on a run that goes on. It takes from milliseconds to seconds, so it
    works in a thread, on a copy, and rests.

    Args:
        copy: the folded state, encoded.
        clock: monotonic seconds.
    """

    def __init__(self, copy: Callable[[], bytes], clock: Callable[[], float]) -> None:
        self._copy = copy
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._free_from = 0.0
        self.outcome: Outcome | None = None

    def request(self) -> None:
        """Judge soon, unless it was just done, or is being done."""
        if self._task is None and self._clock() >= self._free_from:
            self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        began = self._clock()
        try:
            self.outcome = await asyncio.to_thread(_outcome_of, self._copy())
        except Exception:  # an earlier word stands; the run's own verdict is made at its end
            self.outcome = None
        cost_s = self._clock() - began
        self._free_from = self._clock() + max(_REST_S, _SHARE * cost_s)
        self._task = None


def _outcome_of(data: bytes) -> Outcome:
    import msgspec

    return judge(msgspec.json.decode(data, type=RunState)).outcome
