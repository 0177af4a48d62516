"""The Target panel: what the target's own metrics are, what they were, and how old they are."""

from __future__ import annotations

import pytest

from lftui.records import TargetSample, TargetSampled
from lftui.screens.live.banners import banners
from lftui.screens.live.target_chart import target_chart
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from tests.unit.live_runs import a_run, snapshot_of
from tests.unit.panel_texts import HOSTILE, cells, detail, note, panel, table
from tests.unit.strategies import Play
from tests.unit.watched_runs import watched

CPU, MEMORY, QUOTA, SERVED, POOL = range(5)


def row(snapshot: Snapshot, number: int) -> dict[str, str]:
    return {name: text for name, (text, _) in cells("target", snapshot, number).items()}


def test_without_sources_it_says_what_to_do() -> None:
    snapshot = Snapshot(state=a_run().state)
    source = panel("target").source(snapshot, Look())
    assert list(source.keys()) == []
    assert source.empty.startswith("nothing is read of the target; [monitor] in lftui.toml says")
    assert note("target", snapshot) == []
    assert panel("target").title(snapshot, 0) == "Target"


def test_a_row_tells_value_limits_trend_verdict_source_and_age() -> None:
    snapshot = Snapshot(state=watched().state)
    cpu = row(snapshot, CPU)
    assert (cpu["sign"], cpu["name"], cpu["source"], cpu["age"]) == ("■", "cpu_usage", "api", "1 s")
    assert (cpu["value"], cpu["lowest"], cpu["highest"]) == ("93.3 %", "30 %", "93.3 %")
    assert cpu["limits"] == "<70 % <85 %"
    # The newest reading is critical; the mean, which the verdict is about, is not.
    assert (cpu["mean"], cpu["verdict"]) == ("61.7 %", "● pass")
    assert cpu["trend"].strip() == "▅▅▅▆▆▆▇▇▇▇████"
    quota = row(snapshot, QUOTA)
    assert (quota["value"], quota["limits"], quota["verdict"]) == (
        "922 calls",
        ">100 calls",
        "● pass",
    )
    memory = row(snapshot, MEMORY)
    assert (memory["sign"], memory["value"], memory["verdict"]) == ("", "180 MB", "—")


def test_a_source_that_is_down_shows_gaps_its_age_and_a_banner() -> None:
    snapshot = snapshot_of(watched())
    pool = row(snapshot, POOL)
    assert (pool["sign"], pool["value"], pool["age"]) == ("○", "—", "17 s")
    said = "no figures of the target from db (17 s); 7 (log) says why, and the run goes on"
    assert [one.text for one in banners(snapshot)].count(said) == 1
    assert panel("target").title(snapshot, 0) == "Target■"
    well = snapshot_of(watched(down_from=None, cpu=(10, 20)))
    assert panel("target").title(well, 0) == "Target"
    assert "figures of the target" not in " ".join(one.text for one in banners(well))
    play = watched()
    play.finish()
    assert panel("target").title(snapshot_of(play), 0) == "Target"


@pytest.mark.parametrize(("cpu", "sign"), [((10, 20), ""), ((10, 75), "▲"), ((10, 95), "■")])
def test_the_tab_tells_a_limit_that_is_broken_now(cpu: tuple[float, float], sign: str) -> None:
    snapshot = Snapshot(state=watched(cpu=cpu, down_from=None).state)
    assert panel("target").title(snapshot, 0) == f"Target{sign}"


def test_details_say_all_of_a_row() -> None:
    snapshot = Snapshot(state=watched().state)
    assert detail("target", snapshot, CPU) == [
        "cpu_usage of api",
        "now 93.3 %, read 1 s ago",
        "lowest 30 %, mean 61.7 %, highest 93.3 % of 20 readings",
        "● warning limit: below 70 %, kept on average",
        "● critical limit: below 85 %, kept on average",
        'as a threshold: --threshold "cpu_usage@target<…"',
    ]
    assert detail("target", snapshot, POOL)[1] == "now —; the last one was 50 %, read 17 s ago"
    play = Play()
    play.say(TargetSampled(source="api", samples=[TargetSample("typo", None)]))
    assert "is its name right?" in detail("target", Snapshot(state=play.state))[2]


def test_it_fits_a_narrow_screen_and_ascii() -> None:
    snapshot = Snapshot(state=watched().state)
    rows = table("target", snapshot, 80)
    assert rows[0].split() == ["metric", "now", "trend", "verdict", "source", "age"]
    assert rows[1].startswith(" ■ cpu_usage")
    assert "".join(table("target", snapshot, 200, in_ascii=True)).isascii()
    assert "".join(note("target", snapshot, in_ascii=True)).isascii()


def test_names_from_outside_are_data() -> None:
    play = Play()
    play.say(TargetSampled(source=HOSTILE, samples=[TargetSample(HOSTILE, 1e300, HOSTILE)]))
    snapshot = Snapshot(state=play.state)
    shown = [
        *table("target", snapshot, 200),
        *detail("target", snapshot),
        *note("target", snapshot),
    ]
    assert all(line.isprintable() and "\x1b" not in line for line in shown)


# --- the chart -----------------------------------------------------------------------------------


def test_the_chart_has_the_axis_of_the_load_the_limits_and_gaps() -> None:
    state = watched().state
    chart = target_chart(state, "api\tcpu_usage")
    assert (chart.title, chart.unit) == ("cpu_usage of api", "%")
    assert [(one.value, one.text) for one in chart.limits] == [
        (70.0, "warning 70 %"),
        (85.0, "critical 85 %"),
    ]
    metric, users = chart.lines
    assert metric.points[0][0] == pytest.approx(1.0)
    assert [value for _, _, value in metric.points].count(None) == 0
    assert (users.axis, users.points[-1][2]) == ("right", 10.0)
    assert chart.until_s == pytest.approx(40.0)
    play = watched(down_from=10)
    for second in range(40, 60):
        play.tick([])
        if second >= 50:
            play.say(TargetSampled(source="db", samples=[TargetSample("db_pool_usage", 55.0, "%")]))
    values = [
        value for _, _, value in target_chart(play.state, "db\tdb_pool_usage").lines[0].points
    ]
    assert values == [50.0] * 5 + [None] + [55.0] * 10


def test_a_metric_that_is_gone_leaves_an_empty_chart() -> None:
    assert target_chart(a_run().state, "no\tsuch").limits == []
