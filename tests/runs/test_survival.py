"""Who survives whom: a lost terminal, killed and stopped processes, signals, a full disk."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lftui.supervisor.journal import read_journal as read_to_last_whole_line
from tests.runs.live import (
    EXPORTS,
    Finished,
    Lftui,
    Live,
    Marked,
    fold,
    only,
    read_journal,
    wait_for,
)
from tests.runs.target import Target

VISITOR = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.05)

        @task
        def visit(self):
            self.client.get("/page")

        def on_stop(self):
            self.client.get("/goodbye")
"""
MANY_NAMES = """
    from itertools import count
    from locust import FastHttpUser, constant, task

    numbers = count()

    class Visitor(FastHttpUser):
        wait_time = constant(0.01)

        @task
        def visit(self):
            self.client.get("/page", name=f"/page/{next(numbers) % 300}")
"""
LEAVING = """
    import time
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.05)

        @task
        def visit(self):
            self.client.get("/page")

        def on_stop(self):
            self.client.get("/goodbye")
            time.sleep(30)
"""
STAIR = "--shape steps:start=1,step=1,every=1s,to=40"


def export_is_right(live: Live, name: str) -> None:
    """The summary was written and says what the journal says."""
    if EXPORTS:
        summary = json.loads((live.folder.parents[1] / name).read_bytes())
        assert summary["totals"]["requests"] == fold(read_journal(live.folder)).total.count


def is_gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


# --- a lost terminal -------------------------------------------------------------------------------


def test_hangup_holds_the_ramp_until_somebody_comes(lftui: Lftui) -> None:
    live = lftui.start(lftui.script(VISITOR), STAIR)
    live.wait_state(lambda state: state.users >= 2)
    live.signal(signal.SIGHUP)
    policy = live.wait_record(Marked, lambda mark: mark.type == "policy")
    assert policy.text == "hold"
    assert "SIGHUP" in policy.why
    hold = live.wait_record(Marked, lambda mark: mark.type == "hold")
    for _ in range(3):
        tick = live.wait_tick()
        assert tick.held
        assert tick.users == tick.target == hold.new
        assert tick.endpoints, "the load is off"

    attached = lftui.background("attach", "--plain")
    wait_for(lambda: "held" in attached.said and "requests" in attached.said, "its figures")
    live.wait_record(Marked, lambda mark: mark.type == "policy" and "again" in mark.why)
    assert lftui.command("stop").code == 0
    assert attached.wait() == 0, attached.said
    done = live.wait()
    assert done.code == 0, done.said
    assert done.finished.reason == "stopped"


def test_hangup_stops_where_that_is_the_policy(lftui: Lftui, target: Target) -> None:
    options = "-u 2 -r 2 -t 60s --on-disconnect stop --summary summary.json"
    live = lftui.start(lftui.script(VISITOR), options)
    live.signal(signal.SIGHUP)
    done = live.wait()
    assert done.code == 0, done.said
    assert done.finished.reason == "dead_man"
    assert done.state.total.count == target.answered
    assert target.answered_at("/goodbye") == 2
    export_is_right(live, "summary.json")


def test_hangup_goes_on_where_that_is_the_policy(lftui: Lftui, target: Target) -> None:
    options = "--shape steps:start=1,step=1,every=1s,to=4 --on-disconnect continue --summary s.json"
    live = lftui.start(lftui.script(VISITOR), options)
    live.signal(signal.SIGHUP)
    live.wait_record(Marked, lambda mark: mark.type == "policy" and mark.text == "continue")
    assert [row["status"] for row in lftui.stored()] == ["live"]
    done = live.wait()
    assert done.code == 0, done.said
    assert done.finished.reason == "completed"
    assert done.state.users_max == 4
    assert done.state.total.count == target.answered
    export_is_right(live, "s.json")


def test_nohup_is_no_hangup(lftui: Lftui) -> None:
    """Started with the signal ignored, as `nohup` does, the run was meant to be left alone."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        live = lftui.start(lftui.script(VISITOR), "-u 1 -r 1 -t 60s")
    finally:
        signal.signal(signal.SIGHUP, before)
    live.signal(signal.SIGHUP)
    live.wait_tick()
    live.wait_tick()
    assert [mark.type for mark in only(live.records, Marked)] == ["stage"]


# --- signals ---------------------------------------------------------------------------------------


def test_ctrl_c_stops_in_order(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(VISITOR), "-u 3 -r 3 -t 60s --summary summary.json")
    live.wait_state(lambda state: state.users == 3)
    live.signal(signal.SIGINT)
    done = live.wait()
    assert done.code == 130, done.said
    assert done.finished.reason == "interrupted"
    assert target.answered_at("/goodbye") == 3
    assert done.state.total.count == target.answered
    export_is_right(live, "summary.json")
    assert "Traceback" not in done.err


def test_ctrl_c_twice_ends_at_once(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(LEAVING), "-u 2 -r 2 -t 60s --summary summary.json")
    generator = live.generator
    live.wait_state(lambda state: state.users == 2)
    live.signal(signal.SIGINT)
    wait_for(lambda: target.answered_at("/goodbye"), "a user that leaves")
    live.signal(signal.SIGINT)
    done = live.wait()
    assert done.code == 130, done.said
    assert done.finished.reason == "killed"
    assert is_gone(generator)
    export_is_right(live, "summary.json")


def test_sigterm_stops_in_order(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(VISITOR), "-u 2 -r 2 -t 60s --summary summary.json")
    live.wait_state(lambda state: state.users == 2)
    live.signal(signal.SIGTERM)
    done = live.wait()
    assert done.finished.reason == "interrupted"
    assert "SIGTERM" in done.finished.message
    assert done.code == 130, done.said
    assert target.answered_at("/goodbye") == 2
    assert done.state.total.count == target.answered
    export_is_right(live, "summary.json")


# --- killed and stopped processes ------------------------------------------------------------------


def test_a_killed_generator_leaves_everything_to_its_last_second(lftui: Lftui) -> None:
    live = lftui.start(lftui.script(VISITOR), "-u 2 -r 2 -t 60s --summary summary.json")
    live.wait_requests(20)
    kept = live.state.total.count
    live.generator.kill()
    done = live.wait()
    assert done.code == 4, done.said
    assert done.finished.reason == "generator_lost"
    assert "SIGKILL" in done.finished.message
    assert done.state.total.count >= kept
    assert f"{done.state.total.count:,} requests" in done.finished.message
    export_is_right(live, "summary.json")
    assert [(row["status"], row["exit_code"]) for row in lftui.stored()] == [("finished", 4)]


def test_a_killed_supervisor_takes_the_load_along(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(VISITOR), "-u 4 -r 4 -t 60s")
    attached = lftui.background("attach", "--plain")
    wait_for(lambda: "requests" in attached.said, "its figures")
    live.wait_requests(20)
    kept = live.state.total.count
    generator = live.generator
    live.process.kill()
    wait_for(lambda: is_gone(generator), "the end of the generator")
    assert live.process.wait() == -signal.SIGKILL
    ended = target.answered

    assert attached.wait() == 4, attached.said
    assert live.folder.name in attached.said
    records = list(read_to_last_whole_line(live.folder / "journal.ndjson"))
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    assert only(records, Finished) == []
    counted = fold(records).total.count
    assert kept <= counted <= target.answered

    row = lftui.stored()[0]
    assert row["status"] == "interrupted"
    assert row["users"] == 4
    report = lftui.command("report", "last")
    assert report.code == 0, report.said
    assert "without an end" in report.out
    assert f" {counted} " in report.out
    for command in ("attach", "stop"):
        refused = lftui.command(command, live.folder.name)
        assert refused.code == 2, refused.said
        assert "interrupted, not live" in refused.err
    if EXPORTS:
        assert lftui.command("report", "last", "--summary", "half.json").code == 0
        summary = json.loads((lftui.folder / "half.json").read_bytes())
        assert summary["totals"]["requests"] == counted
    assert target.answered == ended, "the load goes on"


def test_a_stopped_supervisor_loses_no_request(lftui: Lftui, target: Target) -> None:
    """As on a laptop that swaps, or a terminal that is suspended: the generator goes on."""
    live = lftui.start(lftui.script(MANY_NAMES), "-u 4 -r 4 -t 60s")
    live.signal(signal.SIGSTOP)
    before = target.answered
    wait_for(lambda: target.answered > before + 900, "load while nobody takes records")
    live.signal(signal.SIGCONT)
    live.wait_state(lambda state: state.total.count > before + 900)
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.finished.reason == "stopped"
    assert done.state.total.count == target.answered, done.said
    assert len(done.state.rows) == 300
    assert done.state.gaps == []


def test_a_stopped_generator_goes_on_later(lftui: Lftui, target: Target) -> None:
    live = lftui.start(lftui.script(VISITOR), "-u 2 -r 2 -t 60s")
    generator = live.generator
    generator.suspend()
    try:
        attached = lftui.background("attach", "--plain")
        wait_for(
            lambda: any(word in attached.said.lower() for word in ("silent", "blocked", "stalled")),
            "a word on the silence of the generator",
            timeout_s=20,
        )
    finally:
        generator.resume()
    live.wait_requests(40)
    assert lftui.command("stop").code == 0
    attached.wait()
    done = live.wait()
    assert done.finished.reason == "stopped"
    assert done.state.total.count == target.answered
    assert done.state.health.lag_max_us > 1_000_000, "its own measure of itself misses the stop"


# --- a full disk -----------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(path: Path) -> None:
    """Write until no byte more goes in."""
    with path.open("wb", buffering=0) as file:
        for size in (65536, 512, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def test_a_full_disk_loses_nothing(disk: Path, lftui: Lftui, target: Target) -> None:
    lftui.runs = disk / "runs"
    live = lftui.start(lftui.script(MANY_NAMES), "-u 2 -r 2 -t 60s")
    journal = live.folder / "journal.ndjson"
    ballast = disk / "ballast"
    fill(ballast)

    def refused() -> bool:
        size, answered = journal.stat().st_size, target.answered
        wait_for(lambda: target.answered > answered + 200, "load while the disk is full")
        return journal.stat().st_size == size

    wait_for(refused, "a journal that cannot be written")
    stopped_at = len(read_to_last_whole_line_of(live))
    wait_for(lambda: "No space" in live.err, "a word on the full disk", timeout_s=10)
    ballast.unlink()
    wait_for(lambda: len(read_to_last_whole_line_of(live)) > stopped_at + 2, "the journal again")
    assert lftui.command("stop").code == 0
    done = live.wait()
    assert done.code == 0, done.said
    assert done.state.total.count == target.answered
    assert done.state.gaps == []


def test_a_disk_that_stays_full_does_not_hang_the_end(
    disk: Path, lftui: Lftui, target: Target
) -> None:
    lftui.runs = disk / "runs"
    live = lftui.start(lftui.script(MANY_NAMES), "-u 2 -r 2 -t 60s")
    fill(disk / "ballast")
    journal, answered = live.folder / "journal.ndjson", target.answered
    wait_for(lambda: target.answered > answered + 400, "load while the disk is full")
    live.signal(signal.SIGINT)
    done = live.wait()
    assert done.code in (4, 130), done.said
    assert "Traceback" not in done.err
    assert "No space" in done.err, done.said
    records = list(read_to_last_whole_line(journal))
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    row = lftui.stored()[0]
    assert row["status"] in ("interrupted", "finished")


def read_to_last_whole_line_of(live: Live) -> list[object]:
    return list(read_to_last_whole_line(live.folder / "journal.ndjson"))
