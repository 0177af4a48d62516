"""What a shape that was run ahead amounts to: its plateaus, its sentence, a line to draw."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec

from lftui.plan import Stage, say_duration

POINTS = 600
_PLATEAU_S = 5.0
_STAGES = 200
# A sentence names this many levels at most.
_NAMED = 8


class Preview(msgspec.Struct, frozen=True):
    """A LoadTestShape, run ahead.

    Attributes:
        points: users over time, as a line through at most `POINTS` points; none where the shape
            cannot be previewed.
        length_s: seconds until it ends; None for no end that was met.
        sentence: the shape in one sentence, whether it could be previewed or not.
        reason: why there is no preview, or none of the whole shape; empty where it is whole.
        stages: the plateaus of 5 s and longer.
    """

    points: list[tuple[float, int]] = []
    length_s: float | None = None
    sentence: str = ""
    reason: str = ""
    stages: list[Stage] = []

    @property
    def peak(self) -> int:
        """The most users that were met."""
        return max((users for _, users in self.points), default=0)


class Walk(msgspec.Struct, frozen=True):
    """What the child says: `lftui.generator.preview.exchange.Walk`."""

    points: list[tuple[float, int]]
    goals: list[tuple[float, int, float]]
    until_s: float
    ended: bool
    by_chance: bool
    reason: str


def judged(name: str, walk: Walk) -> Preview:
    """What is to be said of a shape, called `name`, that was run ahead."""
    levels = _levels(walk)
    held = [level for level in levels if level.length_s >= _PLATEAU_S]
    points, reason = walk.points, ""
    length_s = walk.until_s if walk.ended else None
    over = f" over {say_duration(walk.until_s)}"
    if not walk.ended:
        over = f", without an end within {say_duration(walk.until_s)}"
        reason = f"it has no end within the {say_duration(walk.until_s)} that were previewed"
        points = _interesting(walk)
    sentence = f"{name}: {_say(levels)}{over}"
    peak = max(users for _, users in walk.points)
    if levels and peak < max(level.users for level in levels):
        sentence += f"; its spawn rate takes it to {peak} users at most"
    if walk.by_chance:
        sentence += "; it draws random numbers, so each run differs"
    return Preview(_thinned(points), length_s, sentence, reason, held[:_STAGES])


def _levels(walk: Walk) -> list[Stage]:
    """One after the other, the numbers of users that were asked for."""
    levels: list[Stage] = []
    for (t, users, rate), (end, *_) in pairwise([*walk.goals, (walk.until_s, 0, 0.0)]):
        if levels and levels[-1].users == users:
            rate, t = levels[-1].spawn_rate, t - levels.pop().length_s
        levels.append(Stage(users, rate, round(end - t, 6)))
    return levels


def _say(levels: list[Stage]) -> str:
    """`10 → 100 → 20 users`, or in short where it moves; the 0 at the end goes without saying."""
    users = [level.users for level in levels]
    while users and users[-1] == 0:
        users.pop()
    if not any(users):
        return "no users"
    if users == [1]:
        return "1 user"
    if len(users) <= _NAMED:
        return f"{' → '.join(map(str, users))} users"
    return f"{len(users)} levels from {min(users)} to {max(users)} users"


def _interesting(walk: Walk) -> list[tuple[float, int]]:
    """Of a shape without an end: its changes and as long again, a minute at least."""
    changed_s = walk.points[-2][0] if len(walk.points) > 1 else 0.0
    shown_s = min(walk.until_s, max(60.0, 2 * changed_s))
    return [*walk.points[:-1], (shown_s, walk.points[-1][1])]


def _thinned(points: list[Any]) -> list[tuple[float, int]]:
    """At most `POINTS` of them: of each stretch of time the first, last, lowest and highest."""
    if len(points) <= POINTS:
        return points
    stretches: dict[int, list[tuple[float, int]]] = {}
    for point in points:
        stretches.setdefault(int(point[0] / points[-1][0] * (POINTS // 4 - 1)), []).append(point)
    return [
        point
        for stretch in stretches.values()
        for point in sorted(
            {stretch[0], stretch[-1], min(stretch, key=_users), max(stretch, key=_users)},
            key=stretch.index,
        )
    ]


def _users(point: tuple[float, int]) -> int:
    return point[1]
