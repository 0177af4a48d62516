"""The Notes panel: everything that anybody did, in words."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given, settings

from lftui.records import RESET_STATS, Finished, Marked, MarkType
from lftui.screens.live.panels import PANELS
from lftui.screens.live.panels.mark_words import mark_said, who_of
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from tests.unit import strategies as our
from tests.unit.panel_texts import HOSTILE, cells, detail, panel, table
from tests.unit.strategies import Play


def test_before_anything_it_says_how_to_write_a_note() -> None:
    source = panel("notes").source(Snapshot(), Look())
    assert (list(source.keys()), source.empty) == ([], "nothing happened yet: m writes a note")


@pytest.mark.parametrize(
    ("type", "facts", "said"),
    [
        ("users", {"old": 10, "new": 20}, "users 10 → 20"),
        ("users", {"old": 10, "new": 20, "spawn_rate": 2.0}, "users 10 → 20, 2 a second"),
        (
            "users",
            {"old": 10, "new": 30, "per_class": {"B": 20, "A": 10}, "why": "changed by hand"},
            "users 10 → 30 (A 10, B 20): changed by hand",
        ),
        ("stage", {"stage": 2, "old": 20, "new": 30}, "stage 3: users 20 → 30"),
        ("hold", {"old": 30, "new": 30}, "the shape is held at 30 users"),
        ("resume", {"old": 30, "new": 30}, "handed back to the shape"),
        ("pause", {"old": 30, "new": 0}, "paused: users 30 → 0"),
        ("unpause", {"old": 0, "new": 30}, "goes on: users 0 → 30"),
        ("undo", {"old": 30, "new": 20}, "undone: users 30 → 20"),
        ("rate", {"old_rate": 40.0, "new_rate": 50.5}, "rate 40/s → 50.5/s"),
        ("stage", {"stage": 0, "old_rate": 0.0, "new_rate": 40.0}, "stage 1: rate 0/s → 40/s"),
        (
            "hold",
            {"old_rate": 60.0, "new_rate": 33.3, "why": "changed by hand"},
            "the shape is held at 33.3/s: changed by hand",
        ),
        ("resume", {"old_rate": 40.0, "new_rate": 40.0}, "handed back to the shape"),
        ("pause", {"old_rate": 40.0, "new_rate": 0.0}, "paused: rate 40/s → 0/s"),
        ("unpause", {"old_rate": 0.0, "new_rate": 40.0}, "goes on: rate 0/s → 40/s"),
        ("undo", {"old_rate": 50.0, "new_rate": 40.0}, "undone: rate 50/s → 40/s"),
        ("note", {"text": "deploy [began]"}, "note: deploy [began]"),
        ("window", {"text": "after the deploy"}, "a fresh measuring window: after the deploy"),
        ("window", {"why": RESET_STATS}, "Locust's own figures begin again (--reset-stats)"),
        ("breach", {"text": "p95 3 s broke the limit"}, "p95 3 s broke the limit"),
        (
            "guard",
            {"text": "users 40 to 20", "why": "p95 broke the limit"},
            "users 40 to 20: p95 broke the limit",
        ),
        ("controls", {"new": 1}, "took the controls"),
        (
            "controls",
            {"new": 0, "why": "the console is gone"},
            "nobody has the controls now: the console is gone",
        ),
        ("policy", {"text": "hold"}, "with nobody there the run is held at its level"),
        (
            "policy",
            {"text": "stop", "why": "somebody is there again"},
            "somebody is there again; with nobody there the run stops",
        ),
        ("baseline", {"text": "b.json"}, "baseline pinned: b.json"),
        ("stop", {"new": 0, "why": "enough"}, "the run is stopped: enough"),
        ("kill", {}, "the run is killed"),
    ],
)
def test_a_mark_reads_as_a_sentence(type: MarkType, facts: dict[str, Any], said: str) -> None:
    assert mark_said(Marked(type=type, **facts)) == said


def test_every_type_of_mark_says_something_and_somebody_did_it() -> None:
    for kind in get_args(MarkType):
        assert len(mark_said(Marked(type=kind))) > 3, kind
        assert who_of(Marked(type=kind))
    assert who_of(Marked(type="breach")) == "guard"
    assert who_of(Marked(type="users", who="ann")) == "ann"


def test_the_newest_is_on_top_and_the_run_begins_and_ends_the_list() -> None:
    play = Play(host="https://staging.example", operator="ann")
    play.seconds(65)
    play.mark("note", text="first", who="bob")
    play.seconds(1)
    play.mark("stop", who="ann", why="enough")
    play.say(Finished(reason="stopped", message="by ann", cut_in_flight=2))
    rows = table("notes", Snapshot(state=play.state), 100)
    assert [row.split(maxsplit=3)[1:] for row in rows[1:]] == [
        ["01:06", "lftui", "the run was stopped: by ann (2 requests not waited for)"],
        ["01:06", "ann", "the run is stopped: enough"],
        ["01:05", "bob", "note: first"],
        ["00:00", "ann", "run r begins against https://staging.example, steps"],
    ]


def test_what_is_well_again_does_not_stand_out() -> None:
    play = Play()
    play.mark("breach", text="broke", facts={"rule": "p95"})
    play.mark("breach", text="kept again", facts={"rule": "p95", "mended": True})
    snapshot = Snapshot(state=play.state)
    assert cells("notes", snapshot, 0)["text"] == ("kept again", "good")
    assert cells("notes", snapshot, 1)["text"] == ("broke", "critical")


def test_eighty_columns_hold_when_who_and_what() -> None:
    play = Play()
    play.mark("policy", text="hold", who="dead-man policy", why="the last console is gone")
    rows = table("notes", Snapshot(state=play.state), 80)
    assert rows[0].split() == ["time", "who", "what", "happened"]
    assert "dead-man policy the last console is gone; with nobody" in rows[1]


def test_a_long_hostile_note_is_one_row_and_whole_in_the_details() -> None:
    play = Play()
    play.mark("note", text=HOSTILE[:3_000], who=HOSTILE)
    snapshot = Snapshot(state=play.state)
    for in_ascii in (False, True):
        row = table("notes", snapshot, 80, in_ascii)[1]
        assert "note: [bold red]?]0;owned" in row
        assert len(row) <= 80
        said = detail("notes", snapshot, 0, in_ascii)
        assert all(line.isprintable() for line in said)
        assert any(len(line) > 2_900 for line in said)
    assert row.isascii()
    assert all(line.isascii() for line in said)


@settings(max_examples=30, deadline=None)
@given(our.plays())
def test_any_run_can_be_shown_in_every_panel(play: Play) -> None:
    for in_ascii in (False, True):
        look = Look(ascii=in_ascii)
        snapshot = Snapshot(state=play.state)
        for spec in PANELS:
            source = spec.source(snapshot, look)
            keys = source.keys()
            assert len(set(keys)) == len(keys)
            for key in keys:
                assert len(source.cells(key)) == len(source.columns)
                assert source.text(key)
                assert spec.detail is not None
                assert spec.detail(snapshot, look, key)
            for column in source.columns:
                if column.sortable:
                    values = [source.sort_value(key, column.key) for key in keys]
                    sorted(value for value in values if value is not None)
            spec.note(snapshot, look)
            assert spec.title(snapshot, 0)
