"""What a comparison found: by metric, by endpoint and load, and of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from lftui.judge.measured import Reading
from lftui.judge.outcome import Check, Outcome, worst

MAX = "max_ms"
"""Shown, never judged."""


class MetricComparison(msgspec.Struct, frozen=True):
    """One metric, before and now.

    Attributes:
        outcome: None where it is shown and not judged; `reason` says why.
        delta: relative, 0.1 for 10 % more; None where there is nothing to relate to.
        delta_low, delta_high: its 95 % interval.
        limit: the end of what is tolerated, in the metric's unit.
        samples_needed: about how many responses would tell, where there were too few.
    """

    metric: str
    outcome: Outcome | None
    expected: Reading
    now: Reading
    delta: float | None = None
    delta_low: float | None = None
    delta_high: float | None = None
    limit: float | None = None
    tolerance: float | None = None
    samples_needed: int | None = None
    reason: str = ""


class EndpointComparison(msgspec.Struct, frozen=True):
    """One endpoint, or all together ("total"), at one load.

    Attributes:
        scope: `METHOD name`, or "total".
        users: the load; None for the whole settled load.
        metrics: p50 to p99.9, error ratio, rps, max, as far as both sides have them.
        entry: the baseline's key; "" where a run is compared with a run.
        names: the measured names where several belong to the entry.
    """

    scope: str
    users: int | None
    metrics: list[MetricComparison]
    entry: str = ""
    names: list[str] = []

    @property
    def outcome(self) -> Outcome | None:
        """The worst of its metrics; None where none was judged."""
        judged = [one.outcome for one in self.metrics if one.outcome is not None]
        return worst(judged) if judged else None

    @property
    def title(self) -> str:
        """The endpoint and its load, in words."""
        return self.scope if self.users is None else f"{self.scope} at {users_said(self.users)}"


class Side(msgspec.Struct, frozen=True):
    """What stands on one side of a comparison.

    Attributes:
        kind: "run" or "baseline".
        label: the run's id or the file.
        users: the settled loads; empty where there was none, or where it is not known.
        requests: those that were compared; None for a baseline.
        started_at: Unix time; None where it is not known.
    """

    kind: str
    label: str
    users: list[int] = []
    requests: int | None = None
    started_at: float | None = None
    host: str | None = None
    scenario_sha256: str | None = None
    git_revision: str | None = None


class Comparison(msgspec.Struct, frozen=True):
    """A run against a baseline or an earlier run.

    Attributes:
        before, now: the two sides; `now` is judged.
        endpoints: what was compared, in a stable order.
        not_measured: entries of the baseline, or endpoints of the earlier run, that the run has
            not.
        not_in_baseline: endpoints of the run that the other side has not.
        ambiguous: a sentence for each endpoint that fits several entries.
        notes: what else a reader has to know.
        comparisons: how many metrics were judged: false alarms are controlled over all of them.
        doubt: why the figures are not the target's: a generator was the bottleneck.
    """

    before: Side
    now: Side
    endpoints: list[EndpointComparison] = []
    not_measured: list[str] = []
    not_in_baseline: list[str] = []
    ambiguous: list[str] = []
    notes: list[str] = []
    comparisons: int = 0
    doubt: str = ""

    @property
    def outcome(self) -> Outcome:
        """Fail or warn where any metric does, else pass where any does: a metric with too few
        responses alone decides nothing. In doubt only failed requests still count."""
        metrics = [one for row in self.endpoints for one in row.metrics]
        if self.doubt:
            errors = {one.outcome for one in metrics if one.metric == "error_ratio"}
            return "fail" if "fail" in errors else "inconclusive"
        return overall(one.outcome for one in metrics)

    def checks(self) -> list[Check]:
        """Every judged metric as a check of the run's verdict."""
        return [
            Check(
                source="baseline",
                scope=endpoint.scope,
                metric=one.metric,
                outcome=one.outcome,
                value=one.now.value,
                limit=one.limit,
                reason=f"{endpoint.title}: {one.reason.rstrip('.')}" if one.reason else "",
                low=one.now.low,
                high=one.now.high,
                samples=one.now.samples,
                users=endpoint.users,
                expected=one.expected.value,
                delta=one.delta,
            )
            for endpoint in self.endpoints
            for one in endpoint.metrics
            if one.outcome is not None
        ]


def overall(outcomes: Iterable[Outcome | None]) -> Outcome:
    """One outcome of many checks, of which some could not tell."""
    found = set(outcomes)
    order: tuple[Outcome, ...] = ("fail", "warn", "pass")
    return next((one for one in order if one in found), "inconclusive")


def users_said(users: int) -> str:
    """`1 user`, `1,200 users`."""
    return "1 user" if users == 1 else f"{users:,} users"


def list_said(names: Iterable[object]) -> str:
    """`10, 20 and 50`."""
    words = [str(name) for name in names]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def few_said(names: Sequence[object], most: int = 4) -> str:
    """As `list_said`; of many the first."""
    more = len(names) - most
    return list_said([*names[:most], f"{more:,} more"] if more > 0 else names)
