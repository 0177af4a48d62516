"""One tick a second: what was new, packed in pieces between which the hub goes on.

Measured with 1,000 active endpoints (`docs/architecture.md`): packed in one go a tick stops the
hub for several milliseconds, in pieces of 50 for less than one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Protocol

import gevent
import msgspec
from gevent.lock import RLock

from lftui.generator.channel import BACKLOG_LIMIT, Channel
from lftui.generator.health import Health
from lftui.generator.in_flight import InFlight
from lftui.generator.meter import Interval, Meter
from lftui.records import ExceptionSeen, Marked, Tick, encode

_CHUNK = 50
# With sleep(0) the pieces would follow each other in one round of callbacks: only a timer lets
# the loop look at its sockets in between.
_BREATH_S = 0.0005
_LEAST_S = 0.7
_LATE_S = 2.0
_ARRIVAL_S = 0.2
_ENDPOINTS = msgspec.json.Encoder()

Status = Callable[[], Tick]


class UnderWay(Protocol):
    """Who knows the requests that are under way."""

    known: bool

    @property
    def cut(self) -> int:
        """How many were cut off since the run began."""

    def __len__(self) -> int: ...

    def oldest_s(self) -> float | None:
        """The age of the oldest one, in seconds."""


class Ticker:
    """Cuts intervals, packs and sends them.

    Args:
        status: what a tick says beside its figures: state, stage, users; `start`, `end`, `health`
            and figures are filled in here.
    """

    def __init__(
        self, meter: Meter, health: Health, in_flight: InFlight, channel: Channel, status: Status
    ) -> None:
        self._meter = meter
        self._health = health
        self.under_way: UnderWay = in_flight
        self._channel = channel
        self._status = status
        self._pack_us = 0
        self.whole_seconds = False
        # Packing lets the hub go on: without this a mark's interval could overtake the one before.
        self._in_order = RLock()

    def run(self, after_s: float = 0.0) -> None:
        """Tick on every full second of the wall clock, as Locust's counts a second are kept, or so
        long after it."""
        while True:
            gevent.sleep(1.0 - (time.time() - after_s) % 1.0)
            if self.whole_seconds and self._meter.age_s() > _LATE_S:
                # This process stood still; what workers reported meanwhile lies at its port.
                gevent.sleep(_ARRIVAL_S)
            if self._channel.backlog < BACKLOG_LIMIT:
                self.cut()

    def cut(self) -> None:
        """End the interval now and send it; the next one begins at the same instant."""
        with self._in_order:
            status = self._status()
            interval = self._meter.cut()
            if interval.end - interval.start > 0:
                self._send(interval, status)

    def cut_last(self) -> None:
        """End the interval when nothing more will come. A second that workers reported is not put
        into a moment, which would show as a peak that never was."""
        if self.whole_seconds:
            gevent.sleep(max(_LEAST_S - self._meter.age_s(), 0.0))
        self.cut()

    def mark(self, marked: Marked) -> None:
        """Send a mark, the interval before it cut off at it.

        What workers report by the second cannot be cut: with `whole_seconds` it is not.
        """
        with self._in_order:
            if (
                not self.whole_seconds
                and self._channel.backlog < BACKLOG_LIMIT
                and not self._meter.just_cut()
            ):
                self.cut()
            now = time.time(), time.monotonic()
            self._channel.send(msgspec.structs.replace(marked, wall=now[0], mono=now[1]))

    def _send(self, interval: Interval, status: Tick) -> None:
        under_way = self.under_way
        oldest = under_way.oldest_s()
        tick = msgspec.structs.replace(
            status,
            wall=time.time(),
            mono=interval.end,
            start=interval.start,
            end=interval.end,
            errors=interval.errors,
            last_response=self._meter.last_response,
            in_flight=len(under_way) if under_way.known else None,
            oldest_in_flight_s=round(oldest, 3) if oldest is not None else None,
            health=self._health.take(self._pack_us, self._channel.backlog),
        )
        for (number, node), count in interval.exceptions.items():
            seen = ExceptionSeen(wall=tick.wall, mono=tick.mono, id=number, count=count, node=node)
            self._channel.send(seen)
        self._channel.send_line(self._pack(tick, interval))

    def _pack(self, tick: Tick, interval: Interval) -> bytes:
        """The tick's line; the endpoints are encoded in pieces and put behind the rest."""
        self._pack_us = 0
        pieces = list(self._timed_chunks(interval))
        line = encode(tick)
        if not pieces:
            return line
        return b'%b,"endpoints":[%b]}\n' % (line.rstrip()[:-1], b",".join(pieces))

    def _timed_chunks(self, interval: Interval) -> Iterator[bytes]:
        chunks = interval.endpoint_chunks(_CHUNK)
        while True:
            began = time.perf_counter()
            chunk = next(chunks, None)
            if chunk is None:
                return
            yield _ENDPOINTS.encode(chunk)[1:-1]
            self._pack_us = max(self._pack_us, int((time.perf_counter() - began) * 1e6))
            if len(chunk) == _CHUNK:
                gevent.sleep(_BREATH_S)
