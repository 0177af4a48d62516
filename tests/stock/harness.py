"""Runs one case with Locust and with lftui, each in a folder of its own, and reads what it left."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .cases import Case
from .server import LOCUSTFILES, Server

REPOSITORY = Path(__file__).resolve().parents[2]
TIMEOUT_S = 60.0
LOCUST = (sys.executable, "-m", "locust")
LFTUI = (sys.executable, "-m", "lftui")

Entry = tuple[str, str]


@dataclass(frozen=True)
class Outcome:
    """What a run left behind.

    Attributes:
        code: the exit code.
        counts: (method, name) to (requests, failures), from the JSON file; empty without one.
        failures: (method, name, text) to occurrences, from the failures CSV; empty without one.
        events: the lines that the locustfile appended to EVENTS_FILE.
            In all three, folders and the target's address are written as in a case.
        output: standard output and standard error, for the message of a failed test.
    """

    code: int
    counts: dict[Entry, tuple[int, int]]
    failures: dict[tuple[str, str, str], int]
    events: tuple[str, ...]
    output: str


def run_locust(case: Case, tmp_path: Path, server: Server) -> Outcome:
    """The case as `locust --headless` runs it."""
    return _run(LOCUST, case, tmp_path / "locust", server)


def run_lftui(case: Case, tmp_path: Path, server: Server) -> Outcome:
    """The case as `lftui --headless` runs it."""
    return _run(LFTUI, case, tmp_path / "lftui", server)


def _run(program: tuple[str, ...], case: Case, folder: Path, server: Server) -> Outcome:
    places = {
        "{files}": str(folder / "files"),
        "{working}": str(folder / "working"),
        "{host}": server.url,
    }
    working = _prepare(case, folder, places)
    exports = ["--json-file", str(folder / "stats"), "--csv", str(folder / "table")]
    arguments = [_fill(text, places) for text in (*case.locustfile, *case.argv)]
    done = subprocess.run(
        [*program, "--headless", "--only-summary", *exports, *arguments],
        cwd=working,
        env=_environment(case, folder, places),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT_S,
        check=False,
    )
    return Outcome(
        code=done.returncode,
        counts={
            (method, _unfill(name, places)): figures
            for (method, name), figures in _read_counts(folder / "stats.json").items()
        },
        failures={
            (method, _unfill(name, places), _unfill(text, places)): count
            for (method, name, text), count in _read_failures(folder / "table_failures.csv").items()
        },
        events=tuple(_unfill(line, places) for line in _read_lines(folder / "events")),
        output=done.stdout.decode("utf-8", "replace")[-6000:],
    )


def _prepare(case: Case, folder: Path, places: dict[str, str]) -> Path:
    """Copies the locustfiles, so that a run sees no file of this repository; the working folder."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(LOCUSTFILES, folder / "files", ignore=ignored)
    for name in ("working", "home", "temporary", "runs"):
        (folder / name).mkdir()
    # A pytest-style locustfile looks for a configuration upward: it ends here.
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for name, content in case.cwd_files:
        path = folder / "working" / name
        path.write_text(_fill(content, places), encoding="utf-8")
    return folder / "working"


def _environment(case: Case, folder: Path, places: dict[str, str]) -> dict[str, str]:
    """The process environment without options of ours or Locust's, plus those of the case."""
    ours = ("LOCUST_", "LFTUI_", "SHOP_", "PYTEST_", "COV_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env |= {
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "temporary"),
        "LFTUI_RUNS_DIR": str(folder / "runs"),
        "EVENTS_FILE": str(folder / "events"),
    }
    return env | {name: _fill(value, places) for name, value in case.env}


def _fill(text: str, places: dict[str, str]) -> str:
    for place, value in places.items():
        text = text.replace(place, value)
    return text


def _unfill(text: str, places: dict[str, str]) -> str:
    """The text with the names of the places: as another run, in other folders, writes it."""
    for place, value in places.items():
        text = text.replace(value, place)
    return text


def _read_counts(path: Path) -> dict[Entry, tuple[int, int]]:
    if not path.exists():
        return {}
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {(e["method"], e["name"]): (e["num_requests"], e["num_failures"]) for e in entries}


def _read_failures(path: Path) -> dict[tuple[str, str, str], int]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["Method"], row["Name"], row["Error"]): int(row["Occurrences"]) for row in rows}


def _read_lines(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8").splitlines()) if path.exists() else ()
