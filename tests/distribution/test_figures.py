"""What several workers measure adds up to what one process would have measured."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from locust.exception import CatchResponseError

from lftui.generator.distribution import lftui_worker_boot
from lftui.generator.meter import Meter
from lftui.metrics import Histogram, bucket_of
from lftui.records import AnyRecord
from lftui.safe_text import Redactor
from tests.distribution.crew import BootedWorker, LftuiWorker, Master, StockWorker, counted

EXCEPTIONS: list[Any] = [
    None,
    None,
    "status <503>",
    CatchResponseError("not what was wanted"),
    ConnectionRefusedError(111, "refused"),
]


def stream(length: int = 4_000) -> list[dict[str, Any]]:
    """Requests whose response times lie evenly, in an order that looks random."""
    events = []
    for number in range(length):
        method, name, base = [("GET", "/", 3.0), ("POST", "/jobs", 110.0), ("GET", "/x", 0.2)][
            number % 3
        ]
        exception = EXCEPTIONS[number * 31 % 50] if number * 31 % 50 < len(EXCEPTIONS) else None
        events.append(
            {
                "request_type": method,
                "name": name,
                "response_time": None if number % 97 == 0 else base + number * 7919 % 6011 * 0.0931,
                "response_length": 100 + number % 50,
                "exception": exception,
                "response": SimpleNamespace(status_code=503) if exception else None,
                "context": {},
            }
        )
    return events


def alone(events: list[dict[str, Any]]) -> Any:
    said: list[AnyRecord] = []
    meter = Meter(Redactor(), said.append)
    for event in events:
        meter.on_request(**event)
    return counted(meter, said)


def together(events: list[dict[str, Any]], workers: list[Any]) -> Any:
    """Shared out in turns, with a report of each worker every hundred requests."""
    master = Master()
    for start in range(0, len(events), 100):
        for number, event in enumerate(events[start : start + 100]):
            workers[(start + number) % len(workers)].fire(event)
        for number, worker in enumerate(workers):
            master.take(f"host{number}_1", worker.report())
    return master.counted()


def plain(endpoints: dict[Any, Any]) -> dict[Any, Any]:
    """Ids are each meter's own."""
    return {key: msgspec.structs.replace(tick, id=0) for key, tick in endpoints.items()}


@pytest.mark.parametrize(
    "make",
    [
        lambda: [LftuiWorker()],
        lambda: [LftuiWorker() for _ in range(4)],
        lambda: [BootedWorker() for _ in range(3)],
        lambda: [LftuiWorker(), BootedWorker()],
    ],
    ids=["one", "four", "booted", "both"],
)
def test_exact_workers_add_up_to_the_same_figures(make: Callable[[], list[Any]]) -> None:
    events = stream()
    endpoints, failures = alone(events)
    theirs, their_failures = together(events, make())
    assert plain(theirs) == plain(endpoints)
    assert their_failures == failures


def test_stock_workers_lose_digits_and_no_request() -> None:
    events = stream()
    endpoints, _ = alone(events)
    theirs, _ = together(events, [StockWorker(), LftuiWorker(), StockWorker()])
    for key, tick in endpoints.items():
        found = theirs[key]
        for field in ("count", "failures", "bytes"):
            assert getattr(found, field) == getattr(tick, field), (key, field)
        exact, rounded = Histogram(), Histogram()
        exact.add_sparse(tick.ok)
        exact.add_sparse(tick.failed)
        rounded.add_sparse(found.ok)
        rounded.add_sparse(found.failed)
        assert rounded.count == exact.count
        for share in (0.5, 0.95, 0.99):
            true, shown = exact.percentile_us(share), rounded.percentile_us(share)
            assert true is not None
            assert shown is not None
            # Whole milliseconds below 100 ms, two digits above.
            assert abs(shown - true) <= max(1_000, 0.05 * true), (key, share)


@given(st.integers(min_value=-5, max_value=4_000_000_000))
def test_the_boot_file_has_the_same_buckets(us: int) -> None:
    assert lftui_worker_boot.bucket_of(us) == bucket_of(us)


def test_a_message_that_varies_is_one_group_wherever_it_came_from() -> None:
    master = Master()
    for number, worker in enumerate([LftuiWorker(), BootedWorker(), LftuiWorker()]):
        for job in range(30):
            event = {
                **stream(1)[0],
                "exception": f"job {number * 100 + job} is not there",
                "response": None,
            }
            worker.fire(event)
        master.take(f"host{number}_1", worker.report())
    _, failures = master.counted()
    assert list(failures.values()) == [90]
