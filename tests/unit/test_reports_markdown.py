"""The Markdown report: it fits, shows what is grave first, and holds nobody's markup but ours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings

from lftui.judge.verdict import judge
from lftui.reports import markdown
from lftui.reports.markdown import MOST_CHARACTERS, markdown_report
from lftui.reports.summary import summary
from lftui.run_state import RunState
from tests.unit import odd_runs
from tests.unit.odd_runs import ended, judged
from tests.unit.strategies import Play, Sent, plays

OURS = re.compile(r"</?details>|</?summary>")


def outside_code(text: str) -> str:
    """What a renderer looks for markup in, without the tags that are ours."""
    for line in text.splitlines():
        assert line.count("`") % 2 == 0, line
    return OURS.sub("", "".join(text.split("`")[::2]))


def tables(text: str) -> list[list[str]]:
    """The tables, each as its lines; every row has as many cells as the head."""
    found = [block.splitlines() for block in re.findall(r"(?:^\|.*\|$\n?)+", text, re.M)]
    for table in found:
        assert len({line.count("|") for line in table}) == 1, table
        assert set(table[1]) <= set("|-: ")
    return found


def test_a_run_that_failed() -> None:
    text = markdown_report(*odd_runs.recorded("steps"))
    lines = text.splitlines()
    assert lines[0] == "**■ FAIL: p95 at 130 users 3.32 s broke the critical limit 1.5 s**"
    assert lines[5] == (
        "`main.py` on `http://127.0.0.1:8000` · steps: 10 users, then 30 more every 12s up to "
        "130, 1m in all · by `ann`  "
    )
    assert lines[6].startswith("2026-11-23 15:30:51 UTC · 0:01:02 (stopped) · lftui 0.1.0 · ")
    assert "| 5 | 130 | 0:00:09 | 28.3 | 26.5 | 2,920 ? | 3,320 ? | 6,190 ? | ■ fail |" in lines
    assert "- knee at 100 users: throughput per user fell 44 % (0.33 to 0.19 rps)" in lines
    assert any(line.startswith("- **124 × Server error (5xx)**, points at the") for line in lines)
    assert [line for line in lines if line.startswith("#")] == [
        "### Checks that did not pass: 4 of 4",
        "### Steps",
        "### Errors",
    ]


@pytest.mark.parametrize("name", odd_runs.RECORDINGS)
def test_the_endpoints_are_those_of_the_summary(name: Any) -> None:
    state, verdict = odd_runs.recorded(name)
    found = summary(state, verdict)
    total, *rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in tables(markdown_report(state, verdict))[0][2:]
    ]
    assert total[:2] == ["**all endpoints**", f"{found['totals']['requests']:,}"]
    requests = {f"{one['method']} {one['name']}": one["requests"] for one in found["endpoints"]}
    assert {row[0].split("`")[1]: int(row[1].replace(",", "")) for row in rows} == requests
    busiest = [int(row[1]) for row in rows if not row[0].startswith(("■", "▲"))]
    assert busiest == sorted(busiest, reverse=True)


def test_the_endpoint_that_failed_comes_before_the_busiest() -> None:
    play = Play(settle_s=1.0, thresholds=odd_runs.rules("p95_ms@/slow<100"))
    slow, busy = play.endpoint("/slow"), play.endpoint("/busy")
    for _ in range(60):
        play.tick([Sent(slow, 900_000)] * 5 + [Sent(busy, 1_000)] * 9)
    rows = tables(markdown_report(*judged(play.state)))[0][2:]
    assert [row.split(" | ")[0] for row in rows] == [
        "| **all endpoints**",
        "| ■ `GET /slow`",
        "| `GET /busy`",
    ]


def test_after_a_reset_the_figures_are_those_since_it() -> None:
    state = ended(reset=True)
    text = markdown_report(*judged(state))
    assert "| `GET /a` | 600 | 0 | 10 | 20 | 20 | 20 | 20 |" in text
    assert "Figures since the reset (`--reset-stats`);" in text
    assert summary(state, judge(state))["totals"]["requests"] == 600


def test_the_baseline_is_compared_and_what_it_cannot_tell_is_counted() -> None:
    text = markdown_report(*odd_runs.recorded("errors"))
    assert "<details><summary>Checks that did not pass: 45 of 48</summary>" in text
    assert "33 comparisons with the baseline: inconclusive." in text
    assert "**FAIL: 2 of 3 figures are worse by more than the tolerance and noise; 33 could" in text


@pytest.mark.parametrize(
    ("state", "begins"),
    [
        (
            odd_runs.nothing(),
            "**■ The run has no end: these are the figures up to its last record**",
        ),
        (odd_runs.refused(), "**■ The run was refused: no such `<file>\\x00`**"),
        (odd_runs.lost(), "**■ The generator was lost: killed by signal 9**"),
        (odd_runs.empty(), "**○ INCONCLUSIVE: no request was completed**"),
    ],
)
def test_a_run_that_broke_off_says_so_first(state: RunState, begins: str) -> None:
    assert markdown_report(state, judge(state)).splitlines()[0] == begins


def test_a_run_of_many_endpoints_fits_and_counts_what_is_left_out() -> None:
    text = markdown_report(*odd_runs.many())
    assert 20_000 < len(text) <= MOST_CHARACTERS
    tables(text)
    shown = sum(line.startswith(("| `", "| ■ `")) for line in text.splitlines())
    assert f"… and {1_100 - shown:,} endpoints more" in text
    assert re.search(r"… and \d+ notes more", text)
    assert re.search(r"… and [\d,]+ checks more", text)


def test_the_smallest_report_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "MOST_CHARACTERS", 1)
    for run in (odd_runs.many(), odd_runs.hostile()):
        assert len(markdown_report(*run)) < 40_000


def test_hostile_text_never_becomes_markup() -> None:
    text = markdown_report(*odd_runs.hostile())
    assert not set(text) & set("\x00\x1b\r\u202e\u2028\ud800")
    outside = outside_code(text)
    for sign in ("<", "@", "://", "www.", "#12", "GH-7", "[", "~~", "$", "deadbeef", ":+1:", "_"):
        assert sign not in outside, sign
    headings = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert all(line.startswith("### ") for line in headings)
    assert len(headings) <= 6
    tables(text)


@settings(max_examples=30, deadline=None)
@given(plays())
def test_any_run_has_a_report(play: Play) -> None:
    text = markdown_report(*judged(play.state))
    assert text.startswith("**")
    assert len(text) <= MOST_CHARACTERS
    tables(text)
    outside_code(text)
