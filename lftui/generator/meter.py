"""Counting requests: our own listener of Locust's `request` event, and the interval it fills.

This is the hot path. A request costs one look-up and a few additions; whatever can be done once
an interval, or once an endpoint, is done there. The interval is cut by swapping one dict.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any

from gevent import getcurrent

from lftui.generator.errors import ErrorGroups
from lftui.metrics import bucket_of
from lftui.records import AnyRecord, EndpointSeen, EndpointTick, ExceptionSeen, Logged
from lftui.safe_text import NAME_LIMIT, TEXT_LIMIT, TRACEBACK_LIMIT, Redactor

ENDPOINT_LIMIT = 5_000
EXCEPTION_LIMIT = 200
_OTHER = "(other)"
_HERE = "local"
_JUST_S = 0.005

Key = tuple[str, str, str]

PHASES = ("dns", "connect", "tls", "first_byte")
"""What `--timings` tells apart, as LeanHttpUser puts it into its events' context."""


class _Slot:
    """What is new for one endpoint since the last cut."""

    __slots__ = (
        "bytes", "count", "failed", "failures", "id", "intended", "max_us", "min_us", "ok",
        "sum_us", "timings",
    )  # fmt: skip

    def __init__(self, id: int) -> None:
        self.id = id
        self.count = 0
        self.failures = 0
        self.sum_us = 0
        self.min_us = 1 << 62
        self.max_us = 0
        self.bytes = 0
        self.ok: dict[int, int] = {}
        self.failed: dict[int, int] = {}
        self.intended: dict[int, int] = {}
        self.timings: dict[str, dict[int, int]] = {}

    def take_phases(self, phases: Mapping[str, Any]) -> None:
        """Add what one request took in each phase, in ms."""
        for phase in PHASES:
            ms = phases.get(phase)
            if ms is not None:
                bucket = bucket_of(int(ms * 1000 + 0.5))
                times = self.timings.setdefault(phase, {})
                times[bucket] = times.get(bucket, 0) + 1

    def add(self, tick: EndpointTick) -> None:
        """Add what a worker measured."""
        self.count += tick.count
        self.failures += tick.failures
        self.sum_us += tick.sum_us
        self.bytes += tick.bytes
        if tick.min_us is not None:
            self.min_us = min(self.min_us, tick.min_us)
        self.max_us = max(self.max_us, tick.max_us)
        _add_flat(self.ok, tick.ok)
        _add_flat(self.failed, tick.failed)
        _add_flat(self.intended, tick.intended)
        for phase, times in tick.timings.items():
            if phase in PHASES:
                _add_flat(self.timings.setdefault(phase, {}), times)

    def tick(self) -> EndpointTick:
        return EndpointTick(
            id=self.id,
            count=self.count,
            failures=self.failures,
            sum_us=self.sum_us,
            min_us=self.min_us if self.ok or self.failed else None,
            max_us=self.max_us,
            bytes=self.bytes,
            ok=_flat(self.ok),
            failed=_flat(self.failed),
            intended=_flat(self.intended),
            timings={phase: _flat(times) for phase, times in self.timings.items()},
        )


def _flat(buckets: dict[int, int]) -> list[int]:
    return [number for bucket in sorted(buckets) for number in (bucket, buckets[bucket])]


def _add_flat(buckets: dict[int, int], flat: list[int]) -> None:
    for bucket, count in zip(flat[::2], flat[1::2], strict=True):
        buckets[bucket] = buckets.get(bucket, 0) + count


class Interval:
    """What was cut out: everything new from `start` to `end` (monotonic seconds)."""

    def __init__(
        self,
        start: float,
        end: float,
        slots: dict[Key, _Slot],
        errors: dict[int, int],
        exceptions: dict[tuple[int, str], int],
    ) -> None:
        self.start = start
        self.end = end
        self.errors = sorted(errors.items())
        self.exceptions = exceptions
        self._slots = list(slots.values())

    def endpoint_chunks(self, size: int) -> Iterator[list[EndpointTick]]:
        """The endpoints' figures in pieces, so that the hub can breathe between them."""
        for begin in range(0, len(self._slots), size):
            yield [slot.tick() for slot in self._slots[begin : begin + size]]


class Meter:
    """Counts every request of this process.

    Args:
        redactor: takes secrets out of names and error texts.
        announce: is called with the record of each endpoint, error group and exception met first.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        redactor: Redactor,
        announce: Callable[[AnyRecord], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redactor = redactor
        self._announce = announce
        self._clock = clock
        self._class_names: Mapping[type, str] = {}
        self._ids: dict[Key, int] = {}
        self._live: dict[Key, _Slot] = {}
        self._errors: dict[int, int] = {}
        self._groups = ErrorGroups(redactor, announce)
        self._exceptions: dict[tuple[int, str], int] = {}
        self._exception_ids: dict[str, int] = {}
        self._started = clock()
        self.last_response: float | None = None
        self.wants_phases = False
        self.wants_intended = False
        self.added = 0  # requests that workers made
        self._told_bad_event = False

    def name_users(self, names: Mapping[type, str]) -> None:
        """Say which classes are user classes; a request belongs to the one that sends it."""
        self._class_names = names

    def on_request(
        self,
        request_type: Any,
        name: Any,
        response_time: Any,
        response_length: Any,
        exception: Any = None,
        response: Any = None,
        context: Any = None,
        **_: Any,
    ) -> None:
        """Locust's `request` event: `response_time` in ms or None, `response_length` in bytes."""
        try:
            user = getcurrent().args[0]
            owner = self._class_names.get(type(user), "")
        except (AttributeError, IndexError):
            user, owner = None, ""
        key = (owner, request_type, name)
        try:
            slot = self._live.get(key) or self._open(key)
            slot.count += 1
            slot.bytes += response_length or 0
            if response_time is not None:
                us = int(response_time * 1000 + 0.5)
                slot.sum_us += us
                if us < slot.min_us:
                    slot.min_us = us
                if us > slot.max_us:
                    slot.max_us = us
                bucket = bucket_of(us)
                times = slot.failed if exception else slot.ok
                times[bucket] = times.get(bucket, 0) + 1
                if self.wants_intended:
                    late_us = vars(user).pop("lftui_late_us", 0) if owner else 0
                    if not exception:
                        bucket = bucket_of(us + late_us)
                        slot.intended[bucket] = slot.intended.get(bucket, 0) + 1
            if self.wants_phases and context and "timings" in context:
                slot.take_phases(context["timings"])
        except (AttributeError, TypeError, ValueError, OverflowError):
            # A hand-made event with a text for a number, or a name that cannot be hashed. Locust's
            # own listener raises over it into the log; the figures of the others must not stop.
            self._tell_bad_event(request_type, name)
            return
        self.last_response = self._clock()
        if exception:
            slot.failures += 1
            status = getattr(response, "status_code", None)
            known = status if isinstance(status, int) else None
            group = self._groups.group(slot.id, known, exception)
            self._errors[group] = self._errors.get(group, 0) + 1

    def _tell_bad_event(self, request_type: Any, name: Any) -> None:
        if self._told_bad_event:
            return
        self._told_bad_event = True
        what = self._redactor.line(f"{request_type} {name}")
        text = f"a request event of the locustfile cannot be counted ({what}): wrong types"
        self._announce(Logged(source="meter", level="warning", text=text))

    def on_user_error(
        self, user_instance: Any, exception: BaseException, tb: TracebackType | None, **_: Any
    ) -> None:
        """Locust's `user_error` event: the locustfile raised outside a request."""
        text = "".join(traceback.format_tb(tb)) if tb else ""
        kind = f"{type(exception).__name__}\n{text}"
        self._raised(kind, str(exception) or repr(exception), text, _HERE)

    def on_worker_error(self, worker: str, message: str, text: str) -> None:
        """The same in a worker: its message and its traceback, as Locust sends them."""
        self._raised(f"\n{text}", message, text, worker)

    def _raised(self, kind: str, message: str, text: str, node: str) -> None:
        number = self._exception_ids.get(kind)
        if number is None:
            if len(self._exception_ids) >= EXCEPTION_LIMIT:
                kind, text = _OTHER, ""
            number = self._exception_ids.setdefault(kind, len(self._exception_ids) + 1)
            self._announce(
                ExceptionSeen(
                    id=number,
                    count=0,
                    message=self._redactor.block(message, TEXT_LIMIT),
                    traceback=self._redactor.block(text, TRACEBACK_LIMIT),
                    node=node,
                )
            )
        self._exceptions[number, node] = self._exceptions.get((number, node), 0) + 1

    # --- what workers measured -----------------------------------------------------------------

    def add(self, key: Key, tick: EndpointTick) -> int:
        """Count what a worker measured of an endpoint; the endpoint's id here."""
        slot = self._live.get(key) or self._open(key)
        slot.add(tick)
        self.added += tick.count
        return slot.id

    def add_failures(self, endpoint: int, text: str, count: int, **facts: Any) -> None:
        """Count a worker's failures of an endpoint; `facts` as `ErrorGroups.group_of_text`."""
        group = self._groups.group_of_text(endpoint, text, **facts)
        self._errors[group] = self._errors.get(group, 0) + count

    def responded(self, ago_s: float) -> None:
        """A worker's last response came so long ago."""
        at = self._clock() - max(ago_s, 0.0)
        if self.last_response is None or at > self.last_response:
            self.last_response = at

    def cut(self) -> Interval:
        """End the interval here and begin the next one. Costs the hub no more than five swaps."""
        now = self._clock()
        interval = Interval(self._started, now, self._live, self._errors, self._exceptions)
        self._live, self._errors, self._exceptions = {}, {}, {}
        self._started = now
        return interval

    def age_s(self) -> float:
        """How long the interval has lasted."""
        return self._clock() - self._started

    def just_cut(self) -> bool:
        """Whether the last cut was so short ago that nothing has happened since."""
        return not self._live and self._clock() - self._started < _JUST_S

    def _open(self, key: Key) -> _Slot:
        number = self._ids.get(key)
        if number is None:
            number = self._meet(key)
        slot = self._live[key] = _Slot(number)
        return slot

    def _meet(self, key: Key) -> int:
        if len(self._ids) >= ENDPOINT_LIMIT:
            other = (key[0], "", _OTHER)
            return self._ids.get(other) or self._name(other)
        return self._name(key)

    def _name(self, key: Key) -> int:
        owner, method, name = key
        number = self._ids[key] = len(self._ids) + 1
        self._announce(
            EndpointSeen(
                id=number,
                method=self._redactor.line(str(method or ""), 40),
                name=self._redactor.line(str(name), NAME_LIMIT),
                user_class=owner,
            )
        )
        return number
