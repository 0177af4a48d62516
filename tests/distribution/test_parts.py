"""A report of many endpoints goes in parts, and requests go on meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from gevent.lock import RLock
from locust.env import Environment
from locust.rpc import Message
from locust.stats import setup_distributed_stats_event_listeners

from lftui.generator.distribution.report import PART, PIECE
from lftui.generator.distribution.worker_runner import SentInParts, Worker


class Busy:
    """Where messages go. With each of them there is another request."""

    def __init__(self, stats: SentInParts) -> None:
        self.sent: list[dict[str, Any]] = []
        self._stats = stats

    def send(self, message: Message) -> None:
        self.sent.append(message.data)
        self._stats.log_request("GET", "/0", 5, 1)

    def take(self) -> tuple[int, int]:
        """The requests of the messages so far, by endpoint and in all."""
        entries = sum(one["num_requests"] for data in self.sent for one in data["stats"])
        total = sum(data["stats_total"]["num_requests"] for data in self.sent)
        self.sent.clear()
        return entries, total


def worker(endpoints: int) -> tuple[Worker, Busy]:
    """One that has measured so many endpoints, a request each."""
    one = Worker.__new__(Worker)
    one.greenlet = []  # Locust's runner ends its greenlets when it is forgotten
    one._reporting = RLock()
    one.client_id, one.user_greenlets = "worker", []
    one.environment = Environment()
    stats = one.environment.stats = SentInParts(use_response_times_cache=False)
    setup_distributed_stats_event_listeners(one.environment.events, stats)
    for number in range(endpoints):
        stats.log_request("GET", f"/{number}", 5, 1)
    one.client = busy = Busy(stats)
    return one, busy


@pytest.mark.parametrize("endpoints", [1, PIECE, PIECE + 1, 5 * PIECE])
def test_a_whole_report_has_every_request_up_to_its_end(endpoints: int) -> None:
    one, busy = worker(endpoints)
    one.report_now()
    entries, total = busy.take()
    assert entries == total >= endpoints


def test_what_comes_between_the_parts_waits_for_the_next_report() -> None:
    one, busy = worker(5 * PIECE)
    one.report_now(whole=False)
    assert [len(data["stats"]) for data in busy.sent] == [PIECE] * 5 + [0]
    assert [PART in data for data in busy.sent] == [True] * 5 + [False]
    first = busy.take()
    one.report_now()
    second = busy.take()
    assert first[0] < first[1]
    assert first[0] + second[0] == first[1] + second[1]
