"""JUnit XML: valid whatever the run was, and red where the exit code is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import given, settings

from lftui import exit_codes
from lftui.judge.exit_code import FailOn, exit_code
from lftui.judge.verdict import judge
from lftui.records import Finished
from lftui.reports.junit import junit_xml
from lftui.run_state import RunState
from tests.unit import odd_runs
from tests.unit.odd_runs import Judged, ended, judged
from tests.unit.strategies import Play, Sent, plays

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).with_name("junit.xsd")))
ANSWERS = ("failure", "error", "skipped")


def document(run: Judged) -> ElementTree.Element:
    """The document, valid by the schema, its counts right."""
    text = junit_xml(*run)
    SCHEMA.validate(text)
    root = ElementTree.fromstring(text)
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        found = {answer: sum(case.find(answer) is not None for case in cases) for answer in ANSWERS}
        assert element.get("tests") == str(len(cases))
        assert element.get("failures") == str(found["failure"])
        assert element.get("errors") == str(found["error"])
        if element is not root:
            assert element.get("skipped") == str(found["skipped"])
    return root


def case_of(root: ElementTree.Element, name: str) -> tuple[str, str]:
    """What a case answers, and its message or output."""
    (case,) = (one for one in root.iter("testcase") if one.get("name") == name)
    for answer in ANSWERS:
        if (found := case.find(answer)) is not None:
            return answer, found.get("message") or ""
    return "", case.findtext("system-out") or ""


@pytest.mark.parametrize("name", odd_runs.RECORDINGS)
def test_every_check_is_a_case_of_its_source(name: Any) -> None:
    state, verdict = odd_runs.recorded(name)
    root = document((state, verdict))
    suites = {
        suite.get("name", "").rpartition(": ")[2]: len(suite.findall("testcase")) for suite in root
    }
    asked = dict.fromkeys(suites, 0) | {"verdict": 1}
    for check in verdict.checks:
        asked[check.source] += 1
    assert suites == asked


def test_what_the_run_was() -> None:
    root = document(odd_runs.recorded("errors"))
    assert root.get("name") == "main.py on http://127.0.0.1:8000"
    first = root[0]
    assert (first.get("timestamp"), first.get("hostname")) == ("2026-11-23T15:35:02", "bastion")
    facts = {one.get("name"): one.get("value") for one in first.iter("property")}
    assert facts["run_id"] == "20261123-153502-main-de5d"
    assert facts["end_reason"] == "stopped"
    assert root.get("time") == first.get("time") == first[1].get("time") == "20.993"


def test_names_hold_the_question_and_never_the_answer() -> None:
    def names(ms: float) -> list[tuple[str | None, str | None]]:
        root = document(judged(ended("p95_ms<50", "p95_ms<30:warning", "error_ratio@/a<1%", ms=ms)))
        return [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]

    assert names(20) == names(40) == names(90)
    assert names(20)[:2] == [
        ("lftui.run.verdict", "verdict"),
        ("lftui.run.threshold", "total p95_ms (critical)"),
    ]


def test_the_load_at_which_a_limit_broke_is_an_answer_that_of_a_baseline_a_question() -> None:
    names = [case.get("name") for case in document(odd_runs.recorded("steps")).iter("testcase")]
    assert "total p95_ms (critical)" in names
    loads = {"endpoints": {"GET /": {"loads": {"10": {"expected_response_time_ms": {"p50": 9}}}}}}
    play = Play(settle_s=1.0, baseline=loads)
    play.seconds(60, users=10, rps=50)
    names = [case.get("name") for case in document(judged(play.state)).iter("testcase")]
    assert "GET / p50_ms at 10 users" in names


def test_the_same_question_put_twice_has_two_names() -> None:
    root = document(judged(ended("rps>1", "rps<100")))
    names = [case.get("name") for case in root.iter("testcase")]
    assert names == ["verdict", "total rps (critical)", "total rps (critical) #2"]


@pytest.mark.parametrize(
    ("thresholds", "fail_on", "answer"),
    [
        (["p95_ms<10"], "critical", "failure"),
        (["p95_ms<10"], "warning", "failure"),
        (["p95_ms<10"], "never", ""),
        (["p95_ms<10:warning"], "critical", ""),
        (["p95_ms<10:warning"], "warning", "failure"),
        (["p95_ms<100"], "warning", ""),
        (["p95_ms@/nowhere<100"], "critical", "skipped"),
        (["p95_ms<10"], "never heard of", "failure"),
    ],
)
def test_a_case_is_red_by_the_rule_of_the_exit_code(
    thresholds: list[str], fail_on: str, answer: str
) -> None:
    state = ended(*thresholds, fail_on=fail_on)
    root = document(judged(state))
    cases = list(root.iter("testcase"))
    assert [case_of(root, case.get("name") or "")[0] for case in cases] == [answer] * 2
    if fail_on in get_args(FailOn):
        code = exit_code(state, judge(state).outcome)
        assert (code == exit_codes.FAIL) is (answer == "failure")


def test_a_warning_that_fails_nothing_says_so() -> None:
    root = document(judged(ended("p95_ms<10:warning")))
    answer, said = case_of(root, "total p95_ms (warning)")
    assert answer == ""
    assert said.splitlines()[:2] == [
        "warn, which does not fail a run with --fail-on critical",
        "p95 20 ms broke the warning limit 10 ms",
    ]


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (odd_runs.half(), "the run has no end: these are the figures up to its last record"),
        (odd_runs.refused(), "the run was refused: no such <file>\\x00"),
        (odd_runs.lost(), "the generator was lost: killed by signal 9"),
        (odd_runs.nothing(), "the run has no end: these are the figures up to its last record"),
    ],
)
def test_a_run_that_broke_off_is_an_error(state: RunState, message: str) -> None:
    assert case_of(document(judged(state)), "verdict") == ("error", message)


def test_an_empty_run_is_skipped() -> None:
    answer, message = case_of(document(judged(odd_runs.empty())), "verdict")
    assert (answer, message) == ("skipped", "INCONCLUSIVE: no request was completed")


def test_an_exit_code_of_the_locustfile_is_a_failure() -> None:
    play = Play()
    play.tick([Sent(play.endpoint(), 1000)])
    play.say(Finished(reason="completed", script_exit_code=7))
    found = case_of(document(judged(play.state)), "verdict")
    assert found == ("failure", "the run ended with exit code 7")


def test_hostile_text_is_text() -> None:
    root = document(odd_runs.hostile())
    tags = {element.tag for element in root.iter()}
    assert tags <= {
        "testsuites", "testsuite", "testcase", "properties", "property", "system-out", *ANSWERS
    }  # fmt: skip
    text = "".join(root.itertext()) + "".join(v for one in root.iter() for v in one.attrib.values())
    assert "<script>alert(1)</script>" in text
    assert "\\ufffe" in text
    assert not set(text) & set("\x00\x1b\u202e\ufffe\uffff")


def test_more_endpoints_than_anybody_reads() -> None:
    state, verdict = odd_runs.many()
    root = document((state, verdict))
    assert root.get("tests") == str(len(verdict.checks) + 1)


@settings(max_examples=20, deadline=None)
@given(plays())
def test_any_run_is_valid(play: Play) -> None:
    document(judged(play.state))
