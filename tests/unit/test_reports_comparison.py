"""A comparison as text, Markdown and JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from lftui.judge.comparison import compare_runs
from lftui.judge.comparison.compared import Comparison, EndpointComparison, MetricComparison, Side
from lftui.judge.measured import Reading
from lftui.reports.comparison import comparison_json, comparison_markdown, comparison_text
from tests.unit import strategies as our
from tests.unit.simulated import run
from tests.unit.strategies import Play


@pytest.fixture(scope="module")
def worse() -> Comparison:
    return compare_runs(run(1), run(2, factor=1.3))


def one_of(scope: str, outcome: str = "fail", **more: object) -> Comparison:
    """A comparison of one metric."""
    metric = MetricComparison(
        "p95_ms", outcome, Reading(40, 39, 41, 9), Reading(60, None, None, 9), 0.5, tolerance=0.1
    )  # type: ignore[arg-type]
    return Comparison(
        Side("run", "a", [20, 50]), Side("run", "b", requests=1200),
        [EndpointComparison(scope, 20, [metric])], **more,
    )  # type: ignore[arg-type] # fmt: skip


def test_the_text_has_figures_with_intervals_and_words() -> None:
    found = one_of("GET /a", not_measured=["GET /b"], not_in_baseline=["GET /c"], notes=["a note"])
    assert comparison_text(found) == (
        "before  a, 20 and 50 users\n"
        "now     b, 1,200 requests\n"
        "\n"
        "           before               now                    change  verdict\n"
        "GET /a at 20 users\n"
        "  p95 ms   40 (39–41)           60                      +50 %  fail (10 %)\n"
        "\n"
        "only before: GET /b\n"
        "only now: GET /c\n"
        "a note\n"
        "\n"
        "FAIL: 1 of 1 figure is worse by more than the tolerance and noise\n"
    )


def test_the_text_fits_eighty_columns(worse: Comparison) -> None:
    assert max(map(len, comparison_text(worse).splitlines())) <= 80


def test_the_gravest_endpoint_comes_first() -> None:
    better = EndpointComparison(
        "GET /z", 20, [MetricComparison("p50_ms", "pass", Reading(), Reading())]
    )
    found = one_of("GET /a")
    both = Comparison(found.before, found.now, [better, *found.endpoints])
    text = comparison_text(both)
    assert text.index("GET /a") < text.index("GET /z")


def test_one_reason_for_all_is_said_once() -> None:
    text = comparison_text(compare_runs(run(1), run(2, levels=((20, 60),))))
    assert text.count("different loads: 50 users against 20 users") == 2
    assert text.endswith("INCONCLUSIVE: different loads: 50 users against 20 users\n")


def test_the_json_has_outcomes_and_finite_numbers(worse: Comparison) -> None:
    document = json.loads(comparison_json(worse))
    assert document["schema"] == "lftui.comparison/1"
    assert document["outcome"] == "fail"
    assert document["sentence"].startswith("FAIL: ")
    row = document["endpoints"][0]
    assert (row["scope"], row["users"], row["outcome"]) == ("total", 50, "fail")
    assert set(row["metrics"][0]) == {
        "metric", "outcome", "expected", "now", "delta", "delta_low", "delta_high", "limit",
        "tolerance", "samples_needed", "reason",
    }  # fmt: skip
    assert set(row["metrics"][0]["now"]) == {"value", "low", "high", "samples"}


def test_the_markdown_fits_a_comment_and_shows_failures(worse: Comparison) -> None:
    text = comparison_markdown(worse)
    assert text.startswith("**FAIL: ")
    assert "| `GET /healthz at 50 users` | **5" in text
    many = Comparison(worse.before, worse.now, worse.endpoints * 5_000, ["GET /x"] * 9_000)
    assert len(comparison_markdown(many)) < 60_000


@pytest.mark.parametrize(
    "name",
    [
        "GET /a|b`c`",
        "GET <script>alert(1)</script>",
        "GET \x1b[31m\u202e",
        "GET @team #12 **x**",
        "GET \n## x",
    ],
)
def test_names_from_outside_are_text_and_nothing_else(name: str) -> None:
    found = one_of(name, not_measured=[name], notes=[name], ambiguous=[name])
    text, markdown = comparison_text(found), comparison_markdown(found)
    for shown in (text, markdown):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "\n## " not in shown
    rows = [line for line in markdown.splitlines() if line.startswith("| `")]
    assert [line.count("|") for line in rows] == [8]
    outside = "".join(markdown.split("`")[::2])
    assert "<script>" not in outside
    assert "@team" not in outside


@settings(max_examples=40, deadline=None)
@given(our.plays(), our.plays())
def test_any_comparison_can_be_written(first: Play, second: Play) -> None:
    found = compare_runs(first.state, second.state)
    json.loads(comparison_json(found))
    assert comparison_text(found).endswith("\n")
    assert comparison_markdown(found).startswith("**")
