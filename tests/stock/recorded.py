"""What plain Locust made of each case: recorded once for its version, and compared from then on.

`make record-stock` runs Locust on every case that is new or has changed, and writes the file anew.
A case counts as recorded when two runs in a row agree: one run on a busy machine may be cut short.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .cases import Case
from .harness import Outcome
from .server import LOCUSTFILES

RECORDED = Path(__file__).with_name("locust_outcomes.json")
SERVER = Path(__file__).with_name("server.py")
HOW = "plain Locust, run on each case of tests/stock/cases.py by `make record-stock` until two runs agreed"
# What decides over names, counts and the texts of failures.
DECIDES = ("locust", "gevent", "geventhttpclient", "requests", "urllib3")
# The files a case names: in the folder of locustfiles, or fetched from the target.
NAMED = re.compile(r"(?:\{files\}|\{host\}/locustfiles)/(\w+(?:\.py)?)")


@dataclass(frozen=True)
class Recording:
    """The recorded outcomes.

    Attributes:
        versions: the version of each package that decides over them.
        prints: case to the fingerprint that it had then.
        outcomes: case to those parts of its outcome that are compared.
    """

    versions: dict[str, str]
    prints: dict[str, str]
    outcomes: dict[str, Outcome]


def installed() -> dict[str, str]:
    """The versions that are installed here."""
    return {name: version(name) for name in DECIDES}


def fingerprint(case: Case) -> str:
    """A short text that changes with the case, its locustfiles and the target."""
    hashed = hashlib.sha256(repr(case).encode())
    hashed.update(SERVER.read_bytes())
    for name in sorted(set(NAMED.findall(repr(case)))):
        for path in _files(LOCUSTFILES / name):
            hashed.update(path.relative_to(LOCUSTFILES).as_posix().encode())
            hashed.update(path.read_bytes())
    return hashed.hexdigest()[:16]


def read() -> Recording:
    """The recording of the repository; an empty one where there is none."""
    if not RECORDED.exists():
        return Recording({}, {}, {})
    stored = json.loads(RECORDED.read_text(encoding="utf-8"))
    cases: Mapping[str, Any] = stored["cases"]
    return Recording(
        versions=stored["versions"],
        prints={name: entry["fingerprint"] for name, entry in cases.items()},
        outcomes={name: _outcome(entry) for name, entry in cases.items()},
    )


def write(recording: Recording, cases: Iterable[Case]) -> None:
    """Put the recording of these cases into the repository."""
    entries = {
        case.id: _entry(case, recording.prints[case.id], recording.outcomes[case.id])
        for case in sorted(cases, key=lambda case: case.id)
    }
    stored = {"how": HOW, "versions": recording.versions, "cases": entries}
    text = json.dumps(stored, indent=1, ensure_ascii=True)
    RECORDED.write_text(f"{text}\n", encoding="utf-8")


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(path for path in place.rglob("*") if path.is_file() and path.suffix != ".pyc")


def _entry(case: Case, print_: str, outcome: Outcome) -> dict[str, object]:
    entry: dict[str, object] = {"fingerprint": print_, "code": outcome.code}
    if case.compare_names or case.compare_counts:
        entry["counts"] = sorted([*key, *figures] for key, figures in outcome.counts.items())
    if case.compare_failures:
        entry["failures"] = sorted([*key, count] for key, count in outcome.failures.items())
    if case.compare_events:
        entry["events"] = list(outcome.events)
    return entry


def _outcome(entry: Mapping[str, Any]) -> Outcome:
    return Outcome(
        code=entry["code"],
        counts={(method, name): (n, failed) for method, name, n, failed in entry.get("counts", ())},
        failures={(method, name, text): n for method, name, text, n in entry.get("failures", ())},
        events=tuple(entry.get("events", ())),
        output="(recorded)",
    )
