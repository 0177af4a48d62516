"""What a run was: its scenario, target, time and end, the same words in every export."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lftui.run_state import RunState, duration_s

Json = dict[str, Any]


def run_facts(state: RunState) -> Json:
    """The facts as JSON's own types; what is not known is None, or empty where it is text."""
    started, finished = state.started, state.finished
    versions = dict(state.loaded.versions) if state.loaded is not None else {}
    if started is not None:
        versions.update(started.versions)
    files = started.scenario if started is not None else []
    run_id = started.run_id if started is not None else ""
    return {
        "id": run_id,
        "run_id": run_id,
        "scenario": ", ".join(file.path for file in files),
        "scenario_files": [{"path": file.path, "sha256": file.sha256} for file in files],
        "locustfile_sha256": (started.scenario_sha256 or None) if started is not None else None,
        "git_revision": started.git_revision if started is not None else None,
        "host": started.host if started is not None else None,
        "operator": started.operator if started is not None else "",
        "state": state.state,
        "started_at": moment(started.wall if started is not None else state.first_wall),
        "ended_at": moment(finished.wall) if finished is not None else None,
        "duration_s": round(duration_s(state), 3),
        "end_reason": finished.reason if finished is not None else None,
        "exit_code": finished.exit_code if finished is not None else None,
        "in_flight_cut": finished.cut_in_flight if finished is not None else 0,
        "lftui_version": versions.get("lftui"),
        "locust_version": versions.get("locust"),
    }


def scenario_names(state: RunState) -> list[str]:
    """The scenario's files by name alone: their folders differ from machine to machine."""
    files = state.started.scenario if state.started is not None else []
    return [file.path.replace("\\", "/").rpartition("/")[2] for file in files]


def run_title(state: RunState) -> str:
    """`main.py on https://staging.example`, as far as it is known."""
    host = state.started.host if state.started is not None else None
    words = [word for word in (", ".join(scenario_names(state)), host) if word]
    return " on ".join(words) or "lftui"


def moment(wall: float) -> str | None:
    """`2026-01-31T23:59:59.123Z`; None where no record said when."""
    if not wall:
        return None
    found = datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")
    return found.replace("+00:00", "Z")
