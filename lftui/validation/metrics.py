"""The target's own metrics: every source of `[monitor]` that belongs to the target, read once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from lftui.monitor.reading import Reading, SourceError
from lftui.monitor.sources import reader_of
from lftui.monitor_settings import Source
from lftui.plan import PlanError
from lftui.settings import Settings, target_of
from lftui.validation.checks import Finding, Findings, counted, listed

_GOES_ON = "A run goes on without it, with a gap in its lines"
_SHOWN = 4


async def check_metrics(
    settings: Settings, host: str | None, environment: Mapping[str, str]
) -> list[Finding]:
    """Read them all, side by side, each within the time limit that a run gives it."""
    found = Findings("metrics")
    named = target_of(host, settings)[1] if host else None
    monitor = settings.monitor
    sources = {
        name: source
        for name, source in monitor.sources.items()
        if source.target is None or (named is not None and settings.targets[source.target] == named)
    }
    limits = [
        one.timeout if one.timeout is not None else monitor.timeout for one in sources.values()
    ]
    said = await asyncio.gather(
        *(
            _read(name, source, limit_s, environment)
            for (name, source), limit_s in zip(sources.items(), limits, strict=True)
        )
    )
    for (name, source), reading in zip(sources.items(), said, strict=True):
        _tell(found, name, source, reading)
    return found.all


async def _read(
    name: str, source: Source, limit_s: float, environment: Mapping[str, str]
) -> Reading | str:
    """One reading, or why there is none."""
    try:
        reader = reader_of(name, source, environment)
    except PlanError as error:
        return str(error)
    try:
        async with asyncio.timeout(limit_s):
            return await reader.read(0.0)
    except TimeoutError:
        return f"no answer within {limit_s:g} s"
    except SourceError as error:
        return str(error)
    finally:
        await reader.close()


def _tell(found: Findings, name: str, source: Source, reading: Reading | str) -> None:
    if isinstance(reading, str):
        found.warned(name, f"is not read: {reading}", f"{_GOES_ON}; mend it, or take it out.")
        return
    rows = {row.name: row for row in source.shown_rows()}
    for row, why in reading.faults.items():
        found.warned(f"{name} {row}", f"is not read: {why}", f"{_GOES_ON}; check the row.")
    for row in _missing(source, reading):
        found.warned(
            f"{name} {row}", "has no number", f"{_GOES_ON}; check its name, its labels, its path."
        )
    values = {row: value for row, value in reading.values.items() if value is not None}
    told = [
        f"{row} {value:g}{_unit(rows[row].shown_unit)}"
        for row, value in values.items()
        if row in rows
    ]
    of = f"{len(values)} of {counted(len(rows), 'row')} with a number"
    if len(reading.faults) < len(rows):
        found.passed(name, f"{of}: {listed(told, _SHOWN)}" if told else of)


def _missing(source: Source, reading: Reading) -> list[str]:
    """Rows without a number that should have one. A rate, and the CPU of this machine, are there
    from the second reading on."""
    if source.kind in ("host", "process"):
        return []
    return [
        row.name
        for row in source.shown_rows()
        if not row.rate and row.name not in reading.faults and reading.values.get(row.name) is None
    ]


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""
