"""Banners: what cannot be missed, and what to do about it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from rich.cells import cell_len

from lftui.judge.verdict import judge
from lftui.live_view import banners as plain_banners
from lftui.records import Gap, GeneratorHealth, Logged, Proposed
from lftui.reports.html import html_report
from lftui.screens.live.banners import Banner, banner_rows, banners
from lftui.snapshot import LinkFacts, Snapshot
from lftui.widgets.look import Look
from tests.unit.live_runs import OPEN_PLAN, OURS, a_run, snapshot_of
from tests.unit.strategies import Play

LOOK = Look()


def texts(play: Play, **facts: Any) -> list[str]:
    return [f"{one.level}: {one.text}" for one in banners(snapshot_of(play, **facts))]


def link(**facts: Any) -> LinkFacts:
    return msgspec.structs.replace(OURS, **facts)


def silent_target() -> Play:
    play = a_run(20)
    last = play.now
    for second in range(9):
        waits = second + 1.0
        play.tick(users=10, in_flight=10, oldest_in_flight_s=waits, last_response=last)
    return play


def test_a_run_that_is_well_has_no_banner() -> None:
    assert texts(a_run()) == []
    assert banners(Snapshot()) == []


def test_a_silent_target_is_stalled_with_its_age() -> None:
    assert texts(silent_target()) == [
        "critical: STALLED: no response for 9 s, 10 requests wait; p takes the load off"
    ]


def test_a_saturated_generator_says_so() -> None:
    (found,) = texts(a_run(20, health=GeneratorHealth(cpu_percent=97)))
    assert found.startswith("critical: GENERATOR SATURATED: 97 % of its core")
    assert found.endswith("Fewer users (-), or start it with --processes 2")


def test_of_an_open_workload_it_asks_for_a_lower_rate() -> None:
    full = a_run(plan=OPEN_PLAN, health=GeneratorHealth(cpu_percent=97))
    (found,) = texts(full)
    assert found.endswith("A lower rate (-), or start it with --processes 2")


def test_a_generator_that_lags_says_so() -> None:
    health = GeneratorHealth(cpu_percent=20, lag=[3000, 20], lag_max_us=10_000_000)
    (found,) = texts(a_run(20, health=health))
    assert "GENERATOR LATE" in found


def test_a_generator_that_says_nothing_while_the_supervisor_lives() -> None:
    play = a_run(20)
    play.now += 6
    play.say(Logged(source="supervisor", level="error", text="the generator is silent"))
    (found,) = texts(play)
    assert found.startswith("critical: GENERATOR SILENT for 6 s")


def test_a_lost_supervisor_says_what_is_kept_and_how_to_go_on() -> None:
    (found,) = texts(a_run(), link=link(status="lost"))
    assert found == (
        "critical: LOST: the supervisor is gone; the generator ends the load within 2 s. "
        "lftui report 20261123-main-09a4 shows it. All up to then is kept in /runs/x"
    )


@pytest.mark.parametrize(
    ("reason", "begin"),
    [
        ("generator_lost", "critical: LOST generator: "),
        ("completed", "info: ended: "),
        ("guard", "warning: ended: "),
        ("killed", "critical: ended (killed): "),
    ],
)
def test_an_ended_run_says_how_and_where_its_report_is(reason: Any, begin: str) -> None:
    play = silent_target()
    play.finish(reason)
    (found,) = texts(play, link=link(status="over"))
    assert found.startswith(begin)
    assert found.endswith("; q opens the report")


def test_a_broken_limit_and_what_the_guard_did() -> None:
    play = a_run()
    play.mark("breach", text="p95 6 s broke its limit 5 s", facts={"rule": "p95_ms"})
    play.mark("guard", text="steps back to 5 users", why="p95 6 s", facts={"action": "step-back"})
    play.tick(users=5)
    assert texts(play) == [
        "critical: p95 6 s broke its limit 5 s",
        "warning: the guard steps back to 5 users (1 s ago): p95 6 s",
    ]
    play.mark("breach", text="kept again", facts={"rule": "p95_ms", "mended": True})
    play.seconds(61, users=5)
    assert texts(play) == []


def test_a_proposal_says_which_key_accepts_it_and_stands_above_what_is_broken() -> None:
    play = a_run()
    play.mark("breach", text="p95 is broken", facts={"rule": "p95_ms"})
    play.say(Proposed(proposal_id="p-1", action="step-back", users=5, reason="p95 6 s"))
    assert texts(play)[0] == (
        "warning: n accepts: the guard proposes to step back to 5 users: p95 6 s"
    )


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("ann", "by hand: the shape is held at 10 users; h hands back"),
        ("guard", "the shape is held at 10 users by the guard; h hands back"),
        ("ceiling", "the shape is held at 10 users by the ceiling; h hands back"),
        (
            "dead-man policy",
            "the shape is held at 10 users, since nobody was there (dead-man policy); h hands back",
        ),
    ],
)
def test_a_held_shape_says_who_held_it(who: str, shown: str) -> None:
    play = a_run()
    play.mark("hold", old=10, new=10, who=who, command_id="c")
    play.tick(users=10, held=True)
    assert texts(play) == [f"info: {shown}"]


def test_the_link_says_that_it_is_slow_or_read_only() -> None:
    (slow,) = texts(a_run(), link=link(status="slow", silent_s=4.4))
    assert slow == "warning: no word from the supervisor for 4 s; the figures stand still"
    (watching,) = texts(a_run(), link=link(controls="theirs", holder="bob"))
    assert watching == "warning: READ-ONLY: bob has the controls; t takes them"


def test_the_dead_man_policy_at_work_until_somebody_is_there() -> None:
    play = a_run(plan={"hold_limit_s": 300.0})
    play.mark("policy", text="hold", who="dead-man policy", why="the last console is gone")
    (found,) = texts(play)
    assert found == (
        "warning: dead-man policy at work (the last console is gone): the load is held and ends "
        "after 5m"
    )
    play.mark("policy", text="hold", who="dead-man policy", why="somebody is there again")
    assert texts(play) == []


def test_other_things_that_one_has_to_know() -> None:
    assert texts(a_run(), frozen=True)[0].startswith("warning: FROZEN display")
    (users,) = texts(a_run(20, users=7, target=10))
    assert users.startswith("warning: 3 of 10 users have ended by themselves")
    (inside,) = texts(a_run(plan={"in_process": True}))
    assert "latencies are inflated" in inside
    play = a_run()
    play.say(Gap(what="records", reason="this console was too slow"))
    assert texts(play) == ["warning: something is missing (records): this console was too slow"]


def test_at_most_three_lines_the_worst_first_and_how_many_more() -> None:
    found = [Banner("critical", "the worst " + "of all " * 20, 0)]
    found += [Banner("warning", f"doubt {n}", 3) for n in range(4)]
    for width in (40, 80, 120):
        rows = banner_rows(found, LOOK, width)
        assert len(rows) == 3
        lines = [row[0][0] for row in rows]
        assert lines[0].startswith("■ the worst of all")
        assert lines[2].rstrip().endswith("▲ doubt 0  (+3 more)")
        assert all(cell_len(line) == width for line in lines)
    (one,) = banner_rows([Banner("warning", "short", 3)], LOOK, 20)
    assert one == [("▲ short".ljust(20), "warning")]
    three = banner_rows([Banner("info", f"fact {n}", 4) for n in range(3)], LOOK, 20)
    assert [row[0][0].strip() for row in three] == ["fact 0", "fact 1", "fact 2"]


def test_a_hostile_message_stays_text_and_in_its_lines() -> None:
    play = a_run()
    play.mark("breach", text="[/foo] " + "x" * 10_000, facts={"rule": "p95_ms"})
    rows = banner_rows(banners(snapshot_of(play)), LOOK, 80)
    assert len(rows) == 3
    assert "[/foo]" in rows[0][0][0]


def test_figures_that_others_can_read_are_said_as_long_as_they_are_served() -> None:
    said = "whoever reaches this machine can read the live figures at 0.0.0.0:9646"
    play = a_run(plan={"figures_at": "0.0.0.0:9646"})
    assert said in [one.text for one in banners(snapshot_of(play))]
    assert f"▲ {said}" in plain_banners(play.state)
    assert "W" + said[1:] in html_report(play.state, judge(play.state))
    here = a_run(plan={"figures_at": "127.0.0.1:9646"})
    assert "live figures" not in " ".join(one.text for one in banners(snapshot_of(here)))
