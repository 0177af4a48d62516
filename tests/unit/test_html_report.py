"""The HTML report: the figures of the summary, whole pages whatever the run was, small files."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings

from lftui.judge.comparison import Comparison, EndpointComparison, MetricComparison, Side
from lftui.judge.measured import Reading
from lftui.judge.outcome import Outcome
from lftui.judge.verdict import judge
from lftui.records import RESET_STATS, FileFact, Finished, Gap, GeneratorHealth, Marked, RunStarted
from lftui.reports.html import html_report
from lftui.reports.html.caps import MOST_BYTES, Caps
from lftui.reports.html.checks import baseline_table
from lftui.reports.summary import summary
from lftui.reports.trend import TrendPoint
from lftui.run_state import RunState
from tests.console.fake import Recording, folded
from tests.unit.html_page import Page
from tests.unit.html_runs import HOSTILE, a_crowd, a_run, a_trend, limits
from tests.unit.open_runs import kept
from tests.unit.strategies import Play, Sent, plays

SECTIONS = ["verdict", "facts", "charts", "endpoints", "checks", "steps", "errors", "events"]
RECORDINGS: tuple[Recording, ...] = ("manual", "steps", "errors", "interrupted")


def page_of(state: RunState, trend: list[TrendPoint] | None = None) -> Page:
    """The report of a run, read back; well formed and small."""
    text = html_report(state, judge(state), trend or ())
    assert len(text.encode()) < MOST_BYTES
    page = Page(text)
    assert page.problems == []
    assert page.pictures_without_words == 0
    assert len(page.ids) == len(set(page.ids))
    return page


def data_of(page: Page) -> Any:
    return json.loads(page.scripts[0])


# --- the same figures as the summary ----------------------------------------------------------------


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_figure_is_that_of_the_summary(name: Recording) -> None:
    state = folded(name)
    page, told = page_of(state), summary(state, judge(state))
    fields = {
        "requests": "requests", "failed": "failures", "error %": "error_ratio", "rps": "rps",
        "goodput": "goodput_rps", "min": "min_ms", "mean": "mean_ms", "p50": "p50_ms",
        "p90": "p90_ms", "p95": "p95_ms", "p99": "p99_ms", "p99.9": "p999_ms", "max": "max_ms",
    }  # fmt: skip
    entries = [*told["endpoints"], told["totals"]]
    for head, field in fields.items():
        shown = [cell.value for cell in page.column("endpoints", head)]
        assert shown == [entry[field] for entry in entries], head
    names = [cell.text for cell in page.column("endpoints", "endpoint")]
    assert names == [f"{e['method']} {e['name']}".strip() for e in entries]
    totals = told["totals"]
    tiles = [float(one) if one else None for one in page.figures.values()]
    assert tiles == [
        totals["requests"], totals["rps"], totals["goodput_rps"], totals["error_ratio"],
        totals["p50_ms"], totals["p95_ms"], totals["p99_ms"], state.users_max,
        told["run"]["duration_s"],
    ]  # fmt: skip
    for head, field in (("p50", "p50_ms"), ("p95", "p95_ms"), ("rps", "rps"), ("users", "users")):
        if told["steps"]:
            steps = [cell.value for cell in page.column("steps", head)]
            assert steps == [step[field] for step in told["steps"]], head
    counts = [cell.value for cell in page.column("", "count")] if told["errors"] else []
    assert sum(counts[:1]) <= sum(error["count"] for error in told["errors"])


def test_with_reset_stats_totals_and_endpoints_are_those_since_the_reset() -> None:
    play = Play()
    play.seconds(10, rps=5, ms=900)
    play.mark("window", why=RESET_STATS)
    play.seconds(10, rps=3)
    page, told = page_of(play.state), summary(play.state, judge(play.state))
    assert told["totals"]["requests"] == 30
    assert [cell.value for cell in page.column("endpoints", "requests")] == [30, 30]
    assert page.figures["tile-0"] == "30"
    assert page.figures["tile-5"] == str(told["totals"]["p95_ms"])
    assert page.figures["tile-8"] == "10.0"
    assert "since the statistics were reset" in page.text
    assert "(--reset-stats)" in page.text


def test_the_series_adds_up_to_the_total() -> None:
    state = folded("manual")
    (throughput, *_) = data_of(page_of(state))["charts"]
    assert [line["name"] for line in throughput["lines"]] == ["rps", "goodput", "failures"]
    rates = [value for value in throughput["data"][1] if value is not None]
    assert sum(rates) == pytest.approx(state.total.count, rel=0.1)


# --- what is in it ----------------------------------------------------------------------------------


def test_a_full_run_has_every_section_in_order() -> None:
    page = page_of(a_run().state, a_trend())
    ids = [one for one in page.ids if one in (*SECTIONS, "trend", "glossary", "baseline")]
    assert ids == [*SECTIONS, "trend", "glossary"]
    assert page.tags["h1"] == 1
    for before, after in zip(page.headings, page.headings[1:], strict=False):
        assert after <= before + 1, page.headings
    assert page.tags["caption"] == page.tags["table"]
    for words in ("▲", "warn", "note: deploy", "staging.example", "192.0.2.7", "prometheus"):
        assert words in page.text
    assert "p95 at 30 users 728 ms broke the warning limit 300 ms" in page.text
    assert "Missing: 3 records, because a slow reader" in page.text
    assert "this run" in page.column("trend", "run")[-1].text
    assert len(data_of(page)["charts"]) == 8
    loads = [band["load"] for band in data_of(page)["bands"]]
    assert loads == ["10", "20", "30"]


def test_a_baseline_has_its_table() -> None:
    state = folded("manual")
    page, comparison = page_of(state), judge(state).comparison
    assert comparison is not None
    assert len(page.tables["deltas"]) == len(comparison.endpoints)
    assert "expected 2,000" in page.text
    assert "Held against baseline.json" in page.text


def test_the_knee_is_marked() -> None:
    state = folded("steps")
    page, verdict = page_of(state), judge(state)
    assert verdict.knee is not None
    (knee,) = [row for row in page.tables["steps"] if "the knee" in row[-1].text]
    assert knee[2].value == verdict.knee.users
    assert verdict.knee.sentence[1:] in page.text


def test_errors_say_what_to_do() -> None:
    state = folded("errors")
    page, verdict = page_of(state), judge(state)
    for kind in verdict.errors:
        assert kind.remedy in page.text
        assert kind.text in page.text
    counts = [int(cell.value or 0) for rows in [page.tables[""]] for cell in (r[0] for r in rows)]
    assert counts
    assert {kind.count for kind in verdict.errors} >= set(counts)


def test_a_bottleneck_is_said_loudly() -> None:
    play = Play()
    for _ in range(12):
        play.tick(
            [Sent(play.endpoint(), 20_000)], health=GeneratorHealth(cpu_percent=99, lag=[3, 5])
        )
    page = page_of(play.state)
    assert "The load generator was the bottleneck: its core was full" in page.text
    assert "inconclusive" in page.text


def test_production_and_one_process_are_said() -> None:
    play = Play(production=True, plan={"in_process": True})
    play.seconds(2)
    text = page_of(play.state).text
    assert "marked as production" in text
    assert "latencies are inflated" in text


def test_facts_are_there_as_far_as_they_are_known() -> None:
    files = [FileFact("locustfiles/main.py", "9f2c" * 16), FileFact("b.py", "")]
    play = Play(scenario=files, git_revision="c6c891fdbdf5c1c57df4aab328476854f5dc8a01+changes")
    play.seconds(2)
    html = html_report(play.state, judge(play.state))
    assert "locustfiles/main.py (sha256 9f2c9f2c9f2c…)" in html
    assert f'title="sha256 {"9f2c" * 16}"' in html
    assert "b.py (not readable)" in html
    assert "c6c891fdbdf5, edited since" in html


def test_facts_of_an_open_workload_say_rate_arrivals_and_users() -> None:
    stages = [{"users": 0, "rate": rate, "slope": None} for rate in (50.0, 80.5)]
    plan = {"stages": stages, "duration_s": 90, "given_users": 20, "max_users": 30}
    text = page_of(kept(plan=plan).state).text
    assert "80.5 iterations a second, 1m30s" in text
    assert "evenly spaced" in text
    assert re.search(r"users allowed\s*20\s", text)
    assert "users/s" not in text


# --- half runs, and none ----------------------------------------------------------------------------


@settings(max_examples=12)
@given(plays())
def test_any_run_has_a_whole_report_with_its_requests(play: Play) -> None:
    page = page_of(play.state)
    assert page.figures["tile-0"] == str(len(play.sent))


def test_a_state_that_saw_nothing_has_a_report() -> None:
    page = page_of(RunState())
    assert "No request was completed" in page.text
    assert "No endpoint was requested." in page.text
    assert "charts" not in page.ids


@pytest.mark.parametrize("finished", [True, False])
def test_a_run_without_an_end_says_so(finished: bool) -> None:
    play = Play()
    play.seconds(8)
    if finished:
        play.finish()
    assert ("This run has no end" in page_of(play.state).text) is not finished


@pytest.mark.parametrize("reason", ["generator_lost", "killed", "refused"])
def test_a_run_that_did_not_end_in_order_says_so(reason: Any) -> None:
    play = Play()
    play.say(Finished(reason=reason, message="no module named x"))
    assert "Not ended in order" in page_of(play.state).text


def test_walls_and_plans_from_elsewhere_do_not_matter() -> None:
    state = RunState()
    plan = {"given_users": "many", "duration_s": "long", "max_users": None, "settle_s": "x"}
    plan |= {"open_workload": "yes", "stages": ["x"]}
    machine = {"cores": "two", "memory_bytes": "lots"}
    state.apply(RunStarted(schema="x", run_id="r", plan=plan, machine=machine, wall=1e18, mono=1.0))
    state.apply(Marked(type="note", text="hello", wall=-5.0, mono=-9.0))
    assert "hello" in page_of(state).text


# --- hostile texts ----------------------------------------------------------------------------------


def test_foreign_text_stays_text() -> None:
    play = a_run(HOSTILE, HOSTILE, HOSTILE)
    clean = page_of(a_run().state, a_trend())
    page = page_of(play.state, a_trend(HOSTILE))
    assert page.tags["img"] == 0
    assert page.tags["script"] == clean.tags["script"] == 4
    shown = "POST " + HOSTILE.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
    assert page.column("endpoints", "endpoint")[0].text in (shown, "GET /health")
    assert shown in page.text
    assert "{{7*7}}" in page.text
    assert not {"\x1b", "\u202e"} & set(page.text)
    assert HOSTILE not in "".join(page.scripts)
    assert "</script" not in page.scripts[0]
    assert "<" not in page.scripts[0]


# --- whatever the run was ---------------------------------------------------------------------------


def test_twenty_thousand_endpoints() -> None:
    page = page_of(a_crowd(20_000, 4).state)
    shown = len(page.tables["endpoints"]) - 1
    assert 20 < shown <= 300
    assert f"and {20_000 - shown:,} more, with fewer requests, in the CSV" in page.text
    assert page.tables["endpoints"][-1][0].text == "Aggregated"


def test_of_very_many_checks_the_gravest_are_shown() -> None:
    page = page_of(a_crowd(400, 12, "p95_ms@/*<0.5ms", "p95_ms<900").state)
    assert "more, none of them graver, in the summary" in page.text
    assert {row[0].text.split()[-1] for row in page.tables["checks"]} >= {"fail"}


def test_thousands_of_marks_errors_gaps_and_reasons() -> None:
    play = Play(thresholds=limits("p95_ms@/*<1ms", "error_ratio<5%"))
    ids = [play.endpoint(f"/{at}/{'&' * 250}") for at in range(60)]
    long = "&<" * 990
    for at in range(3_000):
        play.error(ids[at % 60], f"{at} {long}", f"sample {at} {long}")
    for second in range(20):
        errors = [(group, 1) for group in range(1 + second * 150, 151 + second * 150)]
        play.tick([Sent(one, 5_000, failed=one % 2 == 0) for one in ids], errors=errors)
        for n in range(250):
            play.mark("note", text=f"{second} {n} {long}", who="ann" * 40, command_id="c")
    for _ in range(500):
        play.say(Gap(what="records", reason=long, count=1))
    page = page_of(play.state, [*a_trend(runs=900)])
    assert "more, in the journal" in page.text
    assert "more kinds of failures" in page.text
    assert "earlier ones, by lftui runs" in page.text
    assert len(data_of(page)["marks"]) <= Caps().drawn_marks


def test_three_hundred_steps() -> None:
    play = Play(settle_s=1.0, thresholds=limits("p95_ms<300"))
    for number in range(300):
        play.seconds(7, users=10 + number % 50)
    page = page_of(play.state)
    assert "and 100 more, earlier ones, in the summary" in page.text
    assert len(page.tables["steps"]) == 200


def test_a_day() -> None:
    play = Play()
    for _ in range(6 * 60 * 24):
        play.tick([Sent(play.endpoint(), 20_000)] * 2, length_s=10.0)
    page = page_of(play.state)
    data = data_of(page)
    assert data["length"] == pytest.approx(86_400, abs=1)
    assert len(data["charts"][0]["data"][0]) <= 604


def test_tighter_caps_are_half_and_end_at_one() -> None:
    caps = Caps()
    for _ in range(12):
        caps = caps.tighter()
    assert (caps.endpoints, caps.bins) == (1, 60)


def test_an_endpoint_is_told_as_in_the_terminal_whatever_the_table() -> None:
    page = page_of(folded("errors"))
    compared = dict(
        zip(page.column("deltas", "endpoint"), page.column("deltas", "outcome"), strict=True)
    )
    by_name = {name.text: word.text for name, word in compared.items()}
    listed = zip(
        page.column("endpoints", "endpoint"), page.column("endpoints", "verdict"), strict=True
    )
    told = {name.text: word.text for name, word in listed if name.text in by_name}
    assert told == by_name
    assert "■ fail" in told.values()


def test_one_metric_with_too_few_responses_decides_nothing_for_its_endpoint() -> None:
    def metric(name: str, outcome: Outcome) -> MetricComparison:
        return MetricComparison(name, outcome, Reading(20.0), Reading(21.0), delta=0.05)

    mixed = EndpointComparison(
        "GET /", None, [metric("p50_ms", "pass"), metric("p95_ms", "inconclusive")]
    )
    few = EndpointComparison("GET /few", 20, [metric("p50_ms", "inconclusive")])
    table = baseline_table(
        Comparison(Side("baseline", "b"), Side("run", "r"), [mixed, few]), Caps()
    )
    assert [(row.cells[0].text, row.cells[1].text) for row in table.rows] == [
        ("GET /few", "inconclusive"),
        ("GET /", "pass"),
    ]


def test_what_happened_before_the_load_has_its_time() -> None:
    play = Play()
    play.mark("note", text="just before", who="ann")
    play.now += 90
    play.seconds(2)
    times = [cell.text for cell in page_of(play.state).column("events", "run")]
    assert times == ["−01:30", "−01:30"]
    assert page_of(a_run().state).column("events", "run")[0].text == "00:00"
