"""The one-user smoke: what was asked of the target, and what it says about each task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from lftui import options
from lftui.plan import PlanError, RunPlan
from lftui.planning import make_plan
from lftui.records import Loaded, Smoked
from lftui.scenarios import describe
from lftui.settings import Settings
from lftui.supervisor.smoke import smoke
from lftui.validation.checks import Finding, Findings, counted

_SCRIPT = "Correct the scenario: `lftui --headless -u 1` shows the whole traceback."
_TARGET = "See the answers above: is it the host, a key, test data, or the target itself?"
_LONGER = "Raise --smoke-limit if it needs that long, or correct it."
_STOPPED = "Correct what stopped it, or raise --smoke-limit."


class Row(msgspec.Struct, frozen=True):
    """One line of the smoke, and the scenario that it is of."""

    scenario: str
    smoked: Smoked


class Wish(msgspec.Struct, frozen=True):
    """How a scenario is to be smoked.

    Attributes:
        argv: the command line of a run of it.
        confirmed: `--confirm-target`.
        limit_s: for all tasks together; half of it is for one alone.
    """

    name: str
    argv: list[str]
    confirmed: str | None
    limit_s: float
    load_limit_s: float


async def check_smoke(
    wish: Wish, settings: Settings, folder: Path, on_row: Callable[[Row], None]
) -> list[Finding]:
    """Run each task of the scenario once."""
    refused = Findings("smoke")
    own = options.takes_value()
    rows: list[Smoked] = []
    try:
        loaded = await describe(wish.argv, own, wish.load_limit_s)
        plan = _plan(wish, loaded, settings, folder)
        records = smoke(wish.argv, own, plan, wish.limit_s, wish.limit_s / 2, wish.load_limit_s)
        async for smoked in records:
            rows.append(smoked)
            on_row(Row(wish.name, smoked))
    except (PlanError, OSError) as error:
        refused.failed(wish.name, str(error).replace(f"{folder}/", ""), "Correct this first.")
    return [*judge_rows(wish.name, rows), *refused.all]


def _plan(wish: Wish, loaded: Loaded, settings: Settings, folder: Path) -> RunPlan:
    # The baseline has a check of its own, and no bearing on this.
    given = {"baseline": "none"}
    if wish.confirmed:
        given["confirm-target"] = wish.confirmed
    return make_plan(wish.argv, loaded, given, settings, folder, headless=True).plan


def judge_rows(scenario: str, rows: list[Smoked]) -> list[Finding]:
    """A finding for each class that was well, and for each task that was not."""
    found = Findings("smoke")
    by_class: dict[str, dict[str, list[Smoked]]] = {}
    for row in rows:
        by_class.setdefault(row.task.partition(".")[0], {}).setdefault(row.task, []).append(row)
    for name, tasks in by_class.items():
        if not name:  # the end of the smoke itself
            for row in tasks[name]:
                found.failed(scenario, row.error, _LONGER)
            continue
        before = len(found.all)
        for task, asked in tasks.items():
            _judge_task(found, task, asked)
        if len(found.all) == before:
            requests = sum(1 for asked in tasks.values() for row in asked if row.method)
            ran = sum(1 for task in tasks if not task.endswith((".on_start", ".on_stop")))
            text = f"{counted(ran, 'task')}, {counted(requests, 'request')}, all of them well"
            found.passed(name, text)
    return found.all


def _judge_task(found: Findings, task: str, rows: list[Smoked]) -> None:
    for row in rows:
        if row.error and not row.method:
            found.failed(task, row.error, _remedy(row.error))
            return
    requests = [row for row in rows if row.method]
    failed = [row for row in requests if row.error]
    if not failed:
        return
    name, first = failed[0].name, failed[0].error
    if name not in first:
        first = f"{name}: {first}"
    if len(failed) == len(requests):
        every = "its only request" if len(requests) == 1 else f"all {len(requests)} requests"
        found.failed(task, f"{every} failed: {first}", _TARGET)
    else:
        text = f"{len(failed)} of {len(requests)} requests failed: {first}"
        found.warned(task, text, _TARGET)


def _remedy(error: str) -> str:
    if error.startswith("not run"):
        return _STOPPED
    return _LONGER if error.startswith("cut off") else _SCRIPT


def row_json(row: Row) -> Mapping[str, object]:
    """A row for `--json`; times in milliseconds."""
    smoked = row.smoked
    took = smoked.response_us
    return {
        "scenario": row.scenario,
        "task": smoked.task,
        "method": smoked.method,
        "name": smoked.name,
        "status": smoked.status,
        "response_ms": None if took is None else took / 1000,
        "bytes": smoked.bytes,
        "error": smoked.error,
    }
