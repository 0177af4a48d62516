"""Stored runs for tests, as the supervisor leaves them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lftui.records import encode
from lftui.supervisor.glance import glance
from lftui.supervisor.store import RUN_FILE, RunFile, RunFolder
from tests.unit.strategies import WALL, Play


def shelve(runs: Path, name: str, play: Play, *, ended: bool = True) -> RunFolder:
    """Write a played run into the runs directory."""
    folder = RunFolder(runs / name)
    folder.path.mkdir(parents=True)
    folder.journal.write_bytes(b"".join(encode(record) for record in play.records))
    run = RunFile(
        id=name,
        started_at=WALL,
        ended_at=WALL + 60 if ended else None,
        scenario="locustfiles/main.py",
        host="http://127.0.0.1:8000",
        shape="steps 10 to 20",
        operator="ann",
        plan={"argv": ["-f", "locustfiles/main.py", "-u", "7"]},
        facts=glance(play.state) if ended else {},
    )
    (folder.path / RUN_FILE).write_bytes(msgspec.json.encode(run))
    return folder
