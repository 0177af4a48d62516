"""When a load is to begin: a time of day, a date with one, or a while from now."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from lftui.plan import PlanError, parse_start_at

NOW = datetime(2026, 5, 1, 14, 0, 30, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("14:30", NOW.replace(minute=30, second=0)),
        ("14:00:31", NOW.replace(second=31)),
        ("9:05", NOW.replace(day=2, hour=9, minute=5, second=0)),
        ("14:00", NOW.replace(day=2, hour=14, minute=0, second=0)),
        ("+10m", NOW + timedelta(minutes=10)),
        ("+1h30m", NOW + timedelta(minutes=90)),
        ("2026-05-01T16:00+02:00", NOW.replace(hour=16, minute=0, second=0)),
        ("2026-05-01 12:30Z", NOW.replace(minute=30, second=0)),
        (" 14:30 ", NOW.replace(minute=30, second=0)),
    ],
)
def test_a_moment_is_read(text: str, at: datetime) -> None:
    assert parse_start_at(text, NOW) == at.timestamp()


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "14:60", "14", "+", "+soon", "2026-13-01T10:00", "9" * 5_000]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match=r"14:30, 2026-05-01T14:30 or \+10m|is not a duration"):
        parse_start_at(text, NOW)


@pytest.mark.parametrize("text", ["2026-05-01T14:00+02:00", "2020-01-01T00:00"])
def test_a_moment_that_is_over_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="that is over; it is 2026-05-01T14:00:30"):
        parse_start_at(text, NOW)


@pytest.mark.parametrize("text", ["2026-06-01T14:00+02:00", "+200h"])
def test_nobody_waits_for_more_than_a_week(text: str) -> None:
    with pytest.raises(PlanError, match="more than a week away"):
        parse_start_at(text, NOW)
