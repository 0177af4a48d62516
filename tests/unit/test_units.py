"""Ages, moments and sizes: read as written, refused in a sentence."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from lftui.plan import PlanError
from lftui.units import parse_age, parse_moment, parse_size, say_size

NOW = 1_700_000_000.0  # 2023-11-14T22:13:20Z


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90d", 7_776_000), ("2w", 1_209_600), ("1d12h", 129_600), (" 5m ", 300), ("0d", 0)],
)
def test_an_age(text: str, seconds: float) -> None:
    assert parse_age(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "90", "d", "-1d", "1.5d", "3 days", "1h1d", "٣d", "9" * 40 + "d", "999999w"]
)
def test_what_is_no_age_is_a_sentence(text: str) -> None:
    with pytest.raises(PlanError, match="age"):
        parse_age(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1d", NOW - 86_400),
        ("2023-11-14", NOW - 80_000),
        ("2023-11-14T22:13:20", NOW),
        ("2023-11-14 22:13", NOW - 20),
        ("2023-11-14T23:13:20+01:00", NOW),
    ],
)
def test_a_moment(text: str, moment: float) -> None:
    assert parse_moment(text, NOW) == moment


def test_until_a_day_means_the_whole_of_it() -> None:
    begin, end = (parse_moment("2023-11-14", NOW, last=last) for last in (False, True))
    assert end - begin == 86_400
    assert parse_moment("2023-11-14T12:00", NOW, last=True) == begin + 43_200


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2023-02-30", "20231114", "9999-12-31", "2023-W10", "7"]
)
def test_what_is_no_moment_is_a_sentence(text: str) -> None:
    with pytest.raises(PlanError, match="is no time"):
        parse_moment(text, NOW, last=True)


@pytest.mark.parametrize(
    ("text", "size"),
    [("500MB", 500_000_000), ("2GiB", 2 << 30), ("1.5 gb", 1_500_000_000), ("0", 0), ("7B", 7)],
)
def test_a_size(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "5G", "MB", "-1MB", "1e9", "nan", "1" * 400, "5 M B"])
def test_what_is_no_size_is_a_sentence(text: str) -> None:
    with pytest.raises(PlanError, match="is no size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "said"), [(812, "812 B"), (14_200, "14 kB"), (3_100_000, "3.1 MB"), (2e9, "2.0 GB")]
)
def test_a_size_for_people(size: int, said: str) -> None:
    assert say_size(int(size)) == said
