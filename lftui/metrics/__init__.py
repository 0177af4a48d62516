"""Histograms, windows, rates and confidence intervals: arithmetic without I/O or a clock.

Response times are whole microseconds (`_us`) inside and milliseconds (`_ms`) for people.
Everything here adds up, except the intervals, which are read from what was added.
"""

from __future__ import annotations

from lftui.metrics.buckets import MAX_US, TOP_BUCKET, bounds_us, bucket_of, value_us
from lftui.metrics.dependence import design_effect, share_design_effect
from lftui.metrics.figures import Figures
from lftui.metrics.histogram import Histogram, nearest_rank
from lftui.metrics.intervals import (
    min_samples,
    percentile_interval,
    rate_interval,
    ratio_interval,
)
from lftui.metrics.packed import pack, unpack
from lftui.metrics.series import Point, Series

__all__ = [
    "MAX_US",
    "TOP_BUCKET",
    "Figures",
    "Histogram",
    "Point",
    "Series",
    "bounds_us",
    "bucket_of",
    "design_effect",
    "min_samples",
    "nearest_rank",
    "pack",
    "percentile_interval",
    "rate_interval",
    "ratio_interval",
    "share_design_effect",
    "unpack",
    "value_us",
]
