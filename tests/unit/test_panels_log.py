"""The Log panel: what was said, the newest last, and what is missing."""

from __future__ import annotations

from lftui.records import Gap, Logged
from lftui.run_state.state import LOG_LINES
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from tests.unit.panel_texts import HOSTILE, cells, detail, note, panel, table
from tests.unit.strategies import Play


def saying(*texts: str, **facts: object) -> Play:
    play = Play()
    for text in texts:
        play.say(Logged(source="generator", text=text, **facts))  # type: ignore[arg-type]
    return play


def test_without_a_line_it_says_so() -> None:
    source = panel("log").source(Snapshot(), Look())
    assert (list(source.keys()), source.empty) == ([], "nothing was said yet")
    assert panel("log").title(Snapshot(), 0) == "Log"


def test_the_newest_is_last_and_followed() -> None:
    rows = table("log", Snapshot(state=saying("first", "second").state))
    assert [row.split()[-1] for row in rows] == ["text", "first", "second"]
    assert panel("log").follows


def test_the_title_counts_what_nobody_has_looked_at() -> None:
    snapshot = Snapshot(state=saying("a", "b", "c").state)
    assert panel("log").count(snapshot) == 3
    assert [panel("log").title(snapshot, seen) for seen in (0, 2, 3)] == [
        "Log(+3)",
        "Log(+1)",
        "Log",
    ]


def test_the_title_stays_short() -> None:
    snapshot = Snapshot(state=saying(*("x" for _ in range(120))).state)
    assert panel("log").title(snapshot, 20) == "Log(>99)"
    assert panel("log").title(snapshot, 21) == "Log(+99)"


def test_a_level_is_a_sign_and_a_tone() -> None:
    for level, sign, tone in (
        ("debug", "", "dim"),
        ("info", "", ""),
        ("warning", "▲", "warning"),
        ("error", "■", "critical"),
        ("critical", "■", "critical"),
    ):
        found = cells("log", Snapshot(state=saying("x", level=level).state))
        assert (found["sign"], found["text"]) == ((sign, tone), ("x", tone))


def test_lines_that_were_left_out_and_gaps_are_told_where_they_were() -> None:
    play = saying("one")
    play.say(Gap(what="ticks", reason="a slow client", count=4))
    play.say(Logged(source="locustfile", text="two", dropped=7))
    snapshot = Snapshot(state=play.state)
    texts = [cells("log", snapshot, row)["text"][0] for row in range(3)]
    assert texts == [
        "one",
        "missing here: 4 ticks (a slow client)",
        "(left out: 7 lines) two",
    ]
    assert note("log", snapshot) == ["the latest 2 of 9 lines are kept here"]


def test_a_line_keeps_its_key_while_older_ones_are_given_up() -> None:
    play = saying(*(f"line {n}" for n in range(LOG_LINES)))
    key = panel("log").source(Snapshot(state=play.state), Look()).keys()[-1]
    play.say(Logged(source="generator", text="one more"))
    source = panel("log").source(Snapshot(state=play.state), Look())
    assert len(source.keys()) == LOG_LINES
    assert source.keys()[-2] == key
    # Records without a number, as in a journal from elsewhere.
    state = Snapshot().state
    for n in range(LOG_LINES):
        state.apply(Logged(source="x", text=f"line {n}"))
    last = panel("log").source(Snapshot(state=state), Look()).keys()[-1]
    state.apply(Logged(source="x", text="one more"))
    assert panel("log").source(Snapshot(state=state), Look()).keys()[-2] == last


def test_a_line_of_several_lines_is_one_row_and_whole_in_the_details() -> None:
    snapshot = Snapshot(state=saying("print\nof two\tlines").state)
    assert cells("log", snapshot)["text"][0] == "print of two lines"
    assert detail("log", snapshot)[2:] == ["print", "of two  lines"]


def test_hostile_and_long_text_shows_as_text() -> None:
    snapshot = Snapshot(state=saying(HOSTILE).state)
    for in_ascii in (False, True):
        row = table("log", snapshot, 80, in_ascii)[1]
        assert "[bold red]?]0;owned??gnp.exe" in row
        assert len(row) <= 80
        said = detail("log", snapshot, 0, in_ascii)
        assert sum(map(len, said)) < 5_000
        assert said[-1].endswith("characters in all")
        assert all(line.isprintable() for line in said)
    assert row.isascii()
    assert all(line.isascii() for line in said)
