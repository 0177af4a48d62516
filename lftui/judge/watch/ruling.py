"""One rule of the guard: a critical threshold and everything that it is about."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Protocol

import msgspec

from lftui.judge.measured import Reading
from lftui.judge.target import rows_of
from lftui.judge.thresholds.threshold import RATES, Threshold
from lftui.judge.watch.breach import RECENT_S, Counter, Watch
from lftui.records import EndpointTick, Tick
from lftui.run_state import RunState, TargetFacts

_EPSILON_S = 0.05
_FEWEST_READINGS = 3
_STALE_S = 30.0
_TOGETHER_S = 5.0
_UNKNOWN = -2
_NOT_OURS = -1


class Proof(msgspec.Struct, frozen=True):
    """A limit that is broken beyond noise, or kept again.

    Attributes:
        scope: what the rule is about: "total", `METHOD name`, "class NAME", "target".
        lasted_s: how long it has been broken.
        others: so many more endpoints break the same rule.
    """

    scope: str
    reading: Reading
    lasted_s: float = 0.0
    others: int = 0


class Rule(Protocol):
    """What the guard asks of a rule."""

    threshold: Threshold

    def take(self, state: RunState, tick: Tick, min_samples: int) -> None:
        """Count a tick of the state."""

    def proven(self, now: float, window_s: float) -> Proof | None:
        """What is broken for the window and beyond noise now; the worst of it."""

    def news(self) -> bool:
        """Whether something is proven that was not when this was asked last."""

    def mended(self, min_samples: int) -> Proof | None:
        """What is kept again, once all that was proven is."""

    def forget(self) -> None:
        """Count afresh; what was proven stays so until it is kept."""


class EndpointRule:
    """A threshold on all requests, an endpoint, a pattern of endpoints or a user class."""

    def __init__(self, threshold: Threshold) -> None:
        self.threshold = threshold
        self._counter = Counter(threshold)
        self._watches: dict[int, Watch] = {}
        self._subject_of: dict[int, int] = {}
        self._news = False
        self._lower_rate = threshold.metric in RATES and not threshold.upper

    def take(self, state: RunState, tick: Tick, min_samples: int) -> None:
        """Count a tick: each subject gets what came for it, and those that got nothing go on."""
        if self._lower_rate and not _at_its_peak(state):
            self.forget()
            return
        for subject, endpoints in self._grouped(state, tick).items():
            watch = self._watches.get(subject)
            if watch is None:
                watch = Watch(self.threshold, self._name(state, subject), self._counter)
                self._watches[subject] = watch
            if endpoints or self._lower_rate or not watch.idle:
                watch.add(tick.start, tick.end, endpoints)
                watch.follow(tick.end, min_samples)

    def _grouped(self, state: RunState, tick: Tick) -> dict[int, Sequence[EndpointTick]]:
        if self.threshold.scope == "total":
            return {0: tick.endpoints}
        groups: dict[int, list[EndpointTick]] = {subject: [] for subject in self._watches}
        subject_of = self._subject_of
        for endpoint in tick.endpoints:
            subject = subject_of.get(endpoint.id, _UNKNOWN)
            if subject == _UNKNOWN:
                subject = subject_of[endpoint.id] = self._subject(state, endpoint.id)
            if subject != _NOT_OURS:
                groups.setdefault(subject, []).append(endpoint)
        return dict(groups)

    def _subject(self, state: RunState, endpoint: int) -> int:
        """The row that the endpoint belongs to, 0 for a user class."""
        rule = self.threshold
        if rule.scope == "class":
            return 0 if state.class_of.get(endpoint) == rule.name else _NOT_OURS
        row = state.row_of.get(endpoint, _NOT_OURS)
        if row == _NOT_OURS:
            return row
        known = state.rows[row]
        return row if rule.matches(known.method, known.name) else _NOT_OURS

    def _name(self, state: RunState, subject: int) -> str:
        if self.threshold.scope == "total":
            return "total"
        if self.threshold.scope == "class":
            return f"class {self.threshold.name}"
        row = state.rows[subject]
        return f"{row.method} {row.name}".strip()

    def proven(self, now: float, window_s: float) -> Proof | None:
        """The subject that is furthest beyond the limit."""
        worst: Proof | None = None
        found = 0
        for watch in self._watches.values():
            breach = watch.breach
            if breach is None or now - breach.noticed_s < window_s - _EPSILON_S:
                continue
            reading = breach.prove(self.threshold)
            if reading is None:
                continue
            found += 1
            self._news = self._news or not watch.confirmed
            watch.confirmed = True
            if worst is None or _worse(self.threshold, reading, worst.reading):
                worst = Proof(watch.name, reading, now - breach.noticed_s)
        return None if worst is None else msgspec.structs.replace(worst, others=found - 1)

    def news(self) -> bool:
        """Whether a subject was proven to break the limit since this was asked last."""
        news, self._news = self._news, False
        return news

    def mended(self, min_samples: int) -> Proof | None:
        """The last of the subjects that are kept again, when all of them are."""
        last = None
        confirmed = [watch for watch in self._watches.values() if watch.confirmed]
        for watch in confirmed:
            if watch.breach is None and watch.keeps(min_samples):
                watch.confirmed = False
                last = watch
        if last is None or any(watch.confirmed for watch in confirmed):
            return None
        return Proof(last.name, last.recent())

    def forget(self) -> None:
        """Count afresh."""
        for watch in self._watches.values():
            watch.forget()


class TargetRule:
    """A threshold on the target's own readings. They come at their own pace and without an
    interval: three of them and their mean have to be beyond the limit."""

    def __init__(self, threshold: Threshold) -> None:
        self.threshold = threshold
        self._recent: deque[tuple[float, float]] = deque()
        self._broken: list[float] = []
        self._noticed_s = self._newest = 0.0
        self._confirmed = self._news = False
        self._scope = f"target {threshold.name}".rstrip()

    def take(self, state: RunState, tick: Tick, min_samples: int) -> None:
        """Take the newest reading; one that was taken before is none."""
        facts = self._newest_of(state)
        oldest, stale = tick.wall - RECENT_S, tick.wall - _STALE_S
        if facts is not None and facts.latest_wall > max(self._newest, stale):
            self._newest = facts.latest_wall
            value = facts.judged(facts.latest)
            self._recent.append((facts.latest_wall, value))
            if self._broken:
                self._broken.append(value)
        # A source may be slower than ten seconds: its last reading stands until it is stale.
        while self._recent and self._recent[0][0] <= (oldest if len(self._recent) > 1 else stale):
            self._recent.popleft()
        if not self._recent or not self.threshold.broken_by(_mean([v for _, v in self._recent])):
            self._broken.clear()
        elif not self._broken:
            self._broken.append(self._recent[-1][1])
            self._noticed_s = tick.end

    def _newest_of(self, state: RunState) -> TargetFacts | None:
        """The newest reading; of several sources that are read together the worst."""
        found = [one for one in rows_of(state, self.threshold) if one.count]
        fresh = max((one.latest_wall for one in found), default=0.0) - _TOGETHER_S
        found = [one for one in found if one.latest_wall >= fresh]
        choose = max if self.threshold.upper else min
        return choose(found, key=lambda one: one.judged(one.latest), default=None)

    def proven(self, now: float, window_s: float) -> Proof | None:
        """The mean of the readings since the limit is broken."""
        if len(self._broken) < _FEWEST_READINGS or now - self._noticed_s < window_s - _EPSILON_S:
            return None
        value = _mean(self._broken)
        if not self.threshold.broken_by(value):
            return None
        self._news = self._news or not self._confirmed
        self._confirmed = True
        return Proof(
            self._scope, Reading(value, None, None, len(self._broken)), now - self._noticed_s
        )

    def news(self) -> bool:
        """Whether it was proven since this was asked last."""
        news, self._news = self._news, False
        return news

    def mended(self, min_samples: int) -> Proof | None:
        """The mean of the last readings, when it is within the limit again."""
        if not self._confirmed or self._broken or not self._recent:
            return None
        self._confirmed = False
        values = [value for _, value in self._recent]
        return Proof(self._scope, Reading(_mean(values), None, None, len(values)))

    def forget(self) -> None:
        """Count afresh."""
        self._recent.clear()
        self._broken.clear()


def rule_of(threshold: Threshold) -> Rule:
    """The rule that a threshold makes."""
    return (TargetRule if threshold.scope == "target" else EndpointRule)(threshold)


def _worse(rule: Threshold, one: Reading, other: Reading) -> bool:
    a, b = one.value or 0.0, other.value or 0.0
    return a > b if rule.upper else a < b


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _at_its_peak(state: RunState) -> bool:
    """Whether the load is where a lower limit of a rate means something: at the most users, or the
    highest rate, that is planned, on a plateau that has settled."""
    step = state.steps.current
    plan = state.started.plan if state.started is not None else {}
    stages = plan.get("stages") or []
    if step is None or not step.span.covered_s:
        return False
    if step.rate is not None:
        return step.rate >= max((float(stage.get("rate") or 0) for stage in stages), default=0.0)
    return state.target >= max((int(stage.get("users", 0)) for stage in stages), default=0)
