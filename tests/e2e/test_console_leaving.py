"""Consoles come and go and runs go on: detached, hung up, two at once, and what is killed beside
them. In the end the journal is whole and counts what the target has counted."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from lftui.records import Gap, Marked
from tests.e2e.console import Console, console
from tests.runs.live import Finished, Lftui, Live, exact, only, read_journal, wait_for
from tests.runs.target import Target

READER = """
    from locust import FastHttpUser, constant, task

    class Reader(FastHttpUser):
        wait_time = constant(0.2)

        @task
        def read(self):
            self.client.get("/read")
"""


@pytest.fixture
def words(lftui: Lftui, target: Target) -> Iterator[list[str]]:
    """The command line of a run by hand; what it leaves running is ended."""
    lftui.script(READER)
    yield ["-f", "locustfile.py", "-H", target.url, "--shape", "manual", "-u", "3", "-r", "50"]
    for path in lftui.runs.glob("*/run.json"):
        live = Live.__new__(Live)
        live.folder = path.parent
        end(live)


def end(live: Live) -> None:
    """End a supervisor that may still be there."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(live.run_file["pid"])
        if "lftui.detached" in process.cmdline():
            process.kill()


def assert_nothing_is_missing(live: Live, target: Target) -> None:
    """The journal is whole, without gaps, and every request of the target is in it."""
    records = read_journal(live.folder)
    assert only(records, Gap) == []
    assert exact(records) >= target.answered_at("/read") >= live.read().total.count


def stop(one: Console, live: Live) -> None:
    """End the run in order."""
    one.press("s")
    one.wait_text("Stop the run?")
    one.press("y")
    assert live.wait_record(Finished).reason == "stopped"


def test_a_run_goes_on_without_its_console_and_is_come_back_to(
    lftui: Lftui, target: Target, words: list[str]
) -> None:
    with console(lftui, *words) as one:
        live = one.start("RUNNING", "/read")
        one.press("m")
        one.wait_text("It is kept in the journal")
        one.press("before the break", "enter")
        one.wait_line("note: before the break (you)")
        one.press("d")
        one.wait_text("Leave the run running?")
        one.press("y")
        assert one.left() == 0
        assert f"the run goes on: lftui attach {live.folder.name}".encode() in one.screen.raw
    live.wait_record(Marked, lambda mark: mark.type == "policy" and mark.text == "hold")
    live.wait_requests(15)

    with console(lftui, "attach") as one:
        one.wait_text("RUNNING", "/read")
        one.wait_tile("users", "3/3")
        one.press("8")
        one.wait_line("note: before the break")
        one.press("+")
        one.wait_tile("users", "13/13")
        one.screen.hang_up()
        assert one.screen.process is not None
        assert one.screen.process.wait(30) == 128 + signal.SIGHUP
    live.wait_requests(30)

    with console(lftui, "attach", live.folder.name[:-2]) as one:
        one.wait_tile("users", "13/13")
        one.press("8")
        one.wait_line("users 3 → 13")
        stop(one, live)
        one.wait_text("STOPPED", "q opens the report")
        shown = live.read().total.count
        one.press("1")
        one.wait_line("Aggregated", f" {shown:,} ")
        one.press("q")
        one.wait_text("Verdict", f"{shown:,} requests in")
        one.press("q")
        assert one.left() == 0
    assert_nothing_is_missing(live, target)


def test_of_two_consoles_one_steers_until_the_other_takes_the_controls(
    lftui: Lftui, target: Target, words: list[str]
) -> None:
    with console(lftui, *words) as first:
        live = first.start("RUNNING", "/read")
        with console(lftui, "attach") as second:
            second.wait_text("READ-ONLY", "has the controls; t takes them")
            second.press("+")
            second.wait_line("read-only:", "t takes them")
            second.press("m")
            second.wait_text("It is kept in the journal")
            second.press("from the side", "enter")
            for one in (first, second):
                one.wait_line("note: from the side")
            second.press("t")
            second.wait_text("Take the controls?", "may be at work")
            second.press("y")
            second.wait_gone("READ-ONLY")
            first.wait_text("READ-ONLY", "t takes them")
            second.press("+")
            for one in (first, second):
                one.wait_tile("users", "13/13")
            first.press("s")
            first.wait_line("read-only:", "t takes them")
            assert "Stop the run?" not in first.text

            # Nobody looks when it ends: the first is gone, the second leaves, the plan ends it.
            first.press("q")
            first.wait_text("Load is on. Leave?", "leave it running")
            assert "stop the run" not in first.text
            first.press("l")
            assert first.left() == 0
            second.press("d")
            second.wait_text("Leave the run running?")
            second.press("y")
            assert second.left() == 0
    assert lftui.command("stop").code == 0
    assert live.wait_record(Finished).reason == "stopped"
    wait_for(lambda: live.run_file.get("end_reason"), "the end in run.json")
    assert_nothing_is_missing(live, target)
    with console(lftui, "attach") as one:
        assert one.screen.wait() == 2
        assert "no live run in" in one.text
        one.screen.assert_sane()


def test_a_killed_generator_is_loud_and_what_was_measured_is_kept(
    lftui: Lftui, target: Target, words: list[str]
) -> None:
    with console(lftui, *words) as one:
        live = one.start("RUNNING", "/read")
        live.wait_requests(15)
        live.generator.kill()
        one.wait_text("GENERATOR LOST", "LOST generator", "q opens the report")
        assert live.wait_record(Finished).reason == "generator_lost"
        counted = live.read().total.count
        assert counted >= 15
        one.press("q")
        one.wait_text(f"{counted:,} requests in")
        one.press("q")
        one.wait_text("[ Start  F5 ]")
        one.press("q")
        assert one.left() == 0
    read_journal(live.folder)


def test_a_killed_supervisor_is_loud_and_names_the_journal(
    lftui: Lftui, target: Target, words: list[str]
) -> None:
    with console(lftui, *words, columns=120, lines=40) as one:
        live = one.start("RUNNING", "/read")
        live.wait_requests(15)
        generator = live.generator
        os.kill(live.run_file["pid"], signal.SIGKILL)
        one.wait_text("LOST: the supervisor is gone", f"lftui report {live.folder.name}")
        one.wait_line(str(live.folder))
        wait_for(lambda: not generator.is_running(), "the end of the load")
        one.press("+")
        one.wait_line("the supervisor is gone: nobody can be told")
        one.press("q")
        one.wait_text("[ Start  F5 ]")
        one.press("q")
        assert one.left() == 0
    rows = lftui.stored()
    assert [row["status"] for row in rows] == ["interrupted"]
    assert live.read().total.count >= 15
