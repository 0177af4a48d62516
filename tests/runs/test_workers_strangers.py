"""What else may come to a master's port: junk, forgeries, workers that do not fit."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.records import Ready
from tests.runs.live import AnyRecord, Lftui, Live, Logged, only
from tests.runs.strangers import ATTACKS, Port, message, said
from tests.runs.target import Target
from tests.runs.workers import (
    GOOD,
    VISITOR,
    clock_ahead,
    events,
    nothing_is_missing,
    seen,
    wait_event,
    wait_users,
    wait_workers,
)

NAMED = VISITOR.replace(
    'get("/page")', 'get(f"/of/{self.environment.runner.client_id}", name="/page")'
)


def warnings(records: Sequence[AnyRecord]) -> list[str]:
    """What is said against workers."""
    logs = only(records, Logged)
    return [log.text for log in logs if log.source == "workers" and log.level == "warning"]


def port_of(live: Live) -> str:
    """Where the master listens, `HOST:PORT`."""
    return live.wait_record(Ready).listens


def test_no_stranger_disturbs_a_run(lftui: Lftui, target: Target) -> None:
    load = "-u 4 -r 4 -t 90s --processes 2 --summary summary.json"
    live = lftui.start(lftui.script(NAMED), load)
    wait_users(live, 2, 2)
    worker = next(path for path in target.counts()).removeprefix("/of/")
    port = Port.of(port_of(live), worker)
    for attack in ATTACKS.values():
        attack(port)
        tick = wait_users(live, 2, 2)
        assert tick.users == tick.target == 4
        live.wait_requests(5)
    # One that says that it is a worker gets users; they are back as soon as it is missed.
    said(port, message("client_ready", "2.47.0", "ghost"), name="ghost")
    wait_workers(live, lambda workers: sum(one.asked for one in workers.values()) < 4)
    wait_users(live, 2, 2)
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.code in GOOD, done.said
    assert not events(done.records)
    nothing_is_missing(lftui, done, target)


def join(lftui: Lftui, live: Live, script: str, **env: str) -> None:
    """Have an lftui worker of its own locustfile join."""
    host, _, port = port_of(live).rpartition(":")
    own = lftui.script(script, "own.py")
    where = ("--master-host", host, "--master-port", port)
    lftui.background("--worker", *where, "-f", str(own), **env)
    wait_event(live, "joined")


def test_a_worker_with_another_clock_and_locustfile_is_named(lftui: Lftui, target: Target) -> None:
    load = "-u 4 -r 4 -t 90s --master --master-bind-port 0 --processes 1 --summary summary.json"
    live = lftui.start(lftui.script(VISITOR), load)
    join(lftui, live, VISITOR + "    # other\n", **clock_ahead(30))
    wait_users(live, 2, 2)
    live.wait_requests(20)
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.code in GOOD, done.said
    other = next(one for one in seen(done.records).values() if not one.local)
    assert other.clock_ahead_s is not None
    assert 28 < other.clock_ahead_s < 32
    said = warnings(done.records)
    assert any("clock" in text and other.id in text for text in said), said
    assert any("locustfile" in text and other.id in text for text in said), said
    nothing_is_missing(lftui, done, target)


def test_a_worker_that_lacks_a_user_class_gets_no_users(lftui: Lftui, target: Target) -> None:
    load = "-u 4 -r 4 -t 90s --master --master-bind-port 0 --processes 1 --summary summary.json"
    live = lftui.start(lftui.script(VISITOR), load)
    join(lftui, live, VISITOR.replace("Visitor", "Somebody"))
    wait_event(live, "left")
    wait_users(live, 4)
    live.wait_requests(20)
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.code in GOOD, done.said
    told = [log.text for log in only(done.records, Logged) if log.source == "workers"]
    assert any("gets no users: its locustfile has no Visitor" in text for text in told), told
    nothing_is_missing(lftui, done, target)
