"""The phases of requests, apart (`--timings`): histograms by phase, beside a row's figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from lftui.metrics import Histogram

PHASES = ("dns", "connect", "tls", "first_byte")
"""In the order in which a request goes through them."""

Phases = dict[str, Histogram]


class Phase(msgspec.Struct, frozen=True):
    """The figures of one phase. `requests` went through it: one on a connection that was open
    already has a `first_byte` only."""

    requests: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


def add_phases(phases: Phases, timings: Mapping[str, list[int]]) -> None:
    """Add what one tick says of an endpoint's phases."""
    for phase, flat in timings.items():
        if phase in PHASES:
            phases.setdefault(phase, Histogram()).add_sparse(flat)


def phase_figures(several: Iterable[Phases]) -> dict[str, Phase]:
    """The figures of each phase over several rows, in their order; empty where none was timed."""
    sums: Phases = {}
    for phases in several:
        for phase, histogram in phases.items():
            sums.setdefault(phase, Histogram()).add(histogram)
    return {phase: _figures(sums[phase]) for phase in PHASES if phase in sums and sums[phase].count}


def _figures(histogram: Histogram) -> Phase:
    p50, p95, p99 = ((us or 0) / 1000 for us in histogram.percentiles_us((0.50, 0.95, 0.99)))
    return Phase(histogram.count, p50, p95, p99)
