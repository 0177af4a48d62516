"""The Universal Scalability Law, fitted to the levels of a ladder.

    X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1))

throughput X at N users: Gunther, "Guerrilla Capacity Planning", 2007, chapters 4 to 6. `lambda` is
the throughput of one user alone, `sigma` the share in which users wait for one another
(contention), `kappa` what keeping users consistent with one another costs (coherency). With
`kappa` the throughput has a peak and falls beyond it, without it ends at `lambda / sigma`, and
with neither it is linear.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor, log10, sqrt
from typing import Literal

import msgspec

from lftui.judge.measured import Level
from lftui.judge.steps.ladder import Rung, ladder, users_rps_interval
from lftui.judge.steps.least_squares import least_squares

Kind = Literal["linear", "contention", "peak"]

FEWEST_LEVELS = 4
SPAN = 3.0
"""The highest level has at least so many times the users of the lowest."""
LEAST_R2 = 0.90
MOST_ERROR = 0.05
"""Mean relative error of the throughput above which a fit is not told."""
MOST_MISFIT = 2.0
"""Nor is one whose errors are larger than the noise of the levels: chi squared per degree of
freedom."""
LAST_ERROR = 0.10
"""Growth is not linear where the highest level gives less than this of it."""
FAR = 2.0
"""A peak beyond so many times the highest level, or a limit beyond so many times the highest
throughput, is not told: in simulation such ones were wrong by a third and more."""
_FLOOR = 0.02
"""Levels differ by that much for reasons of their own, however many requests were counted."""
_SURE = 2.706, 4.605
"""How much better a fit has to be for one parameter more, and for two: chi squared's 90 % points.
For one that cannot be negative it is the 95 % point: Self and Liang, Journal of the American
Statistical Association 82, 1987."""
_MATERIAL = 0.05
"""A smaller loss against linear growth at the highest level is no contention."""


class Scalability(msgspec.Struct, frozen=True):
    """The law as fitted. All throughput is of successful requests.

    Attributes:
        kind: what the data shows; `linear` has no sigma and kappa, `contention` no kappa.
        rps_of_one: lambda.
        contention: sigma, at least 0.
        coherency: kappa, at least 0.
        peak_users: where the throughput is highest, `sqrt((1 - sigma) / kappa)`; None without one.
        peak_rps: the throughput there; without a peak the one it never exceeds, `lambda / sigma`;
            None for a linear one.
        beyond: peak or limit lie so far above what was measured that they are not told.
        r_squared: share of the throughput's variance that the law explains.
        mean_error: mean relative error of the throughput, 0.02 for 2 %.
        levels: how many it was fitted to.
        users_max: the highest of them.
        sentence: one for people.
    """

    kind: Kind
    rps_of_one: float
    contention: float
    coherency: float
    peak_users: float | None
    peak_rps: float | None
    beyond: bool
    r_squared: float
    mean_error: float
    levels: int
    users_max: int
    sentence: str

    def rps(self, users: float) -> float:
        """The law's throughput."""
        loss = self.contention * (users - 1) + self.coherency * users * (users - 1)
        return self.rps_of_one * users / (1 + loss)


def fit_scalability(levels: Iterable[Level]) -> Scalability | None:
    """The law that fits the levels; None with too few of them, or where no law fits well.

    Least squares on the linearized form `N / X = a + b (N - 1) + c N (N - 1)` with `lambda = 1/a`,
    `sigma = b/a`, `kappa = c/a` (Gunther, chapter 5), each level weighted by how well its
    throughput is known, and `b, c >= 0`: with two such parameters the constrained minimum is the
    best of the four fits that leave some of them out (Lawson and Hanson, "Solving Least Squares
    Problems", 1974, chapter 23). A parameter is told only where the fit without it is worse by
    more than noise.

    It describes throughput that bends smoothly. One that is linear up to a full pool and constant
    from there (a hockey stick) does not fit, and nothing is said: the knee says it better.

    In simulation (4 to 10 levels of a minute, Poisson noise and 1 % between the levels) nine in
    ten predicted peaks are within 20 % where the ladder reaches 0.8 of it, and a linear target is
    called linear in 96 %. At 0.4 of the peak it mostly does not show yet, and the limit is said
    instead, which is too high: the throughput "cannot exceed" it.
    """
    rungs = ladder(levels)
    if any(rung.unit == "rate" for rung in rungs):  # an open workload's throughput is given to it
        return None
    points = [_point(rung) for rung in rungs]
    if len(points) < FEWEST_LEVELS or points[-1].users < SPAN * points[0].users:
        return None
    if any(point.rps <= 0 for point in points):
        return None
    found = _choose(points)
    return None if found is None else _told(found, points)


class _Point(msgspec.Struct, frozen=True):
    users: int
    rps: float
    weight: float


class _Fit(msgspec.Struct, frozen=True):
    """`a`, `b`, `c` of the linearized form, and the weighted sum of its squared errors."""

    a: float
    b: float
    c: float
    chi2: float

    def rps(self, users: int) -> float:
        return users / (self.a + self.b * (users - 1) + self.c * users * (users - 1))


def _point(rung: Rung) -> _Point:
    rate = users_rps_interval([rung])
    each = rate.value or 0.0
    if each <= 0 or rate.low is None or rate.high is None:
        return _Point(rung.users, 0.0, 0.0)
    error = (rate.high - rate.low) / (2 * 1.96 * each)
    # The relative error of N / X is that of X.
    return _Point(rung.users, rung.users * each, each * each / (error * error + _FLOOR * _FLOOR))


def _choose(points: Sequence[_Point]) -> tuple[Kind, _Fit] | None:
    line, amdahl, coherent, full = (_fit(points, columns) for columns in ((), (0,), (1,), (0, 1)))
    fits = [fit for fit in (line, amdahl, coherent, full) if fit is not None]
    if not fits:
        return None
    best = min(fits, key=lambda fit: fit.chi2)
    noise = max(1.0, best.chi2 / max(1, len(points) - 3))
    last = points[-1].users
    lost = 1.0 - best.rps(last) * best.a / last
    if line is not None and ((line.chi2 - best.chi2) / noise < _SURE[1] or lost < _MATERIAL):
        return "linear", line
    if amdahl is not None and (amdahl.chi2 - best.chi2) / noise < _SURE[0]:
        return "contention", amdahl
    return ("peak", best) if best.c > 0 else ("contention", best)


def _fit(points: Sequence[_Point], columns: Sequence[int]) -> _Fit | None:
    """The weighted fit with these of `b` and `c`; None where it leaves the allowed values."""
    last = points[-1].users
    rows = []
    for point in points:
        n = point.users
        every = ((n - 1) / last, n * (n - 1) / last**2)
        rows.append([1.0, *(every[column] for column in columns)])
    weights = [point.weight for point in points]
    targets = [point.users / point.rps for point in points]
    solved = least_squares(rows, targets, weights)
    if solved is None or solved[0] <= 0 or min(solved) < 0:
        return None
    scaled = [0.0, 0.0]
    for column, value in zip(columns, solved[1:], strict=True):
        scaled[column] = value
    errors = (
        weight * (target - sum(x * s for x, s in zip(row, solved, strict=True))) ** 2
        for row, target, weight in zip(rows, targets, weights, strict=True)
    )
    return _Fit(solved[0], scaled[0] / last, scaled[1] / last**2, sum(errors))


def _told(found: tuple[Kind, _Fit], points: Sequence[_Point]) -> Scalability | None:
    kind, fit = found
    measured = [point.rps for point in points]
    fitted = [fit.rps(point.users) for point in points]
    pairs = list(zip(measured, fitted, strict=True))
    mean = sum(measured) / len(measured)
    spread = sum((x - mean) ** 2 for x in measured)
    r_squared = 1.0 - sum((x - f) ** 2 for x, f in pairs) / spread if spread > 0 else 0.0
    error = sum(abs(x - f) / x for x, f in pairs) / len(pairs)
    free = len(points) - {"linear": 1, "contention": 2, "peak": 3}[kind]
    if r_squared < LEAST_R2 or error > MOST_ERROR or fit.chi2 / free > MOST_MISFIT:
        return None
    if kind == "linear" and measured[-1] < (1.0 - LAST_ERROR) * fitted[-1]:
        return None
    last = points[-1].users
    sigma, kappa = fit.b / fit.a, fit.c / fit.a
    law = Scalability(
        kind=kind,
        rps_of_one=1.0 / fit.a,
        contention=sigma,
        coherency=kappa,
        peak_users=None,
        peak_rps=None,
        beyond=False,
        r_squared=r_squared,
        mean_error=error,
        levels=len(points),
        users_max=last,
        sentence="",
    )
    law = _with_peak(law, max(measured))
    return msgspec.structs.replace(law, sentence=_sentence(law))


def _with_peak(law: Scalability, most_rps: float) -> Scalability:
    if law.kind == "linear":
        return law
    if law.kind == "contention":
        asymptote = law.rps_of_one / law.contention
        if asymptote > FAR * most_rps:
            return msgspec.structs.replace(law, beyond=True)
        return msgspec.structs.replace(law, peak_rps=asymptote)
    users = max(1.0, sqrt(max(0.0, 1.0 - law.contention) / law.coherency))
    if users > FAR * law.users_max:
        return msgspec.structs.replace(law, beyond=True)
    return msgspec.structs.replace(law, peak_users=users, peak_rps=law.rps(users))


# --- in words ------------------------------------------------------------------------------------


_TRACE = 1e-9


def _sentence(law: Scalability) -> str:
    if law.kind == "linear":
        return f"throughput grew with the users: no contention seen up to {law.users_max} users"
    shares = {"contention": law.contention, "coherency": law.coherency}
    # The solver leaves a trace where there is none.
    said = {name: share for name, share in shares.items() if share > _TRACE}
    loss = ", ".join(f"{name} {_percent(share)}" for name, share in said.items())
    if law.beyond or law.peak_rps is None:
        told = f"levels up to {law.users_max} users do not tell where the throughput ends"
        return f"{loss}: {told}"
    if law.peak_users is None:
        return f"{loss}: the throughput cannot exceed about {_rps(law.peak_rps)}"
    was = "peak" if law.peak_users <= law.users_max else "predicted peak"
    return f"{was} at about {law.peak_users:.0f} users, {_rps(law.peak_rps)} ({loss})"


def _rps(rps: float) -> str:
    return f"{rps:.0f} rps" if rps >= 100 else f"{rps:.3g} rps"


def _percent(share: float) -> str:
    """With two digits that count, and never as a power of ten."""
    digits = max(0, 1 - floor(log10(100 * share)))
    text = f"{100 * share:.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"
