"""The Errors panel: what failed, how often, what it means and what to do about it."""

from __future__ import annotations

from lftui.records import ErrorSeen, ExceptionSeen
from lftui.screens.live.panels.error_kinds import MOST
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from tests.unit.panel_texts import HOSTILE, cells, detail, note, panel, table
from tests.unit.strategies import Play, Sent

DOWN = "HTTPError('503 Server Error for url: /jobs/<n>')"
SAMPLE = "HTTPError('503 Server Error for url: /jobs/17')"
TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/x/main.py", line 12, in on_start\n'
    '    self.token = data["token"]\n'
    "KeyError: 'token'"
)


def failing(seconds: int = 10, status: int | None = 503, varied: bool = False) -> Play:
    """Ten requests a second to one endpoint, of which one fails."""
    play = Play(settle_s=1.0)
    job = play.endpoint("/jobs/[id]")
    play.say(ErrorSeen(id=1, endpoint=job, status=status, text=DOWN, sample=SAMPLE, varied=varied))
    for _ in range(seconds):
        sent = [Sent(job, 20_000, failed=n == 0) for n in range(10)]
        play.tick(sent, errors=[(1, 1)])
    return play


def test_without_failures_it_says_of_how_many_requests() -> None:
    play = Play()
    play.seconds(5, rps=100)
    for snapshot, said in (
        (Snapshot(), "no request yet"),
        (Snapshot(state=play.state), "no failures in 500 requests"),
    ):
        source = panel("errors").source(snapshot, Look())
        assert (list(source.keys()), source.empty) == ([], said)
        assert note("errors", snapshot) == []
        assert panel("errors").title(snapshot, 0) == "Errors"


def test_a_kind_has_count_share_status_endpoint_and_folded_message() -> None:
    snapshot = Snapshot(state=failing().state)
    found = {column: text for column, (text, _) in cells("errors", snapshot).items()}
    assert (found["count"], found["share"], found["status"]) == ("10", "10.0 %", "503")
    assert found["endpoint"] == "GET /jobs/[id]"
    assert found["meaning"] == "Server error (5xx)"
    assert found["text"] == SAMPLE
    assert cells("errors", snapshot)["status"][1] == "critical"
    assert panel("errors").title(snapshot, 0) == "Errors(1)"


def test_the_message_is_folded_where_several_were_different() -> None:
    play = failing(varied=True)
    assert cells("errors", Snapshot(state=play.state))["text"][0] == DOWN
    play = failing()
    play.say(ErrorSeen(id=2, endpoint=1, status=503, text=DOWN, sample="another"))
    play.tick([Sent(1, 20_000, failed=True)], errors=[(2, 1)])
    snapshot = Snapshot(state=play.state)
    assert len(table("errors", snapshot)) == 2
    assert cells("errors", snapshot)["text"][0] == DOWN
    assert cells("errors", snapshot)["count"][0] == "11"


def test_the_note_says_how_many_failed_and_what_to_do() -> None:
    total, advice = note("errors", Snapshot(state=failing().state))
    assert total == "whole run: 10 of 100 requests failed (10.0 %)"
    assert advice.startswith("Server error (5xx), points at the target: ")


def test_the_trend_shows_when_it_began_and_that_it_has_stopped() -> None:
    play = Play()
    job = play.endpoint()
    group = play.error(job)
    for second in range(100):
        play.tick([Sent(job, 5)] * 9, errors=[(group, 2)] if 30 <= second < 60 else [])
    trend, tone = cells("errors", Snapshot(state=play.state))["trend"]
    assert (trend, tone) == ("▁▁▁███▁▁▁▁", "errors")


def test_the_details_have_remedy_times_and_one_sample() -> None:
    lines = detail("errors", Snapshot(state=failing().state))
    assert lines[0] == "Server error (5xx): points at the target"
    assert "GET /jobs/[id], status 503" in lines
    assert "10 times, 10.0 % of the endpoint's requests" in lines
    assert lines[-5:-3] == ["message, numbers folded:", DOWN]
    assert lines[-2:] == ["one of them as it was, secrets left out:", SAMPLE]


def test_what_was_not_seen_before_this_step_is_new() -> None:
    play = Play(settle_s=1.0)
    first = play.endpoint("/a")
    one = play.error(first, "old")
    for _ in range(8):
        play.tick([Sent(first, 9, failed=True)], users=10, errors=[(one, 2)])
    assert cells("errors", Snapshot(state=play.state))["new"][0] == ""
    play.tick(users=20)
    two = play.error(first, "young")
    for _ in range(8):
        play.tick([Sent(first, 9, failed=True)], users=20, errors=[(two, 1)])
    snapshot = Snapshot(state=play.state)
    assert [cells("errors", snapshot, row)["text"][0] for row in (0, 1)] == ["old", "young"]
    assert [cells("errors", snapshot, row)["new"] for row in (0, 1)] == [
        ("", ""),
        ("new", "warning"),
    ]
    assert "▲ new in this step" in detail("errors", snapshot, 1)
    assert "▲ new in this step" not in detail("errors", snapshot, 0)


def test_an_exception_of_the_locustfile_is_a_row_with_its_traceback() -> None:
    play = failing()
    play.say(ExceptionSeen(id=1, count=30, message="KeyError: 'token'", traceback=TRACE))
    snapshot = Snapshot(state=play.state)
    found = {column: text for column, (text, _) in cells("errors", snapshot).items()}
    assert (found["count"], found["share"], found["status"]) == ("30", "—", "—")
    assert found["endpoint"] == "main.py:12 in on_start"
    assert found["meaning"] == "Exception in the locustfile"
    lines = detail("errors", snapshot)
    assert lines[0] == "Exception in the locustfile: points at the script"
    assert lines[-4:] == TRACE.splitlines()
    assert ", and 30 exceptions" in note("errors", snapshot)[0]
    assert panel("errors").title(snapshot, 0) == "Errors(2)"


def test_eighty_columns_hold_what_is_needed() -> None:
    rows = table("errors", Snapshot(state=failing().state), 80)
    assert rows[0].split() == ["count", "share", "status", "endpoint", "message"]
    assert "GET /jobs/[id]" in rows[1]
    assert "HTTPError('503" in rows[1]
    assert "over time" in table("errors", Snapshot(state=failing().state), 100)[0]


def test_hostile_text_shows_as_text_and_stays_in_its_row() -> None:
    play = Play(settle_s=0.0)
    bad = play.endpoint(HOSTILE)
    group = play.error(bad, HOSTILE, HOSTILE)
    play.tick([Sent(bad, 5, failed=True)], errors=[(group, 1)])
    snapshot = Snapshot(state=play.state)
    for in_ascii in (False, True):
        row = table("errors", snapshot, 120, in_ascii)[1]
        assert "[bold red]?]0;owned??gnp.exe" in row
        assert len(row) <= 120
        everything = [
            row,
            *detail("errors", snapshot, 0, in_ascii),
            *note("errors", snapshot, in_ascii),
        ]
        assert all(line.isprintable() for line in everything)
        assert sum(map(len, everything)) < 12_000
    assert all(line.isascii() for line in everything)


def test_of_very_many_kinds_the_frequent_ones_are_shown_and_the_rest_counted() -> None:
    play = Play()
    groups = [play.error(play.endpoint(f"/{n}"), f"down {n}") for n in range(MOST + 20)]
    play.tick([Sent(1, 5, failed=True)], errors=[(group, 1) for group in groups])
    play.tick([Sent(1, 5, failed=True)], errors=[(groups[-1], 5)])
    snapshot = Snapshot(state=play.state)
    assert len(panel("errors").source(snapshot, Look()).keys()) == MOST
    assert cells("errors", snapshot)["endpoint"][0] == f"GET /{MOST + 19}"
    assert ", 20 rarer kinds are not shown" in note("errors", snapshot)[0]


def test_a_row_keeps_its_key_while_the_order_changes() -> None:
    play = failing()
    before = panel("errors").source(Snapshot(state=play.state), Look()).keys()[0]
    play.say(ErrorSeen(id=2, endpoint=play.endpoint("/b"), text="slow", sample="slow"))
    play.tick([Sent(2, 5, failed=True)], errors=[(2, 500)])
    source = panel("errors").source(Snapshot(state=play.state), Look())
    assert source.keys()[1] == before
    assert source.sort_value(before, "count") == 10
    assert source.cells("gone") == [""] * len(source.columns)
    assert source.sort_value("gone", "count") is None
