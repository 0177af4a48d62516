"""Writing to a terminal that is slow, stuck or gone, and putting one back as it was."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import termios
import threading
import tty
from collections.abc import Iterator

import pytest

from lftui.tty.modes import RESTORE, Modes, open_again, write_now
from lftui.tty.output import CUT_END, Output
from lftui.tty.watch import Progress, Watch

WAIT_S = 30.0


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """The two ends of a pseudo-terminal without line mode: what reads, and what is written to."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, slave
    for fd in (master, slave):
        with contextlib.suppress(OSError):
            os.close(fd)


def read_all(master: int) -> bytes:
    """What can be read at once."""
    data = b""
    while select.select([master], [], [], 0.05)[0]:
        data += os.read(master, 65536)
    return data


def fill(slave: int) -> None:
    """Write until the terminal takes no more, or next to nothing."""
    own = open_again(slave)
    assert own is not None
    with contextlib.suppress(BlockingIOError):
        while os.write(own, b"x" * 4096):
            continue
    os.close(own)


def test_a_terminal_is_opened_again_without_touching_the_shared_descriptor(
    ends: tuple[int, int],
) -> None:
    own = open_again(ends[1])
    assert own is not None
    assert not os.get_blocking(own)
    assert os.get_blocking(ends[1])
    os.close(own)


def test_what_is_flushed_arrives_in_order(ends: tuple[int, int]) -> None:
    output = Output(ends[1])
    for text in ("one ", "two ", "⣀"):
        output.write(text)
    output.flush()
    assert read_all(ends[0]) == "one two ⣀".encode()
    assert (output.waiting, output.taken, output.dropped) == (0, 11, False)
    output.close()


def test_a_slow_terminal_gets_everything(ends: tuple[int, int]) -> None:
    output = Output(ends[1])
    output.write("y" * 300_000)
    writing = threading.Thread(target=output.flush)
    writing.start()
    data = b""
    while len(data) < 300_000:
        data += os.read(ends[0], 4096)
    writing.join(WAIT_S)
    assert not writing.is_alive()
    assert not output.dropped


def test_a_stuck_terminal_can_be_given_up_from_another_thread(ends: tuple[int, int]) -> None:
    output = Output(ends[1])
    fill(ends[1])
    output.write("z" * 1_000_000)
    writing = threading.Thread(target=output.flush)
    writing.start()
    output.give_up_after(0.0)
    writing.join(WAIT_S)
    assert not writing.is_alive()
    assert output.dropped
    assert read_all(ends[0]).count(b"z") == output.taken < 1_000_000


def test_a_lost_terminal_is_noticed_and_not_waited_for(ends: tuple[int, int]) -> None:
    output = Output(ends[1])
    os.close(ends[0])
    output.write("nobody reads this")
    output.flush()
    assert output.gone
    assert output.dropped


def test_a_word_finds_room_on_a_stuck_terminal_where_it_may_make_some(
    ends: tuple[int, int],
) -> None:
    fill(ends[1])
    assert not write_now(ends[1], b"LAST" * 250_000, patience_s=0.0)
    assert write_now(ends[1], RESTORE, make_room=True)
    assert read_all(ends[0]).endswith(RESTORE)


def test_words_to_a_lost_terminal_do_no_harm(ends: tuple[int, int]) -> None:
    modes = Modes(ends[1])
    os.close(ends[0])
    assert not write_now(ends[1], b"LAST")
    modes.restore()


def test_modes_are_put_back_and_keys_for_the_console_thrown_away(ends: tuple[int, int]) -> None:
    before = termios.tcgetattr(ends[1])
    modes = Modes(ends[1])
    changed = termios.tcgetattr(ends[1])
    changed[3] |= termios.ECHO
    changed[1] |= termios.OPOST
    termios.tcsetattr(ends[1], termios.TCSANOW, changed)
    os.write(ends[0], b"\x1b[<0;10;10M")
    modes.restore()
    assert termios.tcgetattr(ends[1]) == before
    assert not select.select([ends[1]], [], [], 0)[0]
    assert read_all(ends[0]).endswith(RESTORE)


def test_nothing_is_kept_of_what_is_no_terminal() -> None:
    read, write = os.pipe()
    Modes(write).restore(escapes=False)
    assert not select.select([read], [], [], 0)[0]
    os.close(read)
    os.close(write)


def test_a_terminal_stalls_only_while_somebody_looks() -> None:
    progress = Progress()
    assert progress.look(0.0, 100, 50) == 0
    assert progress.look(0.5, 100, 50) == 0.5
    assert progress.look(1.0, 100, 50) == 1.0
    assert progress.look(3600.0, 100, 50) == 2.0, "the process was stopped meanwhile"
    assert progress.look(3600.5, 90, 60) == 0, "it has taken some of it"
    assert progress.look(3601.0, 90, 60) == 0.5
    assert progress.look(3601.5, 0, 60) == 0, "nothing waits for it"


@pytest.mark.parametrize("what", ["hung up", "killed", "taken no output"])
def test_the_watch_tells_what_has_gone(ends: tuple[int, int], what: str) -> None:
    told: list[str] = []
    gone = threading.Event()

    def tell(words: str) -> None:
        told.append(words)
        gone.set()

    parent = -1 if what == "killed" else None
    stalled_s = 0.0 if what == "taken no output" else 1e9
    Watch(ends[1], lambda: (0, 0), tell, parent, stalled_s).start()
    if what == "hung up":
        os.close(ends[0])
    assert gone.wait(WAIT_S)
    assert what in told[0]


def test_what_is_cut_never_arrives_and_what_follows_does(ends: tuple[int, int]) -> None:
    """The operator leaves: the frames in between are for nobody."""
    master, slave = ends
    output = Output(slave)
    output.write("frame")
    output.cut()
    output.write("another frame")
    output.flush()
    output.write(CUT_END)
    output.write("restored")
    output.flush()
    assert os.read(master, 1000) == b"restored"
    assert not output.dropped
    output.close()
