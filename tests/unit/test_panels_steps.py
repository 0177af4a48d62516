"""The Steps panel: the operator's ladder, with time to trust and knee."""

from __future__ import annotations

import random

from lftui.judge.steps.trust import Trust
from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.screens.live.panels.step_texts import briefly
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from tests.unit.panel_texts import cells, detail, judged, note, panel, table
from tests.unit.simulated import play_run
from tests.unit.strategies import Play, Sent


def climbing(*levels: tuple[int, int], rps: int = 40, finish: bool = False) -> Play:
    """Levels of users and seconds with noisy response times: each user adds to throughput up to
    20 users only."""
    draw = random.Random(7)
    limit = written([parse_threshold("p95_ms<60")])
    play = Play(settle_s=3.0, thresholds=limit)
    job = play.endpoint("/job")
    for users, seconds in levels:
        for _ in range(seconds):
            median = 20 if users <= 20 else 60
            us = [int(1000 * median * draw.lognormvariate(0, 0.3)) for _ in range(rps)]
            play.tick([Sent(job, one) for one in us[: 2 * min(users, 20)]], users=users)
    if finish:
        play.finish()
    return play


def test_without_a_step_it_says_what_a_step_is() -> None:
    source = panel("steps").source(Snapshot(), Look())
    assert list(source.keys()) == []
    assert source.empty == "no step yet: a step is a number of users that has lasted 5 s"
    assert note("steps", Snapshot()) == []
    assert panel("steps").title(Snapshot(), 0) == "Steps"


def test_the_newest_step_is_on_top_and_the_one_that_lasts_is_marked() -> None:
    rows = table("steps", judged(climbing((10, 20), (20, 20)).state))[1:]
    assert [row.split()[1:3] for row in rows] == [["▸2", "20"], ["1", "10"]]


def test_a_row_has_every_figure_with_its_unit() -> None:
    state = play_run(3, levels=[(10, 63)], rps=50).state
    (row,) = table("steps", judged(state), 160)[1:]
    found = cells("steps", judged(state))
    assert found["settled"] == ("00:59", "")
    assert found["requests"] == ("5,900", "")
    assert (found["rps"][0], found["per_user"][0]) == ("100.0", "10.0")
    assert found["errors"] == ("0 %", "")
    assert found["p99"][0].endswith(" ms")
    assert "±" in found["p99"][0]
    assert all(text in row for text, _ in (found["p50"], found["p95"], found["p99"]))


def test_too_few_responses_are_told_by_a_question_mark() -> None:
    play = Play(settle_s=0.0)
    play.seconds(7, rps=1, ms=38)
    assert cells("steps", Snapshot(state=play.state))["p99"] == ("38 ms ?", "dim")


def test_a_settling_step_says_how_long_and_one_that_is_too_short_to_count_too() -> None:
    play = climbing((10, 10), (20, 2))
    assert cells("steps", judged(play.state))["what"][0] == "settles, 2 s"
    assert cells("steps", judged(play.state))["settled"] == ("settles", "dim")
    assert note("steps", judged(play.state))[0] == (
        "step 2 at 20 users settles: its figures begin in 2 s"
    )
    play.seconds(3, users=20)
    assert cells("steps", judged(play.state))["what"][0] == "counts in 1 s"
    assert "too short to count yet: 1 s more" in note("steps", judged(play.state))[0]


def test_a_step_that_ended_before_it_settled_is_too_short() -> None:
    play = Play(settle_s=20.0)
    play.seconds(8, users=10)
    play.seconds(3, users=20)
    assert cells("steps", Snapshot(state=play.state), 1)["what"][0] == "too short: never settled"
    assert "no figures: they begin 20 s after its users run" in detail(
        "steps", Snapshot(state=play.state), 1
    )


def test_the_step_that_lasts_tells_how_long_until_its_p99_can_be_trusted() -> None:
    snapshot = Snapshot(state=climbing((10, 20)).state)
    what = cells("steps", snapshot)["what"][0]
    assert what.startswith("p99 in ")
    assert what.replace(" in ", " in about ") in note("steps", snapshot)[0]


def test_what_came_in_since_the_judges_word_counts_for_trust() -> None:
    play = climbing((10, 12))
    before = judged(play.state)
    first = cells("steps", before)["p95"]
    play.seconds(40, users=10, rps=20, ms=25)
    later = Snapshot(state=play.state, verdict=before.verdict)
    assert cells("steps", later)["p95"] != first


def test_the_knee_is_marked_on_its_row_and_told_in_one_sentence() -> None:
    snapshot = judged(climbing((5, 30), (10, 30), (20, 30), (40, 30), finish=True).state)
    assert snapshot.verdict is not None
    assert snapshot.verdict.knee is not None
    rows = {cells("steps", snapshot, row)["users"][0]: row for row in range(4)}
    knee = rows[str(snapshot.verdict.knee.users)]
    text, tone = cells("steps", snapshot, knee)["what"]
    assert text.partition(" · ")[0] == "knee"
    assert tone == "warning"
    assert any(line.startswith("▲ knee at ") for line in note("steps", snapshot))
    assert any(line.startswith("▲ knee at ") for line in detail("steps", snapshot, knee))
    assert sum("knee" in row for row in table("steps", snapshot)) == 1
    assert panel("steps").title(snapshot, 0) == "Steps▲"


def test_a_broken_limit_has_a_sign_and_a_reason() -> None:
    snapshot = judged(climbing((10, 40), (40, 40), finish=True).state)
    assert cells("steps", snapshot)["verdict"] == ("■", "critical")
    assert "broke the critical limit 60 ms" in cells("steps", snapshot)["what"][0]
    assert cells("steps", snapshot, 1)["verdict"] == ("●", "good")
    assert any(line.startswith("■ fail: p95") for line in detail("steps", snapshot))


def test_steps_by_hand_and_marks_are_told() -> None:
    play = Play(settle_s=1.0)
    play.seconds(10, users=10, held=True)
    play.mark("note", text="deploy began")
    play.seconds(1, users=10, held=True)
    snapshot = Snapshot(state=play.state)
    assert cells("steps", snapshot)["by"][0] == "hand"
    assert cells("steps", snapshot)["what"][0].endswith(" · deploy began")
    assert "step 1: 10 users, by hand" in detail("steps", snapshot)
    assert "marked: deploy began" in detail("steps", snapshot)


def test_eighty_columns_hold_what_is_needed() -> None:
    rows = table("steps", judged(climbing((10, 20), (20, 20)).state), 80)
    assert rows[0].split() == ["step", "users", "settled", "rps", "errors", "p95", "p99"]
    assert all(len(row) <= 80 for row in rows)
    assert "p99 in " in rows[1]


def test_the_details_of_a_forgotten_step_say_so() -> None:
    spec = panel("steps")
    assert spec.detail is not None
    assert spec.detail(Snapshot(), Look(), "7") == [
        ("this step was too short and is forgotten", "dim")
    ]


def test_a_verb_is_said_once() -> None:
    sure = Trust("p50_ms", 1.0, 0.9, 1.1, 0.1, 100, True, 0.0)
    wait = Trust("p99_ms", 1.0, samples=10, wait_s=40.0)
    assert briefly({"p50_ms": sure, "p99_ms": wait}) == ("p50 can be trusted; p99 in about 40 s")
