"""The rows of the Endpoints panel, and the lines of an endpoint's detail, as texts."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.judge.verdict import judge
from lftui.run_state import RunState
from lftui.screens.live.endpoint_facts import Endpoint, figures_lines, verdict_span
from lftui.screens.live.endpoint_levels import level_of
from lftui.screens.live.endpoint_sections import section_lines
from lftui.screens.live.endpoints import TOTAL_KEY, EndpointsSource, count_said, rate_said
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.fitting import split_cell
from tests.unit.strategies import Play, Sent

JOBS, LOGIN = "GET\t/jobs", "POST\t/login"
HOSTILE = "[bold red]x[/] [/foo] \x1b]0;t\x07" + "長" * 5_000


def played(*rules: str, seconds: int = 30, login_ms: int = 300) -> Play:
    """Two endpoints: /jobs, 4 requests a second of 20 ms; /login, 1 of which each tenth fails."""
    play = Play(thresholds=written([parse_threshold(rule) for rule in rules]))
    for second in range(seconds):
        jobs, login = play.endpoint("/jobs"), play.endpoint("/login", "POST", "Reader")
        failed = second % 10 == 9
        errors = [(play.error(login, "503 [/foo] down"), 1)] if failed else []
        play.tick(
            [Sent(jobs, 20_000)] * 4 + [Sent(login, login_ms * 1000, failed=failed)], errors=errors
        )
    return play


def source(state: RunState, **facts: Any) -> EndpointsSource:
    return EndpointsSource(Snapshot(state=state, **facts))


def row(found: EndpointsSource, key: str) -> dict[str, str]:
    texts = [split_cell(cell)[0].strip() for cell in found.cells(key)]
    return dict(zip([one.key for one in found.columns], texts, strict=True))


def tones(found: EndpointsSource, key: str) -> dict[str, str]:
    texts = [split_cell(cell)[1] for cell in found.cells(key)]
    return dict(zip([one.key for one in found.columns], texts, strict=True))


def text_of(lines: Any) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


def test_a_row_has_the_figures_of_the_window():
    found = row(source(played().state), LOGIN)
    assert found["reqs"] == "10"
    assert found["fail %"] == "10.00■"
    assert found["rps"] == "1.0"
    assert found["p95"] == "300 ms"
    assert row(source(played().state, window="run"), LOGIN)["reqs"] == "30"


def test_the_total_is_first_then_the_busiest_and_the_order_is_calm():
    state = played().state
    assert source(state).keys() == [TOTAL_KEY, JOBS, LOGIN]
    assert row(source(state), TOTAL_KEY)["reqs"] == "50"
    play = Play()
    for second in range(40):
        ids = [play.endpoint("/a"), play.endpoint("/b")]
        play.tick([Sent(ids[0], 10)] * (3 + second % 2) + [Sent(ids[1], 10)] * (4 - second % 2))
        if second > 16:
            assert source(play.state).keys()[1:] == ["GET\t/a", "GET\t/b"]


def test_a_limit_of_an_endpoint_colors_its_figures_and_a_broken_one_has_a_sign():
    state = played("p95_ms@/login<100:warning", "p95_ms@/login<200", "p99_ms@/login<900").state
    found = source(state)
    assert (row(found, LOGIN)["p95"], tones(found, LOGIN)["p95"]) == ("300 ms■", "critical")
    assert (row(found, LOGIN)["p99"], tones(found, LOGIN)["p99"]) == ("300 ms", "good")
    assert tones(found, JOBS)["p95"] == ""


def test_a_limit_of_all_requests_is_the_totals_and_not_an_endpoints():
    found = source(played("p95_ms<100:warning").state)
    assert row(found, TOTAL_KEY)["p95"] == "300 ms▲"
    assert row(found, LOGIN)["p95"] == "300 ms"


def test_another_runs_limits_are_not_kept():
    assert tones(source(played("p95_ms@/login<100").state), LOGIN)["p95"] == "critical"
    assert tones(source(played().state), LOGIN)["p95"] == ""


def test_before_the_first_verdict_there_is_an_ellipsis_then_the_judges_word():
    state = played("p95_ms@/login<200", "p95_ms@/jobs<200", seconds=200).state
    assert row(source(state), LOGIN)["verdict"] == "…"
    verdict = judge(state)
    found = source(state, verdict=verdict)
    assert row(found, LOGIN)["verdict"] == "■ fail"
    assert row(found, JOBS)["verdict"] == "● pass"
    assert row(found, TOTAL_KEY)["verdict"] == "■ fail"


def test_an_endpoint_that_was_not_requested_in_the_window_has_dashes():
    play = played(seconds=5)
    for _ in range(15):
        play.tick([Sent(play.endpoint("/jobs"), 10_000)])
    found = row(source(play.state), LOGIN)
    assert (found["reqs"], found["fail %"], found["p95"]) == ("0", "—", "—")


def test_an_order_by_load_computes_no_percentile(monkeypatch: pytest.MonkeyPatch):
    found = source(played().state)

    def refuse(*_: object) -> None:
        raise AssertionError("a row was computed")

    monkeypatch.setattr("lftui.run_state.windows.Window.row", refuse)
    assert [found.sort_value(key, "reqs") for key in (JOBS, LOGIN)] == [40, 10]
    assert found.sort_value(JOBS, "name") < found.sort_value(LOGIN, "name")


@pytest.mark.parametrize("column", ["method", "name", "reqs", "fail %", "rps", "p50", "p95", "p99",
                                    "max", "verdict"])  # fmt: skip
def test_every_column_orders_rows(column: str):
    found = source(played().state)
    values = [found.sort_value(key, column) for key in (JOBS, LOGIN)]
    assert column == "verdict" or sorted(values, key=lambda value: value)
    assert {one.key for one in found.columns if one.sortable} >= {column}


def test_cells_are_never_wider_than_their_column():
    for count in (0, 999, 9_999_999, 10_000_000, 4_000_000_000):
        assert len(count_said(count)) <= 7
    for rate in (0.0, 999.949, 999.95, 99_999.0):
        assert len(rate_said(rate)) <= 5


def test_before_any_request_the_panel_says_what_will_come():
    found = source(Play().state)
    assert found.keys() == []
    assert "appear with their first request" in found.empty


def test_of_errors_without_a_limit_five_percent_is_critical():
    assert [level_of([], "error_ratio", one) for one in (0.0, 0.005, 0.02, 0.05)] == [
        "", "", "warning", "critical"
    ]  # fmt: skip


# --- the detail ----------------------------------------------------------------------------------


def endpoint(state: RunState, key: str, look: Look | None = None, **facts: Any) -> Endpoint:
    return Endpoint(Snapshot(state=state, **facts), key, look or Look())


def test_the_detail_has_each_percentile_of_window_and_run_and_says_which_to_doubt():
    said = text_of(figures_lines(endpoint(played("p95_ms@/login<200").state, LOGIN)))
    for label in ("p50", "p75", "p90", "p95", "p99", "p99.9", "p99.99"):
        assert f"\n{label} " in said
    assert "last 10 s" in said
    assert "whole run" in said
    assert "300 ms?" in said
    assert "too few responses" in said


def test_the_detail_has_errors_classes_and_limits_of_its_endpoint_only():
    state = played("p95_ms@/login<200", seconds=200).state
    one = endpoint(state, LOGIN, verdict=judge(state))
    said = text_of(section_lines(one, 80))
    assert "20  503 [/foo] down" in said
    assert "Reader 100 %" in said
    assert "broke the critical limit 200 ms" in said
    assert verdict_span(one) == ("■ fail", "critical")
    other = text_of(section_lines(endpoint(state, JOBS, verdict=judge(state)), 80))
    assert "503" not in other
    assert "none for this endpoint" in other


def test_the_detail_compares_with_the_baseline():
    state = played(seconds=200).state
    state.baseline = {
        "version": "1.0.0",
        "endpoints": {"/login": {"expected_response_time_ms": {"p50": 100, "p95": 120}}},
    }
    verdict = judge(state)
    if verdict.comparison is None or not verdict.comparison.endpoints:
        pytest.fail(f"nothing was compared: {verdict}")
    said = text_of(section_lines(endpoint(state, LOGIN, verdict=verdict), 80))
    assert "120 ms" in said
    assert "300 ms" in said
    assert "+150 %" in said


@pytest.mark.parametrize("key", [TOTAL_KEY, JOBS, "GET\t/never"])
@pytest.mark.parametrize("window", ["recent", "step", "run", "fresh"])
def test_the_detail_is_there_for_the_total_and_even_for_what_is_not(key: str, window: str):
    for state in (played().state, RunState()):
        one = endpoint(state, key, window=window)
        assert figures_lines(one)
        assert section_lines(one, 20)


def test_in_ascii_nothing_else_is_written_and_hostile_names_are_text():
    play = Play()
    for _ in range(3):
        play.tick([Sent(play.endpoint(HOSTILE), 1000)])
    key = f"GET\t{HOSTILE}"
    one = endpoint(play.state, key, Look(ascii=True))
    assert one.title.isascii()
    assert one.title.isprintable()
    plain = endpoint(play.state, key)
    assert plain.title.startswith("GET [bold red]x[/] [/foo] ?]0;t?")
    assert len(plain.title) < 1_100


def test_a_window_of_the_whole_run_is_shown_once():
    said = text_of(figures_lines(endpoint(played().state, JOBS, window="run")))
    assert said.count("whole run") == 1


def test_snapshots_do_not_share_what_they_derived():
    play = played("p95_ms@/login<200", seconds=200)
    verdict = judge(play.state)
    kinder = msgspec.structs.replace(verdict, checks=[], comparison=None)
    assert row(source(play.state, verdict=verdict), LOGIN)["verdict"] == "■ fail"
    assert row(source(play.state, verdict=kinder), LOGIN)["verdict"] == "—"
