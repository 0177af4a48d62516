"""The verdict as JUnit XML, which CI systems show as tests: a test case for each check.

What its elements mean here:

- one suite for each source of checks, after the suite `verdict` with one case for the whole run;
- `failure`: the check makes the run fail, by the rule of the exit code (`--fail-on`);
- `skipped`: inconclusive, the data cannot tell;
- `error`: the run itself broke off, so that no check speaks of a whole run;
- a warning that does not fail the run passes, and says so in `system-out`.

A case keeps its name from run to run: it has what was asked in it, never what was measured.
"""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree

import msgspec

from lftui.judge.arrivals import METRIC as ARRIVALS
from lftui.judge.comparison.compared import users_said
from lftui.judge.consequence import breaks, broke_off, run_breaks
from lftui.judge.exit_code import exit_code, fail_on
from lftui.judge.outcome import Check, Outcome
from lftui.judge.thresholds.limits import check_figure, figure
from lftui.judge.verdict import Verdict
from lftui.reports.run_facts import run_facts, run_title, scenario_names
from lftui.run_state import RunState
from lftui.safe_text import safe

_LONGEST = 2_000
# XML 1.0 has no way to write these, not even as a reference (section 2.2, Char).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_PACKAGE = re.compile(r"\W+")
_FACTS = (
    "run_id", "scenario", "locustfile_sha256", "git_revision", "host", "operator", "started_at",
    "ended_at", "end_reason", "lftui_version", "locust_version",
)  # fmt: skip


class _Case(msgspec.Struct):
    """One test case.

    Attributes:
        answer: the name of the element that says how it went; "" for a case that passed.
        type: what kind of answer; `message` in a sentence, `text` in full.
        out: what a case that passed has to say.
    """

    name: str
    answer: str = ""
    type: str = ""
    message: str = ""
    text: str = ""
    out: str = ""
    time_s: float = 0.0


def junit_xml(state: RunState, verdict: Verdict) -> str:
    """The whole document."""
    facts = run_facts(state)
    package = _package(scenario_names(state))
    suites: dict[str, list[_Case]] = {"verdict": [_run_case(state, verdict)]}
    seen: Counter[tuple[str, str]] = Counter()
    for check in verdict.checks:
        case = _check_case(state, check)
        seen[check.source, case.name] += 1
        if (again := seen[check.source, case.name]) > 1:
            case.name += f" #{again}"
        suites.setdefault(check.source, []).append(case)
    about = run_title(state)
    cases = [case for several in suites.values() for case in several]
    root = ElementTree.Element("testsuites", _attributes(name=about, **_counts(cases)))
    for source, several in suites.items():
        counts = _counts(several)
        skipped = str(sum(case.answer == "skipped" for case in several))
        named = {"name": f"{about}: {source}", **counts, "skipped": skipped, **_place(state)}
        suite = ElementTree.SubElement(root, "testsuite", _attributes(**named))
        if source == "verdict":
            _add_properties(suite, state, facts)
        for case in several:
            _add_case(suite, f"lftui.{package}.{source}", case)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _package(files: list[str]) -> str:
    """The scenario's files as one word, since CI systems read a dot as a package."""
    stems = "+".join(name.removesuffix(".py") for name in files)
    return _NO_PACKAGE.sub("_", stems).strip("_") or "run"


# --- how it went ---------------------------------------------------------------------------------


def _run_case(state: RunState, verdict: Verdict) -> _Case:
    case = _Case("verdict", time_s=run_facts(state)["duration_s"])
    whole = "\n".join([verdict.sentence, *verdict.reasons[1:]])
    if broken := broke_off(state):
        reason = state.finished.reason if state.finished is not None else "unfinished"
        return _answered(case, "error", reason, broken, f"{broken}\n{whole}")
    _answer(case, state, verdict.outcome, verdict.sentence, whole)
    if not case.answer and run_breaks(state, verdict.outcome):
        code = exit_code(state, verdict.outcome)
        return _answered(
            case, "failure", "exit_code", f"the run ended with exit code {code}", whole
        )
    case.out = case.out or whole
    return case


def _check_case(state: RunState, check: Check) -> _Case:
    # A threshold names the load at which it was broken: that is an answer, not the question.
    asked = check.users if check.source == "baseline" else None
    at = "" if asked is None else f" at {users_said(asked)}"
    level = "" if check.severity is None else f" ({check.severity})"
    metric = f" {check.metric}" if check.metric else ""
    case = _Case(f"{check.scope}{metric}{at}{level}")
    _answer(case, state, check.outcome, check.reason or case.name, _in_full(check))
    return case


def _answer(case: _Case, state: RunState, outcome: Outcome, message: str, text: str) -> None:
    if outcome == "inconclusive":
        _answered(case, "skipped", outcome, message, text)
    elif breaks(state, outcome):
        _answered(case, "failure", outcome, message, text)
    elif outcome != "pass":
        case.out = f"{outcome}, which does not fail a run with --fail-on {fail_on(state)}\n{text}"


def _answered(case: _Case, answer: str, type: str, message: str, text: str) -> _Case:  # noqa: A002
    case.answer, case.type, case.message, case.text = answer, type, message, text
    return case


def _in_full(check: Check) -> str:
    """The reason and the figures, one a line."""
    facts = {
        "measured": check.value,
        "limit": check.limit,
        "expected": check.expected,
    }
    lines = [check.reason] if check.reason else []
    lines += [
        f"{name}: {check_figure(check, one)}" for name, one in facts.items() if one is not None
    ]
    if check.low is not None or check.high is not None:
        low, high = figure(check.metric, check.low), figure(check.metric, check.high)
        about = "held, and broke" if check.source == "capacity" else "95 % interval"
        lines.append(f"{about}: {low} to {high}")
    if check.samples:
        what = "iterations" if check.metric == ARRIVALS else "responses"
        lines.append(f"{what}: {check.samples:,}")
    return "\n".join(lines)


# --- elements ------------------------------------------------------------------------------------


def _counts(cases: list[_Case]) -> dict[str, str]:
    """The attributes that suites and the whole have alike."""
    answers = Counter(case.answer for case in cases)
    return {
        "tests": str(len(cases)),
        "failures": str(answers["failure"]),
        "errors": str(answers["error"]),
        "time": f"{sum(case.time_s for case in cases):.3f}",
    }


def _place(state: RunState) -> dict[str, str]:
    """When (UTC) and where, as far as it is known."""
    found = {}
    if started_at := run_facts(state)["started_at"]:
        found["timestamp"] = started_at[:19]
    hostname = state.started.machine.get("hostname") if state.started is not None else None
    if isinstance(hostname, str) and hostname:
        found["hostname"] = hostname
    return found


def _add_properties(suite: ElementTree.Element, state: RunState, facts: dict[str, str]) -> None:
    """The facts of the run that are known, and the load shape in a sentence."""
    shape = state.started.shape if state.started is not None else ""
    found = {name: facts[name] for name in _FACTS} | {"shape": shape, "fail_on": fail_on(state)}
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in found.items():
        if value:
            ElementTree.SubElement(properties, "property", _attributes(name=name, value=value))


def _add_case(suite: ElementTree.Element, classname: str, case: _Case) -> None:
    attributes = _attributes(classname=classname, name=case.name, time=f"{case.time_s:.3f}")
    element = ElementTree.SubElement(suite, "testcase", attributes)
    if case.answer:
        answer = _attributes(type=case.type, message=case.message)
        ElementTree.SubElement(element, case.answer, answer).text = _xml(case.text)
    elif case.out:
        ElementTree.SubElement(element, "system-out").text = _xml(case.out)


def _attributes(**values: str) -> dict[str, str]:
    return {name: _xml(value) for name, value in values.items()}


def _xml(text: str) -> str:
    """Text that an XML document may hold; what it may not is written out: `\\ufffe`."""
    return _NO_XML.sub(lambda found: f"\\u{ord(found.group()):04x}", safe(text, _LONGEST))
