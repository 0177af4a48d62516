"""What Setup says: what will run, how the target is, what a class does, what a smoke found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from lftui.choices import Choice
from lftui.choices.offers import Preflight, ScenarioRow, Seen, ShapePreview, TargetRow
from lftui.plan import PlanError
from lftui.records import Loaded, OptionFact, Smoked, UserClassFact
from lftui.screens.setup.classes_form import read_count, read_weight, task_lines
from lftui.screens.setup.facts import fitting, of_another_file
from lftui.screens.setup.options_form import is_switch
from lftui.screens.setup.parts.radios import shortened
from lftui.screens.setup.parts.tone_text import Words
from lftui.screens.setup.processes import processes_said, read_processes
from lftui.screens.setup.scenario_list import about, scenario_items
from lftui.screens.setup.sentences import preview_title, summary
from lftui.screens.setup.smoke_screen import outcome, row_lines, size_text, time_text
from lftui.screens.setup.target_panel import facts_of, own_host, preflight_lines, target_items
from lftui.widgets.look import Look

PREVIEW = ShapePreview([(0.0, 1)], "steps: 10 users, 6m in all", 360.0, 60, requests_guess=12_000)
STAGING = TargetRow("staging", "staging", "https://staging.example")


def said(lines: list[Words]) -> str:
    return "\n".join("".join(words for words, _ in line) for line in lines)


def test_one_sentence_says_what_where_how_much_and_what_guards_it() -> None:
    choice = Choice(locustfile="main.py", classes=["A", "B"], host="staging", tags=["read"])
    rows = [ScenarioRow("main.py", "main")]
    text = said(summary(choice, rows, [STAGING], None, PREVIEW, "guard: p95>5s → stop"))
    assert text == (
        "main (A, B) → staging https://staging.example · steps: 10 users, 6m in all,"
        " peak 60 users, about 12,000 requests · tags read · guard: p95>5s → stop"
    )


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("", None, ""),
        (" 0 ", 0, ""),
        ("1", 1, "on 1 worker process"),
        ("12", 12, "on 12 worker processes"),
        ("-1", -1, "on one worker process per core but one"),
    ],
)
def test_processes_are_read_and_said(text: str, number: int | None, shown: str) -> None:
    assert read_processes(text) == number
    assert processes_said(number) == shown
    choice = Choice(locustfile="main.py", processes=number)
    sentence = said(summary(choice, [], [], None, PREVIEW, "guard: none"))
    assert sentence.endswith(f"requests · {f'{shown} · ' if shown else ''}guard: none")


@pytest.mark.parametrize("text", ["-2", "two", "1.5", "99999", "٣", "--", "1\x1b"])
def test_what_is_no_number_of_processes_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="is no number of processes; write a whole one from 0"):
        read_processes(text)


def test_what_is_missing_is_said_instead() -> None:
    text = said(summary(Choice(), [], [], None, ShapePreview(error="step=0 is wrong"), ""))
    assert text == "no scenario → no target · load: step=0 is wrong"


def test_the_preview_says_total_peak_and_requests() -> None:
    title = "Preview: users over time, total 6m, peak 60, about 12,000 requests"
    assert preview_title(PREVIEW) == title
    assert "no end" in preview_title(ShapePreview([(0.0, 1)], "manual", None, 1))
    assert preview_title(None) == preview_title(ShapePreview(error="no"))


def test_an_open_workload_says_its_iterations_and_its_most_users() -> None:
    preview = ShapePreview(
        [(0.0, 0.0)], "rate-ramp: from 0 to 50 iterations a second in 5m, 5m in all", 300.0, 50.0,
        "rate", 7500.4, 750,
    )  # fmt: skip
    text = said(summary(Choice(), [], [], None, preview, ""))
    assert text.endswith("5m in all, about 7,500 iterations, at most 750 users")
    assert preview_title(preview) == (
        "Preview: iterations a second over time, total 5m, peak 50, about 7,500 iterations"
    )
    endless = ShapePreview([(0.0, 0.5)], "rate: slow", None, 0.5, "rate", None, 1)
    text = said(summary(Choice(), [], [], None, endless, ""))
    assert text.endswith("rate: slow, peak 0.5 iterations a second, at most 1 user")
    assert preview_title(endless).endswith("no end, peak 0.5")


def test_scenarios_say_what_is_known_of_them() -> None:
    rows = [ScenarioRow(path, path) for path in "abc"]
    known = {"a": Loaded(files=[], user_classes=[UserClassFact("A")]), "b": "b.py:1: no"}
    items = scenario_items(rows, known)
    assert [(one.note, one.sign) for one in items] == [
        ("1 class", ""),
        ("", "■ broken"),
        ("loading…", ""),
    ]
    assert "b.py:1: no" in said(about("b", "b.py:1: no"))
    assert about("", None) == []


def test_production_ceilings_and_missing_variables_of_a_target() -> None:
    live = TargetRow(
        "live", "live", "https://x", production=True, max_users=5, max_rps=2.5,
        headers=["Authorization"], missing=["TOKEN"],
    )  # fmt: skip
    assert target_items([live], "")[0].sign == "■ PRODUCTION"
    text = said(facts_of(live))
    assert "5 users and 2.5 requests/s" in text
    assert "not set: TOKEN" in text


def test_a_pre_flight_is_two_lines_and_what_to_do() -> None:
    seen = [
        Seen("DNS", "good", "10.0.0.1", ""),
        Seen("TCP", "good", "1 ms", ""),
        Seen("TLS", "critical", "expired", "the certificate has ended", "Renew it."),
        Seen("health", "good", "200 12 ms", ""),
    ]
    lines = preflight_lines(Preflight("u", ["10.0.0.1", "10.0.0.2"], seen=seen), True)
    assert said(lines).splitlines() == [
        "● DNS 10.0.0.1  ● TCP 1 ms  ■ TLS expired",
        "● health 200 12 ms  at 10.0.0.1 +1",
        "the certificate has ended",
        "Renew it.",
    ]
    assert "looking" in said(preflight_lines(None, True))


def test_the_locustfiles_own_host() -> None:
    loaded = Loaded(
        files=[], user_classes=[UserClassFact("A"), UserClassFact("B", host="http://b")]
    )
    assert own_host(loaded) == "http://b"
    assert own_host(Loaded(files=[], options={"host": "http://o"})) == "http://o"
    assert own_host(None) == ""


def test_tasks_with_their_shares() -> None:
    fact = UserClassFact("A", tasks={"a": 1.0, "b": 3.0}, doc="Buys.\nMore.")
    assert said(task_lines(fact)) == "Buys.\nb 75 %, a 25 %"
    assert said(task_lines(UserClassFact("A"))) == "no tasks"
    many = UserClassFact("A", tasks={f"t{i}": 1.0 for i in range(30)})
    assert said(task_lines(many)).endswith("and 22 more")


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "x", "1e999"])
def test_a_weight_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is no weight"):
        read_weight(text)


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "99999999", "٣"])
def test_a_count_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is no number of users"):
        read_count(text)


def test_a_switch_is_an_option_whose_default_is_a_truth_value() -> None:
    assert is_switch(OptionFact("--dry", default="False"))
    assert not is_switch(OptionFact("--depth", default="3"))
    assert not is_switch(OptionFact("--sure", default="True", choices=["True", "False"]))


def test_another_file_keeps_target_and_load_only() -> None:
    choice = Choice(
        locustfile="a.py", classes=["A"], weights={"A": 2.0}, tags=["t"], own_options={"--x": "1"},
        host="staging", shape="steps:to=5", users=3, baseline="b.json",
    )  # fmt: skip
    wanted = Choice(
        locustfile="b.py", host="staging", shape="steps:to=5", users=3, baseline="b.json"
    )
    assert of_another_file(choice, "b.py") == wanted
    assert of_another_file(Choice(shape="DoubleWave"), "b.py").shape == ""


def test_a_changed_file_takes_what_it_offers_no_more() -> None:
    loaded = Loaded(files=[], user_classes=[UserClassFact("A")], own_options=[OptionFact("--x")])
    choice = Choice(
        classes=["A", "B"], weights={"B": 1.0}, own_options={"--x": "1", "--y": "2"}, host="h"
    )
    assert fitting(choice, loaded) == Choice(classes=["A"], own_options={"--x": "1"}, host="h")


def test_figures_of_a_smoke_have_units() -> None:
    assert [size_text(size) for size in (0, 999, 2048, 3_000_000)] == [
        "0 B", "999 B", "2.0 kB", "3.0 MB",
    ]  # fmt: skip
    assert [time_text(us) for us in (None, 900, 12_300, 1_234_000)] == [
        "-", "0.9 ms", "12 ms", "1,234 ms",
    ]  # fmt: skip


@given(st.text(max_size=200), st.text(max_size=200), st.integers(40, 200))
def test_the_columns_of_a_smoke_stand_under_each_other(task: str, name: str, width: int) -> None:
    row = Smoked(task=task, method="GET", name=name or "x", status=200, response_us=5, bytes=1)
    line = "".join(words for words, _ in row_lines(row, width, Look())[0])
    wide = Smoked(task="t", method="DELETE", name="n", response_us=9_000_000, bytes=10**8)
    assert cell_len(line) == cell_len("".join(w for w, _ in row_lines(wide, width, Look())[0]))
    assert cell_len(line) <= max(width, 58)


def test_what_came_of_a_smoke() -> None:
    good = Smoked(task="A.a", method="GET", name="/")
    bad = Smoked(task="A.b", method="GET", name="/", error="HTTP 500")
    assert said([outcome([good], False)]) == "● 1 tasks, 1 requests, 0 failed: all of them well"
    assert "1 failed" in said([outcome([good, bad], False)])
    assert "nothing was run" in said([outcome([], False)])
    assert "running" in said([outcome([], True)])


@given(st.text(max_size=60), st.integers(2, 40))
def test_a_long_name_keeps_its_end(text: str, width: int) -> None:
    short = shortened(text, width)
    assert cell_len(short) <= width
    assert short == text or text.endswith(short[1:])
