"""The pseudo-terminal behind the console's benchmarks."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from benchmarks.console_terminal import COLUMNS, LINES, cpu_s, peak, terminal
from benchmarks.processes import BenchError

_ECHO = (
    "import os, sys; size = os.get_terminal_size(0); "
    "print(f'{size.columns}x{size.lines} {os.environ.get(\"COLORTERM\")}', flush=True); "
    "sys.stdin.readline(); print('heard', flush=True); sys.stdin.readline()"
)


def test_a_terminal_has_its_size_and_hears_keys_and_the_end(tmp_path: Path) -> None:
    with terminal([sys.executable, "-c", _ECHO], tmp_path) as term:
        seen = term.wait_for(re.compile(rb"%dx%d None" % (COLUMNS, LINES)), 20, since_start=True)
        assert seen >= term.began
        pressed = term.type(b"\n")
        assert term.wait_for(re.compile(rb"heard\r\n"), 20) >= pressed
        assert term.wait_text("heard") >= pressed
        assert term.count >= len("120x40 None\r\n\r\nheard\r\n")
        pressed = term.type(b"\n")
        assert term.wait_end() >= pressed


def test_only_what_comes_after_a_key_is_its_answer(tmp_path: Path) -> None:
    with terminal([sys.executable, "-c", _ECHO], tmp_path) as term:
        term.wait_for(re.compile(b"None"), 20, since_start=True)
        term.type(b"\n")
        term.wait_for(re.compile(b"heard"), 20)
        with pytest.raises(BenchError, match="did not come"):
            term.wait_for(re.compile(b"None"), 0.0)


def test_cost_and_memory_of_a_process_are_those_of_the_kernel() -> None:
    times = os.times()
    assert cpu_s(os.getpid()) == pytest.approx(times.user + times.system, abs=0.5)
    assert 1_000_000 < peak(os.getpid()) < 10_000_000_000
