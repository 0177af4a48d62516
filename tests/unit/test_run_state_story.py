"""What went wrong and what was done about it: errors, exceptions, marks, proposals, the target."""

from __future__ import annotations

import pytest

from lftui.records import (
    ErrorSeen,
    ExceptionSeen,
    GeneratorHealth,
    Marked,
    MarkType,
    Proposed,
    TargetSample,
    TargetSampled,
)
from lftui.run_state import RunState, silent_sources
from lftui.run_state.state import MARKS
from tests.unit.strategies import MONO, WALL, Play, Sent

# --- errors --------------------------------------------------------------------------------------


def test_an_error_has_its_endpoint_its_count_and_when_it_was_seen() -> None:
    play = Play()
    endpoint = play.endpoint("/jobs", "POST")
    play.seconds(10)
    group = play.error(endpoint, "503 Server Error")
    play.tick([Sent(endpoint, 900, failed=True)] * 3, errors=[(group, 3)])
    play.seconds(20)
    play.tick([Sent(endpoint, 900, failed=True)], errors=[(group, 1)])
    error = play.state.errors[group]
    assert play.state.rows[error.row].name == "/jobs"
    assert error.count == 4
    assert error.first_wall == WALL + 10
    assert error.last_wall == WALL + play.now - MONO


def test_one_message_is_shown_as_it_was_and_several_in_their_folded_form() -> None:
    play = Play()
    group = play.error(play.endpoint(), "no job <n>", "no job 17")
    assert play.state.errors[group].shown == "no job 17"
    play.say(ErrorSeen(id=group, endpoint=1, text="no job <n>", sample="no job 17", varied=True))
    error = play.state.errors[group]
    assert error.shown == "no job <n>"
    assert error.sample == "no job 17"
    play.say(ErrorSeen(id=group, endpoint=1, text="no job <n>", sample="no job 17"))
    assert error.varied


def test_an_error_seen_again_keeps_its_count() -> None:
    play = Play()
    endpoint = play.endpoint()
    group = play.error(endpoint)
    play.tick([Sent(endpoint, 1, failed=True)] * 5, errors=[(group, 5)])
    play.say(ErrorSeen(id=group, endpoint=endpoint, varied=True))
    assert play.state.errors[group].count == 5
    assert len(play.state.errors) == 1


def test_an_error_of_this_step_is_told_from_an_older_one() -> None:
    play = Play()
    endpoint = play.endpoint()
    play.seconds(8, users=10)
    old = play.error(endpoint, "old")
    play.seconds(8, users=20)
    new = play.error(endpoint, "new")
    step = play.state.steps.all()[-1]
    assert [play.state.errors[old].first_step, play.state.errors[new].first_step] == [1, 2]
    assert step.number == 2


def test_exceptions_of_the_locustfile_are_counted_with_their_first_traceback() -> None:
    play = Play()
    play.say(ExceptionSeen(id=1, count=0, message="'id'", traceback="in browse", node="w1"))
    play.say(ExceptionSeen(id=1, count=3, node="w1"))
    play.say(ExceptionSeen(id=1, count=2, node="w2"))
    play.say(ExceptionSeen(id=2, count=1, message="no token"))
    first, second = play.state.exceptions.values()
    assert (first.count, first.message, first.traceback, first.nodes) == (
        5,
        "'id'",
        "in browse",
        ["w1", "w2"],
    )
    assert (second.count, second.message) == (1, "no token")


# --- marks ---------------------------------------------------------------------------------------


def test_marks_are_kept_in_their_order() -> None:
    play = Play()
    play.mark("users", old=10, new=20, who="ann")
    play.mark("note", text="deploy", who="ben")
    assert [(mark.type, mark.who) for mark in play.state.marks] == [
        ("users", "ann"),
        ("note", "ben"),
    ]


def test_a_shape_that_changes_every_second_for_a_day_pushes_no_note_out() -> None:
    state = RunState()
    state.apply(Marked(type="note", text="first", who="ann"))
    for number in range(MARKS + 700):
        state.apply(Marked(type="users", new=number, who="shape"))
        if number % 1_000 == 0:
            state.apply(Marked(type="users", new=number, who="ann"))
    assert len(state.marks) == MARKS
    assert state.marks[0].text == "first"
    assert sum(mark.who == "ann" for mark in state.marks) == 1 + 6
    assert state.marks[-1].new == MARKS + 699


@pytest.mark.parametrize("type", ["stalled", "breach", "guard"])
def test_a_target_that_flaps_for_a_day_pushes_no_note_out(type: MarkType) -> None:
    state = RunState()
    state.apply(Marked(type="note", text="first", who="ann"))
    for _ in range(MARKS + 10):
        state.apply(Marked(type=type, who="guard", text="p95 over 5 s"))
    assert len(state.marks) == MARKS
    assert state.marks[0].text == "first"


@pytest.mark.parametrize("type", ["note", "breach", "guard", "stalled"])
def test_what_happened_in_a_step_is_written_to_it(type: MarkType) -> None:
    play = Play()
    play.seconds(8, users=10)
    play.mark(type, text="p95 over 5 s")
    play.seconds(1, users=10)
    (step,) = play.state.steps.all()
    assert step.marks == ["p95 over 5 s"]
    play.seconds(8, users=20)
    play.mark("users", old=20, new=30)
    assert play.state.steps.all()[-1].marks == []


def test_a_mark_without_words_says_its_kind() -> None:
    play = Play()
    play.seconds(8, users=10)
    play.mark("stalled")
    play.mark("stalled", why="no response for 12 s")
    (step,) = play.state.steps.all()
    assert step.marks == ["stalled", "no response for 12 s"]


# --- what is proposed, what the target says ------------------------------------------------------


def test_a_proposal_can_be_found_by_its_id_and_is_replaced_by_a_newer_one() -> None:
    play = Play()
    play.say(Proposed(proposal_id="a", action="users", users=40, reason="p95 is flat"))
    play.say(Proposed(proposal_id="a", action="users", users=35))
    assert {key: one.users for key, one in play.state.proposals.items()} == {"a": 35}


def test_the_targets_readings_are_kept_by_source_and_name() -> None:
    play = Play()
    play.say(
        TargetSampled(source="host", samples=[TargetSample("cpu", 40, "%"), TargetSample("mem", 1)])
    )
    for value in (55, None):
        play.now += 2
        play.say(TargetSampled(source="host", samples=[TargetSample("cpu", value, "%")]))
    play.say(TargetSampled(source="db", samples=[TargetSample("cpu", 7, "%")]))
    known = {(one.source, one.name): one for one in play.state.target_facts.values()}
    cpu = known["host", "cpu"]
    assert (cpu.value, cpu.latest, cpu.sampled_s - cpu.latest_s) == (None, 55, 2)
    assert (cpu.lowest, cpu.mean, cpu.highest, cpu.count) == (40, 47.5, 55, 2)
    assert (known["host", "mem"].value, known["db", "cpu"].value) == (1, 7)


def test_a_source_is_silent_while_none_of_its_metrics_has_a_number() -> None:
    play = Play()

    def read(*values: float | None) -> dict[str, float]:
        play.now += 2
        samples = [TargetSample(f"m{at}", value) for at, value in enumerate(values)]
        play.say(TargetSampled(source="host", samples=samples))
        return silent_sources(play.state.target_facts)

    first = play.now + 2
    assert read(None, None) == {"host": first}
    assert read(1.0, None) == {}
    last = play.now
    assert read(None, None) == read(None, None) == {"host": last}
    assert read(None, 2.0) == {}


def test_the_cpu_of_a_tick_cut_short_says_nothing_in_the_series_as_in_the_maximum() -> None:
    play = Play()
    play.tick(health=GeneratorHealth(cpu_percent=12.0))
    play.tick(length_s=0.05, health=GeneratorHealth(cpu_percent=98.0))
    assert [point.cpu_percent for point in play.state.series.points()] == [12.0, 0.0]
    assert play.state.health.cpu_percent_max == 12.0
