"""How often the judge is right: simulated runs, of which the truth is known, compared by it.

The operating curve of `lftui.judge.difference`: false alarms of runs in which nothing has changed,
and how often a shift is found, against the number of responses, the shift and the tolerance.
Chosen from it were the constants there and in `lftui.metrics.dependence`; docs/verdicts.md.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from benchmarks.processes import Bench, say
from benchmarks.simulated import World, run
from benchmarks.tables import Table, grid
from lftui.judge.difference import Reference, compare_metric, samples_for
from lftui.judge.measured import PERCENTILES, Measured
from lftui.metrics import ratio_interval

COMPARED = ("p50_ms", "p95_ms", "p99_ms", "error_ratio", "rps")
ENDPOINTS = 10
COMPARISONS = ENDPOINTS * len(COMPARED)
PER_SECOND = 20.0
FALSE_ALARMS, FOUND = 0.05, 0.95
_ENOUGH = 100
STEADY = World("steady")
SLOW = World("wanders 10 %, 10 s", wander=0.10, memory_s=10.0)
WILD = World("wanders 20 %, 10 s", wander=0.20, memory_s=10.0)


@dataclass(frozen=True)
class Same:
    """Runs in which nothing has changed. `bar`: whether the false alarms are judged."""

    world: World
    seconds: int
    bar: bool = True


SAME = [
    Same(replace(STEADY, name="steady, sigma 0.3", sigma=0.3), 60),
    Same(replace(STEADY, name="steady, sigma 0.56"), 60),
    Same(replace(STEADY, name="steady, sigma 1.0", sigma=1.0), 60),
    Same(World("wanders 10 %, 5 s", wander=0.10, memory_s=5.0), 60),
    Same(SLOW, 60),
    Same(SLOW, 120),
    Same(World("drifts 20 %", drift=0.20), 60),
    Same(World("drifts 20 %, wanders 10 %, 5 s", drift=0.20, wander=0.10, memory_s=5.0), 120),
    Same(WILD, 60, bar=False),
    Same(WILD, 300),
]


@dataclass(frozen=True)
class Case:
    """One comparison made often, with `count` responses over `seconds`."""

    metric: str
    count: int
    slower: float = 1.0
    world: World = STEADY
    two_runs: bool = False
    tolerance: float = 0.10
    seconds: int = 120
    fewer: float = 1.0
    more_errors: float = 0.0


def table(bench: Bench) -> Table:
    """The operating curve."""
    runs, repeats = (10, 24) if bench.quick else (300, 300)
    found = Table("How sure a verdict is", _about(runs, repeats), [
        "nothing changed: the level", "seconds", "false alarms: baseline", "two runs", "bar", "",
        *(f"{metric.removesuffix('_ms')} passes" for metric in COMPARED),
    ])  # fmt: skip
    with ProcessPoolExecutor() as pool:
        _same(found, pool.map(_alarms, SAME, [runs] * len(SAME)))

        def shares(cases: Sequence[Case]) -> list[Counter[str]]:
            return list(pool.map(_outcomes, cases, [repeats] * len(cases)))

        for part in (_published, _curve, _tolerances, _long, _others):
            say(f"verdicts: {part.__name__.removeprefix('_')}")
            found.notes.append(part(found, shares))
    return found


Shares = Callable[[Sequence[Case]], list[Counter[str]]]


def _alarms(same: Same, runs: int) -> dict[bool, Counter[str]]:
    """The runs with an alarm, and how often each metric passed; with a baseline (False) and
    against another run (True)."""
    source = random.Random(f"{same.world.name} {same.seconds}")
    truths = {metric: _truth(metric, same.world, PER_SECOND) for metric in COMPARED}
    rates = [PER_SECOND] * ENDPOINTS
    found: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    for _ in range(runs):
        before, now = (run(same.world, rates, same.seconds, source) for _ in range(2))
        for two_runs, counter in found.items():
            alarm = False
            for endpoint, one in enumerate(now):
                for metric in COMPARED:
                    other = before[endpoint] if two_runs else truths[metric]
                    outcome = compare_metric(metric, other, one, 0.10, COMPARISONS).outcome
                    counter[metric] += outcome == "pass"
                    alarm |= outcome == "fail"
            counter["alarms"] += alarm
            counter["runs"] += 1
    return found


def _same(found: Table, results: Sequence[dict[bool, Counter[str]]]) -> None:
    for same, result in zip(SAME, results, strict=True):
        one, two = result[False], result[True]
        worst, total = max(one["alarms"], two["alarms"]), one["runs"]
        sign = "shown"
        if same.bar:
            what = f"{worst / total:.1%} false alarms ({same.world.name}, {same.seconds} s)"
            sign = found.judge(what, _at_most(worst, total, FALSE_ALARMS))
        found.add(
            same.world.name,
            str(same.seconds),
            *(_share(each["alarms"], each["runs"]) for each in (one, two)),
            f"≤ {FALSE_ALARMS:.0%}" if same.bar else "",
            sign,
            *(f"{one[metric] / one['runs'] / ENDPOINTS:.0%}" for metric in COMPARED),
        )


def _outcomes(case: Case, repeats: int) -> Counter[str]:
    source = random.Random(repr(case))
    rate = case.count / case.seconds

    def once(**changed: float) -> Measured:
        share = changed.pop("fewer", 1.0)
        return run(case.world, [rate * share], case.seconds, source, **changed)[0]

    found: Counter[str] = Counter()
    for _ in range(repeats):
        before = once() if case.two_runs else _truth(case.metric, case.world, rate)
        now = once(slower=case.slower, more_errors=case.more_errors, fewer=case.fewer)
        found[compare_metric(case.metric, before, now, case.tolerance, COMPARISONS).outcome] += 1
    return found


def _truth(metric: str, world: World, per_second: float) -> Reference:
    if metric == "error_ratio":
        return Reference(world.true_errors())
    if metric == "rps":
        return Reference(world.true_rate(per_second))
    return Reference(world.true_ms(PERCENTILES[metric]))


def _published(found: Table, shares: Shares) -> str:
    """The minimum n, with what it keeps of its promise."""
    rows = []
    places = [
        (metric, sigma, two_runs)
        for metric in ("p50_ms", "p95_ms", "p99_ms")
        for sigma in (0.3, 0.56, 1.0)
        for two_runs in (False, True)
    ]
    cases = []
    for metric, sigma, two_runs in places:
        count = samples_for(metric, sigma, 0.10, COMPARISONS, two_runs)
        assert count is not None
        case = Case(metric, count, 1.2, replace(STEADY, sigma=sigma), two_runs)
        cases += [case, replace(case, slower=1.0)]
    results = shares(cases)
    for place, (metric, sigma, two_runs) in enumerate(places):
        shifted, same = results[2 * place : 2 * place + 2]
        power, passed = shifted["fail"] / shifted.total(), same["pass"] / same.total()
        what = f"{metric}, sigma {sigma:g}: {power:.1%} found, {passed:.1%} passed"
        rows.append([
            metric.removesuffix("_ms"), f"{sigma:g}", "two runs" if two_runs else "baseline",
            f"{cases[2 * place].count:,}", f"{power:.1%}", f"{passed:.1%}",
            found.judge(what, _at_least(shifted, "fail") and _at_least(same, "pass")),
        ])  # fmt: skip
    columns = ["minimum n", "sigma", "against", "responses", "1.2x is found", "the same passes", ""]
    return grid(columns, rows)


def _curve(found: Table, shares: Shares) -> str:
    """Power against n and shift."""
    counts, shifts = (100, 300, 1_000, 3_000, 10_000), (1.0, 1.1, 1.2, 1.3, 1.5)
    results = iter(shares([Case("p95_ms", n, shift) for n in counts for shift in shifts]))
    rows = [[f"{n:,}", *(_three(next(results)) for _ in shifts)] for n in counts]
    return grid(["p95, sigma 0.56, 120 s: n", *(f"{shift:g}x" for shift in shifts)], rows)


def _tolerances(found: Table, shares: Shares) -> str:
    """Power at the minimum n of each tolerance."""
    rows, cases = [], []
    for tolerance, seconds in ((0.05, 600), (0.10, 120), (0.20, 60)):
        count = samples_for("p95_ms", 0.56, tolerance, COMPARISONS, duration_s=seconds)
        assert count is not None
        for shift in (1.0, 1.0 + 2 * tolerance):
            cases.append(Case("p95_ms", count, shift, tolerance=tolerance, seconds=seconds))
    results = shares(cases)
    for case, same, shifted in zip(cases[::2], results[::2], results[1::2], strict=True):
        power = shifted["fail"] / shifted.total()
        what = f"tolerance {case.tolerance:.0%}: {power:.1%} found"
        sign = found.judge(what, _at_least(shifted, "fail"))
        rows.append([
            f"{case.tolerance:.0%}", str(case.seconds), f"{case.count:,}",
            _three(same), _three(shifted), sign,
        ])  # fmt: skip
    columns = ["p95, tolerance", "seconds", "n", "the same", "twice the tolerance", ""]
    return grid(columns, rows)


def _long(found: Table, shares: Shares) -> str:
    """What a wandering level costs, and what longer runs bring."""
    worlds = [World("wanders 10 %, 5 s", wander=0.10, memory_s=5.0), SLOW]
    lengths, shifts = (60, 120, 300, 600), (1.0, 1.2, 1.5)
    places = [(world, seconds) for world in worlds for seconds in lengths]
    cases = [
        Case("p95_ms", int(PER_SECOND * seconds), shift, world, seconds=seconds)
        for world, seconds in places
        for shift in shifts
    ]
    results = iter(shares(cases))
    rows = [
        [world.name, str(seconds), *(_three(next(results)) for _ in shifts)]
        for world, seconds in places
    ]
    columns = ["p95, 20 requests/s: the level", "seconds", *(f"{shift:g}x" for shift in shifts)]
    return grid(columns, rows)


def _others(found: Table, shares: Shares) -> str:
    """Error ratios and rates."""
    kinds: list[tuple[str, Case]] = []
    calm = replace(STEADY, errors=0.0)
    for count in (100, 1_000, 10_000):
        base = Case("error_ratio", count, world=calm)
        kinds += [
            (f"errors 0 % to {more:.0%}", replace(base, more_errors=more))
            for more in (0.0, 0.01, 0.05)
        ]
        kinds.append(("errors 1 % to 2 %", replace(base, world=STEADY, more_errors=0.01)))
    for count in (100, 1_000, 10_000):
        kinds += [
            (f"rps to {fewer:.0%}", Case("rps", count, fewer=fewer)) for fewer in (1.0, 0.8, 0.6)
        ]
    results = shares([case for _, case in kinds])
    rows = [
        [name, f"{case.count:,}", _three(one)]
        for (name, case), one in zip(kinds, results, strict=True)
    ]
    return grid(["against a baseline, 120 s", "requests", "fail / inconclusive / pass"], rows)


def _at_most(hits: int, total: int, bar: float) -> bool:
    """A few runs miss a bar only when they are sure of it."""
    share = hits / total if total >= _ENOUGH else ratio_interval(hits, total)[0]
    return share <= bar


def _at_least(found: Counter[str], outcome: str) -> bool:
    return _at_most(found.total() - found[outcome], found.total(), 1.0 - FOUND)


def _three(found: Counter[str]) -> str:
    shares = (found[name] / found.total() for name in ("fail", "inconclusive", "pass"))
    return " / ".join(f"{share:.0%}" for share in shares)


def _share(hits: int, total: int) -> str:
    low, high = ratio_interval(hits, total)
    return f"{hits / total:.1%} ({low:.1%}–{high:.1%})"


def _about(runs: int, repeats: int) -> list[str]:
    return [
        f"Simulated runs, judged by the code that judges real ones. {ENDPOINTS} endpoints with "
        f"{PER_SECOND:g} requests a second each, {COMPARISONS} comparisons a run, tolerance 10 %, "
        f"sigma 0.56 where it is not said; each endpoint has a level of its own. {runs} runs a "
        f"row, {repeats} comparisons a cell; the same seeds every time.",
        "*wanders 10 %, 5 s*: the level is a first-order autoregression with this standard "
        "deviation and correlation time. *drifts 20 %*: it goes up or down by this from one end "
        "of the run to the other. Three shares are fail / inconclusive / pass.",
    ]
