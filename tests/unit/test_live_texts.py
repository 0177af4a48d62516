"""The lines of the Live screen: header, tiles, status, footer, tabs."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from lftui.records import EndReason, GeneratorHealth, WorkerTick
from lftui.screens.live.can import View
from lftui.screens.live.footer import FOOTER, footer_rows
from lftui.screens.live.header import header_row
from lftui.screens.live.keys import KEYS, live_commands
from lftui.screens.live.parts import Part, Row, cut, joined, width_of, wrapped
from lftui.screens.live.status import status_row
from lftui.screens.live.tabs import tabs_row
from lftui.screens.live.tiles import generator_now, tile_rows
from lftui.snapshot import LinkFacts, ReplayFacts, Snapshot
from lftui.widgets.look import Look
from tests.unit.live_runs import OURS, a_run, snapshot_of
from tests.unit.strategies import Play, Sent

LOOK = Look()
ASCII = Look(ascii=True)


def said(row: Row) -> str:
    return "".join(text for text, _ in row)


def header(snapshot: Snapshot, width: int = 120) -> str:
    row = header_row(snapshot, snapshot.figures().title, LOOK, width)
    assert width_of(row) <= width
    return said(row)


def tiles(play: Play, width: int = 80, look: Look = LOOK, window: Any = "recent") -> list[str]:
    figures = snapshot_of(play, window=window).figures()
    return [said(row) for row in tile_rows(play.state, figures, look, width)]


def test_the_header_says_what_load_is_on_where_since_when_and_what_figures_are_about() -> None:
    assert header(snapshot_of(a_run(20))) == (
        "main → https://staging.example  ● RUNNING  00:20 / 06:00  steps 1/3  LOCAL  "
        "window: last 10 s"
    )


def test_at_80_columns_the_header_keeps_target_state_time_and_window() -> None:
    assert header(snapshot_of(a_run(20)), 80) == (
        "main → https://staging.example  ● RUNNING  00:20 / 06:00  1/3  window: last 10 s"
    )


def test_a_very_long_target_is_cut_and_the_state_is_not() -> None:
    play = Play(plan={"locustfiles": ["main.py"]}, host="https://" + "long-" * 30 + "name.example")
    play.tick(users=10)
    text = header(snapshot_of(play), 80)
    assert "● RUNNING" in text
    assert "long-long-" in text
    assert "window: last 10 s" in text or "last 10 s" in text


def test_production_is_unmistakable_at_every_width() -> None:
    play = Play(host="https://api.example", production=True)
    play.tick(users=10)
    for width in (60, 80, 120):
        row = header_row(snapshot_of(play), "last 10 s", LOOK, width)
        assert ("PRODUCTION", "!critical") in row


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ({"state": "spawning", "target": 20}, "● SPAWNING"),
        ({"held": True}, "▲ HELD"),
        ({"state": "paused", "users": 0, "target": 0}, "▲ PAUSED"),
        ({"state": "stopping"}, "▲ STOPPING"),
    ],
)
def test_the_header_names_the_state_with_its_sign(status: dict[str, Any], shown: str) -> None:
    assert shown in header(snapshot_of(a_run(20, **status)))


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("completed", "● COMPLETED"),
        ("guard", "■ STOPPED BY GUARD"),
        ("generator_lost", "■ GENERATOR LOST"),
        ("dead_man", "▲ ENDED, NOBODY THERE"),
        ("interrupted", "▲ INTERRUPTED"),
    ],
)
def test_the_header_says_how_a_run_ended(reason: EndReason, shown: str) -> None:
    play = a_run(20)
    play.finish(reason)
    assert shown in header(snapshot_of(play))


def test_the_header_of_a_lost_run_of_a_starting_one_and_of_none() -> None:
    lost = msgspec.structs.replace(OURS, status="lost")
    assert "■ LOST" in header(snapshot_of(a_run(), link=lost))
    assert "○ STARTING" in header(Snapshot(link=LinkFacts(kind="starting")))
    assert "○ NO RUN" in header(Snapshot())


def test_the_header_says_who_steers_only_where_it_is_not_this_console() -> None:
    for controls, shown in (("theirs", "READ-ONLY"), ("free", "controls: free")):
        link = msgspec.structs.replace(OURS, controls=controls)
        assert shown in header(snapshot_of(a_run(), link=link))
    ours = header(snapshot_of(a_run()))
    assert "READ-ONLY" not in ours
    assert "controls" not in ours


def test_the_header_of_a_replay_says_speed_and_position() -> None:
    facts = ReplayFacts(position_s=130, length_s=360, speed=3)
    link = LinkFacts(kind="replay", replay=facts)
    assert "REPLAY 3x 02:10/06:00" in header(snapshot_of(a_run(), link=link))
    paused = LinkFacts(kind="replay", replay=msgspec.structs.replace(facts, paused=True))
    assert "REPLAY paused 02:10/06:00" in header(snapshot_of(a_run(), link=paused))


def test_the_header_counts_workers() -> None:
    workers = [WorkerTick(id=f"w{n}", state="running") for n in range(3)]
    assert "3 workers" in header(snapshot_of(a_run(20, workers=workers)))


def test_the_tiles_carry_values_units_and_signs() -> None:
    names, values = tiles(a_run(20))
    assert names.split() == ["users", "rps", "errors", "p50", "p95", "p99", "generator", "CPU"]
    assert values.split("  ")[0] == "10/10"
    assert "9.0" in values
    assert "● 0.00 %" in values
    assert "ms" in values
    assert len(names.rstrip()) <= 80
    assert len(values.rstrip()) <= 80


def test_each_value_stands_under_its_name() -> None:
    names, values = tiles(a_run(20), 120)
    for name, value in (("rps", "9.0"), ("errors", "● 0.00 %"), ("generator", "● 0 %")):
        assert names.index(name) == values.index(value)


def test_a_wide_screen_says_beside_the_figures_what_they_are_about() -> None:
    assert "rps, last 10 s" in tiles(a_run(20), 120)[0]
    assert "rps, whole run" in tiles(a_run(20), 120, window="run")[0]


def test_tiles_without_figures_are_dashes() -> None:
    _, values = tiles(Play())
    assert values.count("—") == 6


def failing(share: float, **started: Any) -> Play:
    play = Play(**started)
    row = play.endpoint()
    for _ in range(12):
        play.tick([Sent(row, 20_000, failed=n < 100 * share) for n in range(100)], users=10)
    return play


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "● 0.00 %"), (0.02, "▲ 2.00 %"), (0.2, "■ 20.00 %")]
)
def test_errors_have_a_sign_without_any_threshold(share: float, shown: str) -> None:
    assert shown in tiles(failing(share))[1]


def test_thresholds_of_the_run_give_the_signs() -> None:
    rules = {
        "warning": {"response_time_p95_ms": 10, "error_rate": 0.3},
        "critical": {"response_time_p99_ms": 10},
    }
    _, values = tiles(failing(0.2, thresholds=rules))
    assert "▲ 20 ms" in values
    assert "■ 20 ms" in values
    assert "● 20.00 %" in values


def test_the_generators_tile_is_of_the_last_seconds_and_of_the_busiest_worker() -> None:
    busy = GeneratorHealth(cpu_percent=95, lag=[3000, 10], lag_max_us=60_000)
    play = a_run(10, health=busy)
    play.tick(users=10, length_s=0.05, health=GeneratorHealth(cpu_percent=3))
    assert generator_now(play.state).level == "critical"
    assert "■ 95 %" in tiles(play)[1]
    workers = [WorkerTick(id="a", cpu_percent=80), WorkerTick(id="b", cpu_percent=20)]
    calm = a_run(20, workers=workers, health=GeneratorHealth(cpu_percent=5))
    assert "▲ 80 %" in tiles(calm)[1]


def test_missing_users_stand_out_in_their_tile() -> None:
    play = a_run(20, users=7, target=10)
    rows = tile_rows(play.state, snapshot_of(play).figures(), LOOK, 80)
    assert ("7/10", "warning") in rows[1]


def status(snapshot: Snapshot, local: str = "", width: int = 80) -> str:
    return said(status_row(snapshot, local, LOOK, width))


def test_the_status_line_tells_the_answer_of_the_last_command() -> None:
    play = a_run(20)
    play.mark("controls", new=1, who="ann@10.0.0.7")
    play.mark("users", old=20, new=30, who="ann@10.0.0.7", command_id="c-1")
    assert status(snapshot_of(play)) == "00:20 users 20 → 30 (you)"
    theirs = msgspec.structs.replace(OURS, controls="theirs")
    assert status(snapshot_of(play, link=theirs)) == "00:20 users 20 → 30 (ann@10.0.0.7)"
    refused = snapshot_of(play, answer="the run is paused", refused=True)
    assert status(refused) == "▲ refused: the run is paused"
    waiting = msgspec.structs.replace(OURS, waiting_s=3.2)
    assert status(snapshot_of(play, link=waiting)) == "▲ waiting for the supervisor 3 s"
    assert status(snapshot_of(play), "no stage") == "no stage"


def test_a_note_of_ten_thousand_characters_is_cut_in_the_status_line() -> None:
    play = a_run(20)
    play.mark("note", text="[bold red]" + "é" * 10_000, who="ann", command_id="c")
    line = status(snapshot_of(play))
    assert cell_len(line) <= 80
    assert "[bold red]" in line


ALL_IDS = {one.id: one.keys.split(",")[0] for one in KEYS} | {
    "app.help": "question_mark",
    "table.open": "enter",
    "table.sort": "o",
    "table.reorder": "r",
}


REPLAY_IDS = ("live.replay_pause", "live.faster", "live.slower", "live.back10", "live.on10")
LIVE_IDS = {
    one: key for one, key in ALL_IDS.items() if one not in (*REPLAY_IDS, "live.back60", "live.on60")
}


def test_the_footer_fits_in_two_lines_of_80_with_the_vital_keys_first() -> None:
    rows, hits = footer_rows(LIVE_IDS, snapshot_of(a_run()), View(), LOOK, 80)
    assert len(rows) == 2
    assert all(width_of(row) <= 80 for row in rows)
    assert [len(row) for row in rows] == [len(hit) for hit in hits]
    assert said(rows[0]).startswith("+/- users  [ ] step 10")
    text = " ".join(said(row) for row in rows)
    assert "s stop" in text
    assert "? help" in text
    assert "q leave" in text


def test_the_footer_says_what_keys_do_now() -> None:
    play = a_run()
    play.tick(users=0, target=0, state="paused", held=True)
    rows, _ = footer_rows(ALL_IDS, snapshot_of(play, step_size=25), View(), LOOK, 200)
    text = " ".join(said(row) for row in rows)
    for words in ("step 25", "h hand back", "p resume"):
        assert words in text


def test_what_is_proposed_comes_first_in_the_footer() -> None:
    from lftui.records import Proposed

    play = a_run()
    play.say(Proposed(proposal_id="p", action="stop"))
    rows, _ = footer_rows(ALL_IDS, snapshot_of(play), View(), LOOK, 80)
    assert said(rows[0]).startswith("n accept")


def test_a_remapped_key_stands_in_the_footer() -> None:
    rows, _ = footer_rows({"live.stop": "f10"}, snapshot_of(a_run()), View(), LOOK, 80)
    assert said(rows[0]) == "F10 stop"


def test_the_footers_ids_are_ids_of_keys() -> None:
    known = set(ALL_IDS)
    assert {one for entry in FOOTER for one in entry.ids} <= known
    assert len({one.id for one in KEYS}) == len(KEYS)


def test_the_palette_offers_what_can_be_done_and_no_more() -> None:
    live = {action for _, _, action in live_commands(snapshot_of(a_run()))}
    assert {"more", "stop", "policy('stop')", "guard('', False)", "release"} <= live
    assert not {"take", "replay_pause", "policy('hold')", "guard('', True)"} & live
    theirs = msgspec.structs.replace(OURS, controls="theirs")
    watching = {action for _, _, action in live_commands(snapshot_of(a_run(), link=theirs))}
    assert {"take", "note", "window", "leave"} <= watching
    assert not {"more", "stop", "kill", "release", "policy('stop')"} & watching
    replay = LinkFacts(kind="replay", replay=ReplayFacts())
    played = {action for _, _, action in live_commands(snapshot_of(a_run(), link=replay))}
    assert {"replay_pause", "seek(10)", "export"} <= played
    assert not {"more", "stop", "note", "detach"} & played


def test_the_palette_switches_each_rule_of_the_guard() -> None:
    play = Play(thresholds={"critical": {"response_time_p95_ms": 500}})
    play.tick(users=10)
    play.mark("guard", facts={"off": ["stalled"], "enabled": False, "rule": "stalled"})
    found = {action for _, _, action in live_commands(snapshot_of(play))}
    assert {"guard('p95_ms', False)", "guard('stalled', True)"} <= found


def test_the_tabs_fit_in_80_columns_with_their_digits() -> None:
    tabs = [(1, "endpoints", "Endpoints"), (2, "errors", "Errors(13)"), (3, "baseline", "Baseline")]
    tabs += [(4, "steps", "Steps"), (6, "workers", "Workers"), (7, "log", "Log(+120)")]
    tabs += [(8, "notes", "Notes")]
    row, hits = tabs_row(tabs, "errors", 80)
    assert width_of(row) <= 80
    assert ("Errors(13)", "!accent") in row
    assert len(hits) == len(row)
    assert set(hits) - {""} == {name for _, name, _ in tabs}


def test_ascii_lines_have_no_other_characters() -> None:
    play = a_run(20)
    play.mark("users", old=20, new=30, who="ann", command_id="c-1")
    snapshot = snapshot_of(play)
    rows = [header_row(snapshot, "last 10 s", ASCII, 80), status_row(snapshot, "", ASCII, 80)]
    rows += tile_rows(play.state, snapshot.figures(), ASCII, 80)
    rows += footer_rows(ALL_IDS, snapshot, View(), ASCII, 80)[0]
    assert all(ASCII.plain(said(row)).isascii() for row in rows)


@given(st.text(), st.integers(1, 60), st.integers(0, 4))
def test_wrapped_text_fits_and_loses_no_word(text: str, width: int, indent: int) -> None:
    indent = min(indent, width - 1)
    lines = wrapped(text, width, indent)
    assert all(cell_len(line) <= max(width, 2 + indent) for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text(max_size=50), st.integers(0, 60))
def test_cut_text_fits(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= width


def test_parts_give_way_by_rank() -> None:
    parts = [Part([[("state", "")]]), Part([[("a long one", "")], [("one", "")], []], 2)]
    parts.append(Part([[("another", "")], []], 1))
    assert said(joined(parts, 40)) == "state  a long one  another"
    assert said(joined(parts, 20)) == "state  one  another"
    assert said(joined(parts, 15)) == "state  another"
    assert said(joined(parts, 9)) == "state"
