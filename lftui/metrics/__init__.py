"""Histograms, windows, rates and confidence intervals: arithmetic without I/O or a clock.

Response times are whole microseconds (`_us`) inside and milliseconds (`_ms`) for people.
Everything here adds up, except the intervals, which are read from what was added.
"""

from __future__ import annotations

from lftui.metrics.arrivals import ArrivalFigures
from lftui.metrics.batches import Batch, Batches, joined
from lftui.metrics.buckets import MAX_US, TOP_BUCKET, bounds_us, bucket_of, value_us
from lftui.metrics.dependence import count_design_effect, design_effect, share_design_effect
from lftui.metrics.figures import Figures
from lftui.metrics.histogram import Histogram, nearest_rank
from lftui.metrics.intervals import (
    min_samples,
    percentile_bounds,
    percentile_interval,
    rate_interval,
    ratio_interval,
)
from lftui.metrics.omission import corrected
from lftui.metrics.packed import Packed, pack, unpack
from lftui.metrics.series import Point, Series
from lftui.metrics.strata import Strata

__all__ = [
    "MAX_US",
    "TOP_BUCKET",
    "ArrivalFigures",
    "Batch",
    "Batches",
    "Figures",
    "Histogram",
    "Packed",
    "Point",
    "Series",
    "Strata",
    "bounds_us",
    "bucket_of",
    "corrected",
    "count_design_effect",
    "design_effect",
    "joined",
    "min_samples",
    "nearest_rank",
    "pack",
    "percentile_bounds",
    "percentile_interval",
    "rate_interval",
    "ratio_interval",
    "share_design_effect",
    "unpack",
    "value_us",
]
