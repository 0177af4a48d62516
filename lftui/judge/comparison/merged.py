"""Figures put together: of several endpoints at the same time, of one at several times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from lftui.judge.measured import Key, Level, Measured
from lftui.metrics import Batches, Figures, Strata, joined


def side_by_side(several: Sequence[Measured]) -> Measured:
    """Several endpoints over the same time as one."""
    if len(several) == 1:
        return several[0]
    length = max((one.duration_s for one in several), default=0.0)
    return Measured(_sum(several), length, _overlaid([one.batches for one in several]))


def one_after_another(several: Sequence[Measured]) -> Measured:
    """The same endpoint over several spans of time as one."""
    if len(several) == 1:
        return several[0]
    length = sum(one.duration_s for one in several)
    return Measured(_sum(several), length, joined(one.batches for one in several))


def by_users(levels: Iterable[Level]) -> list[Level]:
    """Levels of the same number of users, or rate, as one, whichever their user classes were."""
    found: dict[float | None, list[Level]] = {}
    for level in levels:
        found.setdefault(level.load, []).append(level)
    return [_joined_levels(same) if len(same) > 1 else same[0] for same in found.values()]


def _joined_levels(levels: Sequence[Level]) -> Level:
    length = sum(level.total.duration_s for level in levels)
    keys: dict[Key, None] = dict.fromkeys(key for level in levels for key in level.endpoints)
    endpoints = {
        key: msgspec.structs.replace(
            one_after_another([one.endpoints[key] for one in levels if key in one.endpoints]),
            duration_s=length,
        )
        for key in keys
    }
    return Level(
        users=levels[0].users,
        rate=levels[0].rate,
        total=one_after_another([level.total for level in levels]),
        endpoints=endpoints,
        user_s=sum(level.user_s for level in levels),
        steps=tuple(step for level in levels for step in level.steps),
    )


def _sum(several: Iterable[Measured]) -> Figures:
    total = Figures()
    for one in several:
        total.add(one.figures)
    return total


def _overlaid(several: Sequence[Batches]) -> Batches:
    """Batches of the same span, piece upon piece; those of several loads load by load."""
    loads: dict[str, list[Batches]] = {}
    for one in several:
        parts = one.parts if isinstance(one, Strata) else {"": one}
        for load, part in parts.items():
            loads.setdefault(load, []).append(part)
    if len(loads) > 1 and "" in loads:  # an endpoint that came at one load only
        return _piece_upon_piece(several)
    return Strata.of({load: _piece_upon_piece(parts) for load, parts in loads.items()})


def _piece_upon_piece(several: Iterable[Batches]) -> Batches:
    """All of the longest length among them."""
    parts = [one for one in several if one.pieces]
    whole = Batches(keep=1 << 20, length_s=max((one.length_s for one in parts), default=1.0))
    for part in parts:
        at_s = 0.0
        for piece in part.pieces:
            whole.add(at_s, piece.count, piece.failures, piece.ok, piece.adjusted)
            at_s += part.length_s
    return whole
