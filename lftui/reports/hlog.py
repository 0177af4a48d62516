"""The run as an HdrHistogram log, the interval log that HdrHistogram's own tools read and merge.

Version 1.3 of the format: a line an interval and series, `[Tag=…,]begin,length,max,histogram`.
Begin and length are in seconds (since `BaseTime`), the maximum is in ms, the histogram holds whole
µs, 1 µs to 1 h to three digits, as compressed V2 in base64. The series:

| tag | response times of |
|---|---|
| none | all successful requests |
| `GET%20/api/v1/jobs` | successful requests to that endpoint |
| `failed` | all failed requests |
| `failed:GET%20/api/v1/jobs` | failed requests to that endpoint |
| `adjusted`, `adjusted:GET%20/api/v1/jobs` | successful requests from when they were due |
| `others`, `failed:others`, … | endpoints beyond the busiest `MOST_ENDPOINTS`, together |

As everywhere else, failures are kept apart from what percentiles are read from: whoever wants both
adds the series up. An endpoint of which nothing succeeded has its `failed:` series alone.
Requests that were not timed are in no series. Adjusted series are in the log of an open workload
and of users with a pacing. With `--reset-stats` the log begins at the reset.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from heapq import nlargest
from math import ceil

from hdrh.histogram import HdrHistogram

from lftui.metrics import MAX_US, TOP_BUCKET, Histogram, value_us
from lftui.records import AnyRecord, Tick
from lftui.reports.locust_figures import resets
from lftui.reports.run_facts import moment, run_facts, run_title
from lftui.run_state import RunState
from lftui.safe_text import safe_line

MOST_LINES = 5_000
"""Intervals are as long as that takes; at the least a log has one line for each series."""
MOST_ENDPOINTS = 2_000
"""As many endpoints, the busiest, have series of their own."""
LENGTHS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600)
"""What an interval may be long; more is whole hours."""

_DIGITS = 3
_SLACK_S = 0.05  # ticks end some milliseconds before or after the full second
_FAILED, _ADJUSTED, _OTHERS = "failed", "adjusted", "others"
_OTHER_ROW = -1


def interval_s(state: RunState) -> int:
    """The length of an interval, in seconds, with which a run's log stays within `MOST_LINES`.

    A run of minutes has intervals of 1 s; one of 24 h with 30 endpoints has intervals of 10 min.
    """
    if state.load_began_s is None or state.last_tick_s is None:
        return LENGTHS_S[0]
    duration = state.last_tick_s - _began_s(state)
    needed = duration * _series(state) / MOST_LINES
    return next((length for length in LENGTHS_S if length >= needed), 3_600 * ceil(needed / 3_600))


def _series(state: RunState) -> int:
    """How many series the log has."""
    rows = [row.figures for row in state.rows]
    good = sum(figures.ok.count > 0 for figures in rows)
    failed = sum(figures.failed.count > 0 for figures in rows)
    adjusted = sum(figures.adjusted is not None for figures in rows)
    return (
        2
        + bool(adjusted)
        + sum(min(count, MOST_ENDPOINTS + 1) for count in (good, failed, adjusted))
    )


def _began_s(state: RunState) -> float:
    """The monotonic second at which the log begins."""
    if state.reset is not None:
        return state.reset.began_s
    return state.load_began_s if state.load_began_s is not None else state.last_s


class HlogFold:
    """Makes the log from the records of a run that is folded already, line by line, without their
    line ends.

    Args:
        state: the folded run. What it has not seen yet is left out, so that the log and the
            summary say the same.
        length_s: the length of an interval in seconds; without it `interval_s` chooses one.
    """

    def __init__(self, state: RunState, length_s: float | None = None) -> None:
        self._state = state
        self._length_s = length_s if length_s is not None else interval_s(state)
        self._base_s = self._opened_s = self._last_s = _began_s(state)
        self._due_s = self._base_s + self._length_s
        self._waits = state.reset is not None
        self._last_seq = 0
        self._ok: dict[int, Histogram] = {}
        self._failed: dict[int, Histogram] = {}
        self._adjusted: dict[int, Histogram] = {}
        busiest = nlargest(
            MOST_ENDPOINTS, enumerate(state.rows), key=lambda pair: pair[1].figures.count
        )
        self._tags = {number: tag_of(row.method, row.name) for number, row in busiest}
        self._tags[_OTHER_ROW] = _OTHERS

    def header(self) -> list[str]:
        """The comments and the legend, first in the file."""
        state = self._state
        first = state.started
        wall, mono = (first.wall, first.mono) if first else (state.last_wall, state.last_s)
        start = round(wall + self._base_s - mono, 3)
        version = run_facts(state)["lftui_version"] or "?"
        run = safe_line(f"run {run_facts(state)['id']}, {run_title(state)}")
        return [
            f"#[Logged with lftui {safe_line(version, 40)}: {run}]",
            "#[Histogram log format version 1.3]",
            f"#[StartTime: {start:.3f} (seconds since epoch), {moment(start) or 'unknown'}]",
            f"#[BaseTime: {start:.3f} (seconds since epoch)]",
            "#[Response times in us, Interval_Max in ms, tags percent-encoded]",
            '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
        ]

    def apply(self, record: AnyRecord) -> list[str]:
        """Take the next record; the lines of an interval come when it is over."""
        if record.seq:
            if record.seq <= self._last_seq or record.seq > self._state.last_seq:
                return []
            self._last_seq = record.seq
        if resets(record) and self._state.reset is not None:
            if record.mono == self._base_s:
                self._waits = False
                self._begin()
        elif isinstance(record, Tick) and not self._waits:
            return self._on_tick(record)
        return []

    def finish(self) -> list[str]:
        """The lines of the last interval, after all records."""
        return self._lines() if self._last_s > self._opened_s else []

    def _on_tick(self, tick: Tick) -> list[str]:
        for one in tick.endpoints:
            row = self._state.row_of.get(one.id, _OTHER_ROW)
            row = row if row in self._tags else _OTHER_ROW
            for times, series in (
                (one.ok, self._ok), (one.failed, self._failed), (one.intended, self._adjusted),
            ):  # fmt: skip
                if times:
                    if row not in series:
                        series[row] = Histogram()
                    series[row].add_sparse(times)
        self._last_s = max(self._last_s, tick.end)
        if tick.end < self._due_s - _SLACK_S:
            return []
        lines = self._lines()
        passed = (tick.end + _SLACK_S - self._base_s) // self._length_s
        self._due_s = self._base_s + (passed + 1) * self._length_s
        self._opened_s = self._last_s
        return lines

    def _lines(self) -> list[str]:
        """The lines of the interval so far, and a new one begun. That of all successes is always
        there: an interval without a response shows that there was none."""
        at = f"{self._opened_s - self._base_s:.3f},{self._last_s - self._opened_s:.3f}"
        lines = [f"{at},{_encoded(_together(self._ok))}"]
        apart = ((_FAILED, self._failed), (_ADJUSTED, self._adjusted))
        tagged = [(tag, _together(series)) for tag, series in apart if series]
        tagged += self._tagged(self._ok, "")
        for tag, series in apart:
            tagged += self._tagged(series, f"{tag}:")
        lines += [f"Tag={tag},{at},{_encoded(times)}" for tag, times in tagged]
        self._begin()
        return lines

    def _begin(self) -> None:
        self._ok, self._failed, self._adjusted = {}, {}, {}

    def _tagged(self, series: dict[int, Histogram], before: str) -> Iterator[tuple[str, Histogram]]:
        for row in sorted(series):
            yield before + self._tags[row], series[row]


def tag_of(method: str, name: str) -> str:
    """An endpoint as a tag: `GET%20/api/v1/jobs`.

    Readers end a tag at a comma, HdrHistogram's own at a blank as well, and each decodes the bytes
    of other characters by its own rules. So whatever is no visible character of ASCII, and comma
    and per cent, are percent-encoded; any URL decoder gives the name back. A name that would read
    as one of our own tags has its first character encoded.
    """
    tag = "".join(
        sign if "!" <= sign <= "~" and sign not in ",%" else _percent(sign)
        for sign in f"{method} {name}".lstrip(" ")
    )
    own = ("", _FAILED, _ADJUSTED, _OTHERS)
    if tag in own or tag.startswith((f"{_FAILED}:", f"{_ADJUSTED}:")):
        return f"%{ord(tag[0]):02X}{tag[1:]}" if tag else "%20"
    return tag


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "surrogatepass"))


def _together(series: dict[int, Histogram]) -> Histogram:
    total = Histogram()
    for one in series.values():
        total.add(one)
    return total


def _encoded(times: Histogram) -> str:
    """`max,histogram`: what a reader takes for the longest, in ms, and all of them."""
    found = HdrHistogram(1, MAX_US, _DIGITS)
    if times.count:
        # Straight into its counters, since recording value by value is half the time that the
        # log of a day takes; the highest one is recorded, as it bounds what is encoded.
        indexes, counts = _indexes(), found.counts
        highest = max(times.buckets)
        for bucket, count in times.buckets.items():
            if bucket != highest:
                counts[indexes[min(bucket, TOP_BUCKET)]] += count
        found.record_value(value_us(min(highest, TOP_BUCKET)), times.buckets[highest])
    return f"{found.get_max_value() / 1000:.3f},{found.encode().decode()}"


@cache
def _indexes() -> list[int]:
    """The counter of each of lftui's buckets."""
    any_one = HdrHistogram(1, MAX_US, _DIGITS)
    return [any_one.get_counts_array_index(value_us(one)) for one in range(TOP_BUCKET + 1)]
