"""Every key of the Live screen on a real run: what it sent is in the journal, and only what the
journal says is on the screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lftui.records import Marked
from lftui.supervisor.facts import operator
from tests.e2e.console import Console, console
from tests.runs.live import (
    REPOSITORY,
    Acked,
    Finished,
    Lftui,
    Live,
    Refused,
    only,
    read_journal,
)
from tests.runs.target import Target

SHOP = """
    from locust import FastHttpUser, constant, task

    class Buyer(FastHttpUser):
        wait_time = constant(0.5)

        @task
        def buy(self):
            self.client.get("/buy")
            self.client.get("/fail")

    class Reader(FastHttpUser):
        wait_time = constant(0.5)

        @task
        def read(self):
            self.client.get("/read")
"""
SHAPE = "steps:start=4,step=4,every=10m,to=12"


class See(str):
    """A text that is waited for before the next key."""

    __slots__ = ()


class Row(NamedTuple):
    """One use of a key.

    Attributes:
        keys: what is pressed; a `See` among them is waited for.
        shows: texts of one line of the screen that come with it, and were not there before.
        record: the mark in the journal that the command became; None of what stays in the console.
        tile: the users that run of those wanted, once the load is there.
        gone: what the screen showed before and does not show any more.
        back: the key that closes what was opened.
    """

    keys: Sequence[str]
    shows: Sequence[str] = ()
    record: Callable[[Marked], object] | None = None
    tile: str = ""
    gone: str = ""
    back: str = ""


def users(old: int, new: int) -> Callable[[Marked], object]:
    """A change of the users by hand."""
    return lambda mark: mark.type == "users" and (mark.old, mark.new) == (old, new)


def kind(name: str, text: str = "") -> Callable[[Marked], object]:
    """A mark of this type, about this."""
    return lambda mark: mark.type == name and text in mark.text


LOAD = [
    Row(["n"], ["steps 2/3"], lambda mark: mark.type == "stage" and mark.stage == 1, "8/8"),
    Row(["["], ["[ ] step 5"]),
    Row(["+"], ["by hand: the shape is held at 13 users"], users(8, 13), "13/13"),
    Row(["-"], ["users 13 → 8"], users(13, 8)),
    Row(["U"], ["undone: users 8 → 13"], lambda mark: mark.type == "undo"),
    Row(["]"], ["[ ] step 10"]),
    Row(
        ["u", See("users in all"), "6", "enter"], ["users 13 → 6, 50 a second (you)"], users(13, 6)
    ),
    Row(
        ["u", See("users in all"), "9", "tab", "30", See("30 a second"), "enter"],
        ["users 6 → 9, 30 a second (you)"],
        lambda mark: mark.type == "users" and (mark.new, mark.spawn_rate) == (9, 30.0),
    ),
    Row(
        ["u", See("Reader"), "tab", "tab", "7", "tab", "3", See("Buyer 7, Reader 3"), "enter"],
        ["users 9 → 10 (Buyer 7, Reader 3), 50 a second (you)"],
        lambda mark: mark.type == "users" and mark.per_class == {"Buyer": 7, "Reader": 3},
        "10/10",
    ),
    Row(["h"], ["stage 2: users 10 → 8"], kind("resume")),
    Row(["h"], ["HELD"], kind("hold")),
    Row(["p"], ["PAUSED"], kind("pause"), "0/0"),
    Row(["p"], ["goes on: users 0 → 8"], kind("unpause"), "8/8"),
]
VIEW = [
    Row(
        ["m", See("It is kept in the journal"), "pool is full", "enter"],
        ["note: pool is full (you)"],
        kind("note", "pool is full"),
    ),
    Row(["w"], ["window: step"]),
    Row(["w"], ["window: whole run"]),
    Row(["x"], ["window: since your mark"], kind("window")),
    Row(["/", See("words that rows must"), "buy", "enter"], ["1 of 3 match 'buy'"], gone="/read"),
    Row(["escape"], ["GET", "/read"], gone="match 'buy'"),
    Row(["o"], ["▴"]),
    Row(["down", "enter"], ["response times,"], back="q"),
    Row(["z"], ["throughput", "last 10 min"]),
    Row(["space"], ["FROZEN display: recording goes on"]),
    Row(["space"], gone="FROZEN display"),
    Row(["2"], ["/fail", "500"]),
    Row(["3"], ["no baseline"]),
    Row(
        ["b", See("Compare with"), "pinned.json", "enter"],
        ["baseline pinned: "],
        kind("baseline", "pinned.json"),
    ),
    Row(["B"], ["esc leaves everything as it is"], back="escape"),
    Row(["4"], ["rps/user"]),
    Row(["6"], ["process or user class"]),
    Row(["7"], ["Ramping to 8 users"]),
    Row(["8"], ["pool is full"]),
    Row(["1"], ["p95 trend"]),
    Row(["e"], ["into the folder"], back="escape"),
    Row(["?"], ["More users"], back="escape"),
]
WHO_STEERS = [
    Row(
        ["ctrl+p", See("Search"), "release", See("Release the controls"), "enter"],
        ["nobody has the controls now"],
        lambda mark: mark.type == "controls" and mark.new == 0,
    ),
    Row(["t"], ["took the controls"], lambda mark: mark.type == "controls" and mark.new == 1),
]
LEAVING = [
    Row(["d"], ["Leave the run running?"], back="escape"),
    Row(["q"], ["Load is on. Leave?"], back="escape"),
    Row(["s"], ["Stop the run?"], back="escape"),
    Row(["K"], ["Kill the generator?"], back="escape"),
]


def play(console: Console, live: Live, row: Row) -> None:
    """Use a key, and look for what became of it in the journal and on the screen."""
    before = live.read().last_seq
    there = console.line(*row.shows) if row.shows else ""
    assert not there, f"{row}: it is there already:\n{console.text}"
    assert row.gone in console.text, f"{row}: it is not there:\n{console.text}"
    for key in row.keys:
        if isinstance(key, See):
            console.wait_text(key)
        else:
            console.press(key)
    if row.record is not None:
        wait_command(console, live, before, row.record)
    if row.shows:
        console.wait_line(*row.shows)
    if row.tile:
        console.wait_tile("users", row.tile)
    if row.gone:
        console.wait_gone(row.gone)
    if row.back:
        console.leave(row.back, row.shows[0])


def wait_command(
    console: Console, live: Live, after: int, wanted: Callable[[Marked], object]
) -> None:
    """Wait for the operator's mark behind a record, and for the answer to the same command."""
    who = operator(os.environ)
    try:
        mark = live.wait_record(
            Marked, lambda mark: mark.seq > after and mark.who == who and wanted(mark)
        )
        live.wait_record(Acked, lambda acked: acked.command_id == mark.command_id)
    except AssertionError as error:
        found = [one for one in only(live.records, Marked) if one.seq > after]
        raise AssertionError(f"{error}, but {found}; it shows:\n{console.text}") from None


def test_every_key_does_what_it_says(lftui: Lftui, target: Target) -> None:
    lftui.script(SHOP)
    shutil.copy(REPOSITORY / "baseline.json", lftui.folder / "pinned.json")
    words = ["-f", "locustfile.py", "-H", target.url, "--shape", SHAPE, "-r", "50"]
    with console(lftui, *words, columns=120, lines=40) as one:
        live = one.start("RUNNING", "/fail")
        one.wait_tile("users", "4/4")
        rows = [*LOAD, *VIEW, *WHO_STEERS, *LEAVING]
        for row in rows:
            play(one, live, row)
        # What stays in the console has sent nothing: each answer is one to a row's command, or to
        # the taking of the controls at the beginning.
        commands = sum(row.record is not None for row in rows)
        assert len(only(live.records, Acked)) == commands + 1
        assert not only(live.records, Refused)
        stop_and_run_again(one, live)


def stop_and_run_again(one: Console, live: Live) -> None:
    """`s` ends the run in order, `q` leads to its report, `a` to Setup again; `K` kills."""
    one.press("s")
    one.wait_text("Stop the run?")
    one.press("y")
    wait_command(one, live, live.state.last_seq, kind("stop"))
    finished = live.wait_record(Finished)
    assert finished.reason == "stopped"
    one.wait_text("q opens the report")
    one.press("q")
    one.wait_text("again")
    one.press("a")
    again = one.start("RUNNING")
    assert again.folder != live.folder
    one.press("K")
    one.wait_text("Kill the generator?")
    one.press("y")
    assert again.wait_record(Finished).reason == "killed"
    one.wait_text("KILLED")
    for run in (live, again):
        read_journal(run.folder)
    one.press("q")
    one.wait_line("ended", "killed")
