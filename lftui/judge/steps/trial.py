"""A trial of the search for the capacity: the settled figures of one level, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lftui.judge.health import health_of
from lftui.judge.measured import PERCENTILES, Level, span_level
from lftui.judge.outcome import Check
from lftui.judge.steps.beyond import check_share
from lftui.judge.thresholds.limits import subjects
from lftui.judge.thresholds.threshold import Threshold
from lftui.metrics import min_samples
from lftui.records import EndpointTick, Tick
from lftui.run_state import RunState, Span
from lftui.run_state.parts import Counted
from lftui.run_state.searched import Said, Trial

LATE_SHARE = 0.05
"""Where more of the iterations began late or not at all, the rate was not reached."""
_USERS_SHARE = 0.98
_FEW = 4


class Judged(msgspec.Struct, frozen=True):
    """What the figures say, why in a sentence, and the check that decided.

    Attributes:
        few: it is for want of responses alone that they do not say more.
        beyond: a figure is beyond its limit, be it by noise.
    """

    said: Said
    why: str
    check: Check | None = None
    few: bool = False
    beyond: bool = False


class Measuring:
    """Adds up the ticks of a level.

    In an open workload response times count from the intended start of the iteration: what waited
    for a free user waited for the target.
    """

    def __init__(self, level: float, unit: str, began_s: float) -> None:
        self.level = level
        self.unit = unit
        self.began_s = self.ended_s = began_s
        self._span = Span(began_s=began_s)
        self._as_sent = Span(began_s=began_s)
        self._waits = False

    @property
    def covered_s(self) -> float:
        """Seconds of load in it."""
        return self._span.covered_s

    def take(self, state: RunState, tick: Tick) -> None:
        """Add a tick."""
        rows = [state.row_of.get(one.id, -1) for one in tick.endpoints]
        owners = [state.class_of.get(one.id, "") for one in tick.endpoints]
        counted = Counted.of(tick, rows, owners)
        if tick.arrivals is not None:
            self._as_sent.add_all(counted)
            intended = [_from_intended(one) for one in tick.endpoints]
            counted = Counted.of(msgspec.structs.replace(tick, endpoints=intended), rows, owners)
        self._span.add_all(counted)
        self._waits = tick.in_flight is None or tick.in_flight > 0
        self.ended_s = tick.end

    def judge(
        self, state: RunState, rules: Sequence[Threshold], earlier: Measuring | None = None
    ) -> Judged:
        """What the figures so far say of the level; where they alone do not say that it holds,
        together with those of an earlier trial of it, which has to do with the same target."""
        judged = self._judge(state, rules, [self])
        if judged.said in ("holds", "invalid") or earlier is None:
            return judged
        return self._judge(state, rules, [earlier, self])

    def _judge(
        self, state: RunState, rules: Sequence[Threshold], parts: Sequence[Measuring]
    ) -> Judged:
        judged = held_against(span_level(state, [one._span for one in parts]), rules)
        errors = judged.said == "breaks" and judged.check is not None
        errors = errors and judged.check is not None and not judged.check.metric.endswith("_ms")
        health = health_of([self._span.health])
        if health.bottleneck and not errors:
            return Judged("invalid", f"the generator was the bottleneck: {health.reason}")
        if self._span.total.count == 0:
            return self._silent()
        if (short := self._short()) and not errors:
            # Only what broke in the target itself is the target's, and not for want of users.
            sent = held_against(span_level(state, [one._as_sent for one in parts]), rules)
            if self.unit == "users" or sent.said == "invalid" or not sent.beyond:
                return Judged("invalid", short)
        return judged

    def trial(self, state: RunState, judged: Judged, number: int, aim: str, times: int) -> Trial:
        """The trial as it goes on record."""
        total = span_level(state, [self._span]).total
        rps = total.read("rps")
        p50, p95, p99 = total.figures.percentiles_ms([0.50, 0.95, 0.99])
        one = judged.check
        return Trial(
            number=number,
            level=self.level,
            said=judged.said,
            aim=aim,
            why=judged.why,
            times=times,
            few=judged.few,
            measured_s=round(self.covered_s, 3),
            began_s=self.began_s,
            ended_s=self.ended_s,
            requests=total.figures.count,
            rps=rps.value,
            rps_low=rps.low,
            rps_high=rps.high,
            error_ratio=total.figures.error_ratio if total.figures.count else None,
            p50_ms=p50,
            p95_ms=p95,
            p99_ms=p99,
            rule=f"{one.metric}@{one.scope}" if one is not None else "",
            value=one.value if one is not None else None,
            low=one.low if one is not None else None,
            high=one.high if one is not None else None,
            limit=one.limit if one is not None else None,
        )

    def _silent(self) -> Judged:
        length = f"{self.covered_s:.0f} s"
        if self._waits:
            return Judged("breaks", f"no response came in {length}, though requests waited for one")
        return Judged("invalid", f"no request was made in {length}")

    def _short(self) -> str:
        """Why the level was not really on; empty where it was."""
        if self.unit == "users":
            ran = self._span.user_s / self.covered_s if self.covered_s else 0.0
            if ran >= self.level * _USERS_SHARE:
                return ""
            return f"only {ran:.0f} of {self.level:.0f} users ran; the others ended by themselves"
        found = self._span.arrivals
        if found is None or found.late + found.dropped <= found.due * LATE_SHARE:
            return ""
        share = 100 * (found.late + found.dropped) / max(found.due, 1)
        return (
            f"the rate was not reached: no user was free in time for {min(share, 100):.0f} % of "
            "the iterations; let there be more (--max-users)"
        )


def _from_intended(one: EndpointTick) -> EndpointTick:
    """The tick with the times from the intended start; its extremes are not theirs."""
    return msgspec.structs.replace(one, ok=one.intended or one.ok, min_us=None, max_us=0)


def held_against(level: Level, rules: Sequence[Threshold]) -> Judged:
    """The limits held against a level: broken where any subject's interval is beyond one, held
    where each has a subject within it and none that is beyond, be it by noise alone."""
    kept: list[Check] = []
    doubtful: list[Check] = []
    beyond = False
    for rule in rules:
        checks = [check_share(rule, name, one) for name, one in subjects(rule, level)]
        if not checks:
            what = "no request of that class" if rule.scope == "class" else "no such request"
            return Judged("invalid", f"{rule.rule} could not be judged: {what} was made")
        broken = next((one for one in checks if one.outcome in ("fail", "warn")), None)
        if broken is not None:
            return Judged("breaks", broken.reason, broken, beyond=True)
        unclear = [one for one in checks if one.outcome == "inconclusive"]
        passed = [one for one in checks if one.outcome == "pass"]
        kept += passed
        over = [one for one in unclear if one.value is not None and rule.broken_by(one.value)]
        beyond = beyond or bool(over)
        doubtful += unclear if not passed else over
    if doubtful:
        few = all(_is_few(one) for one in doubtful)
        return Judged("unclear", doubtful[0].reason, doubtful[0], few, beyond)
    nearest = max(kept, key=_nearness, default=None)
    return Judged("holds", nearest.reason if nearest is not None else "", nearest)


def _is_few(one: Check) -> bool:
    """Whether nothing but too few responses leaves it open: no more than a few times the least
    that it takes, or not one request failed."""
    if one.metric == "error_ratio":
        return not one.value
    quantile = PERCENTILES.get(one.metric)
    return quantile is not None and one.samples < _FEW * min_samples(quantile)


def _nearness(one: Check) -> float:
    """How near a figure is to its limit, 1 for at it."""
    if not one.value or not one.limit:
        return 0.0
    return min(one.value / one.limit, one.limit / one.value)
