"""The fold holds: a cut journal, a checkpoint, a line said twice or a hole cost nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lftui.records import (
    EndpointTick,
    Finished,
    Gap,
    Logged,
    Marked,
    Tick,
    decode_record,
    encode,
    read_lines,
    with_seq,
)
from lftui.run_state import RunState, endpoint_entries
from tests.unit import strategies as our


@given(our.plays(), st.data())
def test_a_journal_cut_at_any_byte_gives_the_run_up_to_its_last_whole_line(
    play: our.Play, data: st.DataObject
) -> None:
    journal = play.journal()
    cut = data.draw(st.integers(0, len(journal)))
    whole, length = [], 0
    for record in play.records:
        length += len(encode(record))
        if length > cut:
            break
        whole.append(record)
    assert our.fold_journal(journal[:cut]) == our.fold(whole)


@given(our.plays(), st.data())
def test_a_checkpoint_and_the_rest_of_the_journal_give_the_whole_run(
    play: our.Play, data: st.DataObject
) -> None:
    # What `lftui attach` does with a run that is 24 h old.
    at = data.draw(st.integers(0, len(play.records)))
    restored = our.read_back(our.fold(play.records[:at]))
    assert our.fold(play.records[at:], restored) == play.state


@given(our.plays())
def test_a_checkpoint_loses_nothing(play: our.Play) -> None:
    assert our.read_back(play.state) == play.state


@given(our.plays(), st.data())
def test_writing_a_checkpoint_leaves_the_live_run_alone(
    play: our.Play, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(play.records)))
    state = our.fold(play.records[:at])
    restored = our.read_back(state)
    before = our.read_back(state)
    our.fold(play.records[at:], restored)
    assert state == before


@given(our.plays(), st.data())
def test_records_that_come_a_second_time_change_nothing(
    play: our.Play, data: st.DataObject
) -> None:
    # A console that attaches gets the checkpoint and a tail that may overlap with it.
    again = data.draw(st.integers(0, len(play.records)))
    state = our.fold(play.records)
    assert our.fold(play.records[again:], state) == play.state


@given(our.plays())
def test_two_folds_of_the_same_journal_agree(play: our.Play) -> None:
    assert our.fold_journal(play.journal()) == our.fold(play.records)


def test_lines_numbered_by_the_supervisor_fold_as_the_records_do() -> None:
    play = our.Play()
    play.seconds(9, rps=3)
    unnumbered = [line.replace(b'"seq":', b'"was":', 1) for line, _ in read_lines(play.journal())]
    journal = b"".join(with_seq(line, seq) for seq, line in enumerate(unnumbered, 1))
    assert our.fold_journal(journal) == play.state


def test_an_endpoint_whose_announcement_is_lost_is_counted_under_a_number() -> None:
    state = RunState()
    lost = EndpointTick(id=7, count=3, sum_us=30, min_us=10, max_us=10, ok=[10, 3])
    state.apply(Tick(start=0, end=1, endpoints=[lost], errors=[(4, 2)]))
    total, entries = endpoint_entries(state)
    assert total.requests == 3
    assert [(entry.name, entry.requests) for entry in entries if entry.requests] == [
        ("(unnamed 7)", 3)
    ]
    assert state.errors[4].count == 2


@given(our.plays(), st.data())
def test_any_record_may_be_missing(play: our.Play, data: st.DataObject) -> None:
    # A slow client is not sent everything; its screen goes on.
    holes = data.draw(st.sets(st.integers(0, len(play.records) - 1)))
    kept = [record for index, record in enumerate(play.records) if index not in holes]
    state = our.fold(kept)
    ticks = [record for record in kept if isinstance(record, Tick)]
    requests = sum(endpoint.count for tick in ticks for endpoint in tick.endpoints)
    assert state.total.count == requests
    assert sum(row.figures.count for row in state.rows) == requests


def test_records_of_a_later_version_are_counted_by_kind() -> None:
    play = our.Play()
    play.unknown("Later")
    play.unknown("Later")
    play.unknown("LaterStill")
    play.seconds(2)
    assert play.state.unknown_kinds == {"Later": 2, "LaterStill": 1}
    assert play.state.total.count == 4


def test_a_gap_is_kept_for_the_log_and_the_report() -> None:
    play = our.Play()
    play.say(Gap(what="records", reason="this console was too slow", from_seq=4, to_seq=9))
    assert [gap.reason for gap in play.state.gaps] == ["this console was too slow"]


# --- what the header says ------------------------------------------------------------------------


def test_the_header_shows_the_latest_tick_and_the_peak() -> None:
    play = our.Play()
    play.tick(users=5, target=20, state="spawning", spawn_rate=2.5, stage=0, shape_s=1.0)
    play.tick(users=40, target=40, stage=1, shape_s=2.0, held=True, target_by_class={"A": 40})
    play.tick(users=15, target=15, stage=2, shape_s=2.0, in_flight=3, oldest_in_flight_s=0.4)
    state = play.state
    assert (state.state, state.users, state.target, state.users_max) == ("running", 15, 15, 40)
    assert (state.stage, state.shape_s, state.held) == (2, 2.0, False)
    assert (state.in_flight, state.oldest_in_flight_s) == (3, 0.4)


def test_the_age_of_the_last_response_grows_while_a_target_hangs() -> None:
    play = our.Play()
    play.tick(last_response=play.now + 0.9)
    answered = play.state.last_response_s
    for _ in range(30):
        play.tick()
    assert play.state.last_response_s == answered == our.MONO + 0.9
    assert play.state.last_s - answered > 30


def test_the_plan_says_how_long_a_step_settles_and_what_happens_without_a_console() -> None:
    state = our.Play(settle_s=7).state
    assert state.steps.settle_s == 7
    play = our.Play()
    play.mark("policy", text="stop")
    assert play.state.policy == "stop"


def test_who_has_the_controls_is_known_and_so_is_that_nobody_has() -> None:
    play = our.Play()
    play.mark("controls", who="ann", new=1)
    assert play.state.controls == "ann"
    play.mark("controls", who="ann", new=0)
    assert play.state.controls == ""


def test_a_finished_run_has_no_users_and_a_reason() -> None:
    play = our.Play()
    play.seconds(3)
    play.finish("dead_man")
    assert isinstance(play.state.finished, Finished)
    assert play.state.finished.reason == "dead_man"
    assert (play.state.state, play.state.users) == ("stopped", 0)
    assert play.state.users_max == 10


def test_the_log_is_bounded_and_counts_what_it_gave_up() -> None:
    play = our.Play()
    for number in range(600):
        play.say(Logged(source="stdout", text=f"line {number}", dropped=1))
    assert [len(play.state.logs), play.state.logs[-1].text] == [500, "line 599"]
    assert play.state.logs[0].text == "line 100"
    assert play.state.log_lines == 1200


def test_an_unnumbered_record_is_always_taken() -> None:
    # Between generator and supervisor nothing is numbered yet.
    state = RunState()
    for _ in range(2):
        state.apply(Marked(type="note", text="again"))
    assert len(state.marks) == 2
    assert state.last_seq == 0


def test_a_state_from_nothing_can_be_shown() -> None:
    total, entries = endpoint_entries(RunState())
    assert (total.requests, total.rps, total.p95_ms, entries) == (0, 0.0, None, [])
    assert our.fold_journal(b"") == RunState()
    assert decode_record(encode(Logged(source="x", text=""))) is not None
