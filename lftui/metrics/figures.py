"""The additive figures of an endpoint, or of all of them, over any span of time."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lftui.metrics.buckets import bucket_of
from lftui.metrics.histogram import Histogram


class Figures(msgspec.Struct):
    """What adds up about some requests. Rates and percentiles are read from it, never stored.

    Attributes:
        count: completed requests, failures included; may exceed the timed ones, as a request
            can fail without a response time.
        failures: failed requests.
        sum_us: sum of all response times in µs.
        min_us: shortest response time in µs; None without any.
        max_us: longest response time in µs; None without any.
        bytes: bytes received.
        ok: response times of the successful requests.
        failed: response times of the failed requests.
        adjusted: times of the successful requests from when they were due, not from when they were
            sent; None where that is the same, or not known.
    """

    count: int = 0
    failures: int = 0
    sum_us: int = 0
    min_us: int | None = None
    max_us: int | None = None
    bytes: int = 0
    ok: Histogram = msgspec.field(default_factory=Histogram)
    failed: Histogram = msgspec.field(default_factory=Histogram)
    adjusted: Histogram | None = None

    def record(self, us: int | None, size: int = 0, failed: bool = False) -> None:
        """Counts one request: its response time in µs (None: it has none) and bytes received."""
        self.count += 1
        self.failures += failed
        self.bytes += size
        if us is not None:
            self.sum_us += us
            self._stretch(us, us)
            (self.failed if failed else self.ok).record(us)

    def add(self, other: Figures) -> None:
        """Adds another span's figures, which stay as they are."""
        self.count += other.count
        self.failures += other.failures
        self.sum_us += other.sum_us
        self.bytes += other.bytes
        self._stretch(other.min_us, other.max_us)
        self.ok.add(other.ok)
        self.failed.add(other.failed)
        if other.adjusted is not None:
            if self.adjusted is None:
                self.adjusted = Histogram()
            self.adjusted.add(other.adjusted)

    def add_interval(
        self,
        *,
        count: int,
        failures: int,
        sum_us: int,
        min_us: int | None,
        max_us: int | None,
        size: int,
        ok: Sequence[int],
        failed: Sequence[int],
        adjusted: Sequence[int] = (),
    ) -> None:
        """Adds what one tick says of an endpoint.

        `size` is in bytes; `ok`, `failed` and `adjusted` are sparse histograms. The same as
        building a `Figures` and adding it, for less: a day's journal is folded through this.
        """
        self.count += count
        self.failures += failures
        self.sum_us += sum_us
        self.bytes += size
        self._stretch(min_us, max_us)
        if ok:
            self.ok.add_sparse(ok)
        if failed:
            self.failed.add_sparse(failed)
        if adjusted:
            if self.adjusted is None:
                self.adjusted = Histogram()
            self.adjusted.add_sparse(adjusted)

    def copy(self) -> Figures:
        """The same figures, with histograms of their own."""
        figures = Figures()
        figures.add(self)
        return figures

    def _stretch(self, low: int | None, high: int | None) -> None:
        if low is not None and (self.min_us is None or low < self.min_us):
            self.min_us = low
        if high is not None and (self.max_us is None or high > self.max_us):
            self.max_us = high

    @property
    def successes(self) -> int:
        """Completed requests that did not fail."""
        return self.count - self.failures

    @property
    def error_ratio(self) -> float:
        """Failures per request, 0..1; 0 without requests."""
        return self.failures / self.count if self.count else 0.0

    @property
    def mean_ms(self) -> float | None:
        """Mean response time of the timed requests, failures included; None without any."""
        timed = self.ok.count + self.failed.count
        return self.sum_us / timed / 1000 if timed else None

    @property
    def min_ms(self) -> float | None:
        """Shortest response time; None without any."""
        return None if self.min_us is None else self.min_us / 1000

    @property
    def max_ms(self) -> float | None:
        """Longest response time; None without any."""
        return None if self.max_us is None else self.max_us / 1000

    @property
    def response_times(self) -> Histogram:
        """The histogram that percentiles are read from: not a copy, do not change it.

        Those of the successes, since fast failures (a 503 at once) would flatter them; where
        nothing succeeded, those of the failures, since there are no others.
        """
        return self.ok if self.ok.count else self.failed

    def all_times(self) -> Histogram:
        """The response times of successes and failures together, as Locust counts them."""
        merged = self.ok.copy()
        merged.add(self.failed)
        return merged

    def percentile_ms(self, q: float) -> float | None:
        """The response time that the share `q` (above 0, at most 1) does not exceed."""
        return self.percentiles_ms([q])[0]

    def percentiles_ms(self, qs: Sequence[float]) -> list[float | None]:
        """`percentile_ms` of each of `qs`: never below the minimum nor above the maximum."""
        return [
            None if us is None else self._clamp(us) / 1000
            for us in self.response_times.percentiles_us(qs)
        ]

    def adjusted_percentiles_ms(self, qs: Sequence[float]) -> list[float | None]:
        """The percentiles of `adjusted`; None each where there is none. They may lie above the
        maximum, which is of the requests alone."""
        if self.adjusted is None:
            return [None] * len(qs)
        return [
            None if us is None else self._settled(us) / 1000
            for us in self.adjusted.percentiles_us(qs)
        ]

    def _settled(self, us: int) -> int:
        """As `_clamp`, but what is longer than the longest request stays so."""
        if self.max_us is not None and bucket_of(us) > bucket_of(self.max_us):
            return us
        return self._clamp(us)

    def _clamp(self, us: int) -> int:
        # A bucket's representative can lie outside of what was measured by 0.5 %.
        if self.max_us is not None and us > self.max_us:
            return self.max_us
        if self.min_us is not None and us < self.min_us:
            return self.min_us
        return us

    def rps(self, duration_s: float) -> float:
        """Completed requests a second, failures included; 0 for no time."""
        return self.count / duration_s if duration_s > 0 else 0.0

    def goodput_rps(self, duration_s: float) -> float:
        """Successful requests a second; 0 for no time."""
        return self.successes / duration_s if duration_s > 0 else 0.0
