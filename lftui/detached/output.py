"""Where a process without a terminal says what it has to say."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from lftui.records import Level
from lftui.supervisor.log_file import append_log
from lftui.supervisor.store import RunFolder

SUPERVISOR_LOG = "supervisor.log"


def log(folder: RunFolder, level: Level, text: str) -> None:
    """A line in the run's log: after its last record the journal takes no more."""
    append_log(folder.path, level, text)


def keep_output(folder: RunFolder) -> None:
    """From now on what this process prints, such as a traceback, goes to a file of the run."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    try:
        file = os.open(folder.path / SUPERVISOR_LOG, flags, 0o600)
    except OSError:
        file = os.open(os.devnull, os.O_WRONLY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    os.close(nothing)


def drop_empty(path: Path) -> None:
    """Remove a log in which nothing stands."""
    with contextlib.suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()
