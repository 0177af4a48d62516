"""The knee: the number of users, or the rate, from which more load costs more than it brings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import hypot, inf
from typing import Literal

import msgspec

from lftui.judge.load import load_said
from lftui.judge.measured import Level, Reading
from lftui.judge.steps.ladder import (
    Rung,
    ladder,
    p95_interval_ms,
    p95_ms,
    users_rps,
    users_rps_interval,
)
from lftui.run_state import Step

Sign = Literal["throughput", "p95"]
SIGNS: tuple[Sign, ...] = ("throughput", "p95")

CHANCE = 0.03
"""At most this share of flat ladders shows a knee."""
THROUGHPUT_FALL = 0.10
"""Less than this of a user's throughput lost is no knee, however sure."""
P95_RISE = 0.50
"""A p95 that rose by less than this share is still on its flat part, however sure."""
BENDING = 0.5
"""A level beyond this part of either bar no longer belongs to the flat part."""
_SHORTEST_S = 5.0
_FLAT_RUNGS = 12


class Knee(msgspec.Struct, frozen=True):
    """The first level at which the load was too much, and how it showed.

    Attributes:
        users: the level where it was seen. The true knee lies above `before_users` and not above
            `users`. None in an open workload.
        before_users: the highest level before it.
        rate, before_rate: the same in iterations a second; None in a closed workload.
        signs: what left its course, the throughput of a user first.
        rps_per_user, rps_per_user_before: successful requests a second of one user, here and on
            the flat part below; of an open workload requests of one iteration that was due.
        p95_ms, p95_ms_before: the same of the p95; None where nothing succeeded.
        sentence: one for people.
    """

    users: int | None
    before_users: int | None
    signs: tuple[Sign, ...]
    rps_per_user: float
    rps_per_user_before: float
    p95_ms: float | None
    p95_ms_before: float | None
    sentence: str
    rate: float | None = None
    before_rate: float | None = None

    @property
    def load(self) -> float:
        """The level where it was seen, in users or iterations a second."""
        return float(self.users or 0) if self.rate is None else self.rate


def find_knee(levels: Iterable[Level]) -> Knee | None:
    """The knee of a ladder of levels, in any order; None where none shows.

    Each level is held against the flat part: the lower levels together that have not begun to
    bend (the first `_FLAT_RUNGS`). It is the knee where the throughput of a user is lower by
    `THROUGHPUT_FALL` and more than noise, or the p95 higher by `P95_RISE` and more than noise.
    Below saturation a user of a closed workload completes `1 / (response time + think time)`
    requests a second and the response time is flat; above it the response time grows with each
    user (Denning and Buzen, "The Operational Analysis of Queueing Network Models", ACM Computing
    Surveys 10, 1978, asymptotic bounds).

    The n-th comparison gets the share `1 / (n (n + 1))` of `CHANCE`, halved for its two signs
    (alpha spending: Foster and Stine, "Alpha-investing", Journal of the Royal Statistical Society
    B 70, 2008). The shares of all add up to `CHANCE`, and no later level changes an answer, so a
    knee is told while its step still runs. A level needs five settled seconds.

    In simulation (6 to 8 levels of 20 to 60 s, lognormal response times of sigma 0.3 to 1.0,
    independent or in slow waves of 10 or 30 %, levels apart by 10 %) at most 3 % of flat ladders
    show a knee, and 4 % to one who looks every other second. Of queues with 4 and 16 servers the
    first level that is truly beyond a bar, or one beside it, is found in 95 % of ladders.
    """
    flat: list[Rung] = []
    before, compared = 0.0, 0
    for rung in ladder(levels):
        if rung.total.duration_s < _SHORTEST_S:
            continue
        bends = False
        if flat:
            compared += 1
            # One-sided tests at half the chance each: two-sided intervals leave out twice that.
            pair = _Pair(rung, flat, 1.0 - CHANCE / (compared * (compared + 1)))
            left = {sign: _left(pair, sign) for sign in SIGNS}
            signs = tuple(sign for sign in SIGNS if left[sign] >= 1.0)
            if signs:
                return _knee(pair, signs, before)
            bends = max(left.values()) >= BENDING
        if not bends and len(flat) < _FLAT_RUNGS:
            flat.append(rung)
        before = rung.load
    return None


def knee_step(steps: Iterable[Step], knee: Knee | None) -> int | None:
    """The number of the first step at which the knee was seen."""
    if knee is None:
        return None
    seen = (knee.users, knee.rate)
    return next(
        (one.number for one in steps if seen in ((one.users, None), (None, one.rate))), None
    )


class _Pair(msgspec.Struct, frozen=True):
    """A rung, the flat part below it, and how sure a difference has to be."""

    rung: Rung
    flat: Sequence[Rung]
    confidence: float


def _left(pair: _Pair, sign: Sign) -> float:
    """How far a figure has left its course, 1 for all that makes a knee; 0 for noise."""
    if sign == "throughput":
        small, large = users_rps([pair.rung]), users_rps(pair.flat)
        bar = 1.0 / (1.0 - THROUGHPUT_FALL) - 1.0
    else:
        small, large = p95_ms(pair.flat), p95_ms([pair.rung])
        bar = P95_RISE
    if small is None or large is None or large < small * (1.0 + BENDING * bar):
        return 0.0
    # Only now, for the intervals take most of the time.
    if sign == "throughput":
        below = users_rps_interval([pair.rung], pair.confidence)
        above = users_rps_interval(pair.flat, pair.confidence)
    else:
        below = p95_interval_ms(pair.flat, pair.confidence)
        above = p95_interval_ms([pair.rung], pair.confidence)
    if not _apart(below, above):
        return 0.0
    return (large / small - 1.0) / bar if small > 0 else inf


def _apart(small: Reading, large: Reading) -> bool:
    """Whether `large` is above `small` by more than noise.

    The lower end of the interval of their difference, from the ends of the two intervals: Zou and
    Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 27,
    2008 (MOVER). An end that the samples do not reach leaves it open.
    """
    if small.value is None or small.high is None or large.value is None or large.low is None:
        return False
    noise = hypot(large.value - large.low, small.high - small.value)
    return large.value - small.value > noise


def _knee(pair: _Pair, signs: tuple[Sign, ...], before: float) -> Knee:
    rung = pair.rung
    is_open = rung.unit == "rate"
    knee = Knee(
        users=None if is_open else rung.users,
        before_users=None if is_open else int(before),
        rate=rung.load if is_open else None,
        before_rate=before if is_open else None,
        signs=signs,
        rps_per_user=users_rps([pair.rung]) or 0.0,
        rps_per_user_before=users_rps(pair.flat) or 0.0,
        p95_ms=p95_ms([pair.rung]),
        p95_ms_before=p95_ms(pair.flat),
        sentence="",
    )
    return msgspec.structs.replace(knee, sentence=_sentence(knee))


# --- in words ------------------------------------------------------------------------------------


def _sentence(knee: Knee) -> str:
    said = []
    if "throughput" in knee.signs:
        before, now = knee.rps_per_user_before, knee.rps_per_user
        what, unit = ("throughput per user", "rps")
        if knee.rate is not None:
            what, unit = ("successful requests per due iteration", "requests")
        said.append(
            f"{what} fell {100 * (1.0 - now / before):.0f} % "
            f"({_number(before)} to {_number(now)} {unit})"
        )
    if "p95" in knee.signs and knee.p95_ms is not None and knee.p95_ms_before is not None:
        said.append(f"p95 left its flat part ({_times(knee.p95_ms_before, knee.p95_ms)})")
    at = load_said(knee.load, "users" if knee.rate is None else "rate")
    return f"knee at {at}: {', '.join(said)}"


def _times(before_ms: float, now_ms: float) -> str:
    if before_ms >= 1000:
        return f"{before_ms / 1000:.2f} to {now_ms / 1000:.2f} s"
    if now_ms >= 1000:
        return f"{_number(before_ms)} ms to {now_ms / 1000:.2f} s"
    return f"{_number(before_ms)} to {_number(now_ms)} ms"


def _number(value: float) -> str:
    """With two significant digits or more, and never as a power of ten."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"
