"""The account of workers: who is there, what came twice, what is missing, what came from nobody."""

from __future__ import annotations

from typing import Any

import msgpack
import msgspec
import pytest
from locust.rpc import Message

from lftui.generator.distribution.report import (
    EndpointReport,
    WorkerReport,
    decode_report,
    encode_report,
)
from lftui.generator.distribution.wire import understood
from lftui.records import EndpointTick, Gap, Logged, WorkerSeen
from tests.distribution.crew import BootedWorker, LftuiWorker, Master, StockWorker
from tests.distribution.test_figures import stream


def reporting(worker: LftuiWorker, requests: int) -> dict[str, Any]:
    for event in stream(requests):
        worker.fire(event)
    return worker.report()


def total(master: Master) -> int:
    return sum(tick.count for tick in master.counted()[0].values())


def test_a_report_that_comes_twice_counts_once() -> None:
    master, worker = Master(), LftuiWorker()
    data = reporting(worker, 50)
    master.take("host_1", data)
    master.take("host_1", data)
    assert total(master) == 50
    assert master.of(Gap) == []


def test_reports_that_never_came_are_a_gap() -> None:
    master, worker = Master(), LftuiWorker()
    master.take("host_1", reporting(worker, 50))
    reporting(worker, 40)
    master.take("host_1", reporting(worker, 30))
    [gap] = master.of(Gap)
    assert (gap.what, gap.worker, gap.count) == ("requests", "host-1", 50)
    assert "1 report of host-1 never came" in gap.reason
    assert total(master) == 80


def test_workers_are_named_by_their_machine_or_by_the_master() -> None:
    master = Master()
    for client in ("web_a1", "web_b2", "db_c3"):
        master.take(client, reporting(LftuiWorker(), 1))
    master.take("web_d4", reporting(LftuiWorker("local-1"), 1))
    seen = master.of(WorkerSeen)
    assert [one.id for one in seen] == ["web-1", "web-2", "db-1", "local-1"]
    assert [one.local for one in seen] == [False, False, False, True]
    assert {one.software for one in seen} == {"lftui"}


def test_a_name_from_the_network_is_only_text() -> None:
    master = Master()
    master.take("\x1b[31m[red]é/../x_1", StockWorker().report())
    [seen] = master.of(WorkerSeen)
    assert seen.id == "31mredé..x-1"
    assert "\x1b" not in seen.host


def test_what_an_operator_should_know_of_a_worker_is_said_once() -> None:
    master = Master(digest="abc")
    worker = LftuiWorker()
    data = reporting(worker, 1)
    odd = decode_report(data["lftui"])
    assert odd is not None
    odd = msgspec.structs.replace(
        odd,
        wall=(odd.wall or 0) + 90,
        scenario_sha256="def",
        versions={"lftui": "0.0.1", "locust": "2.20.0"},
    )
    for number in (1, 2):
        odd = msgspec.structs.replace(odd, number=number)
        master.take("host_1", {"lftui": encode_report(odd)})
    said = [one.text for one in master.of(Logged)]
    assert len(said) == 4
    for part in ("runs Locust 2.20.0", "runs lftui 0.0.1", "another locustfile", "90 s ahead of"):
        assert sum(part in text for text in said) == 1, part


@pytest.mark.parametrize(
    ("worker", "warned"), [(LftuiWorker, False), (BootedWorker, True), (StockWorker, True)]
)
def test_who_does_not_send_the_targets_headers_is_named(worker: Any, warned: bool) -> None:
    master = Master(headers=("X-Key", "Authorization"))
    master.take("host_1", worker().report())
    said = [one.text for one in master.of(Logged)]
    assert any("the target's headers (Authorization, X-Key)" in text for text in said) is warned


def test_a_stock_worker_is_said_to_be_coarse() -> None:
    master = Master()
    master.take("host_1", StockWorker().report())
    [seen] = master.of(WorkerSeen)
    assert (seen.software, seen.precision) == ("stock", "coarse")
    assert "rounded" in master.of(Logged)[0].text


def test_a_worker_that_is_dead_leaves_a_gap_that_bounds_the_loss() -> None:
    master, worker = Master(), LftuiWorker()
    for requests in (20, 70, 40):
        master.take("host_1", reporting(worker, requests), users=1)
    master.fleet.lost("host_1", "its process was ended by SIGKILL")
    master.fleet.dead("host_1", "its process was ended by SIGKILL")
    master.fleet.close()
    [gap] = master.of(Gap)
    assert 70 <= gap.count <= 80  # the most of one report; users are known once Locust's node is
    [mark] = master.marks
    assert mark.facts == {"worker": "host-1", "event": "lost"}
    [tick] = master.fleet.ticks({}, lambda client: 0)
    assert (tick.state, tick.users, tick.count) == ("missing", 0, 130)


def test_one_that_comes_back_has_lost_nothing() -> None:
    master, worker = Master(), LftuiWorker()
    master.take("host_1", reporting(worker, 20))
    late = [reporting(worker, 30), reporting(worker, 5)]
    master.fleet.lost("host_1", "nothing was heard of it for 5 s")
    assert master.fleet.present == 0
    master.fleet.back("host_1")
    for data in late:
        master.take("host_1", data)
    master.fleet.close()
    assert total(master) == 55
    assert master.of(Gap) == []
    assert [mark.facts["event"] for mark in master.marks] == ["lost", "back"]


def test_one_that_does_not_come_back_is_written_off_once_at_the_end() -> None:
    master, worker = Master(), LftuiWorker()
    master.take("host_1", reporting(worker, 20))
    master.fleet.lost("host_1", "nothing was heard of it for 5 s")
    for _ in range(2):
        master.fleet.close()
    [gap] = master.of(Gap)
    assert "did not come back" in gap.reason
    assert gap.count >= 20


def test_what_stock_workers_cut_off_is_bounded() -> None:
    for drained, gaps in ((True, 0), (False, 1)):
        master = Master()
        master.take("host_1", StockWorker().report())
        member = master.fleet.of("host-1")
        assert member is not None
        member.users = 7
        master.fleet.cut_off(drained)
        assert [gap.count for gap in master.of(Gap)] == [7] * gaps


@pytest.mark.parametrize(
    "data",
    [
        None,
        5,
        b"x",
        {"stats": 5},
        {"stats": [{"name": "x"}]},
        {"lftui": b"\xc1\xff"},
        {"lftui": "text"},
        {"lftui": msgpack.packb({"number": "one"})},
        {"user_classes_count": {"User": "many"}},
        {"errors": [1, 2], "user_classes_count": {}},
        {"user_classes_count": 5},
        {},
    ],
)
def test_what_is_no_report_is_none(data: Any) -> None:
    assert not Master().fleet.is_report(data)


def test_a_report_of_each_kind_is_one() -> None:
    fleet = Master().fleet
    worker = StockWorker()
    for event in stream(50):
        worker.fire(event)
    stock = {"user_classes_count": {"User": 1}, "stats_total": {}, **worker.report()}
    assert fleet.is_report(stock)
    assert fleet.is_report({**stock, **reporting(LftuiWorker(), 10)})
    for field in stock:
        lacking = {name: value for name, value in stock.items() if name != field}
        assert not fleet.is_report(lacking), f"Locust's own listeners want {field}"


def test_garbage_is_told_with_measure() -> None:
    master = Master()
    for _ in range(1_000):
        master.fleet.garbage("bytes that are no message")
    assert len(master.of(Logged)) == 1


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([b"a"], "1 parts"),
        ([b"a", b"b", b"c"], "3 parts"),
        ([b"\xff", b""], "no message"),
        ([b"a", b"\xc1"], "no message"),
        ([b"a", msgpack.packb(5)], "no message"),
        ([b"a", msgpack.packb([1, 2])], "no message"),
        ([b"a", msgpack.packb([5, None, "a"])], "without a type"),
        ([b"a", Message("quit", None, "another").serialize()], "in the name of another"),
    ],
)
def test_bytes_that_no_worker_sends(parts: list[bytes], why: str) -> None:
    found = understood(parts)
    assert isinstance(found, str)
    assert why in found


def test_a_workers_message_is_understood() -> None:
    found = understood([b"a", Message("heartbeat", {"state": "ready"}, "a").serialize()])
    assert isinstance(found, Message)
    assert (found.type, found.data, found.node_id) == ("heartbeat", {"state": "ready"}, "a")


def test_a_report_travels_whole() -> None:
    report = WorkerReport(number=3, kind="lftui", host="h", cut=2, quiet_s=0.5, problem="none")
    assert decode_report(encode_report(report)) == report


def test_a_long_report_is_packed_in_pieces() -> None:
    endpoints = [
        EndpointReport("Visitor", "GET", f"/{number}", EndpointTick(id=number, count=1, ok=[7, 1]))
        for number in range(120)
    ]
    report = WorkerReport(number=1, kind="lftui", endpoints=endpoints)
    breaths: list[int] = []
    assert decode_report(encode_report(report, lambda: breaths.append(1))) == report
    assert len(breaths) == 2
