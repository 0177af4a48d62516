"""Steps: the plateaus that happened, by plan or by hand, each with its own figures."""

from __future__ import annotations

import msgspec

from lftui.records import Marked, Tick
from lftui.run_state.parts import Counted, Span, Step
from lftui.run_state.searched import WHO

SHORTEST_S = 5.0
KEPT_WHOLE = 200
_EPSILON_S = 0.05
_MARKS = 50
_ROWS = 1_500
_FEW_BATCHES = 12
_PLANNED = ("", "shape", WHO)


class Steps(msgspec.Struct):
    """Finds the plateaus in a stream of ticks.

    A plateau begins at the end of the tick in which all wanted users run, and lasts until the
    number wanted changes; in an open workload it is the rate that is wanted. It is a step once it
    has lasted `SHORTEST_S`: a wave makes none. Its figures are those after `settle_s`. Of more than
    `KEPT_WHOLE` steps the oldest keep their totals and give up their endpoints; of more than
    `_ROWS` endpoints in all finished steps the oldest keep theirs in fewer batches.
    """

    settle_s: float = 3.0
    done: list[Step] = []
    current: Step | None = None
    numbered: int = 0
    hand: bool = False

    def on_tick(self, counted: Counted) -> None:
        """Follow one tick."""
        tick = counted.tick
        step = self.current
        if step is not None and not self._goes_on(step, tick):
            self.close(tick.start)
            step = None
        if step is None:
            if tick.state == "running" and _load(tick) > 0:
                self._open(tick)
            return
        step.last_s = tick.end
        if step.rate is not None:
            step.users = max(step.users, tick.users)
        if tick.start >= step.began_s + step.settle_s - _EPSILON_S:
            step.span.add_all(counted)
            if step.rate is None:
                fewest = tick.users if step.users_min is None else step.users_min
                step.users_min = min(fewest, tick.users)

    def on_mark(self, marked: Marked) -> None:
        """Write a mark to the step it fell into, and remember who set the level."""
        if marked.type in ("users", "rate"):
            self.hand = marked.who not in _PLANNED
        if self.current is not None and marked.type in ("note", "breach", "guard", "stalled"):
            self.current.marks.append(marked.text or marked.why or marked.type)
            del self.current.marks[:-_MARKS]

    def close(self, at_s: float) -> None:
        """The plateau ends here; too short a one is forgotten."""
        step, self.current = self.current, None
        if step is None:
            return
        step.ended_s = at_s
        if step.duration_s < SHORTEST_S:
            return
        self.numbered += 1
        step.number = self.numbered
        self.done.append(step)
        if len(self.done) > KEPT_WHOLE:
            oldest = self.done[-KEPT_WHOLE - 1].span
            oldest.rows.clear()
            oldest.batches.clear()
        self._thin()

    def _thin(self) -> None:
        rows = 0
        for step in reversed(self.done):
            rows += len(step.span.batches)
            if rows > _ROWS and step.span.total_batches.keep > _FEW_BATCHES:
                step.span.thin(_FEW_BATCHES)

    def all(self) -> list[Step]:
        """The finished steps and the one that lasts, if it has lasted long enough."""
        current = self.current
        if current is None or current.duration_s < SHORTEST_S:
            return list(self.done)
        return [*self.done, current]

    def _goes_on(self, step: Step, tick: Tick) -> bool:
        rate = _rate(tick)
        if step.rate is not None or rate is not None:
            return rate == step.rate and tick.state == "running"
        return (
            tick.target == step.users
            and tick.state == "running"
            and (not step.per_class or tick.target_by_class == step.per_class)
        )

    def _open(self, tick: Tick) -> None:
        rate = _rate(tick)
        self.current = Step(
            number=self.numbered + 1,
            users=tick.target if rate is None else tick.users,
            rate=rate,
            began_s=tick.end,
            last_s=tick.end,
            began_wall=tick.wall,
            settle_s=self.settle_s,
            span=Span(began_s=tick.end + self.settle_s),
            per_class=dict(tick.target_by_class) if rate is None else {},
            stage=tick.stage,
            by_hand=tick.held or self.hand,
        )


def _rate(tick: Tick) -> float | None:
    """Iterations a second that are wanted; None in a closed workload."""
    return None if tick.arrivals is None else tick.arrivals.target_rate


def _load(tick: Tick) -> float:
    """How much is wanted: iterations a second, or users."""
    rate = _rate(tick)
    return float(tick.target) if rate is None else rate
