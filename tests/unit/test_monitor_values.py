"""From what sources have to values of rows: series added up, counters as rates, documents read."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.monitor.exposition import MOST_LINES, samples_of
from lftui.monitor.fetching import Answer
from lftui.monitor.machine import Growth
from lftui.monitor.reading import SourceError
from lftui.monitor.values import RowValue, aggregated, at_path, number
from lftui.monitor_settings import Row
from tests.unit.strategies import JSON

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
PLAIN = "text/plain; version=0.0.4"


def row(**fields: Any) -> RowValue:
    return RowValue(Row(**{"name": "r", "metric": "m", **fields}))


@pytest.mark.parametrize(("how", "value"), [("sum", 9.0), ("max", 5.0), ("avg", 3.0)])
def test_several_series_become_one_value(how: str, value: float) -> None:
    assert row(aggregate=how).value({"a": 1.0, "b": 5.0, "c": 3.0}, None, 0.0) == value


def test_no_series_is_no_number() -> None:
    assert row().value({}, None, 0.0) is None


@pytest.mark.parametrize(("of", "value"), [({"a": 8.0}, 37.5), ({"a": 0.0}, None), ({}, None)])
def test_a_share_of_something_else(of: dict[str, float], value: float | None) -> None:
    assert row(of="size", scale=100).value({"a": 3.0}, of, 0.0) == value


def test_a_counter_is_a_rate_from_the_second_reading_on() -> None:
    rate = row(rate=True)
    assert rate.value({"a": 10.0, "b": 100.0}, None, 0.0) is None
    assert rate.value({"a": 14.0, "b": 106.0}, None, 2.0) == 5.0
    # One began anew at 0, a new one is not known yet, one is gone.
    assert rate.value({"a": 3.0, "c": 9_000.0}, None, 4.0) == 1.5
    assert rate.value({"a": 3.0, "c": 9_004.0}, None, 6.0) == 2.0
    assert rate.value({"a": 3.0}, None, 6.0) is None


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=5), st.floats())
def test_a_value_is_a_finite_number_or_none(values: list[float], scale: float) -> None:
    finite = number(scale) if scale == scale else None
    series = {str(at): one for at, one in enumerate(values) if number(one) is not None}
    found = row(scale=finite or 1.0).value(series, None, 0.0)
    assert found is None or number(found) == found


def test_very_many_series_are_refused() -> None:
    with pytest.raises(SourceError, match="more than 2,000 series fit; name some labels"):
        row().value({str(at): 1.0 for at in range(2_001)}, None, 0.0)


def test_growth_is_told_from_the_second_reading_on_and_of_those_that_stayed() -> None:
    growth = Growth()
    assert growth.per_s({"a": 5.0, "b": 1.0}, 10.0) is None
    assert growth.per_s({"a": 7.0, "c": 50.0}, 12.0) == 1.0
    assert growth.per_s({"a": 9.0}, 12.1) is None
    assert growth.per_s({"a": 11.0}, 14.0) == 2.0


# --- JSON documents ------------------------------------------------------------------------------

DOCUMENT = {
    "workers": {"in_use": 3, "size": "8"},
    "nodes": [{"cpu": 0.5}, {"cpu": 0.25}, {"name": "new"}],
    "a.b": {"up": True},
    "rate": None,
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("workers.in_use", [3.0]),
        ("workers.size", [8.0]),
        ("workers.*", [3.0, 8.0]),
        ("nodes.*.cpu", [0.5, 0.25]),
        ("nodes.1.cpu", [0.25]),
        (["a.b", "up"], [1.0]),
        ("rate", []),
    ],
)
def test_numbers_at_a_path(path: str | list[str], values: list[float]) -> None:
    assert list(at_path(DOCUMENT, path).values()) == values


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("workers.busy", "it has no workers.busy"),
        ("nodes.7.cpu", "it has no nodes.7"),
        ("nodes.*.name", "nodes.*.name is no number"),
        ("workers", "workers is no number"),
        ("x" * 500, "it has no " + "x" * 200),
    ],
)
def test_what_is_not_there_is_said(path: str, why: str) -> None:
    with pytest.raises(SourceError) as caught:
        at_path(DOCUMENT, path)
    assert str(caught.value) == why


@given(JSON, st.lists(st.text(max_size=3) | st.just("*"), max_size=3))
def test_any_document_and_any_path_give_numbers_or_a_reason(document: Any, path: list[str]) -> None:
    try:
        found = at_path(document, path)
    except SourceError:
        return
    assert all(number(one) == one for one in found.values())


# --- expositions ---------------------------------------------------------------------------------

PLAIN_TEXT = """\
# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{method="GET",path="/a\\"b"} 5
http_requests_total{method="POST"} 7 1700000000000
other{x="y"} 1
# TYPE queue gauge
queue NaN
lat_bucket{le="0.1"} 3
lat_bucket{le="+Inf"} 4
lat_sum 0.9
lat_count 4
"""
OPEN_TEXT = """\
# TYPE http_requests counter
http_requests_total{method="GET"} 5.0 # {trace_id="x"} 1.0
http_requests_total{method="POST"} 7.0
# TYPE other gauge
other{x="y} broken
# EOF
"""


def test_both_formats_are_read() -> None:
    plain = Answer(200, PLAIN, PLAIN_TEXT.encode())
    found = samples_of(plain, ["http_requests_total", "queue", "lat_count"])
    assert found["http_requests_total"] == [
        ({"method": "GET", "path": '/a"b'}, 5.0),
        ({"method": "POST"}, 7.0),
    ]
    assert found["lat_count"] == [({}, 4.0)]
    opened = Answer(200, OPENMETRICS, OPEN_TEXT.encode())
    wanted = samples_of(opened, ["http_requests_total"])
    assert wanted == {"http_requests_total": [({"method": "GET"}, 5.0), ({"method": "POST"}, 7.0)]}


@pytest.mark.parametrize("kind", [PLAIN, OPENMETRICS])
def test_what_cannot_be_read_is_said_and_what_nobody_asked_for_is_not_read(kind: str) -> None:
    broken = Answer(200, kind, b'queue{a="b} \xff\xfe 1\nqueue{ 2\n')
    with pytest.raises(SourceError, match="what it serves cannot be read"):
        samples_of(broken, ["queue"])
    assert samples_of(broken, ["other"]) == {}
    assert samples_of(Answer(200, kind, b"<html>\x00\n" * 9), ["queue"]) == {}


def test_an_exposition_with_too_much_of_one_metric_is_refused_unparsed() -> None:
    text = b"".join(b'queue{id="%d"} 1\n' % at for at in range(MOST_LINES + 1))
    with pytest.raises(SourceError, match="more than 2,000 of its lines"):
        samples_of(Answer(200, PLAIN, text), ["queue"])


@given(st.binary(max_size=200), st.sampled_from([PLAIN, OPENMETRICS]))
def test_any_bytes_are_read_or_refused(body: bytes, kind: str) -> None:
    with suppress(SourceError):
        samples_of(Answer(200, kind, b"queue " + body), ["queue"])


def test_a_sum_beyond_all_floats_is_no_number() -> None:
    assert aggregated([1.7e308, 1.7e308], "sum") is None
