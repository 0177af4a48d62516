"""The Live screen of an open workload: the rate, who carries it out, and what comes too late."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from lftui.judge.verdict import judge
from lftui.records import Arrivals, GeneratorHealth, Loaded, UserClassFact
from lftui.screens.live.banners import banners
from lftui.screens.live.chart_rates import wanted_line
from lftui.screens.live.charts import throughput_chart
from lftui.screens.live.endpoint_columns import COLUMNS, COLUMNS_ADJUSTED
from lftui.screens.live.endpoint_facts import FIGURES_WIDTH, Endpoint, figures_lines
from lftui.screens.live.endpoint_notes import note as endpoint_note
from lftui.screens.live.endpoints import TOTAL_KEY, EndpointsSource
from lftui.screens.live.header import header_row
from lftui.screens.live.parts import Row, width_of
from lftui.screens.live.tiles import tile_rows
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.layout import lay_out
from tests.unit import panel_texts
from tests.unit.live_runs import OPEN_PLAN, a_run, snapshot_of
from tests.unit.open_runs import MOST, OpenPlay, with_an_outage
from tests.unit.paced_runs import stalled
from tests.unit.strategies import Play

LOOK = Look()


def steady(rate: float = 40, seconds: int = 12, **plan: Any) -> OpenPlay:
    """A plateau whose rate is reached."""
    play = OpenPlay(plan=plan or None)
    play.reach(rate)
    for _ in range(seconds):
        play.arrive(rate, ms=200)
    return play


def short_of_users(seconds: int = 4) -> OpenPlay:
    """The same, until for some seconds nobody is free."""
    play = steady()
    for _ in range(seconds):
        play.arrive(40, started=0)
    return play


def said(row: Row) -> str:
    return "".join(text for text, _ in row)


def tiles(play: Play, width: int = 80) -> dict[str, str]:
    """Value by name, read off the columns."""
    figures = snapshot_of(play).figures()
    names, values = (said(row) for row in tile_rows(play.state, figures, LOOK, width))
    assert max(len(names.rstrip()), len(values.rstrip())) <= width
    starts = [
        at for at in range(len(names)) if names[at] != " " and names[at - 1 : at] in ("", " ")
    ]
    starts = [at for at in starts if values[at - 1 : at] in ("", " ")]
    ends = [*starts[1:], len(values)]
    return {
        names[at:end].strip(): values[at:end].strip() for at, end in zip(starts, ends, strict=True)
    }


def texts(play: Play) -> list[str]:
    return [f"{one.level}: {one.text}" for one in banners(snapshot_of(play))]


# --- tiles and the first line ---------------------------------------------------------------------


def test_at_80_columns_the_median_gives_way_to_rate_and_users() -> None:
    found = tiles(steady())
    assert found["iter/s"] == "40/40"
    assert found["busy/free/max"] == f"8/0/{MOST}"
    assert "p50" not in found
    assert {"rps", "errors", "p95", "p99", "generator"} <= found.keys()


def test_with_room_all_are_there() -> None:
    row = said(tile_rows(steady().state, snapshot_of(steady()).figures(), LOOK, 120)[1])
    assert f"8/0 of {MOST}" in row
    names = said(tile_rows(steady().state, snapshot_of(steady()).figures(), LOOK, 120)[0])
    assert all(name in names for name in ("iter/s", "users busy/free", "rps, last 10 s", "p50"))


def test_a_rate_that_is_not_reached_has_a_sign() -> None:
    play = short_of_users()
    assert tiles(play)["iter/s"] == "▲ 24/40"
    rows = tile_rows(play.state, snapshot_of(play).figures(), LOOK, 80)
    assert ("▲ 24/40", "warning") in rows[1]
    assert (f"{MOST}/0/{MOST}", "warning") in rows[1]


def test_on_the_way_to_a_rate_there_is_an_arrow() -> None:
    play = steady(30)
    play.arrive(35, state="spawning")
    assert tiles(play)["iter/s"].endswith("→35")
    assert "rate → 35/s" in said(header_row(snapshot_of(play), "last 10 s", LOOK, 120))


def test_when_it_is_over_nothing_is_wanted_any_more() -> None:
    play = steady()
    play.finish()
    assert tiles(play)["iter/s"] == "40"
    assert "rate" not in said(header_row(snapshot_of(play), "", LOOK, 120)).replace("rate-", "")


def test_before_the_first_tick_there_are_dashes() -> None:
    play = OpenPlay()
    assert tiles(play)["iter/s"] == "—"


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_first_line_has_the_rate_and_fits(width: int) -> None:
    row = header_row(snapshot_of(steady(1234.5)), "last 10 s", LOOK, width)
    assert width_of(row) <= width or width < 60
    assert "1,234/s" in said(row) or width < 80


# --- banners --------------------------------------------------------------------------------------


def test_a_rate_that_is_reached_has_no_banner() -> None:
    assert texts(steady()) == []


def test_too_few_users_are_said_with_what_to_do() -> None:
    assert texts(short_of_users()) == [
        f"critical: RATE NOT REACHED: {MOST} of {MOST} users are busy, 160 iterations wait. A lower "
        "rate (-), or more users (--max-users)"
    ]


def test_what_is_given_up_is_said_and_what_is_over_for_a_while() -> None:
    play = short_of_users()
    play.arrive(40, started=0, dropped=30)
    assert "170 iterations wait, 30 given up in 10 s." in texts(play)[0]
    play.waiting = 0
    play.arrive(40, late_ms=60.0)
    (found,) = texts(play)
    assert found == (
        "warning: RATE NOT REACHED in the last 10 s: 40 of 200 iterations began late, 30 given up"
    )
    for _ in range(10):
        play.arrive(40)
    assert texts(play) == []


def test_a_saturated_generator_is_the_reason_then() -> None:
    play = steady()
    for _ in range(12):
        play.arrive(40, started=20, health=GeneratorHealth(cpu_percent=99))
    found = next(one for one in texts(play) if "RATE" in one)
    assert found.startswith("critical: RATE NOT REACHED: the generator is saturated. A lower rate")


def test_a_free_user_of_another_class_does_not_help() -> None:
    play = short_of_users()
    play.say(Loaded(files=["a.py"], user_classes=[UserClassFact("A"), UserClassFact("B")]))
    now = Arrivals(40.0, due=40, waiting=20, busy=12, free=8, most=MOST)
    play.tick([], users=MOST, target=MOST, arrivals=now)
    assert (
        f"12 of {MOST} users are busy, 20 iterations wait for one of their class" in texts(play)[0]
    )
    few = Arrivals(40.0, due=40, waiting=20, busy=5, free=0, most=MOST)
    play.tick([], users=5, target=9, arrivals=few)
    assert "20 iterations wait while users are added" in texts(play)[0]


def test_the_users_that_a_rate_does_not_need_are_not_missing() -> None:
    play = steady()
    play.arrive(40, users=8, target=12)
    assert texts(play) == []


# --- the chart ------------------------------------------------------------------------------------


def test_begun_and_wanted_are_drawn() -> None:
    data = throughput_chart(short_of_users().state)
    lines = {one.name: one for one in data.lines}
    assert list(lines) == ["begun", "wanted", "rps", "errors", "users"]
    assert [value for *_, value in lines["begun"].points][-6:] == [40, 40, 0, 0, 0, 0]
    assert lines["wanted"].points[-1][2] == 40
    closed = throughput_chart(a_run().state)
    assert "wanted" not in {one.name for one in closed.lines}


def test_a_ramp_is_drawn_as_the_way_to_its_end_and_a_change_by_hand_at_once() -> None:
    stages = [{"users": 0, "rate": 40.0, "slope": 4.0}]
    play = OpenPlay(plan={"stages": stages})
    play.mark("stage", old_rate=0.0, new_rate=40.0, stage=0, who="shape")
    for _ in range(20):
        play.arrive(40)
    play.mark("rate", old_rate=40.0, new_rate=60.0, stage=0, who="ann", command_id="c-1")
    for _ in range(5):
        play.arrive(60)
    line = wanted_line(play.state, play.state.load_began_s or 0.0, 25.0)
    at = {second: value for begin, end, value in line for second in (1, 5, 15, 24)
          if begin <= second < end}  # fmt: skip
    assert at[1] == pytest.approx(4, abs=1)
    assert at[5] == pytest.approx(20, abs=1)
    assert (at[15], at[24]) == (40, 60)
    assert all(before[1] == after[0] for before, after in pairwise(line))


def test_a_ramp_that_is_cut_short_ends_where_it_was() -> None:
    play = OpenPlay(plan={"stages": [{"users": 0, "rate": 40.0, "slope": 4.0}]})
    play.mark("stage", old_rate=0.0, new_rate=40.0, stage=0, who="shape")
    for _ in range(5):
        play.arrive(20, state="spawning")
    play.mark("hold", old_rate=40.0, new_rate=20.0, stage=0, who="ann", command_id="c-1")
    play.arrive(20, held=True)
    values = [
        value or 0.0 for *_, value in wanted_line(play.state, play.state.load_began_s or 0, 6)
    ]
    assert max(values) <= 20
    assert values[-1] == 20


def test_a_change_of_the_rate_is_marked_on_the_charts() -> None:
    play = steady()
    play.mark("rate", old_rate=40.0, new_rate=50.0, who="ann", command_id="c-1")
    play.arrive(50)
    marks = throughput_chart(play.state).markers
    assert [(one.sign, one.text) for one in marks] == [
        ("S", "stage 1: 40/s"),
        ("U", "50/s by hand"),
    ]


# --- endpoints ------------------------------------------------------------------------------------


def shown(columns: Any, width: int) -> list[str]:
    return [columns[place.column].key for place in lay_out(columns, width).places]


def test_adjusted_percentiles_stand_beside_those_measured() -> None:
    source = EndpointsSource(snapshot_of(with_an_outage(), window="run"))
    cells = dict(zip([one.key for one in source.columns], source.cells(TOTAL_KEY), strict=True))
    assert [one.key for one in source.columns] == [one.key for one in COLUMNS_ADJUSTED]
    assert cells["p99"] != cells["p99 adj"]
    for column in ("p95 adj", "p99 adj"):
        assert source.sort_value(TOTAL_KEY, column) > 1000
    assert {"p99", "p99 adj", "verdict"} <= set(shown(COLUMNS_ADJUSTED, 80))
    assert not {"p95", "p95 adj", "max"} & set(shown(COLUMNS_ADJUSTED, 80))
    assert {"p50", "p95", "p95 adj", "p99", "p99 adj"} <= set(shown(COLUMNS_ADJUSTED, 120))


def test_a_run_without_adjusted_times_has_the_columns_that_it_had() -> None:
    assert EndpointsSource(snapshot_of(a_run())).columns == COLUMNS
    assert endpoint_note(snapshot_of(a_run()), LOOK) == []


def test_a_broken_limit_on_adjusted_times_has_its_sign_there() -> None:
    play = with_an_outage("p99_adjusted_ms<500")
    cells = EndpointsSource(snapshot_of(play, window="run")).cells(TOTAL_KEY)
    at = [one.key for one in COLUMNS_ADJUSTED].index("p99 adj")
    assert cells[at][0].endswith("■")
    assert cells[at][1] == "critical"


@pytest.mark.parametrize(
    ("play", "line"),
    [
        (with_an_outage, "adj: from the time the iteration was due; the others as measured"),
        (stalled, "adj: corrected for coordinated omission at a pacing of 0.2 s"),
    ],
)
def test_one_line_says_how_they_came_about(play: Any, line: str) -> None:
    found = endpoint_note(snapshot_of(play()), LOOK)
    assert found[0][0].startswith(line)


def test_of_plain_think_times_the_share_of_stuck_users_is_told_once_it_is_judged() -> None:
    play = stalled(pacing_s=None)
    assert endpoint_note(snapshot_of(play), LOOK) == []
    (found,) = endpoint_note(snapshot_of(play, verdict=judge(play.state)), LOOK)
    assert found[0].startswith("▲ users were stuck for 11 % of their time")
    assert endpoint_note(Snapshot(), LOOK) == []


def test_the_detail_has_both_and_how_they_came_about() -> None:
    one = Endpoint(snapshot_of(with_an_outage(), window="run"), TOTAL_KEY, LOOK)
    lines = [said(line) for line in figures_lines(one)]
    assert [line.split()[1] for line in lines if line[4:7] == "adj"] == ["adj"] * 3
    assert any(line.startswith("adj: from the time") for line in lines)
    assert all(len(line) <= FIGURES_WIDTH + 1 for line in lines)
    plain = figures_lines(Endpoint(snapshot_of(a_run()), TOTAL_KEY, LOOK))
    assert not any("adj" in said(line) for line in plain)


# --- steps ----------------------------------------------------------------------------------------


def test_steps_are_levels_of_the_rate() -> None:
    snapshot = panel_texts.judged(with_an_outage().state)
    head, row = panel_texts.table("steps", snapshot, 120)
    assert head.split()[:6] == ["step", "rate", "begun", "late", "given", "up"]
    assert "50/s" in row
    cells = panel_texts.cells("steps", snapshot)
    assert cells["late"][1] == cells["dropped"][1] == "warning"
    assert "rate" in panel_texts.table("steps", snapshot, 80)[0]
    about = "\n".join(panel_texts.detail("steps", snapshot))
    assert about.startswith("step 1: 50/s, by plan")
    assert "▲ the rate was not reached: not enough users" in about
    assert "a user" not in about.replace("a user of", "")
    for column in ("rate", "begun", "late", "dropped"):
        source = panel_texts.panel("steps").source(snapshot, LOOK)
        assert source.sort_value("1", column) > 0


def test_a_step_that_lasts_is_told_by_its_rate() -> None:
    snapshot = panel_texts.judged(steady(62.5, seconds=20).state)
    assert panel_texts.note("steps", snapshot)[0].startswith("step 1 at 62.5/s: ")
    kept = panel_texts.cells("steps", snapshot)
    assert (kept["late"], kept["dropped"]) == (("0", ""), ("0", ""))
    nothing = panel_texts.panel("steps").source(snapshot_of(a_run(0, plan=OPEN_PLAN)), LOOK)
    assert nothing.empty == "no step yet: a step is a rate that has lasted 5 s"


def test_a_second_without_arrivals_in_an_open_run_breaks_no_row() -> None:
    play = a_run(plan=OPEN_PLAN)
    source = panel_texts.panel("steps").source(snapshot_of(play), LOOK)
    (key,) = source.keys()
    assert len(source.cells(key)) == len(source.columns)
    assert panel_texts.cells("steps", snapshot_of(play))["rate"] == ("—", "dim")
