"""Workers in the reports: who made the load, who was lost, whose figures are rounded."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

from lftui.closing_view import closing_lines
from lftui.judge.verdict import judge
from lftui.reports.html import html_report
from lftui.reports.markdown import markdown_report
from lftui.reports.summary import summary_text
from lftui.screens.report.document import sections
from lftui.worker_view import worker_lines
from tests.unit.distributed_runs import WorkersPlay, told_by_workers
from tests.unit.html_page import Page
from tests.unit.strategies import Play

LOSS = "1 of 3 workers was lost (local-2); at most 4 requests are not counted"
COARSE = "figures of 1 stock worker are rounded (up to 4.8 %) and include failures"
EVIL = "<script>alert(1)</script>|`=cmd`\x1b[31m"


def page_of(play: Play) -> Page:
    return Page(html_report(play.state, judge(play.state)))


def test_the_page_has_a_row_for_each_worker_and_says_what_was_lost() -> None:
    play = told_by_workers()
    page = page_of(play)
    cells = {head: [cell.text for cell in page.column("workers", head)] for head in (
        "worker", "kind", "figures", "memory", "losses", "Locust",
    )}  # fmt: skip
    assert cells["worker"] == ["local-1", "local-2", "farm-1"]
    assert cells["kind"][2] == "stock"
    assert cells["figures"][2] == "▲ coarse"
    assert cells["memory"][0] == "90 MB"
    assert cells["losses"][1] == "■ lost once4 requests at most, missing at the end"
    assert cells["Locust"] == ["2.47.0", "2.47.0", "2.46.0"]
    for said in (
        f"{LOSS}.", f"The {COARSE}.", "local-1, farm-1",
        "Missing: at most 4 requests of local-2, because local-2 is lost, with what it had not reported.",
        "3, of them 2 started by lftui; farm",
    ):  # fmt: skip
        assert said in page.text, said
    assert "gap in the journal" not in page.text


def test_the_summary_tells_of_each_worker() -> None:
    play = told_by_workers()
    found = json.loads(summary_text(play.state, judge(play.state)))
    local, lost, farm = found["workers"]
    assert lost["lost"] == 1
    assert (lost["requests_missing_max"], lost["state"], lost["requests"]) == (4, "missing", 30)
    assert (local["kind"], local["local"], local["host"], local["pid"]) == (
        "lftui", True, "bastion", 401,
    )  # fmt: skip
    assert (local["rps"], local["p95_ms"], local["users_max"]) == (3.0, 20.0, 4)
    assert (farm["kind"], farm["precision"], farm["version"]) == ("stock", "coarse", "2.46.0")
    assert [(one["count"], one["nodes"]) for one in found["exceptions"]] == [
        (4, ["local-1", "farm-1"])
    ]


def test_the_terminal_has_a_line_for_each_worker_the_lost_one_first() -> None:
    play = told_by_workers()
    lines = worker_lines(play.state, 120)
    assert lines[1] == "workers, whole run (CPU and users at most):"
    assert [line.split()[0] for line in lines[3:6]] == ["local-2", "local-1", "farm-1"]
    assert "1x" in lines[3].split()
    assert lines[6:] == [f"  ■ {LOSS}", f"  ▲ {COARSE}"]
    for columns in (80, 120):
        closing = closing_lines(play.state, judge(play.state), columns)
        assert all(cell_len(line) <= columns for line in closing)
        assert any(line.startswith("  local-2 ") for line in closing)
    names = [one.name for one in sections(play.state, judge(play.state), 100)]
    assert "workers" in names


def test_markdown_has_a_short_table_where_there_is_something_to_tell() -> None:
    play = told_by_workers()
    text = markdown_report(play.state, judge(play.state))
    assert text.index("### Workers") < text.index("`local-2`") < text.index("`local-1`")
    assert "- 1 of 3 workers was lost" in text
    alone = WorkersPlay(1)
    alone.run(5)
    assert "### Workers" not in markdown_report(alone.state, judge(alone.state))


def test_a_run_without_workers_has_nothing_about_them() -> None:
    play = Play()
    play.seconds(10)
    verdict = judge(play.state)
    assert "workers" not in page_of(play).tables
    assert worker_lines(play.state, 80) == []
    assert "Workers" not in markdown_report(play.state, verdict)
    assert json.loads(summary_text(play.state, verdict))["workers"] == []


@pytest.mark.parametrize("count", [1, 250])
def test_hostile_and_very_many_workers_are_shown_as_text(count: int) -> None:
    play = WorkersPlay(1)
    for number in range(count):
        play.join(f"{EVIL}-{number}", host=EVIL, software="stock", now={"version": EVIL})
    play.run(3)
    state, verdict = play.state, judge(play.state)
    html = html_report(state, verdict)
    assert "<script>alert" not in html
    assert "\x1b" not in html + markdown_report(state, verdict)
    assert len(Page(html).column("workers", "worker")) == min(count + 1, 200)
    assert len(json.loads(summary_text(state, verdict))["workers"]) == min(count + 1, 201)
    assert len(worker_lines(state, 100)) <= 40
