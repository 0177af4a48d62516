"""What a closed workload leaves out while it waits, and how that is told.

Users with a pacing have adjusted response times. For plain think times nobody can say when a user
would have sent, so nothing is made up; told is the share of their time in which users were *stuck*.
"""

from __future__ import annotations

from collections.abc import Iterable

from lftui.metrics import Figures, Histogram, value_us
from lftui.run_state import RunState

TIMES_MEDIAN = 10
LEAST_US = 1_000_000
"""A request is stuck that takes longer than so many times the median of its endpoint, and a
second."""
_LOST = "; what they would have sent meanwhile is in no figure"
SHOWN = 0.001
"""A smaller share is not told."""


def adjusted_said(state: RunState) -> str:
    """How the adjusted response times came about, for the line beside them; empty without any."""
    if state.is_open:
        return "from the time the iteration was due"
    pacings = sorted(set(state.adjusting.pacing_s.values()))
    if not pacings:
        return ""
    *most, last = (f"{pacing:g} s" for pacing in pacings)
    word = f"pacings of {', '.join(most)} and {last}" if most else f"a pacing of {last}"
    return f"corrected for coordinated omission at {word} (HdrHistogram's method)"


def stuck_ratio(state: RunState) -> float | None:
    """The share of users' time, 0..1, in which they were stuck: time spent in requests that took
    longer than `TIMES_MEDIAN` times the median of their endpoint and a second, beyond that median.

    Over the whole run, or since `--reset-stats`. Requests that never came back are not in it. None
    in an open workload, whose users are not what waits, and without users.
    """
    user_s = state.user_s if state.reset is None else state.reset.user_s
    if state.is_open or user_s <= 0:
        return None
    figures: Iterable[Figures] = (row.figures for row in state.rows)
    if state.reset is not None:
        figures = state.reset.rows.values()
    return min(1.0, sum(map(_stuck_us, figures)) / 1e6 / user_s)


def stuck_said(state: RunState) -> str:
    """In a sentence; empty where it is too small a share to be told."""
    share = stuck_ratio(state)
    if share is None or share <= SHOWN:
        return ""
    lost = "" if state.adjusting.pacing_s else _LOST
    return (
        f"users were stuck for {100 * share:.2g} % of their time: in requests that took more than "
        f"{TIMES_MEDIAN} times the median of their endpoint and 1 s, beyond that median{lost}"
    )


def stuck_briefly(state: RunState) -> str:
    """The same in a line of 80 columns."""
    share = stuck_ratio(state)
    if share is None or share <= SHOWN:
        return ""
    time = f"{100 * share:.2g} % of their time"
    return f"users were stuck for {time} (over {TIMES_MEDIAN}x median and 1 s)"


def _stuck_us(figures: Figures) -> int:
    """The time beyond what was usual at an endpoint, in µs."""
    if (figures.max_us or 0) < LEAST_US:
        return 0
    median = figures.response_times.percentile_us(0.5)
    if median is None:
        return 0
    return sum(_beyond(times, median) for times in (figures.ok, figures.failed))


def _beyond(times: Histogram, median_us: int) -> int:
    least = max(TIMES_MEDIAN * median_us, LEAST_US)
    return sum(
        count * (value_us(bucket) - median_us)
        for bucket, count in times.buckets.items()
        if value_us(bucket) > least
    )
