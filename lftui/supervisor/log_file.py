"""`generator.log`: the log records as plain lines, for grep and tail."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from lftui.records import Level, Logged

GENERATOR_LOG = "generator.log"


def log_line(record: Logged) -> bytes:
    """`2026-11-23 09:12:33 ERROR locust.runners: text`; later lines of a text are indented."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.wall))
    text = record.text.replace("\n", "\n    ")
    left_out = f" ({record.dropped} lines before this were left out)" if record.dropped else ""
    return f"{stamp} {record.level.upper()} {record.source}: {text}{left_out}\n".encode()


def append_log(folder: Path, level: Level, text: str) -> None:
    """Write a line of the supervisor's own into a run's log: after its last record the journal
    takes no more. Where the disk does not take it either, there is none."""
    line = log_line(Logged(wall=time.time(), source="supervisor", level=level, text=text))
    with contextlib.suppress(OSError), (folder / GENERATOR_LOG).open("ab") as file:
        file.write(line)
