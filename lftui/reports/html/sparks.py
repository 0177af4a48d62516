"""Small pictures of distributions, for the cells of a table."""

from __future__ import annotations

from math import ceil, floor, log10

from markupsafe import Markup

from lftui.metrics import Histogram, value_us
from lftui.reports.said import ms, several

_WIDTH, _HEIGHT, _BARS = 96, 20, 32


class LogAxis:
    """The axis that all sparks of a table share: whole tenths of a decade, in µs."""

    def __init__(self, low_us: int, high_us: int) -> None:
        self.low = floor(10 * log10(max(low_us, 1))) / 10
        self.high = max(ceil(10 * log10(max(high_us, 1))) / 10, self.low + 0.5)

    def bar(self, us: int) -> int:
        """The bar that a response time falls into."""
        share = (log10(max(us, 1)) - self.low) / (self.high - self.low)
        return min(max(int(share * _BARS), 0), _BARS - 1)


def axis_of(times: Histogram) -> LogAxis:
    """The axis of what was measured in all."""
    if not times.buckets:
        return LogAxis(1_000, 1_000_000)
    return LogAxis(value_us(min(times.buckets)), value_us(max(times.buckets)))


def bars_of(times: Histogram, axis: LogAxis) -> list[int]:
    """How many responses fall into each bar; all of them are in one."""
    bars = [0] * _BARS
    for bucket, count in times.buckets.items():
        bars[axis.bar(value_us(bucket))] += count
    return bars


def spark(times: Histogram, axis: LogAxis) -> Markup:
    """The distribution on the shared axis, as high as its fullest bar; nothing for no response."""
    if not times.count:
        return Markup()
    bars = bars_of(times, axis)
    highest, width = max(bars), _WIDTH / _BARS
    steps = []
    for number, count in enumerate(bars):
        if count:
            height = max(1.0, _HEIGHT * count / highest)
            steps.append(f"M{number * width:g} {_HEIGHT}v-{height:.0f}h{width:g}v{height:.0f}z")
    low, middle, high = (value_us(one) for one in _three(times))
    about = (
        f"{several(times.count, 'response')} from {ms(low / 1000)} to {ms(high / 1000)}, "
        f"half of them within {ms(middle / 1000)}"
    )
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-label="{}"><path d="{}"/></svg>'
    ).format(_WIDTH, _HEIGHT, _WIDTH, _HEIGHT, about, "".join(steps))


def _three(times: Histogram) -> list[int]:
    """The lowest, middle and highest bucket."""
    return times.rank_buckets([1, (times.count + 1) // 2, times.count])
