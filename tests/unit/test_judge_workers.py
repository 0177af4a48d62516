"""What workers cost a verdict: losses and missing users are cautions, a full core is a bottleneck."""

from __future__ import annotations

import pytest

from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.judge.verdict import Verdict, judge
from lftui.judge.workers import coarse_said, losses_said, more_room_said
from lftui.reports.github import annotations
from lftui.reports.junit import junit_xml
from tests.unit.distributed_runs import WorkersPlay, with_a_loss
from tests.unit.strategies import Play

LOSS = "1 of 2 workers was lost (local-2); at most 4 requests are not counted"


def a_run(*thresholds: str, seconds: int = 60) -> WorkersPlay:
    rules = [parse_threshold(text) for text in thresholds]
    play = WorkersPlay(2, thresholds=written(rules) if rules else None)
    play.run(seconds)
    return play


def ended(play: Play) -> Verdict:
    play.finish()
    return judge(play.state)


def test_a_run_whose_workers_were_always_there_passes() -> None:
    found = ended(a_run("p95_ms<100"))
    assert (found.outcome, found.reasons) == ("pass", [])
    assert not [check for check in found.checks if check.source == "generator"]


@pytest.mark.parametrize("back", [True, False])
def test_a_lost_worker_makes_a_warning_of_a_pass(back: bool) -> None:
    play = a_run("p95_ms<100")
    play.lose("local-2")
    play.run(3)
    if back:
        play.come_back("local-2")
    play.run(10)
    found = ended(play)
    assert (found.outcome, found.sentence) == ("warn", f"WARN: {LOSS}")
    (check,) = [check for check in found.checks if check.source == "generator"]
    assert (check.metric, check.value, check.limit) == ("workers_lost", 1.0, 0.0)
    assert LOSS in junit_xml(play.state, found)
    assert any(
        LOSS in line and line.startswith("::warning") for line in annotations(play.state, found)
    )


def test_without_thresholds_too() -> None:
    play = a_run()
    play.lose("local-2")
    play.run(2)
    assert ended(play).sentence == f"WARN: {LOSS}"


def test_requests_that_are_missing_are_a_caution_without_any_loss_on_record() -> None:
    play = a_run("p95_ms<100")
    play.lose("local-2", most=7)
    records = [one for one in play.records if one.__class__.__name__ != "Marked"]
    state = type(play.state)()
    for record in records:
        state.apply(record)
    found = judge(state)
    assert found.sentence == "WARN: at most 7 requests are not counted"


def test_a_failure_stays_one_and_the_loss_is_a_further_reason() -> None:
    play = a_run("p95_ms<5")
    play.lose("local-2")
    play.run(2)
    found = ended(play)
    assert found.outcome == "fail"
    assert found.reasons[1] == LOSS


def test_a_caution_judges_no_run_that_cannot_be_judged() -> None:
    play = a_run("p99_ms<25", seconds=10)  # too few responses for a p99
    play.lose("local-2")
    play.run(2)
    found = ended(play)
    assert found.outcome == "inconclusive"
    assert LOSS in found.reasons


def test_users_that_were_asked_for_and_not_there_are_said() -> None:
    play = a_run("p95_ms<100", seconds=10)
    play.run(30, users=7, target=10)
    found = ended(play)
    assert found.sentence == "WARN: in step 2 7.0 of 10 users ran on average"
    (check,) = [check for check in found.checks if check.source == "generator"]
    assert (check.metric, check.value, check.limit, check.users) == ("users", 7.0, 10.0, 10)


def test_a_moment_without_a_user_is_no_caution_and_a_run_without_workers_asks_nothing() -> None:
    play = a_run("p95_ms<100")
    play.run(1, users=8, target=9)
    play.run(60, users=9)
    assert ended(play).outcome == "pass"
    alone = Play(settle_s=1.0)
    alone.seconds(30, users=7, target=10)
    assert ended(alone).outcome == "pass"


def test_a_worker_whose_core_was_full_leaves_the_run_undecided() -> None:
    play = WorkersPlay(2)
    play.there["local-2"] |= {"cpu_percent": 98.0}
    play.run(30)
    found = ended(play)
    assert found.sentence == (
        "INCONCLUSIVE: the generator was the bottleneck: local-2's core was full for 100 % of the "
        "time (98 %)"
    )
    assert found.steps[0].health.reason.startswith("local-2's core was full")


def test_the_words_of_many() -> None:
    play = WorkersPlay(8)
    play.run(3)
    for number in range(1, 8):
        play.lose(f"local-{number}", most=1)
    play.run(1)
    assert losses_said(play.state) == (
        "7 of 8 workers were lost (local-1, local-2, local-3, local-4, local-5 and 2 more); "
        "at most 7 requests are not counted"
    )
    assert coarse_said(play.state) == ""
    assert coarse_said(with_a_loss().state).startswith("figures of 1 stock worker are rounded")


@pytest.mark.parametrize(
    ("machine", "shown"),
    [({}, 2), ({"cores": 1}, 2), ({"cores": 2}, 2), ({"cores": 8}, 7), ({"cores": "many"}, 2)],
)
def test_a_generator_without_room_is_offered_processes(
    machine: dict[str, object], shown: int
) -> None:
    assert more_room_said(Play(machine=machine).state) == f"start it with --processes {shown}"
    assert more_room_said(WorkersPlay(2).state) == "more workers"
