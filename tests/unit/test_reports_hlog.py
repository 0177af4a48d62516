"""The HdrHistogram log: its lines by the format's rules, its counts and percentiles the summary's."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.judge.verdict import judge
from lftui.metrics import Figures, Histogram, nearest_rank
from lftui.records import RESET_STATS, AnyRecord
from lftui.reports import hlog
from lftui.reports.hlog import HlogFold, interval_s, tag_of
from lftui.reports.summary import summary
from lftui.run_state import RunState
from tests.console.fake import folded
from tests.console.fake import recorded as records_of
from tests.unit import odd_runs
from tests.unit.strategies import WALL, Play, Sent, fold, plays

LINE = re.compile(
    r"(?:Tag=([^, \r\n]+),)?(\d+\.\d{3}),(\d+\.\d{3}),(\d+\.\d{3}),(HISTFAAA[\w+/=]+)"
)


def log_of(
    records: list[AnyRecord], state: RunState | None = None, length_s: float | None = None
) -> list[str]:
    """The whole log of a run."""
    found = HlogFold(fold(records) if state is None else state, length_s)
    lines = found.header()
    for record in records:
        lines += found.apply(record)
    return lines + found.finish()


def intervals(lines: list[str]) -> list[tuple[str, float, float, float, str]]:
    """Tag, begin, length, maximum and histogram of each line below the header."""
    found = [LINE.fullmatch(line) for line in lines[6:]]
    assert all(found), lines
    return [
        (one[1] or "", float(one[2]), float(one[3]), float(one[4]), one[5])
        for one in found
        if one is not None
    ]


def series(lines: list[str], folder: Path) -> dict[str, HdrHistogram]:
    """All intervals of each tag together, as the package's own reader has them."""
    file = folder / "log.hlog"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    reader = HistogramLogReader(str(file), HdrHistogram(1, 3_600_000_000, 3))
    found: dict[str, HdrHistogram] = {}
    try:
        while (one := reader.get_next_interval_histogram()) is not None:
            total = found.setdefault(one.get_tag() or "", HdrHistogram(1, 3_600_000_000, 3))
            total.add(one)
    finally:
        reader.close()
    return found


def counts(run: dict[str, HdrHistogram]) -> dict[str, int]:
    return {tag: one.get_total_count() for tag, one in run.items() if one.get_total_count()}


def expected(total: Figures, rows: dict[str, Figures]) -> dict[str, int]:
    """What each series has to count."""
    found = {"": total.ok.count, "failed": total.failed.count}
    found |= {tag: figures.ok.count for tag, figures in rows.items()}
    found |= {f"failed:{tag}": figures.failed.count for tag, figures in rows.items()}
    return {tag: count for tag, count in found.items() if count}


def of_whole(state: RunState) -> dict[str, int]:
    return expected(state.total, {tag_of(row.method, row.name): row.figures for row in state.rows})


def assert_alike(found: HdrHistogram, times: Histogram) -> None:
    """The same value at each percentile, to the reader's own bucket."""
    for percentile in (1, 25, 50, 90, 95, 99, 99.9, 100):
        rank = max(int(percentile * times.count / 100 + 0.5), 1)
        value = found.get_highest_equivalent_value(times.rank_us(rank))
        assert found.get_value_at_percentile(percentile) == value


# --- the figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "length_s"), [*((name, None) for name in odd_runs.RECORDINGS), ("errors", 7.0)]
)
def test_the_figures_are_those_of_the_summary(
    name: Any, length_s: float | None, tmp_path: Path
) -> None:
    state = folded(name)
    found = series(log_of(list(records_of(name)), state, length_s), tmp_path)
    assert counts(found) == of_whole(state)
    assert_alike(found[""], state.total.ok)
    for row in state.rows:
        if row.figures.ok.count:
            assert_alike(found[tag_of(row.method, row.name)], row.figures.ok)
    totals = summary(state, judge(state))["totals"]
    assert found[""].get_total_count() == totals["samples"]
    for quantile, metric in ((0.5, "p50_ms"), (0.95, "p95_ms"), (0.99, "p99_ms")):
        # The package rounds a rank, lftui takes the one above: asked for the same one they agree.
        rank = nearest_rank(quantile, totals["samples"])
        value_ms = found[""].get_value_at_percentile(100 * rank / totals["samples"]) / 1000
        assert value_ms == pytest.approx(totals[metric], rel=0.006)


@settings(max_examples=30, deadline=None)
@given(plays(), st.sampled_from([None, 0.5, 3.0]))
def test_the_counts_of_any_run_add_up(
    tmp_path_factory: pytest.TempPathFactory, play: Play, length_s: float | None
) -> None:
    lines = log_of(play.records, play.state, length_s)
    found = series(lines, tmp_path_factory.getbasetemp())
    span = play.state.reset
    if span is None:
        assert counts(found) == of_whole(play.state)
    else:
        names = {number: tag_of(row.method, row.name) for number, row in enumerate(play.state.rows)}
        rows = {names[number]: figures for number, figures in span.rows.items()}
        assert counts(found) == expected(span.total, rows)


def test_after_a_reset_only_what_came_after_it_is_in_the_log(tmp_path: Path) -> None:
    play = Play()
    play.seconds(10, rps=50, ms=900)
    play.mark("window", why=RESET_STATS)
    play.seconds(5, rps=3, ms=1)
    play.mark("window", text="begun by hand")
    play.seconds(5, rps=3, ms=1)
    lines = log_of(play.records)
    assert f"#[StartTime: {WALL + 10:.3f} (seconds since epoch), 2023-11-14T22:13:30.000Z]" in lines
    found = intervals(lines)
    assert (found[0][1], found[-1][1]) == (0.0, 9.0)
    assert counts(series(lines, tmp_path)) == {"": 30, "GET%20/": 30}


def test_failures_are_apart_and_may_be_all_there_is(tmp_path: Path) -> None:
    play = Play()
    good, bad = play.endpoint("/good"), play.endpoint("/bad", "POST")
    sent = [Sent(good, 1000)] * 3 + [Sent(good, 9000, failed=True), Sent(good, None)]
    play.tick([*sent, Sent(bad, 2000, failed=True), Sent(bad, None, failed=True)])
    found = series(log_of(play.records), tmp_path)
    assert counts(found) == {
        "": 3,
        "GET%20/good": 3,
        "failed": 2,
        "failed:GET%20/good": 1,
        "failed:POST%20/bad": 1,
    }
    assert found["failed"].get_max_value() == found["failed"].get_highest_equivalent_value(9000)


def test_the_limits_of_what_can_be_measured(tmp_path: Path) -> None:
    play = Play()
    play.tick([Sent(play.endpoint(), us) for us in (0, 1, 3_600_000_000, 9_000_000_000)])
    found = series(log_of(play.records), tmp_path)[""]
    assert found.get_total_count() == 4
    assert found.get_value_at_percentile(100) == found.get_highest_equivalent_value(3_600_000_000)


# --- the lines -----------------------------------------------------------------------------------


def test_the_header_and_the_intervals() -> None:
    play = Play(host="http://target\n#[x", versions={"lftui": "1.2.3"})
    play.seconds(3, rps=2, ms=20)
    play.tick()
    lines = log_of(play.records, length_s=2)
    assert lines[:6] == [
        "#[Logged with lftui 1.2.3: run r, http://target\\n#[x]",
        "#[Histogram log format version 1.3]",
        f"#[StartTime: {WALL:.3f} (seconds since epoch), 2023-11-14T22:13:20.000Z]",
        f"#[BaseTime: {WALL:.3f} (seconds since epoch)]",
        "#[Response times in us, Interval_Max in ms, tags percent-encoded]",
        '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ]
    found = intervals(lines)
    assert [one[:4] for one in found] == [
        ("", 0.0, 2.0, 20.015),
        ("GET%20/", 0.0, 2.0, 20.015),
        ("", 2.0, 2.0, 20.015),
        ("GET%20/", 2.0, 2.0, 20.015),
    ]


def test_an_interval_without_a_response_is_there() -> None:
    play = Play()
    play.seconds(1)
    for _ in range(2):
        play.tick()
    assert [one[:4] for one in intervals(log_of(play.records))[2:]] == [
        ("", 1.0, 1.0, 0.0),
        ("", 2.0, 1.0, 0.0),
    ]


def test_a_tick_that_was_late_makes_one_long_interval() -> None:
    play = Play()
    play.seconds(1)
    play.tick(length_s=7.4)
    play.tick(length_s=0.6)
    play.tick()
    found = [one[1:3] for one in intervals(log_of(play.records)) if not one[0]]
    assert found == [(0.0, 1.0), (1.0, 7.4), (8.4, 0.6), (9.0, 1.0)]


def test_the_histogram_is_written_as_java_writes_it() -> None:
    """Read by the format alone: cookies, header, zlib, and ZigZag LEB128 with runs of zeros."""
    play = Play()
    play.tick([Sent(play.endpoint(), us) for us in (5, 5, 5, 1_500, 2_040)])
    payload = base64.b64decode(intervals(log_of(play.records))[0][4])
    cookie, length = struct.unpack(">II", payload[:8])
    assert (cookie, length) == (0x1C849304 | 0x10, len(payload) - 8)
    body = zlib.decompress(payload[8:])
    head = struct.unpack(">IIIIQQd", body[:40])
    assert head[0] == 0x1C849303 | 0x10
    assert head[2:] == (0, 3, 1, 3_600_000_000, 1.0)
    assert counts_in(body[40 : 40 + head[1]]) == {5: 3, 1_500: 1, 2_040: 1}


def counts_in(data: bytes) -> dict[int, int]:
    """Index and count; below 2,048 an index is its value."""
    found: dict[int, int] = {}
    index = at = 0
    while at < len(data):
        shift = word = 0
        while True:
            byte = data[at]
            at += 1
            word |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        count = (word >> 1) ^ -(word & 1)
        if count < 0:
            index -= count
        else:
            found[index] = count
            index += 1
    return found


@pytest.mark.parametrize(
    ("method", "name", "tag"),
    [
        ("GET", "/api/v1/jobs", "GET%20/api/v1/jobs"),
        ("GET", "/a,b c%20d", "GET%20/a%2Cb%20c%2520d"),
        ("", "login", "login"),
        ("GET", "/ü\n\u2028", "GET%20/%C3%BC%0A%E2%80%A8"),
        ("", "failed", "%66ailed"),
        ("", "others", "%6Fthers"),
        ("failed:GET", "/x", "%66ailed:GET%20/x"),
        ("", "", "%20"),
        ("GET", "\ud800", "GET%20%ED%A0%80"),
    ],
)
def test_a_tag_is_one_word_that_can_be_decoded(method: str, name: str, tag: str) -> None:
    assert tag_of(method, name) == tag


def test_hostile_names_break_no_line(tmp_path: Path) -> None:
    state, _ = odd_runs.hostile()
    found = HlogFold(state)
    assert [line[:2] for line in found.header()] == ["#[", "#[", "#[", "#[", "#[", '"S']
    assert all("\n" not in line and "\u2028" not in line for line in found.header())
    play = Play()
    sent = [Sent(play.endpoint(name), 1000, failed=n % 2 == 0)
            for n, name in enumerate(odd_runs.HOSTILE)]  # fmt: skip
    play.tick(sent)
    lines = log_of(play.records)
    assert all(line.isascii() for line in lines[6:])
    assert counts(series(lines, tmp_path)) == of_whole(play.state)


# --- how long a log is ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "endpoints", "length_s"),
    [(0.02, 5, 1), (0.1, 10, 1), (1, 30, 30), (24, 1, 60), (24, 30, 600), (24, 2_500, 36_000)],
)
def test_an_interval_is_as_long_as_the_log_needs(
    hours: float, endpoints: int, length_s: int
) -> None:
    play = Play()
    play.tick([Sent(play.endpoint(f"/{n}"), 1) for n in range(endpoints)])
    play.tick(length_s=hours * 3600 - 1)
    assert interval_s(play.state) == length_s
    series_of = 2 + min(endpoints, hlog.MOST_ENDPOINTS + 1)
    assert hours * 3600 / length_s * series_of <= hlog.MOST_LINES


def test_of_too_many_endpoints_the_busiest_have_series(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hlog, "MOST_ENDPOINTS", 2)
    play = Play()
    sent = [Sent(play.endpoint(f"/{n}"), 1000, failed=n == 1) for n in (1, 2, 3, 3, 4, 4, 4)]
    play.tick(sent)
    assert counts(series(log_of(play.records), tmp_path)) == {
        "": 6,
        "GET%20/3": 2,
        "GET%20/4": 3,
        "others": 1,
        "failed": 1,
        "failed:others": 1,
    }


# --- odd runs ------------------------------------------------------------------------------------


def test_a_run_without_a_tick_is_a_header() -> None:
    assert len(log_of([], RunState())) == 6
    assert len(log_of(Play().records)) == 6


def test_what_the_state_has_not_seen_is_left_out_and_nothing_counts_twice(tmp_path: Path) -> None:
    play = Play()
    play.seconds(5)
    state = fold(play.records)
    play.seconds(5)
    again = [*play.records[:4], *play.records]
    assert counts(series(log_of(again, state), tmp_path)) == of_whole(state)
