"""A stored run at a glance, read from its folder."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path, PurePath

import msgspec

from lftui.plan import PlanError
from lftui.reports.peak_load import peak_said
from lftui.supervisor.journal import JournalError
from lftui.supervisor.store import RunFile, RunFolder, Store

_FARTHEST_S = 1e11  # a moment beyond it is no date on every machine


class Facts(msgspec.Struct, frozen=True):
    """The figures that `run.json` keeps of a run that has ended; None for what is not known.

    Response times are in milliseconds and of successful responses, rates a second, the error ratio
    is 0..1. `rate_max` is of open workloads: the highest rate of iterations that lasted. Runs of
    earlier versions have fewer of them.
    """

    duration_s: float | None = None
    users_max: int | None = None
    requests: int | None = None
    failures: int | None = None
    rps: float | None = None
    goodput_rps: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    error_ratio: float | None = None
    verdict: str | None = None
    rate_max: float | None = None


class RunRow(msgspec.Struct, frozen=True):
    """A stored run at a glance; figures are None where they are not known.

    Attributes:
        status: live, finished, interrupted; or damaged, and `complaint` says how.
        users: the most users; of a run without an end those of its last second.
        rate_max: of an open workload the highest rate of iterations that lasted, likewise.
        last_record_at: Unix time of the last second, of a run without an end.
        size_bytes: of all files in its folder, exports too.
    """

    id: str
    status: str
    started_at: float
    ended_at: float | None = None
    end_reason: str | None = None
    scenario: str = ""
    host: str = ""
    shape: str = ""
    operator: str = ""
    exit_code: int | None = None
    duration_s: float | None = None
    users: int | None = None
    users_max: int | None = None
    requests: int | None = None
    failures: int | None = None
    rps: float | None = None
    goodput_rps: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    error_ratio: float | None = None
    verdict: str = ""
    last_record_at: float | None = None
    size_bytes: int = 0
    path: str = ""
    complaint: str = ""
    rate_max: float | None = None

    @property
    def load(self) -> str:
        """The peak of the load: `30` users, `40/s` iterations; `—` where it is not known."""
        return peak_said(self.users, self.rate_max)


def rows_of(store: Store) -> list[RunRow]:
    """Every run; live, interrupted and damaged ones on top, then the newest first.

    Raises:
        PlanError: the runs directory cannot be read.
    """
    found = [row for folder in store.all() if (row := read_row(folder)) is not None]
    return sorted(found, key=lambda row: row.status == "finished")


def read_row(folder: RunFolder) -> RunRow | None:
    """The row of a run; None where somebody has just removed it."""
    try:
        return _read(folder)
    except PlanError as error:
        complaint = str(error)
    except OSError as error:
        complaint = f"{folder.path} cannot be read: {(error.strerror or str(error)).lower()}"
    if not os.path.lexists(folder.path):
        return None
    size = _size(folder.path)
    return RunRow(
        folder.id, "damaged", 0.0, size_bytes=size, path=str(folder.path), complaint=complaint
    )


def facts_of(folder: RunFolder, run: RunFile) -> Facts | None:
    """The figures that `run.json` keeps of a run; None before it has ended.

    Raises:
        PlanError: they are no figures.
    """
    if not run.facts:
        return None
    try:
        return msgspec.convert(run.facts, Facts)
    except msgspec.ValidationError as error:
        raise PlanError(f"the facts of {folder.path / 'run.json'} are damaged: {error}") from None


def series_of(scenario: str, host: str | None) -> tuple[str, str]:
    """What two runs have in common that can be followed over time.

    The names of the locustfiles, wherever they lie, and the target.
    """
    names = ", ".join(PurePath(path).name for path in scenario.split(", "))
    return names, (host or "").rstrip("/").lower()


def _read(folder: RunFolder) -> RunRow:
    run = folder.read()
    moments = (run.started_at, run.ended_at or 0.0)
    if not all(abs(moment) < _FARTHEST_S for moment in moments):
        raise PlanError(f"{folder.path / 'run.json'} is damaged: a moment in it is no date")
    status = folder.status(run)
    facts = facts_of(folder, run)
    users, last = (facts.users_max if facts is not None else None), None
    if facts is None:
        facts = Facts()
        if status != "finished":
            facts, users, last = _at_last(folder, run)
    return RunRow(
        id=folder.id,
        status=status,
        started_at=run.started_at,
        ended_at=run.ended_at,
        end_reason=run.end_reason,
        scenario=run.scenario,
        host=run.host or "",
        shape=run.shape,
        operator=run.operator,
        exit_code=run.exit_code,
        users=users,
        last_record_at=last,
        size_bytes=_size(folder.path),
        path=str(folder.path),
        **{**msgspec.structs.asdict(facts), "verdict": facts.verdict or ""},
    )


def _at_last(folder: RunFolder, run: RunFile) -> tuple[Facts, int | None, float | None]:
    """What the last tick of a run without an end says: length, users, when."""
    try:
        tick = folder.last_tick()
    except (JournalError, OSError):
        tick = None
    if tick is None:
        return Facts(), None, None
    rate = tick.arrivals.target_rate if tick.arrivals is not None else None
    facts = Facts(duration_s=round(tick.wall - run.started_at, 1), rate_max=rate)
    return facts, tick.users, tick.wall


def _size(path: Path | str) -> int:
    """Bytes of all files below a folder; what goes away meanwhile counts nothing."""
    size = 0
    with contextlib.suppress(OSError), os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                size += _size(entry.path)
                continue
            with contextlib.suppress(OSError):
                size += entry.stat(follow_symlinks=False).st_size
    return size
