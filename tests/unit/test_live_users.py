"""The users dialog: what its fields ask for, and what is wrong with them."""

from __future__ import annotations

import pytest

from lftui.records import SetUsers
from lftui.screens.dialogs.users_asked import UsersNow, read_fields

NOW = UsersNow(
    users=10, target=10, ceiling=50, target_by_class={"Reader": 6, "Writer": 4},
    by_class={"Reader": 6, "Writer": 4},
)  # fmt: skip
NONE = {"Reader": "", "Writer": ""}


def test_a_number_alone_keeps_the_plans_rate() -> None:
    asked = read_fields("40", "", NONE, NOW)
    assert asked.command == SetUsers(users=40)
    assert asked.sentence == "users 10 → 40"


def test_a_rate_says_how_long_it_takes() -> None:
    asked = read_fields("40", "2", NONE, NOW)
    assert asked.command == SetUsers(users=40, spawn_rate=2.0)
    assert asked.sentence == "users 10 → 40, 2 a second, there in 15 s"


def test_classes_win_over_the_sum_and_others_stay() -> None:
    asked = read_fields("10", "", {"Reader": "20", "Writer": ""}, NOW)
    assert asked.command == SetUsers(per_class={"Reader": 20})
    assert asked.sentence == "users 10 → 24 (Reader 20, others as they are)"


@pytest.mark.parametrize(
    ("users", "rate", "classes", "field", "error"),
    [
        ("", "", NONE, "users", "a whole number"),
        ("many", "", NONE, "users", "a whole number"),
        ("²", "", NONE, "users", "a whole number"),
        ("-5", "", NONE, "users", "not below 0"),
        ("51", "", NONE, "users", "ceiling of 50"),
        ("9" * 30, "", NONE, "users", "at most 1,000,000"),
        ("40", "0", NONE, "rate", "above 0, like"),
        ("40", "nan", NONE, "rate", "above 0, like"),
        ("40", "fast", NONE, "rate", "above 0, like"),
        ("10", "", {"Reader": "x", "Writer": ""}, "class:Reader", "a whole number"),
        ("10", "", {"Reader": "49", "Writer": ""}, "users", "ceiling of 50"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_sent(
    users: str, rate: str, classes: dict[str, str], field: str, error: str
) -> None:
    asked = read_fields(users, rate, classes, NOW)
    assert asked.command is None
    assert error in asked.errors[field]
