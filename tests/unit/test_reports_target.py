"""The target's own metrics in the reports: the same figures and verdicts in each form."""

from __future__ import annotations

import json
from typing import Any

from rich.cells import cell_len

from lftui.closing_view import closing_lines
from lftui.judge.target import value_said
from lftui.judge.verdict import judge
from lftui.records import TargetSample, TargetSampled
from lftui.reports.html import html_report
from lftui.reports.html.charts import target_charts
from lftui.reports.markdown import markdown_report
from lftui.reports.summary import summary_text
from lftui.screens.report.document import sections
from lftui.target_view import target_lines
from tests.unit.html_page import Page
from tests.unit.panel_texts import HOSTILE
from tests.unit.strategies import Play, Sent
from tests.unit.watched_runs import watched

EVIL = "<script>alert(1)</script>|`=cmd`\x1b[31m"


def summary_of(play: Play) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(summary_text(play.state, judge(play.state)))
    return found


def test_the_summary_has_each_metric_with_its_verdict() -> None:
    found = {(one["source"], one["name"]): one for one in summary_of(watched())["target"]}
    cpu = found["api", "cpu_usage"]
    assert (cpu["unit"], cpu["min"], cpu["readings"], cpu["verdict"]) == ("%", 30.0, 20, "pass")
    assert cpu["max"] == cpu["latest"]
    assert round(cpu["mean"], 1) == 61.7
    assert found["api", "memory"]["verdict"] is None
    assert found["db", "db_pool_usage"]["readings"] == 12
    never = Play()
    never.say(TargetSampled(source="x", samples=[TargetSample("y", None)]))
    assert summary_of(never)["target"] == [
        {"name": "y", "source": "x", "unit": "", "min": None, "mean": None, "max": None,
         "latest": None, "readings": 0, "verdict": None},
    ]  # fmt: skip


def test_every_form_says_the_same() -> None:
    play = watched(cpu=(80, 99))
    state, verdict = play.state, judge(play.state)
    assert verdict.outcome == "fail"
    said = "cpu_usage of the target, 89.3 % on average, broke the critical limit 85 %"
    assert any(one.startswith(said) for one in verdict.reasons)
    page = Page(html_report(state, verdict))
    assert next(cell.text for cell in page.column("target", "mean")) == "89.3 %"
    verdicts = [cell.text for cell in page.column("target", "verdict")]
    assert verdicts == ["■ fail", "—", "● pass", "—", "● pass"]
    markdown = markdown_report(state, verdict)
    assert "| `cpu_usage` | `api` | 80 % | 89.3 % | 98.5 % | 98.5 % | ■ fail |" in markdown
    lines = target_lines(state, 100)
    assert lines[1] == "target, whole run (verdict: the mean against its limits):"
    assert lines[3].split() == [
        "■",
        "cpu_usage",
        "80",
        "%",
        "89.3",
        "%",
        "98.5",
        "%",
        "98.5",
        "%",
        "api",
    ]
    (section,) = [one for one in sections(state, verdict, 100) if one.name == "target"]
    assert len(section.lines) == 6
    closing = "\n".join(closing_lines(state, verdict, 100))
    assert f"■ {said}" in closing
    assert "(? to ?)" not in closing


def test_a_run_that_was_not_watched_has_no_part_about_it() -> None:
    play = Play()
    play.tick([Sent(play.endpoint(), 1_000)])
    state, verdict = play.state, judge(play.state)
    assert summary_of(play)["target"] == []
    assert "target" not in Page(html_report(state, verdict)).tables
    assert "### Target" not in markdown_report(state, verdict)
    assert target_lines(state, 80) == []


def test_the_charts_have_limits_of_their_own_source_and_gaps() -> None:
    play = watched(seconds=30, down_from=10)
    for second in range(30, 50):
        play.tick([])
        if second >= 40:
            play.say(TargetSampled(source="db", samples=[TargetSample("db_pool_usage", 60.0, "%")]))
    charts, _ = target_charts(play.state, play.state.load_began_s or 0.0, 50.0, 20)
    by_title = {one.title: one for one in charts}
    pool = by_title["Target: db_pool_usage (db)"]
    assert pool.lines[1].values.count(None) == 1
    assert [(one.text, one.value) for one in pool.limits] == [("db_pool_usage < 90 %", 90.0)]
    quota = by_title["Target: quota_left (api)"]
    assert [(one.text, one.value) for one in quota.limits] == [("quota_left > 100 calls", 100.0)]


def test_names_from_outside_are_data_in_every_form() -> None:
    for evil in (EVIL, HOSTILE):
        play = Play()
        play.tick([Sent(play.endpoint(), 1_000)])
        play.say(TargetSampled(source=evil, samples=[TargetSample(evil, 7.0, evil)]))
        state, verdict = play.state, judge(play.state)
        html, markdown = html_report(state, verdict), markdown_report(state, verdict)
        assert "<script>alert" not in html
        assert "\x1b" not in html + markdown
        assert all(cell_len(line) <= 160 for line in target_lines(state, 80))


def test_values_are_written_for_people() -> None:
    assert [value_said(*one) for one in (
        (62.51, "%"), (142e6, "B"), (1.5e9, "B/s"), (12.0, ""), (1204.0, "/s"), (0.0, "%"), (None, "%"),
        (1e300, ""), (-3.25, "C"), (999.6, ""),
    )] == [
        "62.5 %", "142 MB", "1.5 GB/s", "12", "1,204 /s", "0 %", "—", "1e+300", "-3.25 C", "1,000",
    ]  # fmt: skip
