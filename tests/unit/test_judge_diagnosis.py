"""The failures of a run, explained: what they add up to, whether they are new, where they tend."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.judge.diagnosis import explain, explain_exceptions
from lftui.judge.diagnosis.trend import Exposure, Trend, trend_of
from lftui.metrics import Point
from lftui.records import ErrorSeen, ExceptionSeen
from lftui.run_state import RunState
from lftui.run_state.counts import BINS, BinnedCounts
from tests.unit.strategies import WALL, Play, Sent, fold, plays, read_back


def failing(
    play: Play, endpoint: int, group: int, count: int = 1, ok: int = 0, **tick: int
) -> None:
    """A second with so many failures of this group, and so many successes."""
    sent = [Sent(endpoint, 1000, failed=True)] * count + [Sent(endpoint, 1000)] * ok
    play.tick(sent, errors=[(group, count)], **tick)


def seen(play: Play, group: int, endpoint: int, **facts: object) -> int:
    play.say(ErrorSeen(id=group, endpoint=endpoint, **facts))  # type: ignore[arg-type]
    return group


# --- what is said of each kind -------------------------------------------------------------------


def test_a_run_without_failures_has_nothing_to_explain() -> None:
    play = Play()
    play.seconds(5)
    for state in (RunState(), play.state):
        assert explain(state) == []
        assert explain_exceptions(state) == []


def test_each_kind_is_told_with_its_endpoint_share_and_advice() -> None:
    play = Play()
    home, jobs = play.endpoint("/"), play.endpoint("/jobs", "POST")
    busy = seen(
        play, 1, jobs, status=503, exception="HTTPError", text="503 busy", sample="503 busy"
    )
    gone = seen(
        play,
        2,
        home,
        status=0,
        exception="ConnectionRefusedError",
        errno=111,
        text="(<n>)",
        sample="(7)",
    )
    failing(play, home, gone, ok=5)
    failing(play, jobs, busy, 3)
    failing(play, jobs, busy, 3)
    first, second = explain(play.state)
    assert (first.source, first.method, first.name, first.status) == (
        "request",
        "POST",
        "/jobs",
        503,
    )
    assert (first.count, first.share) == (6, 6 / 7)
    assert (first.category, first.title, first.points_at) == (
        "server_error",
        "Server error (5xx)",
        "target",
    )
    assert (first.first_wall, first.last_wall) == (WALL, WALL + 3)
    assert first.groups == (busy,)
    assert (second.status, second.text, second.sample, second.category) == (
        None,
        "(7)",
        "(7)",
        "refused",
    )
    assert "answered before" in second.remedy  # it did: there are successes
    assert first.count + second.count == play.state.total.failures


def test_an_endpoint_that_only_fails_to_connect_has_never_answered() -> None:
    play = Play()
    home = play.endpoint()
    group = seen(play, 1, home, status=0, exception="ConnectionRefusedError", errno=111, text="no")
    failing(play, home, group)
    assert "Nothing listens" in explain(play.state)[0].remedy
    failing(play, home, seen(play, 2, home, status=404, text="404"))
    assert "answered before" in explain(play.state)[0].remedy


def test_groups_of_two_user_classes_with_one_meaning_are_one_kind() -> None:
    play = Play()
    reader, writer = play.endpoint(user_class="Reader"), play.endpoint(user_class="Writer")
    other = play.endpoint("/other")
    same = {"status": 404, "exception": "HTTPError", "text": "no job <n>"}
    groups = [
        seen(play, 1, reader, **same, sample="no job 1"),
        seen(play, 2, writer, **same, sample="no job 2"),
        seen(play, 3, other, **same, sample="no job 3"),
        seen(play, 4, reader, **{**same, "status": 500}, sample="no job 4"),
        seen(play, 5, reader, **same, errno=5, sample="no job 5"),
    ]
    for endpoint, group in zip([reader, writer, other, reader, reader], groups, strict=True):
        failing(play, endpoint, group, 6 - group)
    told = explain(play.state)
    assert [one.groups for one in told] == [(1, 2), (3,), (4,), (5,)]
    assert (told[0].count, told[0].text, told[0].sample) == (9, "no job <n>", "no job 1")
    assert (told[0].first_wall, told[0].last_wall) == (WALL, WALL + 2)
    assert told[1].text == "no job 3"


def test_the_same_message_of_two_classes_is_shown_as_it_was() -> None:
    play = Play()
    for group, owner in enumerate(["Reader", "Writer"], 1):
        endpoint = play.endpoint(user_class=owner)
        failing(play, endpoint, seen(play, group, endpoint, text="job <n>", sample="job 7"))
    (one,) = explain(play.state)
    assert (one.count, one.text) == (2, "job 7")


def test_other_counts_can_be_explained_than_those_of_the_whole_run() -> None:
    play = Play()
    home = play.endpoint()
    for group, text in enumerate(["a", "b", "c"], 1):
        failing(play, home, seen(play, group, home, text=text, sample=text), 10 * group)
    told = explain(play.state, counts={1: 3, 2: 1})
    assert [(one.text, one.count, one.share) for one in told] == [("a", 3, 0.75), ("b", 1, 0.25)]


def test_a_failure_in_the_scripts_own_check_names_its_line() -> None:
    play = Play()
    home = play.endpoint()
    text = (
        "CatchResponseError(\"KeyError: 'a' at /opt/venv/lib/python3.11/site-packages/locust/user/"
        'users.py:312 in rest, ~/shop/locustfile.py:109 in buy. Response was {}")'
    )
    failing(
        play,
        home,
        seen(play, 1, home, status=200, exception="CatchResponseError", text=text, sample=text),
    )
    (one,) = explain(play.state)
    assert (one.category, one.points_at) == ("script", "script")
    assert "raised it at locustfile.py:109 in buy." in one.remedy


# --- many ----------------------------------------------------------------------------------------


def test_a_thousand_kinds_stay_one_screen_and_no_failure_is_lost() -> None:
    play = Play()
    endpoints = [play.endpoint(f"/{number}") for number in range(30)]
    for number in range(1_000):
        group = seen(
            play, number + 1, endpoints[number % 30], text="x" * number, sample="y" * 2_000
        )
        failing(play, endpoints[number % 30], group, 1 + number % 7)
    told = explain(play.state)
    assert len(told) == 31
    assert [one.count for one in told[:30]] == [7] * 30
    rest = told[-1]
    assert (rest.category, rest.name, rest.text) == ("other", "", "970 more kinds of failures")
    assert sum(one.count for one in told) == play.state.total.failures
    assert sum(one.share for one in told) == pytest.approx(1)
    assert len(msgspec.json.encode(told)) < 60_000
    assert len(explain(play.state, limit=None)) == 1_000
    assert [one.text for one in explain(play.state, limit=999)][-1] == "1 more kind of failures"


@given(plays())
def test_any_run_can_be_explained_and_the_failures_add_up(play: Play) -> None:
    for limit in (0, 1, 50, None):
        told = explain(play.state, limit)
        assert sum(one.count for one in told) == sum(e.count for e in play.state.errors.values())
        counts = [one.count for one in told[:limit]]
        assert counts == sorted(counts, reverse=True)
    explain_exceptions(play.state)
    assert msgspec.json.encode(told)
    assert explain(read_back(play.state), None) == told


# --- exceptions outside requests -----------------------------------------------------------------

TRACEBACK = """  File "/opt/venv/lib/python3.11/site-packages/locust/user/task.py", line 513, in execute_task
    task(self.user)
  File "/srv/shop/locustfile.py", line 145, in buy
    self.client.get("/cart").json()["id"]
  File "/opt/venv/lib/python3.11/site-packages/requests/models.py", line 1120, in json
    raise RequestsJSONDecodeError(e.msg, e.doc, e.pos)
"""


@pytest.mark.parametrize(
    ("message", "category", "points_at"),
    [
        ("'access_token'", "script", "script"),
        ("Expecting value: line 1 column 1 (char 0)", "script", "script"),
        ("MemoryError()", "memory", "generator"),
        ("[Errno 24] Too many open files: 'data.csv'", "files", "generator"),
        ("Failed to parse: '127.0.0.1:41863ftp:' is not a valid host or port", "script", "script"),
        ("Invalid URL 'shop/': No scheme supplied. Perhaps you meant https://shop/?", "script", "script"),
        ("HTTPConnectionPool(host='127.0.0.1', port=1): Max retries exceeded with url: / (Caused by NewConnectionError(\"HTTPConnection(host='127.0.0.1', port=1): Failed to establish a new connection: [Errno 111] Connection refused\"))", "refused", "target"),
        ("Proxy CONNECT failed: HTTP/1.1 407 Denied (proxy authentication required?)", "proxy", "network"),
        ("", "script", "script"),
    ],
)  # fmt: skip
def test_what_is_raised_outside_of_requests_is_explained_too(
    message: str, category: str, points_at: str
) -> None:
    play = Play()
    play.say(ExceptionSeen(id=1, count=0, message=message, traceback=TRACEBACK))
    (one,) = explain_exceptions(play.state)
    assert (one.source, one.category, one.points_at) == ("script", category, points_at)
    assert (one.count, one.share, one.sample) == (1, 1.0, message)
    assert one.name == "locustfile.py:145 in buy"
    if category == "script":
        assert one.name in one.remedy


def test_exceptions_stand_by_how_often_they_came() -> None:
    play = Play()
    for number, count in [(1, 2), (2, 6)]:
        play.say(ExceptionSeen(id=number, count=0, message=f"m{number}"))
        play.say(ExceptionSeen(id=number, count=count))
    told = explain_exceptions(play.state)
    assert [(one.text, one.count, one.share, one.name) for one in told] == [
        ("m2", 6, 0.75, ""),
        ("m1", 2, 0.25, ""),
    ]
    assert len(explain_exceptions(play.state, limit=1)) == 1


# --- new in this step ----------------------------------------------------------------------------


def test_what_was_not_seen_before_the_last_step_is_new_in_it() -> None:
    play = Play()
    home = play.endpoint()
    old, new = (seen(play, 1, home, text="old"), 2)
    for _ in range(8):
        failing(play, home, old, users=10)
    assert not explain(play.state)[0].new_in_step  # of a first step, all would be
    for _ in range(8):
        failing(play, home, old, users=20)
    seen(play, new, home, text="new")
    failing(play, home, new, users=20)
    assert [one.groups for one in explain(play.state) if one.new_in_step] == [(new,)]
    for _ in range(8):
        failing(play, home, old, users=30)
    assert not any(one.new_in_step for one in explain(play.state))


# --- trend ---------------------------------------------------------------------------------------


def trend(
    seconds: int,
    rps: Callable[[int], int],
    ratio: Callable[[int], float],
    seed: int,
    burst: int = 1,
) -> Trend | None:
    """The trend of failures drawn at random, second by second; in bursts of some size."""
    draw = random.Random(seed)
    counts, points = BinnedCounts(), [Point(0.0, 0.0)]
    for second in range(seconds):
        requests = rps(second)
        failures = burst * sum(draw.random() < ratio(second) / burst for _ in range(requests))
        start, end = second + 0.4, second + 1.4
        if failures:
            counts.add(min(failures, requests), start, end)
        if end - points[-1].start_s > 5:
            points.append(Point(start, end))
        points[-1].end_s = end
        points[-1].count += requests
    return trend_of([counts], Exposure(points), seconds + 0.4)


STEADY = [
    (120, lambda s: 100, lambda s: 0.2, 1),
    (300, lambda s: 100, lambda s: 0.05, 1),
    (200, lambda s: s, lambda s: 0.1, 1),  # the load rises, the share that fails does not
    (300, lambda s: 100, lambda s: 0.02, 10),  # bursts
    (60, lambda s: 20, lambda s: 0.01, 1),  # hardly any
    (60, lambda s: 20, lambda s: 1.0, 1),
]
CHANGING = [
    ("rising", 240, lambda s: 50, lambda s: s / 1200),
    ("rising", 240, lambda s: 50, lambda s: 0.05 if s < 160 else 0.12),
    ("rising", 120, lambda s: 2 * s, lambda s: max(0.0, (s - 60) / 120)),
    ("falling", 240, lambda s: 50, lambda s: 0.12 if s < 160 else 0.05),
    ("falling", 240, lambda s: 50, lambda s: 0.1 if s < 80 else 0.0),
]


@pytest.mark.parametrize(("seconds", "rps", "ratio", "burst"), STEADY)
def test_noise_is_no_trend(
    seconds: int, rps: Callable[[int], int], ratio: Callable[[int], float], burst: int
) -> None:
    told = [trend(seconds, rps, ratio, seed, burst) for seed in range(30)]
    assert sum(one in ("rising", "falling") for one in told) <= 1


@pytest.mark.parametrize(("wanted", "seconds", "rps", "ratio"), CHANGING)
def test_a_change_is_seen(
    wanted: Trend, seconds: int, rps: Callable[[int], int], ratio: Callable[[int], float]
) -> None:
    told = [trend(seconds, rps, ratio, seed) for seed in range(20)]
    assert told.count(wanted) >= 19


def test_the_same_share_of_many_failures_is_steady() -> None:
    assert trend(120, lambda s: 100, lambda s: 0.2, seed=1) == "steady"
    assert trend(60, lambda s: 20, lambda s: 1.0, seed=1) == "steady"


@pytest.mark.parametrize("seconds", [0, 1, 3, 5])
def test_a_few_seconds_show_no_trend(seconds: int) -> None:
    assert trend(seconds, lambda s: 1000, lambda s: s / 5, seed=1) is None


def test_without_requests_in_the_last_third_there_is_nothing_to_compare() -> None:
    assert trend(90, lambda s: 100 if s < 50 else 0, lambda s: 0.2, seed=1) is None


def test_the_trend_of_a_run_is_read_from_its_ticks_and_added_over_classes() -> None:
    play = Play()
    home = [play.endpoint(user_class=owner) for owner in ("Reader", "Writer")]
    groups = [seen(play, n, endpoint, text="down") for n, endpoint in enumerate(home, 1)]
    for second in range(90):
        endpoint, group = home[second % 2], groups[second % 2]
        failing(play, endpoint, group, 1 if second < 60 else 8, ok=20)
    (one,) = explain(play.state)
    assert one.trend == "rising"
    assert explain(fold(play.records))[0] == one
    play.finish()
    assert explain(play.state)[0].trend == "rising"


# --- counts over time ----------------------------------------------------------------------------


@given(
    st.floats(0, 1e6),
    st.lists(st.tuples(st.floats(0.1, 5_000), st.integers(1, 9)), max_size=80),
    st.lists(st.tuples(st.floats(0.1, 5_000), st.integers(1, 9)), max_size=80),
)
def test_bins_keep_every_count_and_their_number_is_bounded(
    begin: float, one: list[tuple[float, int]], other: list[tuple[float, int]]
) -> None:
    for gaps in (one, other):
        counts, at = BinnedCounts(), begin
        for gap, count in gaps:
            counts.add(count, at, at + 1)
            at += gap
        assert sum(counts.bins) == sum(count for _, count in gaps)
        assert len(counts.bins) <= BINS
        assert msgspec.json.decode(msgspec.json.encode(counts), type=BinnedCounts) == counts
        if gaps:
            assert counts.first_s == begin
            last = counts.first_bin + len(counts.bins)
            assert last * counts.bin_s >= at - gaps[-1][0]


def test_bins_of_another_length_fall_into_the_same_places() -> None:
    fine, coarse = BinnedCounts(), BinnedCounts()
    for second in range(20):
        fine.add(1, 101.0 + second, 102.0 + second)
    for second in range(100):
        coarse.add(1, 101.0 + second, 102.0 + second)
    assert (fine.bin_s, coarse.bin_s) == (1, 4)
    while fine.bin_s < coarse.bin_s:
        fine.coarsen()
    assert fine.bins == [3, 4, 4, 4, 4, 1]
    assert coarse.bins[:5] == fine.bins[:5]
    assert fine.first_bin == coarse.first_bin == 25
