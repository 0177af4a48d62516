"""The endpoints against the baseline, as the judge compared them, in the order of a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lftui.judge.outcome import Outcome
from lftui.judge.thresholds.limits import figure, metric_name
from lftui.live_view import ms
from lftui.screens.live.panels.spec import Line
from lftui.screens.live.panels.texts import rate, several
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look

if TYPE_CHECKING:  # pydantic comes with it, and a screen opens without
    from lftui.judge.comparison import Comparison, EndpointComparison, MetricComparison

GRAVITY: dict[Outcome | None, int] = {"fail": 4, "warn": 3, "inconclusive": 2, "pass": 1, None: 0}


class Compared(msgspec.Struct, frozen=True):
    """A row: an endpoint that was compared, or one that could not be and why.

    Attributes:
        outcome: of all its metrics; those with too few responses alone decide nothing. None
            where none was judged.
    """

    key: str
    name: str
    users: int | None = None
    outcome: Outcome | None = None
    found: EndpointComparison | None = None
    why: str = ""

    def metric(self, name: str) -> MetricComparison | None:
        """One of its metrics, where both sides have it."""
        metrics = self.found.metrics if self.found is not None else []
        return next((one for one in metrics if one.metric == name), None)


def comparison_of(snapshot: Snapshot) -> Comparison | None:
    """What the judge found; None before its first word, and without a baseline."""
    verdict = snapshot.verdict
    return verdict.comparison if verdict is not None and snapshot.state.baseline else None


_latest: list[tuple[Comparison, list[Compared]]] = []
"""The rows of the comparison that was asked for last. It never changes, and is new every few
seconds only, while the title of the tab is drawn with every snapshot."""


def compared_rows(snapshot: Snapshot) -> list[Compared]:
    """The worst first; at the end what could not be compared."""
    comparison = comparison_of(snapshot)
    if comparison is None:
        return []
    if not _latest or _latest[0][0] is not comparison:
        _latest[:] = [(comparison, _rows(comparison))]
    return _latest[0][1]


def _rows(comparison: Comparison) -> list[Compared]:
    rows = [_row(one) for one in comparison.endpoints]
    rows.sort(key=lambda row: -GRAVITY[row.outcome])
    rows += [Compared(f"-{name}", name, why="not measured") for name in comparison.not_measured]
    new = comparison.not_in_baseline
    return rows + [Compared(f"+{name}", name, why="not in baseline") for name in new]


def _row(found: EndpointComparison) -> Compared:
    from lftui.judge.comparison.compared import overall

    judged = [one for one in found.metrics if one.outcome is not None]
    outcome = overall(one.outcome for one in judged) if judged else None
    doubted = [one for one in judged if one.outcome != "pass"]
    gravest = max(doubted, key=lambda one: GRAVITY[one.outcome], default=None)
    why = "within what is tolerated" if judged else "no figure could be judged"
    if gravest is not None:
        why = gravest.reason
    return Compared(f"{found.scope}\t{found.users}", found.scope, found.users, outcome, found, why)


# --- in words ------------------------------------------------------------------------------------


def delta_said(delta: float) -> str:
    """`+12 %`, `-3 %`; from ten times on `×13`."""
    return f"×{1 + delta:,.0f}" if delta >= 9 else f"{100 * delta:+.0f} %"


def metric_lines(one: MetricComparison, look: Look) -> list[Line]:
    """One metric in two or three lines: the change and its judgement, then how sure it is."""
    sign = f"{look.sign(one.outcome)} {one.outcome}" if one.outcome else "  not judged"
    tone = look.tone_of(one.outcome) if one.outcome else "dim"
    now, before = _figure(one.metric, one.now.value), _figure(one.metric, one.expected.value)
    text = f"{metric_name(one.metric)} {now}"
    text += f", expected {before}" if one.expected.value is not None else ""
    text += f", {delta_said(one.delta)}" if one.delta is not None else ""
    # Most reasons begin with these figures themselves.
    told = one.reason.startswith((f"{metric_name(one.metric)} ", "error ratio "))
    reason = f": {one.reason}" if one.reason else ""
    lines: list[Line] = [(f"{sign}: {one.reason if told else text + reason}", tone)]
    parts = [several(one.now.samples, "response")] if one.now.samples else []
    if one.now.low is not None and one.now.high is not None:
        low, high = _figure(one.metric, one.now.low), _figure(one.metric, one.now.high)
        parts.append(f"95 % sure from {low} to {high}")
    if one.limit is not None:
        parts.append(f"tolerated to {_figure(one.metric, one.limit)}")
    if parts:
        lines.append((f"    {', '.join(parts)}", "dim"))
    if one.samples_needed and f"{one.samples_needed:,}" not in one.reason:
        lines.append((f"    about {one.samples_needed:,} responses would tell", ""))
    return lines


def _figure(metric: str, value: float | None) -> str:
    if metric == "max_ms" and value is not None:
        return ms(value)
    return f"{rate(value)} rps" if metric == "rps" and value is not None else figure(metric, value)
