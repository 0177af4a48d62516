"""A locustfile that misbehaves: a clear record of it, a whole journal, and a run that can be ended."""

from __future__ import annotations

import signal

import pytest

from tests.runs.live import (
    Lftui,
    Live,
    Logged,
    exceptions,
    logs,
    only,
    text_of,
    wait_for,
)
from tests.runs.target import Target

VISITOR = """
    import os, sys, time
    from gevent.monkey import get_original
    from locust import FastHttpUser, constant, events, task

    {before}

    class Visitor(FastHttpUser):
        wait_time = constant(0.05)

        {first}

        @task
        def visit(self):
            self.client.get("/page")
            {then}
"""
LOOP = "while True: pass"
NATIVE_SLEEP = "get_original('time', 'sleep')(600)"


def visitor(before: str = "", first: str = "", then: str = "") -> str:
    """A locustfile with something put in before its class, into it, or into its task."""
    return VISITOR.format(before=before, first=first, then=then)


def line_of(text: str, what: str) -> int:
    """The number of the line that holds this."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if what in line)


def listener(event: str, what: str) -> str:
    """A listener of an event, in one line."""
    return f"events.{event}.add_listener(lambda **_: {what})"


def blocked_at(live: Live, where: str) -> None:
    """Wait for the word that the hub is blocked there."""
    live.wait_record(
        Logged, lambda log: log.source == "watchdog" and "blocked" in log.text and where in log.text
    )


# --- what it prints and raises ---------------------------------------------------------------------


def test_a_flood_of_prints_is_capped_and_counted(lftui: Lftui) -> None:
    flood = "[print('flood', n) for n in range(100_000)]; self.stop()"
    done = lftui.run(lftui.script(visitor(then=flood)), "-u 2 -r 2 -t 3s")
    assert done.code == 0, done.said
    assert done.finished.reason == "completed"
    lines = [log for log in only(done.records, Logged) if log.source == "stdout"]
    kept = [log for log in lines if log.text.startswith("flood ")]
    assert len(kept) + sum(log.dropped for log in lines) == 200_000
    assert len(kept) < 2_000
    assert done.folder is not None
    assert len(text_of(done.folder)) < 1_000_000
    assert (done.folder / "generator.log").stat().st_size < 500_000


def test_a_line_without_an_end_stays_bounded(lftui: Lftui) -> None:
    endless = "sys.stdout.write('x' * 3_000_000); self.stop()"
    done = lftui.run(lftui.script(visitor(then=endless)), "-u 1 -r 1 -t 2s")
    assert done.code == 0, done.said
    assert done.folder is not None
    assert len(text_of(done.folder)) < 100_000


RAISING = {
    "task": (visitor(then="raise ValueError('from a task')"), "from a task", 1),
    "on_start": (
        visitor(first="def on_start(self): raise ValueError('from on_start')"),
        "from on_start",
        1,
    ),
}


@pytest.mark.parametrize("where", RAISING)
def test_an_exception_is_recorded(lftui: Lftui, where: str) -> None:
    text, message, code = RAISING[where]
    done = lftui.run(lftui.script(text), "-u 2 -r 2 -t 2s")
    assert done.code == code, done.said
    assert done.finished.reason == "completed"
    found = exceptions(done.records)
    assert found.keys() == {message}
    assert found[message] >= 2
    traceback = next(iter(done.state.exceptions.values())).traceback
    assert "locustfile.py" in traceback


def test_a_listener_that_raises_hides_no_request(lftui: Lftui, target: Target) -> None:
    text = visitor(before=listener("request", "1 / 0"))
    done = lftui.run(lftui.script(text), "-u 2 -r 2 -t 2s")
    assert done.code == 2, done.said
    assert done.finished.reason == "completed"
    assert done.state.total.count == target.answered > 0
    said = [log.text for log in only(done.records, Logged) if log.level == "error"]
    assert any("ZeroDivisionError" in text for text in said)


def test_an_init_listener_that_raises_refuses_the_run(lftui: Lftui, target: Target) -> None:
    done = lftui.run(lftui.script(visitor(before=listener("init", "1 / 0"))), "-u 1 -t 5s")
    assert done.code in (1, 2), done.said
    assert done.finished.reason == "refused"
    assert "init" in done.finished.message
    assert any("ZeroDivisionError" in log.text for log in only(done.records, Logged))
    assert target.answered == 0


# --- how it ends the run itself --------------------------------------------------------------------

EXITING = {
    "task": visitor(then="sys.exit(3)"),
    "test_start": visitor(before=listener("test_start", "sys.exit(3)")),
    "listener": visitor(before=listener("request", "sys.exit(3)")),
}


@pytest.mark.parametrize("where", EXITING)
def test_sys_exit_ends_the_run_with_its_code(lftui: Lftui, where: str) -> None:
    done = lftui.run(lftui.script(EXITING[where]), "-u 1 -r 1 -t 30s")
    assert done.code == 3, done.said
    assert done.finished.reason == "quit_by_script"
    assert done.finished.script_exit_code == 3
    assert "sys.exit(3)" in done.finished.message


def test_sys_exit_at_import_names_its_line(lftui: Lftui) -> None:
    text = visitor(before="print('before the end'); sys.exit(3)")
    script = lftui.script(text)
    done = lftui.run(script, "-u 1 -t 30s")
    assert done.code == 3, done.said
    assert f"{script}:{line_of(script.read_text(), 'sys.exit')}" in done.err
    assert done.finished.reason == "refused"
    assert logs(done.records, "stdout") == ["before the end"]


def test_quit_in_a_task_ends_the_run_in_order(lftui: Lftui, target: Target) -> None:
    text = visitor(
        then="self.environment.runner.quit()",
        before=listener("quitting", "print('quitting fired')"),
    )
    done = lftui.run(lftui.script(text), "-u 1 -r 1 -t 30s")
    assert done.code == 0, done.said
    assert done.finished.reason == "quit_by_script"
    assert logs(done.records, "stdout") == ["quitting fired"]
    assert done.state.total.count == target.answered == 1


def test_a_generator_that_exits_behind_our_back_is_lost(lftui: Lftui) -> None:
    done = lftui.run(lftui.script(visitor(then="time.sleep(1.2); os._exit(7)")), "-u 1 -t 30s")
    assert done.code == 4, done.said
    assert done.finished.reason == "generator_lost"
    assert "status 7" in done.finished.message
    assert done.state.total.count >= 1


# --- a blocked hub ---------------------------------------------------------------------------------

BLOCKING = {
    "task": visitor(then=LOOP),
    "listener": visitor(
        before=f"def block(**_):\n        {LOOP}\n    events.request.add_listener(block)"
    ),
    "on_start": visitor(first=f"def on_start(self):\n            {LOOP}"),
}


@pytest.mark.parametrize("where", BLOCKING)
def test_a_loop_is_named_and_broken_by_a_stop(lftui: Lftui, where: str) -> None:
    script = lftui.script(BLOCKING[where])
    live = lftui.begin(script, "-u 2 -r 2 -t 60s")
    blocked_at(live, f"{script}:{line_of(script.read_text(), LOOP)}")
    stopped = lftui.command("stop")
    assert stopped.code == 0, stopped.said
    done = live.wait()
    assert done.finished.reason == "stopped", done.said
    assert done.finished.message == "lftui stop"


def test_ctrl_c_ends_a_loop(lftui: Lftui) -> None:
    live = lftui.begin(lftui.script(visitor(then=LOOP)), "-u 2 -r 2 -t 60s --summary s.json")
    blocked_at(live, "in visit")
    live.signal(signal.SIGINT)
    done = live.wait()
    assert done.code == 130, done.said
    assert done.finished.reason == "interrupted"
    assert done.state.total.count == 2


def test_the_planned_end_ends_a_loop(lftui: Lftui) -> None:
    """Nobody is there to stop it where a build server runs it."""
    done = lftui.run(lftui.script(visitor(then=LOOP)), "-u 1 -r 1 -t 2s")
    assert done.finished.reason in ("completed", "stopped", "killed"), done.said
    assert any("blocked" in text for text in logs(done.records, "watchdog"))


@pytest.mark.parametrize("event", ["test_stop", "quitting"])
def test_a_loop_while_it_stops_is_broken(lftui: Lftui, event: str) -> None:
    text = visitor(
        before=f"def block(**_):\n        {LOOP}\n    events.{event}.add_listener(block)"
    )
    done = lftui.run(lftui.script(text), "-u 1 -r 1 -t 1s")
    assert done.finished.reason == "completed", done.said


WAITING = {
    "native sleep": NATIVE_SLEEP,
    "lock held": "__import__('re').match('(a+)+$', 'a' * 60 + 'b')",
}


@pytest.mark.parametrize("how", WAITING)
def test_a_second_ctrl_c_ends_what_no_exception_can_break(
    lftui: Lftui, target: Target, how: str
) -> None:
    live = lftui.begin(lftui.script(visitor(then=WAITING[how])), "-u 1 -r 1 -t 60s")
    generator = live.generator
    wait_for(lambda: target.answered, "the first request")
    live.signal(signal.SIGINT)
    wait_for(lambda: "Ctrl-C again" in live.err, "the word that a second Ctrl-C kills")
    live.signal(signal.SIGINT)
    done = live.wait()
    assert done.code == 130, done.said
    assert done.finished.reason == "killed"
    assert not generator.is_running()


def test_the_supervisor_ends_what_does_not_answer_a_stop(lftui: Lftui) -> None:
    """Takes as long as a silent generator is waited for."""
    live = lftui.begin(lftui.script(visitor(then=NATIVE_SLEEP)), "-u 1 -r 1 -t 60s")
    blocked_at(live, "in visit")
    stopped = lftui.command("stop")
    assert "did not answer" in stopped.out, stopped.said
    done = live.wait()
    assert done.code == 4, done.said
    assert done.finished.reason == "killed"


# --- an import that does not end -------------------------------------------------------------------

IMPORTS = {
    "sleep": "time.sleep(600)",
    "native sleep": NATIVE_SLEEP,
    "loop": LOOP,
}


@pytest.mark.parametrize("how", IMPORTS)
def test_an_import_that_does_not_end_is_given_up(lftui: Lftui, how: str) -> None:
    script = lftui.script(visitor(before=IMPORTS[how]))
    # Locust's own import is in it: on a slow machine that alone takes 2 s.
    done = lftui.run(script, "-u 1 -t 5s --load-timeout 6s")
    assert done.code == 2, done.said
    assert "not imported within 6 s" in done.err
    assert f"{script}:{line_of(script.read_text(), IMPORTS[how])}" in done.err
    assert "Traceback" not in done.err


def test_ctrl_c_ends_an_import(lftui: Lftui) -> None:
    script = lftui.script(visitor(before=f"open('importing', 'w').close(); {NATIVE_SLEEP}"))
    process = lftui.spawn(script, "-u 1 -t 5s")
    wait_for((lftui.folder / "importing").exists, "the import")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
