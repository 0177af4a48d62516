"""The setup check's findings and how they are shown; versions; what a smoke amounts to."""

from __future__ import annotations

import io
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from lftui.records import Smoked
from lftui.safe_text import safe_line
from lftui.validation import versions
from lftui.validation.checks import Finding, Findings, counted, listed, shown_path, worst
from lftui.validation.limits import utf8
from lftui.validation.page import Page
from lftui.validation.setup import Checked
from lftui.validation.smoke import Row, judge_rows, row_json

ROOT = Path(__file__).parents[2]
WORDS = st.text(st.characters(codec="utf-8"), max_size=200)
UTF8 = {"LANG": "C.UTF-8"}


def show(monkeypatch: pytest.MonkeyPatch, draw: Callable[[Page], object], **env: str) -> list[str]:
    """The lines that a page of 80 columns, which is no terminal, writes."""
    out = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        draw(Page(env or UTF8))
    return out.getvalue().splitlines()


# --- findings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], "pass"),
        (["pass", "pass"], "pass"),
        (["pass", "warn"], "warn"),
        (["warn", "fail", "pass"], "fail"),
    ],
)
def test_the_worst_outcome_is_that_of_all(outcomes: list[str], expected: str) -> None:
    findings = [Finding("limits", "x", outcome, "text") for outcome in outcomes]  # type: ignore[arg-type]
    assert worst(findings) == expected


def test_texts_from_outside_are_made_safe() -> None:
    found = Findings("target")
    found.failed("na\x1bme", "text \x1b[31m\u202e", "do\nthis")
    assert found.all == [
        Finding("target", "na\\x1bme", "fail", "text \\x1b[31m\\u202e", "do\\nthis")
    ]


def test_words_for_numbers_lists_and_paths(tmp_path: Path) -> None:
    assert counted(1, "task") == "1 task"
    assert counted(1200, "user class", "user classes") == "1,200 user classes"
    assert listed(["a", "b"]) == "a, b"
    assert listed(list("abcdefgh"), 4) == "a, b, c and 5 more"
    assert shown_path(tmp_path / "x" / "y.json", tmp_path) == "x/y.json"
    assert shown_path(Path.home() / "runs", tmp_path) == "~/runs"
    assert shown_path(Path("/nowhere/runs"), tmp_path) == "/nowhere/runs"


# --- versions ----------------------------------------------------------------------------------


def test_the_supported_range_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    [locust] = [one for one in project["dependencies"] if one.startswith("locust")]
    assert locust == f"locust>={versions.LOCUST_FROM},<{versions.LOCUST_BELOW}"
    assert project["requires-python"] == f">={'.'.join(map(str, versions.PYTHON_FROM))}"


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("2.47", True),
        ("2.47.0", True),
        ("2.50.3.dev7", True),
        ("2.46.9", False),
        ("1.0", False),
        ("3.0", False),
        ("3.0.0b1", False),
        ("10.1", False),
    ],
)
def test_versions_of_locust_in_and_out_of_range(version: str, fits: bool) -> None:
    assert versions.in_range(version) is fits


def test_another_locust_warns_and_none_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def outcome(**installed: str) -> tuple[str, str]:
        monkeypatch.setattr(versions, "installed", installed.get)
        finding = versions.check_versions()[-1]
        return finding.outcome, finding.text

    both = {"gevent": "25.1", "geventhttpclient": "2.3"}
    assert outcome(locust="2.47.0", **both)[0] == "pass"
    assert outcome(locust="3.1", **both)[0] == "warn"
    assert outcome(locust="2.47.0", gevent="25.1") == (
        "fail",
        "2.47.0 with gevent 25.1, geventhttpclient missing",
    )
    assert outcome(**both)[0] == "fail"


# --- what is shown -----------------------------------------------------------------------------


def test_a_finding_stands_beside_its_name_and_its_remedy_beneath(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = Findings("limits")
    found.passed("memory", "12.0 GB free")
    found.warned("open files", "only 1,024 can be open at once; each user needs one", "Raise it.")
    found.failed("a name that is too long", "bad", "Mend it.")
    lines = show(monkeypatch, lambda page: [page.finding(one) for one in found.all])
    assert lines == [
        "Limits",
        "  ● pass  memory             12.0 GB free",
        "  ▲ warn  open files         only 1,024 can be open at once; each user needs one",
        "                             → Raise it.",
        "  ■ fail  a name that is too long",
        "                             bad",
        "                             → Mend it.",
    ]


def test_a_long_text_is_broken_at_words_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = " ".join(f"word{number}" for number in range(60))
    found = Findings("limits")
    found.failed("memory", text, text)
    lines = show(monkeypatch, lambda page: page.finding(found.all[0]))[1:]
    assert max(map(len, lines)) <= 80
    shown = " ".join(lines).replace("■ fail", "").replace("memory", "").split()
    assert shown == [*text.split(), "→", *text.split()]


def test_without_utf8_every_line_is_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Findings("target")
    found.failed("hôst", "“nothing” — at all…", "Do it.")
    lines = show(monkeypatch, lambda page: page.finding(found.all[0]), LANG="C")
    assert lines[1] == r"  x fail  h\xf4st            \u201cnothing\u201d - at all..."
    assert lines[2].strip() == "-> Do it."


@given(name=WORDS, text=WORDS, remedy=WORDS)
def test_no_line_is_wider_than_the_page(name: str, text: str, remedy: str) -> None:
    found = Findings("target")
    found.warned(name, text, remedy)
    # A record's texts are safe already.
    name, text, remedy = (safe_line(one) for one in (name, text, remedy))
    smoked = Smoked(task=f"User.{name}", method="GET", name=text, status=200, error=remedy)
    with pytest.MonkeyPatch.context() as monkeypatch:
        lines = show(
            monkeypatch,
            lambda page: (page.finding(found.all[0]), page.row(Row("main", smoked))),
        )
    assert all(cell_len(line) <= 80 for line in lines)


def test_the_requests_of_a_smoke_stand_in_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        Smoked(task="U.on_start", method="POST", name="/login", status=200, response_us=1_234, bytes=5),
        Smoked(task="U.buy", method="GET", name="/shop", status=500, response_us=12_345_678,
               bytes=12_345, error="HTTP 500"),
        Smoked(task="U.buy", method="GET", name="/a/path/that/is/longer/than/its/column"),
        Smoked(task="U.idle", method="", name=""),
        Smoked(task="U.raises", method="", name="", error="KeyError: 'x' (a.py:3)"),
    ]  # fmt: skip
    lines = show(monkeypatch, lambda page: [page.row(Row("main", one)) for one in rows])
    assert lines == [
        "main: each task once, by one user of each class",
        "  U",
        "    on_start                POST   /login                   200  1.23 ms     5 B",
        "    buy                     GET    /shop                    500   12.3 s   12 kB",
        "      HTTP 500",
        "                            GET    …/longer/than/its/column   -        -     0 B",
        "    idle  (no request)",
        "    raises",
        "      KeyError: 'x' (a.py:3)",
    ]


def test_the_closing_line_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def closing(*outcomes: str) -> list[str]:
        findings = [Finding("limits", "x", one, "text") for one in outcomes]  # type: ignore[arg-type]
        return show(monkeypatch, lambda page: page.close(Checked(findings, ["the target (why)"])))

    assert closing("pass", "warn")[-2:] == [
        "Not looked at: the target (why).",
        "▲ ready: 1 passed, 1 warning, 0 failed",
    ]
    assert closing("pass", "fail", "warn", "warn")[-1] == (
        "■ not ready: 1 passed, 2 warnings, 1 failed"
    )


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "C.utf8"}, True),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, False),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LANG": ""}, False),
        ({}, False),
    ],
)
def test_the_locale_says_whether_text_is_utf8(environment: dict[str, str], expected: bool) -> None:
    assert utf8(environment) is expected


# --- what a smoke amounts to -------------------------------------------------------------------


def asked(task: str, *errors: str) -> list[Smoked]:
    return [Smoked(task=task, method="GET", name="/x", error=error) for error in errors]


def said(*rows: Smoked) -> list[tuple[str, str, str]]:
    return [(one.name, one.outcome, one.text) for one in judge_rows("main", list(rows))]


def test_a_class_that_was_well_is_one_finding() -> None:
    quiet = Smoked(task="U.b", method="", name="")
    rows = [*asked("U.on_start", ""), *asked("U.a", "", ""), quiet]
    assert said(*rows) == [("U", "pass", "2 tasks, 3 requests, all of them well")]


def test_one_failed_request_of_many_warns_and_all_of_them_fail() -> None:
    assert said(*asked("U.a", "", "bad")) == [("U.a", "warn", "1 of 2 requests failed: /x: bad")]
    assert said(*asked("U.a", "bad")) == [("U.a", "fail", "its only request failed: /x: bad")]
    assert said(*asked("U.a", "at /x", "no")) == [("U.a", "fail", "all 2 requests failed: at /x")]


def test_a_task_that_raised_fails_whatever_its_requests() -> None:
    raised = Smoked(task="U.a", method="", name="", error="KeyError: 'x'")
    assert said(*asked("U.a", "", ""), raised) == [("U.a", "fail", "KeyError: 'x'")]


def test_the_end_of_the_smoke_itself_is_a_finding_of_the_scenario() -> None:
    ended = Smoked(task="", method="", name="", error="the generator ended")
    assert said(*asked("U.a", ""), ended) == [
        ("U", "pass", "1 task, 1 request, all of them well"),
        ("main", "fail", "the generator ended"),
    ]


def test_every_finding_but_a_pass_has_a_remedy() -> None:
    errors = ("KeyError: 'x'", "cut off: late", "not run: b", "its time")
    rows = [Smoked(task=f"U.t{n}", method="", name="", error=one) for n, one in enumerate(errors)]
    found = judge_rows("main", [*rows, *asked("U.a", "", "bad"), *asked("V.a", "bad")])
    assert len(found) == 6
    assert all(re.fullmatch(r"[A-Z].*[.?]", finding.remedy) for finding in found)


def test_json_has_milliseconds() -> None:
    smoked = Smoked(task="U.a", method="GET", name="/x", status=200, response_us=1_500, bytes=3)
    assert row_json(Row("main", smoked)) == {
        "scenario": "main", "task": "U.a", "method": "GET", "name": "/x", "status": 200,
        "response_ms": 1.5, "bytes": 3, "error": "",
    }  # fmt: skip
