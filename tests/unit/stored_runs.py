"""Stored runs made cheaply: `run.json` by its own writer, and a journal of a few bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from lftui.supervisor.store import RunFile, RunFolder, started_at

AT = 1_700_000_000.0
DAY = 86_400.0
HOST = "http://127.0.0.1:8000"


def facts(**changed: Any) -> dict[str, Any]:
    """The figures of a run that has ended."""
    return {
        "duration_s": 60.0,
        "users_max": 10,
        "requests": 6000,
        "failures": 6,
        "rps": 100.0,
        "p95_ms": 200.0,
        "error_ratio": 0.001,
        "verdict": "pass",
    } | changed


def store_run(runs: Path, name: str, *, journal: bytes = b"x" * 100, **changed: Any) -> RunFolder:
    """A finished run in the runs directory."""
    folder = RunFolder(runs / name)
    folder.path.mkdir(parents=True)
    folder.journal.write_bytes(journal)
    fields: dict[str, Any] = {
        "started_at": AT,
        "ended_at": AT + 60,
        "scenario": "locustfiles/main.py",
        "host": HOST,
        "operator": "ann",
        "facts": facts(),
    }
    folder.write(RunFile(id=name, **fields | changed))
    return folder


def store_live_run(runs: Path, name: str, **changed: Any) -> RunFolder:
    """A run whose supervisor is this very process."""
    me = {"pid": os.getpid(), "pid_started": started_at(os.getpid())}
    return store_run(runs, name, ended_at=None, facts={}, **me, **changed)
