"""One limit on one subject, followed tick by tick: when it begins to be broken, for how long, and
whether that is more than noise.

A percentile is beyond a limit where enough of the responses are: so a tick tells two numbers, how
many there were and how many of them were beyond, and the last ten seconds are their sum. Only
while a limit is broken the figures themselves are added up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import sqrt

import msgspec

from lftui.judge.measured import ADJUSTED, Measured, Reading, quantile_of
from lftui.judge.thresholds.threshold import RATES, Threshold
from lftui.metrics import Batch, Batches, Figures, bucket_of, nearest_rank, pack, value_us
from lftui.records import EndpointTick
from lftui.run_state.parts import add_tick, packed_adjusted

RECENT_S = 10.0
CONFIDENCE = 0.90
"""Of a two-sided interval: beyond its lower end is one chance in twenty."""
_EPSILON_S = 0.05


class Slice(msgspec.Struct, gc=False):
    """What one tick says of a subject: `n` responses, `hits` of them beyond the limit; of the
    failed ones apart, which stand for the response times where nothing succeeds."""

    start_s: float
    end_s: float
    endpoints: Sequence[EndpointTick]
    n: int = 0
    hits: int = 0
    failed: int = 0
    failed_hits: int = 0


class Counter:
    """Makes slices: counts what is beyond a limit."""

    def __init__(self, rule: Threshold) -> None:
        self._metric = rule.metric
        self._upper = rule.upper
        self._adjusted = rule.metric in ADJUSTED
        # The first bucket whose value is beyond the limit, or for a lower limit the last one.
        limit_us = rule.limit * 1000.0
        self._edge = bucket_of(int(limit_us))
        if rule.upper:
            self._edge += value_us(self._edge) <= limit_us
        else:
            self._edge -= value_us(self._edge) >= limit_us

    def slice(self, start_s: float, end_s: float, endpoints: Sequence[EndpointTick]) -> Slice:
        """The slice of a tick from what it says of a subject's endpoints."""
        one = Slice(start_s, end_s, endpoints)
        if quantile_of(self._metric) is not None:
            for endpoint in endpoints:
                n, hits = self._beyond(endpoint.intended if self._adjusted else endpoint.ok)
                one.n += n
                one.hits += hits
                if endpoint.failed and not self._adjusted:
                    n, hits = self._beyond(endpoint.failed)
                    one.failed += n
                    one.failed_hits += hits
            return one
        for endpoint in endpoints:
            one.n += endpoint.count
            one.hits += endpoint.failures
        return one

    def _beyond(self, flat: Sequence[int]) -> tuple[int, int]:
        n = hits = 0
        edge, upper = self._edge, self._upper
        pairs = iter(flat)
        for bucket in pairs:
            count = next(pairs)
            n += count
            if (bucket >= edge) if upper else (bucket <= edge):
                hits += count
        return n, hits


class Breach:
    """The figures since a limit was seen to be broken.

    The ten seconds in which it was seen are no part of them: they were picked because they were
    bad. What comes after them is not, so chance alone makes it no worse than the truth is, and a
    target that breaks down at once is not taken for one that varies.
    """

    def __init__(self, noticed_s: float) -> None:
        self.noticed_s = noticed_s
        self.figures = Figures()
        self.covered_s = 0.0
        self.proven: Reading | None = None
        self._batches = Batches()
        self._hits = self._n = 0

    def add(self, one: Slice) -> None:
        """Add a tick."""
        sums = Figures()
        for endpoint in one.endpoints:
            add_tick(sums, endpoint)
        self.figures.add(sums)
        self.covered_s += one.end_s - one.start_s
        at_s = one.start_s - self.noticed_s
        ok, adjusted = pack(sums.ok.sparse()), packed_adjusted(sums)
        self._batches.add(at_s, sums.count, sums.failures, ok, adjusted)
        self._n += one.n
        self._hits += one.hits

    def prove(self, rule: Threshold) -> Reading | None:
        """The figure where it and its interval are beyond the limit; None where it may be noise.

        Proven once, it stays so until the breach ends.
        """
        if self.proven is None and self._may_be(rule):
            measured = Measured(self.figures, self.covered_s, self._whole())
            reading = measured.read(rule.metric, CONFIDENCE)
            end = reading.low if rule.upper else reading.high
            if end is not None and rule.broken_by(end):
                self.proven = reading
        return self.proven

    def _whole(self) -> Batches:
        """The batches, of which none still fills up: ticks are whole. `Batches` leaves the last
        of many out, and a single bad second in it would look like independent failures."""
        pieces = self._batches.pieces
        last = [Batch()] if len(pieces) >= 8 else []
        return msgspec.structs.replace(self._batches, pieces=[*pieces, *last])

    def _may_be(self, rule: Threshold) -> bool:
        """A look that costs little: with a thousand subjects the whole one would not."""
        if not rule.upper or rule.metric in RATES or not self._n:
            return True
        q = quantile_of(rule.metric)
        share = rule.limit if q is None else 1.0 - q
        return self._hits / self._n - share > sqrt(share * (1.0 - share) / self._n)


class Watch:
    """One limit on one subject."""

    def __init__(self, rule: Threshold, name: str, counter: Counter) -> None:
        self.rule = rule
        self.name = name
        self.breach: Breach | None = None
        self.confirmed = False
        self._counter = counter
        self._slices: deque[Slice] = deque()
        self._n = self._hits = self._failed = self._failed_hits = 0

    @property
    def idle(self) -> bool:
        """Whether a tick without requests changes nothing here."""
        return not self._slices and self.breach is None

    def forget(self) -> None:
        """Begin afresh: what was counted so far is from before an action or a pause."""
        self.breach = None
        self._slices.clear()
        self._n = self._hits = self._failed = self._failed_hits = 0

    def add(self, start_s: float, end_s: float, endpoints: Sequence[EndpointTick]) -> None:
        """Count a tick; what is older than ten seconds goes."""
        one = self._counter.slice(start_s, end_s, endpoints)
        self._slices.append(one)
        self._count(one, 1)
        while self._slices[0].end_s <= end_s - RECENT_S + _EPSILON_S:
            self._count(self._slices.popleft(), -1)

    def _count(self, one: Slice, sign: int) -> None:
        self._n += sign * one.n
        self._hits += sign * one.hits
        self._failed += sign * one.failed
        self._failed_hits += sign * one.failed_hits

    def follow(self, now: float, min_samples: int) -> None:
        """Begin, go on with or end the breach."""
        broken = self._is_broken(min_samples)
        if not broken:
            self.breach = None
        elif self.breach is None:
            self.breach = Breach(now)
        elif self.breach.proven is None:
            self.breach.add(self._slices[-1])

    def keeps(self, min_samples: int) -> bool:
        """Whether ten whole seconds with enough samples are within the limit."""
        covered = self._covered_s
        return covered >= RECENT_S - 1.5 and self._is_broken(min_samples) is False

    def recent(self) -> Reading:
        """The figure of the last ten seconds, without an interval."""
        figures = Figures()
        for one in self._slices:
            for endpoint in one.endpoints:
                add_tick(figures, endpoint)
        return Measured(figures, self._covered_s).read(self.rule.metric, CONFIDENCE)

    @property
    def _covered_s(self) -> float:
        return self._slices[-1].end_s - self._slices[0].start_s if self._slices else 0.0

    def _is_broken(self, min_samples: int) -> bool | None:
        """Whether the last ten seconds are beyond the limit; None where they are too few."""
        rule = self.rule
        if rule.metric in RATES:
            n = self._n - (self._hits if rule.metric == "goodput_rps" else 0)
            # Too few requests is what a lower limit is about.
            full = self._covered_s >= RECENT_S - 1.5
            return rule.broken_by(n / self._covered_s) if full else None
        n, hits = self._n, self._hits
        q = quantile_of(rule.metric)
        if q is not None and not n:
            n, hits = self._failed, self._failed_hits
        if n < min_samples:
            return None
        if q is None:
            return rule.broken_by(hits / n)
        rank = nearest_rank(q, n)
        return n - hits < rank if rule.upper else hits >= rank
