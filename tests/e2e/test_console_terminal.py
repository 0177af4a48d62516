"""The console and the terminal it is drawn on: signals, hang-ups, stalls, crashes, jobs.

Each test ends with the right exit status and with a terminal that is as it was before.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.e2e.terminal import Terminal, terminal
from tests.runs.live import LFTUI, REPOSITORY, wait_for

RUN = "20261123-ab"
PROBE = """
import os, sys
from pathlib import Path
from lftui.console import show
from lftui.tty.capabilities import capabilities

def make():
    from textual.widgets import Static
    from lftui.screens.robust import Robust

    class Probe(Robust):
        BINDINGS = [("q", "bye"), ("k", "key")]
        ticks = keys = busy = 0

        def compose(self):
            yield Static("", id="clock", markup=False)

        def on_mount(self):
            self.run_goes_on({run!r})
            self.set_interval({every_s}, self.tick)

        def tick(self):
            self.busy = self.busy + 1 if self.terminal_busy else 0
            if self.busy == 20:
                Path("stalled").touch()
            if not self.busy:
                self.draw()

        def draw(self):
            self.ticks += 1
            width, height = self.size
            text = f"keys {{self.keys}} size {{width}}x{{height}}. tick {{self.ticks}}"
            rows = [chr(97 + (self.ticks + row) % 26) * width for row in range(height - 2)]
            self.query_one("#clock").update("\\n".join([text, *(rows if {large} else [])]))

        def on_unmount(self):
            Path("left in order").touch()

        def action_key(self):
            self.keys += 1
            self.draw()
            Path("keys").write_text(str(self.keys))

        def action_bye(self):
            self.exit(return_code=0)

    return Probe(), True

sys.exit(show(make, capabilities(os.environ), {stalled_s}))
"""


def probe(every_s: float = 0.5, large: bool = False, stalled_s: float = 30.0) -> list[str]:
    """The command of a console that counts, with all that surrounds the real one."""
    text = PROBE.format(run=RUN, every_s=every_s, large=large, stalled_s=stalled_s)
    return [sys.executable, "-P", "-c", text]


def environment(**more: str) -> dict[str, str]:
    """An environment without options of ours."""
    ours = ("LOCUST_", "LFTUI_", "TEXTUAL_", "NO_COLOR", "COLORTERM", "SSH_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    given = {"PYTHONPATH": str(REPOSITORY), "LANG": "C.UTF-8", "SHOP_TOKEN": "t0k3n-s3cr3t"}
    return kept | given | more


@contextlib.contextmanager
def console(
    folder: Path, words: list[str] | None = None, shown: str = "tick", **more: str
) -> Iterator[Terminal]:
    """A console that has drawn."""
    with terminal(100, 30) as screen:
        screen.start(words or probe(), folder, environment(**more))
        screen.wait_text(shown)
        yield screen


def pid_of(screen: Terminal) -> int:
    """The guardian's process, which is the one that everybody knows."""
    assert screen.process is not None
    return screen.process.pid


def drawing(screen: Terminal) -> psutil.Process:
    """The process that draws."""
    [child] = psutil.Process(pid_of(screen)).children()
    return child


def gone(process: psutil.Process) -> bool:
    """Whether a process has ended, reaped or not."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


# --- signals ---------------------------------------------------------------------------------------


def test_signals_end_it_with_their_status_and_a_sane_terminal(tmp_path: Path) -> None:
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
    with contextlib.ExitStack() as stack:
        screens = [stack.enter_context(terminal(100, 30)) for _ in numbers]
        for screen in screens:
            screen.start(probe(), tmp_path, environment())
        for screen, number in zip(screens, numbers, strict=True):
            screen.wait_text("tick")
            assert {1049, 1000, 1003, 2004, 1004} <= screen.modes_on
            assert screen.keyboards == 1
            os.kill(pid_of(screen), number)
        for screen, number in zip(screens, numbers, strict=True):
            assert screen.wait() == 128 + number
            screen.assert_sane()
            assert f"the run goes on: lftui attach {RUN}" in screen.text


def test_a_killed_console_is_tidied_up_after(tmp_path: Path) -> None:
    with console(tmp_path) as screen:
        drawing(screen).kill()
        assert screen.wait() == 137
        screen.assert_sane()
        assert "the console was killed (SIGKILL)" in screen.text
        assert f"lftui attach {RUN}" in screen.text


def test_without_its_guardian_the_console_leaves(tmp_path: Path) -> None:
    # As in a script: the guardian is not the session's leader, whose end the kernel would tell.
    words = ["sh", "-c", '"$0" "$@"; echo status $?; read line', *probe()]
    with console(tmp_path, words) as screen:
        [guardian] = psutil.Process(pid_of(screen)).children()
        [drawer] = guardian.children()
        guardian.kill()
        screen.wait_text("status 137")
        wait_for(lambda: gone(drawer), "the end of the console")
        wait_for(lambda: 1049 not in screen.modes_on, "the main screen")
        screen.type(b"\r")
        assert screen.wait() == 0
        screen.assert_sane()


# --- the real application --------------------------------------------------------------------------

LOCUSTFILE = """
from locust import HttpUser, task

class Visitor(HttpUser):
    @task
    def visit(self):
        self.client.get("/")
"""
FAILING = """
import os, sys
from pathlib import Path
from lftui.console import show
from lftui.tty.capabilities import capabilities

def make():
    import lftui.app
    from lftui.opening import Opening
    from lftui.services.hub import Services
    from textual.binding import Binding

    class Failing(lftui.app.LftuiApp):
        CSS_PATH = Path(lftui.app.__file__).with_name("app.tcss")
        BINDINGS = [Binding("f12", "crash", priority=True)]

        def action_crash(self):
            self.run_goes_on({run!r})
            header = "l0cal-" + "s3cr3t"
            raise RuntimeError("the console broke", os.environ["SHOP_TOKEN"], len(header))

    return Failing(Opening(), Services(Path.cwd())), True

sys.exit(show(make, capabilities(os.environ)))
"""


def in_setup(folder: Path) -> dict[str, str]:
    """A folder with one scenario, and the environment to open it in."""
    (folder / "locustfile.py").write_text(LOCUSTFILE, encoding="utf-8")
    return environment(LFTUI_RUNS_DIR=str(folder / "runs"), HOME=str(folder))


def test_setup_ends_on_a_signal_and_takes_along_what_it_has_started(tmp_path: Path) -> None:
    given = in_setup(tmp_path)
    with terminal(100, 30) as screen:
        screen.start([*LFTUI, "-f", "locustfile.py"], tmp_path, given)
        screen.wait_text("locustfile")
        started = drawing(screen).children(recursive=True)
        os.kill(pid_of(screen), signal.SIGTERM)
        assert screen.wait() == 143
        screen.assert_sane()
        assert "goes on" not in screen.text
        for process in started:
            wait_for(partial(gone, process), f"the end of {process}")


def test_a_crash_of_the_application_has_a_status_and_no_locals(tmp_path: Path) -> None:
    words = [sys.executable, "-P", "-c", FAILING.format(run=RUN)]
    with terminal(100, 30) as screen:
        screen.start(words, tmp_path, in_setup(tmp_path))
        screen.wait_text("locustfile")
        screen.type(b"\x1b[24~")
        assert screen.wait() == 4
        assert_few_words(screen, "the console broke")


def assert_few_words(screen: Terminal, what: str) -> None:
    """What a crash leaves: where, what, how to go on; no locals, no secrets, no bell."""
    screen.assert_sane()
    assert "RuntimeError" in screen.text
    assert what in screen.text
    assert f"the run goes on: lftui attach {RUN}" in screen.text
    assert b"s3cr3t" not in screen.raw
    assert b"\x07" not in screen.raw


# --- terminals that go away ------------------------------------------------------------------------


@pytest.mark.parametrize("ignored", [False, True], ids=["default", "nohup"])
def test_a_hang_up_ends_it(tmp_path: Path, ignored: bool) -> None:
    words = ["sh", "-c", 'trap \'\' HUP; exec "$0" "$@"', *probe()] if ignored else probe()
    with console(tmp_path, words) as screen:
        drawer = drawing(screen)
        screen.hang_up()
        assert screen.process is not None
        assert screen.process.wait(30) == 129
        assert gone(drawer)


def test_a_stalled_link_does_not_stop_the_console_from_leaving(tmp_path: Path) -> None:
    with console(tmp_path, probe(0.02, large=True)) as screen:
        screen.stall()
        wait_for((tmp_path / "stalled").exists, "a link that takes nothing")
        os.kill(pid_of(screen), signal.SIGTERM)
        assert screen.process is not None
        assert screen.process.wait(30) == 143
        assert (tmp_path / "left in order").exists(), "its time was up"
        screen.read_on()
        assert screen.wait() == 143
        screen.assert_sane()


def test_a_link_that_stays_stalled_counts_as_gone(tmp_path: Path) -> None:
    with console(tmp_path, probe(0.02, large=True, stalled_s=0.5)) as screen:
        screen.stall()
        assert screen.process is not None
        assert screen.process.wait(30) == 129
        screen.read_on()
        assert screen.wait() == 129
        screen.assert_sane()


def answered(answers: Path, pressed: int) -> bool:
    """Whether the console has noted so many keys."""
    return answers.exists() and answers.read_text() == str(pressed)


def test_keys_on_a_stalled_link_do_not_stop_the_loop_and_all_is_drawn_later(
    tmp_path: Path,
) -> None:
    with console(tmp_path, probe(0.02, large=True)) as screen:
        screen.stall()
        wait_for((tmp_path / "stalled").exists, "a link that takes nothing")
        answers = tmp_path / "keys"
        for pressed in range(1, 61):
            screen.type(b"k")
            wait_for(partial(answered, answers, pressed), "an answer to the key")
        screen.read_on()
        screen.wait_text("keys 60")
        screen.type(b"q")
        assert screen.wait() == 0
        screen.assert_sane()


# --- size and jobs ----------------------------------------------------------------------------------


def test_two_hundred_sizes_later_it_draws_the_last_one(tmp_path: Path) -> None:
    # With standard output piped and a size in the environment: neither is the terminal's.
    words = ["sh", "-c", '"$0" "$@" | cat; echo', *probe(large=True)]
    with console(tmp_path, words, "size 100x30", COLUMNS="50", LINES="7") as screen:
        for step in range(200):
            screen.resize(20 + step % 90, 5 + step % 40)
        screen.resize(1, 1)
        screen.resize(90, 25)
        screen.wait_text("size 90x25")
        screen.type(b"q")
        assert screen.wait() == 0
        screen.assert_sane()


def test_it_stops_for_the_shell_and_comes_back(tmp_path: Path) -> None:
    words = ["bash", "--norc", "--noprofile", "-i"]
    with terminal(100, 30) as screen:
        screen.start(words, tmp_path, environment(PS1="shell> ", HISTFILE=""))
        screen.wait_text("shell>")
        (tmp_path / "probe.py").write_text(probe()[-1], encoding="utf-8")
        # A shell of its own between them, as with `make demo`: it has to stop as well.
        screen.type(f"sh -c '{sys.executable} -P probe.py; exit $?'\r".encode())
        screen.wait_text("tick")
        stop_and_come_back(screen, "fg")
        # In the background it has no terminal to draw on: it stands still, and waits for `fg`.
        stop_and_come_back(screen, "bg", "fg")
        seen = len(screen.raw)
        screen.type(b"q")
        wait_for(lambda: b"shell>" in screen.raw[seen:], "the prompt")
        screen.type(b"echo status=$?; exit\r")
        screen.wait_text("status=0")
        assert screen.wait() == 0
        screen.assert_sane()


def stop_and_come_back(screen: Terminal, *commands: str) -> None:
    """Press Ctrl-Z, give the shell these commands, and be back on the console's screen."""
    prompts = screen.raw.count(b"shell>")
    screen.type(b"\x1a")
    for number, command in enumerate(commands, 1):
        wait_for(lambda: screen.raw.count(b"shell>") >= prompts + number, "the prompt")  # noqa: B023
        assert not {1049, 1000, 1003, 1004} & screen.modes_on, command
        assert screen.keyboards == 0
        seen = len(screen.raw)
        screen.type(f"{command}\r".encode())
    wait_for(lambda: 1049 in screen.modes_on, "the console")
    wait_for(lambda: b"size 100x30" in screen.raw[seen:], "its whole screen")


def test_without_a_shell_it_does_not_stop_for_ever(tmp_path: Path) -> None:
    with console(tmp_path) as screen:
        screen.type(b"\x1a")
        screen.wait_text("nothing could bring it back")
        os.kill(drawing(screen).pid, signal.SIGTSTP)
        screen.type(b"q")
        assert screen.wait() == 0
        screen.assert_sane()


# --- where there is no console ---------------------------------------------------------------------


def lftui(folder: Path, *words: str, **more: str) -> tuple[int, str]:
    """`lftui` without a terminal; its exit status and what it says."""
    done = subprocess.run(
        [*LFTUI, *words],
        cwd=folder,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def test_without_a_terminal_nothing_is_run(tmp_path: Path) -> None:
    code, said = lftui(tmp_path, "-f", "locustfile.py", "-u", "1")
    assert code == 2
    assert len(said.splitlines()) == 1
    assert "needs a terminal" in said
    assert "--headless" in said


def test_a_dumb_terminal_gets_the_headless_display_and_the_reason(tmp_path: Path) -> None:
    words = [*LFTUI, "-f", "missing.py", "-H", "http://127.0.0.1:9"]
    with terminal() as screen:
        screen.start(words, tmp_path, environment(), term="dumb")
        assert screen.wait() == 2
        assert "TERM=dumb" in screen.text
        assert "headless" in screen.text
        assert "missing.py" in screen.text
        assert b"\x1b[?" not in screen.raw
        screen.assert_sane()
