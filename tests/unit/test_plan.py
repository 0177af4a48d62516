"""What cannot be run is refused in one sentence before anything starts."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.plan import (
    MAX_USERS,
    PlanError,
    RunPlan,
    check_rate,
    check_users,
    parse_duration,
    say_duration,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("5m", 300),
        ("1h", 3600),
        ("1h30m", 5400),
        ("1h30m15s", 5415),
        ("5m30", 330),
        ("1h5s", 3605),
        ("1.5s", 1.5),
        ("0.2", 0.2),
        (" 10s ", 10),
        ("100m", 6000),
        ("0h0m1s", 1),
    ],
)
def test_durations_are_read_as_locust_writes_them(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "  ", "soon", "1d", "-5s", "5 m", "1h 30m", "30m1h", "1.5h", "1.5m", "s", "5ss", "nan",
     "inf", "1e3", "1,5s", ".5", "5m\n3s", "5s;"],
)  # fmt: skip
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(
        PlanError, match="is not a duration; write it like 90s, 5m or 1h30m"
    ) as refused:
        parse_duration(text)
    assert str(refused.value).startswith(f"'{text}'")


@pytest.mark.parametrize("text", ["0", "0s", "0h0m", "0.0s"])
def test_a_duration_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="is zero"):
        parse_duration(text)


@given(st.text(st.sampled_from("0123456789hms. -"), max_size=12) | st.text(max_size=8))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    try:
        seconds = parse_duration(text)
    except PlanError:
        return
    assert 0 < seconds < math.inf


@pytest.mark.parametrize(
    "text", ["9" * 400, "9" * 400 + "h", "9" * 5_000 + "m", "8785h", "600000m"]
)
def test_a_duration_longer_than_any_run_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="is longer than a year; write one up to 8784h") as refused:
        parse_duration(text)
    assert len(str(refused.value)) < 120
    assert parse_duration("8784h") == 366 * 86_400


def test_a_long_text_that_is_no_duration_is_not_said_in_full() -> None:
    with pytest.raises(PlanError) as refused:
        parse_duration("x" * 5_000)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(90, "1m30s"), (5400, "1h30m"), (300, "5m"), (45.0, "45s"), (2.5, "2.5s"), (86400, "24h"),
     (3601, "1h1s"), (0, "0s"), (59.9999, "1m"), (0.1 + 0.2, "0.3s"), (1_000_000.5, "1000000.5s"),
     (0.00001, "0.00001s")],
)  # fmt: skip
def test_durations_are_said_short(seconds: float, text: str) -> None:
    assert say_duration(seconds) == text


@given(st.integers(1, 10**7))
def test_what_is_said_is_read_back(seconds: int) -> None:
    assert parse_duration(say_duration(seconds)) == seconds


@given(st.integers(1, 999_999))
def test_tenths_of_a_second_are_read_back(tenths: int) -> None:
    # Up to 27 hours, said as seconds with a fraction.
    assert parse_duration(say_duration(tenths / 10)) == tenths / 10


@pytest.mark.parametrize("seconds", [100_000.25, 1_000_000.5, 0.00001])
def test_a_long_duration_with_a_fraction_is_read_back(seconds: float) -> None:
    assert parse_duration(say_duration(seconds)) == seconds


@given(st.floats(1e-3, 366 * 86_400 - 1))
def test_any_duration_is_read_back_to_the_millisecond(seconds: float) -> None:
    assert parse_duration(say_duration(seconds)) == pytest.approx(seconds, rel=0, abs=0.000501)


@pytest.mark.parametrize("users", [0, 1, 500, MAX_USERS])
def test_a_number_of_users_that_can_be_run(users: int) -> None:
    assert check_users(users, "the number of users") == users


@pytest.mark.parametrize(
    ("users", "ceiling", "said"),
    [
        (-1, None, "the peak is -1; there cannot be fewer than 0 users"),
        (MAX_USERS + 1, None, "the peak is 1000001; one run takes at most 1,000,000 users"),
        (51, 50, "the peak is 51, over this target's ceiling of 50 users"),
        (1, 0, "the peak is 1, over this target's ceiling of 0 users"),
    ],
)
def test_a_number_of_users_that_cannot_be_run(users: int, ceiling: int | None, said: str) -> None:
    with pytest.raises(PlanError) as refused:
        check_users(users, "the peak", ceiling)
    assert str(refused.value) == said


def test_the_ceiling_itself_is_allowed() -> None:
    assert check_users(50, "the peak", 50) == 50


@pytest.mark.parametrize("rate", [0.01, 1, 100.0, 1e6])
def test_a_spawn_rate_that_can_be_run(rate: float) -> None:
    assert check_rate(rate, "the spawn rate") == rate


@pytest.mark.parametrize("rate", [0, 0.0, -1, math.nan, math.inf, -math.inf])
def test_a_spawn_rate_that_would_poison_the_runner_is_refused(rate: float) -> None:
    with pytest.raises(PlanError, match=r"^the spawn rate is .*; give a number of users a second"):
        check_rate(rate, "the spawn rate")


def test_a_plan_is_read_back_from_a_journal() -> None:
    plan = RunPlan(argv=["-u", "10"], users=10, run_time_s=90, exports={"html": "r.html"})
    line = msgspec.json.encode(plan)
    assert msgspec.json.decode(line, type=RunPlan) == plan
    assert msgspec.convert(msgspec.json.decode(line), RunPlan) == plan


def test_a_plan_with_another_policy_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"on_disconnect": "panic"}, RunPlan)
