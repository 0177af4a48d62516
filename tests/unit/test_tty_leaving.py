"""The guardian, the way out on a signal, and the last words."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lftui.tty.crash import crash_text
from lftui.tty.modes import Modes
from lftui.tty.notice import NOTICE, Notice, goes_on
from lftui.tty.signals import Leaving

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 30.0


def guarded(body: str) -> tuple[subprocess.Popen[str], int]:
    """A guardian whose console does this, and the other end of its pseudo-terminal."""
    program = f"""
import os, signal, sys, time
from lftui.tty.guardian import guard
from lftui.tty.notice import NOTICE

def console(modes):
    {body.strip().replace(chr(10), chr(10) + "    ")}

sys.exit(guard(console))
"""
    master, slave = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", program],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    finally:
        os.close(slave)
    return process, master


def ended(body: str) -> tuple[int, str, str]:
    """Exit status and both streams of such a process."""
    process, master = guarded(body)
    out, err = process.communicate(timeout=WAIT_S)
    os.close(master)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("return 0", 0),
        ("return 3", 3),
        ("sys.exit(5)", 5),
        ("raise KeyboardInterrupt", 130),
        ("os.kill(os.getpid(), signal.SIGKILL)", 137),
        ("os.kill(os.getpid(), signal.SIGSEGV)", 139),
        ("raise ValueError('it broke')", 4),
    ],
)
def test_the_exit_status_is_the_consoles(body: str, code: int) -> None:
    assert ended(body)[0] == code


def test_a_killed_console_leaves_a_sentence_and_the_run_to_come_back_to() -> None:
    _, out, err = ended("NOTICE.run = '20261123-ab'\nos.kill(os.getpid(), signal.SIGKILL)")
    assert err == (
        "lftui: the console was killed (SIGKILL); the run goes on: lftui attach 20261123-ab\n"
    )
    assert out == ""


def test_what_the_console_has_printed_is_not_lost_and_not_said_twice() -> None:
    _, out, err = ended("print('once')\nreturn 0")
    assert (out, err) == ("once\n", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT])
def test_a_signal_to_the_guardian_is_one_to_the_console(number: signal.Signals) -> None:
    process, master = guarded(
        f"""
got = []
signal.signal({int(number)}, lambda *_: got.append(1))
print("ready", flush=True)
while not got: time.sleep(0.01)
return 77
"""
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert process.wait(WAIT_S) == 77
    process.communicate()
    os.close(master)


def test_the_guardian_imports_nothing_heavy() -> None:
    program = (
        "import sys; before = set(sys.modules); import lftui.console;"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=WAIT_S,
    )
    heavy = {"textual", "rich", "pydantic", "httpx", "asyncio", "argparse", "psutil", "locust"}
    assert not heavy & set(done.stdout.split())


# --- leaving ---------------------------------------------------------------------------------------


def leaving(
    asked: list[int], left: list[int], there: bool = True, after_s: float = 60.0
) -> Leaving:
    """The way out, with an application that notes what it is asked and does nothing."""
    read, write = os.pipe()
    modes = Modes(write)
    os.close(read)
    os.close(write)

    def ask(code: int) -> bool:
        asked.append(code)
        return there

    return Leaving(modes, ask, deadline_s=after_s, last=left.append)


def test_the_application_is_asked_once() -> None:
    asked: list[int] = []
    way_out = leaving(asked, [])
    way_out.leave(143)
    way_out.leave(129)
    assert asked == [143]
    assert way_out.code == 143


def test_who_does_not_leave_in_time_is_left() -> None:
    done = threading.Event()
    left: list[int] = []

    class Left(list[int]):
        def append(self, code: int) -> None:
            left.append(code)
            done.set()

    leaving([], Left(), after_s=0.0).leave(143)
    assert done.wait(WAIT_S)
    assert left == [143]


def test_where_there_is_nobody_to_ask_the_process_ends_at_once() -> None:
    left: list[int] = []
    leaving([], left, there=False).terminal_gone("the terminal hung up")
    assert left == [129]


def test_a_hang_up_that_is_ignored_stays_so() -> None:
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
    before = {number: signal.getsignal(number) for number in numbers}
    asked: list[int] = []
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        leaving(asked, []).handle_signals()
        os.kill(os.getpid(), signal.SIGHUP)
        assert asked == []
        os.kill(os.getpid(), signal.SIGTERM)
        assert asked == [143]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# --- last words ------------------------------------------------------------------------------------


def test_the_page_holds_a_name_of_any_length_and_kind() -> None:
    page = Notice()
    assert (page.run, page.drawing) == ("", False)
    page.drawing = True
    page.run = "ü" * 1000
    assert page.run.startswith("ü" * 200)
    page.run = "short"
    assert page.run == "short"
    page.run = ""
    assert (page.run, page.drawing) == ("", True)


def test_a_crash_is_told_without_locals_and_without_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "s3cr3t-t0k3n-v4lu3")

    def fail(token: str, depth: int = 20) -> None:
        private = token[::-1]
        if depth:
            fail(token, depth - 1)
        raise ValueError(f"with {token} \x1b]0;PWNED\x07", len(private))

    with pytest.raises(ValueError, match="with") as caught:
        fail(os.environ["SHOP_TOKEN"])
    try:
        NOTICE.run = "20261123-ab"
        text = crash_text(caught.value)
        assert goes_on() in text
    finally:
        NOTICE.run = ""
    assert "ValueError: ('with ***" in text
    assert "s3cr3t" not in text
    assert "3ul4v" not in text, "the value of a local"
    assert "len(private)" in text, "the line of source"
    assert "\x1b" not in text
    assert len(text.splitlines()) < 40
    assert "the run goes on: lftui attach 20261123-ab" in text
    assert "goes on" not in crash_text(caught.value)
