"""What a comparison is given and what it returns."""

from __future__ import annotations

import msgspec

from lftui.judge.measured import PERCENTILES, Reading
from lftui.judge.outcome import Outcome

RATES = ("rps", "goodput_rps")
METRICS = (*PERCENTILES, "error_ratio", *RATES)
DEFAULT_TOLERANCE = 0.10
ERROR_SLACK = 0.001
"""One failure more in a thousand requests is tolerated whatever the tolerance."""

MOST = 1e12
"""Neither a figure nor a tolerance is larger than this."""
LEAST = 1e-9
"""Less than this is nothing, which nothing can be related to."""


class Reference(msgspec.Struct, frozen=True):
    """A baseline's figure.

    Attributes:
        low, high: its own 95 % interval where it has one (a promoted run); without it the figure
            is taken as exact.
        samples: the responses behind it, where they are known.
    """

    value: float
    low: float | None = None
    high: float | None = None
    samples: int | None = None

    def reading(self) -> Reading:
        """The same as if it had been measured; ends that make no sense are left out."""
        low, high = (
            end if end is not None and 0.0 <= end <= MOST else self.value
            for end in (self.low, self.high)
        )
        return Reading(
            self.value, min(low, self.value), max(high, self.value), max(0, self.samples or 0)
        )


class Difference(msgspec.Struct, frozen=True):
    """What a comparison found.

    Attributes:
        outcome: pass, fail or inconclusive.
        expected: the baseline's or the earlier run's figure.
        now: the figure that is judged, with its 95 % interval.
        delta: relative, 0.1 = 10 % more; None where there is nothing to relate to.
        delta_low, delta_high: its 95 % interval; None where the samples do not reach so far.
        limit: the end of what is tolerated, in the metric's unit.
        samples_needed: about how many responses would have told, where there were too few.
        reason: one short sentence for people.
    """

    metric: str
    outcome: Outcome
    expected: Reading
    now: Reading
    delta: float | None = None
    delta_low: float | None = None
    delta_high: float | None = None
    limit: float | None = None
    tolerance: float = DEFAULT_TOLERANCE
    samples_needed: int | None = None
    reason: str = ""
