"""Live runs from another terminal: `lftui attach`, `lftui note` and `lftui stop`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.closing_view import closing_lines
from lftui.display import Display
from lftui.judge.verdict import judge
from lftui.live_view import plan_of
from lftui.plan import PlanError, RunPlan
from lftui.records import Acked, Finished, Gap, Logged, Note, Refused, Resume, Stop
from lftui.runs.store import store_at
from lftui.supervisor.client import Connection
from lftui.supervisor.facts import operator
from lftui.supervisor.store import RunFolder


def attach(argv: list[str]) -> int:
    """Watch a live run until it ends or Ctrl-C; the run goes on without us."""
    parser = Arguments("attach", "watch a live run; Ctrl-C leaves it running")
    parser.add_argument("run", nargs="?", help="the run's id or the beginning of it")
    parser.add_argument("--resume", action="store_true", help="hand a held load back to its shape")
    parser.add_argument("--plain", action="store_true", help="lines instead of a display")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    folder = store_at(given.runs_dir).live(given.run)
    return asyncio.run(_watch(folder, given.plain, given.resume))


async def _watch(folder: RunFolder, plain: bool, resume: bool) -> int:
    connection = await Connection.to(folder.read().socket)
    display = Display(plain=plain)
    try:
        return await _show(connection, display, folder, resume)
    finally:
        display.drain()


async def _show(connection: Connection, display: Display, folder: RunFolder, resume: bool) -> int:
    watching = asyncio.create_task(_follow(connection, display, resume))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, watching.cancel)
    try:
        finished = await watching
    except asyncio.CancelledError:
        display.end()
        display.say(f"left; the run goes on: lftui attach {folder.id}")
        return exit_codes.PASS
    display.end()
    for line in closing_lines(connection.state, judge(connection.state), display.columns):
        display.result(line)
    if finished is None:
        display.error(_lost(folder))
        return exit_codes.BROKEN
    display.result(f"run {folder.id}: {finished.message or finished.reason}")
    return exit_codes.PASS


async def _follow(connection: Connection, display: Display, resume: bool) -> Finished | None:
    """Show the run; its last record, or None where the supervisor went without one."""
    begun = False
    async for record in connection.records():
        if not begun:
            begun = True
            plan = plan_of(connection.state)
            shown = RunPlan(shape_sentence=str(plan.get("shape_sentence", "")))
            display.begin(lambda: connection.state, shown)
            if resume:
                connection.send(Resume())
        if isinstance(record, Logged):
            display.log(record)
        elif isinstance(record, Refused):
            display.say(f"refused: {record.reason}")
        elif isinstance(record, Gap):
            display.say(f"{record.count} {record.what} were left out: {record.reason}")
        if connection.state.finished is not None:
            return connection.state.finished
    return None


def _lost(folder: RunFolder) -> str:
    return (
        "the run's supervisor is gone; its generator stops the load by itself within 2 s. "
        f"Everything up to its last second is kept: lftui report {folder.id}"
    )


def stop(argv: list[str]) -> int:
    """End a live run in order and wait until it is over."""
    parser = Arguments("stop", "end a live run in order: requests in flight, clean-up, exports")
    parser.add_argument("run", nargs="?", help="the run's id or the beginning of it")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    folder = store_at(given.runs_dir).live(given.run)
    return asyncio.run(_stop(folder))


async def _stop(folder: RunFolder) -> int:
    connection = await Connection.to(folder.read().socket)
    sent = connection.send(Stop(why="lftui stop"))
    async for record in connection.records():
        if isinstance(record, Refused) and record.command_id == sent:
            raise PlanError(f"the run was not stopped: {record.reason}")
        if isinstance(record, Acked) and record.command_id == sent:
            print("stopping…", file=sys.stderr)
        if connection.state.finished is not None:
            break
    finished = connection.state.finished
    if finished is None:
        print(f"lftui: {_lost(folder)}", file=sys.stderr)
        return exit_codes.BROKEN
    print(f"run {folder.id}: {finished.message or finished.reason}")
    return exit_codes.PASS


def note(argv: list[str]) -> int:
    """Write words into a live run's journal; any console may, with or without the controls."""
    parser = Arguments("note", "write a note into a live run: it stays in its journal and reports")
    parser.add_argument("text", help="the words, in quotes")
    parser.add_argument("--run", help="the run's id or the beginning of it")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    if not given.text.strip():
        raise PlanError("the note has no words")
    return asyncio.run(_note(store_at(given.runs_dir).live(given.run), given.text))


async def _note(folder: RunFolder, text: str) -> int:
    connection = await Connection.to(folder.read().socket)
    sent = connection.send(Note(text=text, who=operator(os.environ)))
    async for record in connection.records():
        if isinstance(record, Refused) and record.command_id == sent:
            raise PlanError(f"the note was not taken: {record.reason}")
        if isinstance(record, Acked) and record.command_id == sent:
            print(f"noted in {folder.id}")
            return exit_codes.PASS
    print(f"lftui: the run {folder.id} ended before the note was taken", file=sys.stderr)
    return exit_codes.BROKEN
