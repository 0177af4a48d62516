"""What a run that searched is worth: its verdict, its checks, and every report of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lftui.closing_view import closing_lines
from lftui.judge.exit_code import exit_code
from lftui.judge.steps.search_checks import trials_by_step
from lftui.judge.verdict import Verdict, judge
from lftui.records import GeneratorHealth
from lftui.reports.html import html_report
from lftui.reports.junit import junit_xml
from lftui.reports.markdown import markdown_report
from lftui.reports.summary import summary
from lftui.run_state import RunState
from tests.unit.searched_runs import SPEC, Searched
from tests.unit.strategies import Play

REPOSITORY = Path(__file__).resolve().parents[2]
SENTENCE = "capacity: 45 users, 100 rps"


def over(*rules: str, spec: str = SPEC, **more: Any) -> RunState:
    """A search that came to its end."""
    run = Searched(spec, *rules, **more)
    run.play(400)
    run.finish()
    return run.state


def check_of(verdict: Verdict) -> Any:
    (check,) = [one for one in verdict.checks if one.source == "capacity"]
    return check


def test_a_capacity_that_was_found_is_a_pass_whatever_broke_on_the_way() -> None:
    state = over()
    verdict = judge(state)
    assert verdict.outcome == "pass"
    assert verdict.sentence.startswith(f"PASS: {SENTENCE}")
    assert exit_code(state, verdict.outcome) == 0
    check = check_of(verdict)
    assert (check.metric, check.value, check.low, check.high) == ("capacity_users", 45, 45, 48)
    assert {one.source for one in verdict.checks} == {"capacity"}
    assert verdict.capacity is None
    assert verdict.comparison is None


@pytest.mark.parametrize(
    ("at_least", "outcome", "code"),
    [(40, "pass", 0), (45, "pass", 0), (48, "fail", 1), (100, "fail", 1)],
)
def test_as_much_as_there_should_be(at_least: int, outcome: str, code: int) -> None:
    state = over(spec=f"{SPEC},at_least={at_least}")
    verdict = judge(state)
    assert (verdict.outcome, exit_code(state, verdict.outcome)) == (outcome, code)
    assert f"there should be {at_least} users" in verdict.sentence
    assert check_of(verdict).limit == at_least


def test_a_search_that_was_not_over_is_inconclusive_and_says_how_far_it_came() -> None:
    run = Searched()
    run.play(20)
    assert judge(run.state).sentence.startswith(
        "INCONCLUSIVE: the capacity was not found: the search is still on; the highest level that "
        "held: 20 users"
    )
    run.finish("stopped")
    verdict = judge(run.state)
    assert verdict.outcome == "inconclusive"
    assert "the run ended before the search did" in verdict.sentence
    assert exit_code(run.state, verdict.outcome) == 3


def test_what_broke_below_what_there_should_be_fails_also_a_search_that_was_not_over() -> None:
    run = Searched(f"{SPEC},at_least=80", capacity=15)
    run.play(20)
    run.finish("stopped")
    assert [one.said for one in run.trials()] == ["holds", "breaks"]
    assert judge(run.state).outcome == "fail"


def test_a_generator_at_its_limits_is_no_capacity() -> None:
    run = Searched()
    run.play(40, health=GeneratorHealth(cpu_percent=99.0))
    run.finish()
    verdict = judge(run.state)
    assert verdict.outcome == "inconclusive"
    assert "the generator was the bottleneck" in verdict.sentence


def test_a_run_in_which_nothing_was_searched_yet_is_judged() -> None:
    verdict = judge(Searched().state)
    assert verdict.outcome == "inconclusive"
    state = Play(plan={"shape": SPEC}).state
    assert judge(state).outcome == "inconclusive"


def test_other_limits_are_judged_at_the_level_found() -> None:
    kept = judge(over("p50_ms<60"))
    assert kept.outcome == "pass"
    (check,) = [one for one in kept.checks if one.source == "threshold"]
    assert (check.metric, check.outcome, check.users) == ("p50_ms", "pass", 45)
    broken = judge(over("p50_ms<20"))
    assert broken.outcome == "fail"
    untold = Searched(SPEC, "p50_ms<20")
    untold.play(5)
    (check,) = [one for one in judge(untold.state).checks if one.source == "threshold"]
    assert check.outcome == "inconclusive"
    assert "found no capacity to judge it at" in check.reason


def test_the_warning_of_a_limit_that_is_held_is_no_question() -> None:
    assert judge(over("p95_ms<20:warning")).outcome == "pass"


def test_a_breach_of_a_limit_that_is_held_is_no_warning() -> None:
    run = Searched()
    run.play(30)
    run.mark("breach", text="p95 broke", facts={"rule": "p95_ms", "scope": "total"})
    run.mark("breach", text="errors broke", facts={"rule": "error_ratio", "scope": "total"})
    run.play(400)
    run.finish()
    assert [c.reason for c in judge(run.state).checks if c.source == "guard"] == ["errors broke"]


def test_each_trial_has_its_step() -> None:
    state = over()
    found = trials_by_step(state)
    levels = {step.number: step.users for step in state.steps.all()}
    assert len(found) == len(state.search.trials) == 9
    assert all(levels[number] == trial.level for number, trial in found.items())


# --- reports -------------------------------------------------------------------------------------


def test_the_summary_has_the_search_and_fits_its_schema() -> None:
    state = over(spec=f"{SPEC},at_least=40")
    found = json.loads(json.dumps(summary(state, judge(state))))
    schema = json.loads((REPOSITORY / "docs" / "summary.schema.json").read_bytes())
    jsonschema.validate(found, schema)
    search = found["capacity_search"]
    assert (search["unit"], search["ended"], search["level"], search["broken"]) == (
        "users", "found", 45, 48,
    )  # fmt: skip
    assert (search["hold"], search["at_least"], search["over"]) == (["p95_ms<100"], 40, True)
    assert len(search["trials"]) == 9
    assert search["trials"][0]["began_s"] == 3
    other = Play().state
    assert summary(other, judge(other))["capacity_search"] is None


def test_every_report_has_the_sentence_and_the_trials() -> None:
    state = over()
    verdict = judge(state)
    page, text = html_report(state, verdict), markdown_report(state, verdict)
    plain = "\n".join(closing_lines(state, verdict, 120))
    for report in (page, text, plain):
        assert report.count("45 users, 100 rps") >= 2
        assert "did not hold" in report
        assert "p95 150 ms broke the critical limit 100 ms" in report
        assert "highest step that met every threshold:" not in report
    assert '<section id="capacity"' in page
    assert "### Capacity" in text
    assert "| 4 | 80 | did not hold |" in text
    assert "  4     80  did not hold" in " ".join(plain.split("\n"))


def test_a_rate_is_named_as_one() -> None:
    state = over(spec=SPEC.replace("capacity:", "capacity:unit=rate,"), open_workload={})
    verdict = judge(state)
    plain = "\n".join(closing_lines(state, verdict, 120))
    assert "iterations/s" in plain
    assert check_of(verdict).metric == "capacity_rate"
    assert "iterations a second" in html_report(state, verdict)


def test_junit_has_a_case_that_keeps_its_name() -> None:
    passed = over(spec=f"{SPEC},at_least=40")
    assert 'name="total capacity_users"' in junit_xml(passed, judge(passed))
    failed = over(spec=f"{SPEC},at_least=50")
    xml = junit_xml(failed, judge(failed))
    case = xml[xml.index('name="total capacity_users"') :]
    assert "<failure" in case[:200]
    assert "held, and broke: 45 to 48" in case


def test_words_from_elsewhere_are_no_markup() -> None:
    run = Searched()
    run.play(8)
    facts = {"trial": {"number": 2, "level": 5, "said": "breaks", "why": "<script>|\x1b[2J=1+1"}}
    run.mark("capacity", facts=facts)
    run.finish()
    verdict = judge(run.state)
    page = html_report(run.state, verdict)
    assert "<script>|" not in page
    for report in (page, markdown_report(run.state, verdict)):
        assert "\x1b" not in report
    assert "\x1b" not in "\n".join(closing_lines(run.state, verdict, 80))


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_plain_lines_fit(columns: int) -> None:
    state = over()
    lines = closing_lines(state, judge(state), columns)
    begin = lines.index("capacity:")
    assert all(len(line) <= max(columns, 60) for line in lines[begin : begin + 12])
