"""The workers: who made the load, whether they kept up, who was lost."""

from __future__ import annotations

from lftui.judge.workers import coarse_said, losses_said
from lftui.reports.html.caps import Caps
from lftui.reports.html.table import (
    Cell,
    Head,
    Row,
    Table,
    count,
    left_out,
    line,
    number,
    text,
)
from lftui.reports.said import NONE, size
from lftui.reports.worker_figures import Json, losses_of, worker_figures
from lftui.run_state import RunState


def worker_sentences(state: RunState) -> list[str]:
    """What was lost, and whose figures are rounded."""
    return [_sentence(said) for said in (losses_said(state), coarse_said(state)) if said]


def _sentence(said: str) -> str:
    return line(f"{said[:1].upper()}{said[1:]}.", 600)


def workers_table(state: RunState, caps: Caps) -> Table:
    """Each worker; of very many those that were lost, then those that sent the most."""
    found = worker_figures(state)
    ranked = sorted(found, key=lambda one: (-one["lost"], -one["requests"]))[: caps.workers]
    chosen = {one["id"] for one in ranked}
    shown = [one for one in found if one["id"] in chosen]
    return Table(
        name="workers",
        caption=(
            "Whole run. Times in ms, of a worker's successful requests; CPU of one core; rps over "
            "the time for which it was there."
        ),
        heads=[
            Head("worker", "text"),
            Head("losses", "text", "how often it was lost, and how many requests may be missing"),
            Head("host", "text"),
            Head("kind", "text", "lftui, a stock worker with the master's boot file, or stock"),
            Head("figures", "text", "full, or coarse: rounded before they were sent"),
            Head("users", about="at most"),
            Head("requests"),
            Head("failed"),
            Head("rps"),
            Head("p50"),
            Head("p95"),
            Head("p99"),
            Head("CPU %", about="at most"),
            Head("memory", about="at most"),
            Head("lag p99", about="of its loop, in ms"),
            Head("lag max", about="of its loop, in ms"),
            Head("Locust", "text"),
        ],
        rows=[_row(one) for one in shown],
        more=left_out(len(shown), len(found), "in the summary"),
        sortable=len(shown) > 3,
    )


def _row(one: Json) -> Row:
    memory = one["rss_bytes_max"]
    return Row(
        [
            text(one["id"]),
            _losses(one),
            text(one["host"] or NONE, title=f"process {one['pid']}" if one["pid"] else ""),
            text(one["kind"] or NONE, note="started by lftui" if one["local"] else ""),
            _precision(one["precision"]),
            count(one["users_max"]),
            count(one["requests"]),
            count(one["failures"]),
            *(number(one[name]) for name in ("rps", "p50_ms", "p95_ms", "p99_ms")),
            number(one["cpu_percent_max"]),
            Cell(size(memory) if memory else NONE, memory),
            number(one["loop_lag_p99_ms"]),
            number(one["loop_lag_max_ms"]),
            text(one["version"] or NONE),
        ]
    )


def _losses(one: Json) -> Cell:
    often, _, rest = losses_of(one).partition(", ")
    return Cell(often, one["lost"], "■", "fail", note=rest) if often else Cell(NONE, 0)


def _precision(value: str) -> Cell:
    return Cell(value, 1, "▲", "warn") if value == "coarse" else Cell(value, 0)
