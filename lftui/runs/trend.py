"""The runs of one scenario and target, in their order: what a trend is drawn from."""

from __future__ import annotations

from lftui.plan import PlanError
from lftui.reports.trend import TrendPoint
from lftui.runs.row import facts_of, series_of
from lftui.supervisor.store import RunFile, RunFolder, Store


def trend_of(store: Store, run: RunFile) -> list[TrendPoint]:
    """The finished runs of the same scenario on the same target, oldest first.

    The same are runs whose locustfiles have the same names, wherever they lie, and whose hosts are
    the same. Read is `run.json` alone; runs without figures in it are left out, and so are those
    that cannot be read. Runs with another load are there, with their load.

    Raises:
        PlanError: the runs directory cannot be read.
    """
    series = series_of(run.scenario, run.host)
    points = [point for folder in store.all() if (point := _point(folder, series)) is not None]
    return sorted(points, key=lambda point: (point.started_at, point.run_id))


def said_series(run: RunFile) -> tuple[str, str]:
    """The names of the locustfiles and the host, for people; "" for a host of the locustfile."""
    return series_of(run.scenario, None)[0], run.host or ""


def _point(folder: RunFolder, series: tuple[str, str]) -> TrendPoint | None:
    try:
        run = folder.read()
        if run.ended_at is None or series_of(run.scenario, run.host) != series:
            return None
        facts = facts_of(folder, run)
    except PlanError:
        return None
    if facts is None:
        return None
    return TrendPoint(
        run_id=folder.id,
        started_at=run.started_at,
        users_max=facts.users_max,
        rps=facts.rps,
        p95_ms=facts.p95_ms,
        error_ratio=facts.error_ratio,
        verdict=facts.verdict or "",
        duration_s=facts.duration_s,
        rate_max=facts.rate_max,
    )
