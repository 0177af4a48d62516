"""What the Live screen says of workers outside of their panel: banners, header, tiles, keys."""

from __future__ import annotations

from typing import Any

import pytest

from lftui.live_view import banners as plain_banners
from lftui.live_view import status_word
from lftui.records import GeneratorHealth, Logged, Ready
from lftui.screens.live.banners import banners
from lftui.screens.live.can import View, why_not
from lftui.screens.live.chart_marks import markers_of
from lftui.screens.live.endpoints import EndpointsSource
from lftui.screens.live.footer import footer_rows
from lftui.screens.live.header import header_row
from lftui.screens.live.keys import KEYS, live_commands
from lftui.screens.live.tiles import generator_now
from lftui.snapshot import LinkFacts
from lftui.widgets.look import Look
from tests.unit.distributed_runs import WorkersPlay, with_a_loss
from tests.unit.live_runs import a_run, snapshot_of
from tests.unit.panel_texts import note, table
from tests.unit.strategies import Play

LOOK = Look()
COARSE = "figures of 1 stock worker are rounded (up to 4.8 %) and include failures"
LOST = (
    "1 of 3 workers LOST: local-2; its users moved to the others; "
    "at most 4 requests are not counted"
)


def texts(play: Play, **facts: Any) -> list[str]:
    return [f"{one.level}: {one.text}" for one in banners(snapshot_of(play, **facts))]


def header(play: Play, width: int = 120) -> str:
    return "".join(text for text, _ in header_row(snapshot_of(play), "last 10 s", LOOK, width))


def a_distributed_run(**plan: Any) -> WorkersPlay:
    play = WorkersPlay(3, plan=plan, host="https://staging.example")
    play.run(20)
    return play


def test_a_lost_worker_cannot_be_missed_and_comes_back() -> None:
    play = with_a_loss()
    assert texts(play) == [f"critical: {LOST}; 6 shows the workers", f"info: {COARSE}"]
    assert "2 of 3 workers" in header(play)
    play.come_back("local-2")
    play.run(2)
    assert texts(play) == [
        "info: local-2 is back; at most 4 requests are not counted", f"info: {COARSE}",
    ]  # fmt: skip
    play.run(60)
    assert texts(play) == [f"info: {COARSE}"]
    assert "3 workers" in header(play)


def test_without_any_worker_there_is_no_load() -> None:
    play = WorkersPlay(2)
    play.run(5)
    play.lose("local-1", most=0)
    play.lose("local-2", most=1)
    play.run(2, users=0, target=9)
    assert texts(play) == [
        "critical: all 2 workers are LOST: local-1, local-2; no load is made; at most 1 request "
        "is not counted; 6 shows the workers"
    ]
    play.finish("generator_lost")
    assert not any("workers" in text for text in texts(play))


@pytest.mark.parametrize(
    ("host", "shown"),
    [("0.0.0.0", "0.0.0.0:5557"), ("192.0.2.7", "192.0.2.7:5557"), ("127.0.0.1", ""), ("", "")],
)
def test_a_port_open_to_others_is_always_said(host: str, shown: str) -> None:
    play = a_distributed_run(master=True, master_bind_host=host, master_bind_port=5557)
    play.say(Ready(pid=1, workers=3, listens=f"{host}:5557"))
    said = f"workers of any machine may come to {shown}: the protocol has no authentication"
    assert texts(play) == ([f"warning: {said}"] if shown else [])
    assert plain_banners(play.state) == ([f"▲ {said}"] if shown else [])


def test_the_open_port_is_said_before_the_generator_is_ready() -> None:
    play = Play(plan={"master": True, "master_bind_host": "::", "master_bind_port": 5557})
    assert any("may come to :::5557" in text for text in texts(play))


def test_while_workers_are_waited_for_every_place_says_so() -> None:
    play = Play(plan={"processes": 3}, host="https://staging.example")
    snapshot = snapshot_of(play)
    assert texts(play) == ["info: waiting for workers: none is here yet"]
    slow = LinkFacts(kind="live", status="slow", silent_s=30.0, controls="mine")
    assert texts(play, link=slow) == texts(play), "who waits says nothing, and nothing is wrong"
    play.say(Logged(source="workers", text="2 of 3 are here"))
    play.say(Logged(source="stdout", text="what the locustfile prints"))
    said = "waiting for workers: 2 of 3 are here"
    assert texts(play) == [f"info: {said}"]
    assert EndpointsSource(snapshot).empty == "Waiting for workers: 2 of 3 are here"
    assert "○ WAITING" in header(play)
    assert plain_banners(play.state) == [said]
    play.say(Ready(pid=1, workers=3))
    assert status_word(play.state) == "READY"
    assert texts(play) == []


def test_a_run_without_workers_waits_for_nobody_and_is_local() -> None:
    play = Play(host="https://staging.example")
    assert texts(play) == []
    assert "LOCAL" in header(play)
    assert EndpointsSource(snapshot_of(play)).empty.startswith("The generator starts")


def test_a_full_worker_is_named_and_a_full_generator_may_have_processes() -> None:
    play = a_distributed_run()
    play.there["local-3"] |= {"cpu_percent": 99.0}
    play.run(10)
    assert texts(play) == [
        "critical: WORKER local-3 SATURATED: 99 % of its core; response times are too high and "
        "the load too low. Fewer users (-), or more workers"
    ]
    assert plain_banners(play.state) == [
        "▲ WORKER local-3 SATURATED: 99 % of its core; response times are too high"
    ]
    now = generator_now(play.state)
    assert (now.busiest, now.cpu_percent) == ("local-3", 99.0)
    alone = Play(machine={"cores": 8})
    alone.seconds(20, health=GeneratorHealth(cpu_percent=99))
    (found,) = texts(alone)
    assert found.endswith("Fewer users (-), or start it with --processes 7")
    assert found.startswith("critical: GENERATOR SATURATED")


def test_users_that_are_not_there_are_not_said_to_have_ended() -> None:
    play = a_distributed_run()
    play.run(2, users=7, target=10)
    assert texts(play) == [
        "warning: 3 of 10 users are not there; 6 (workers) and 7 (log) may say why"
    ]
    assert plain_banners(play.state) == ["▲ 3 of 10 users are not there"]


def test_the_chart_and_the_notes_mark_what_happened_to_workers() -> None:
    play = with_a_loss()
    play.come_back("local-2")
    began = play.state.load_began_s or 0.0
    marks = markers_of(play.state, began, 0.0)
    assert [(one.sign, one.text, one.tone) for one in marks] == [
        ("L", "local-2 is lost", "critical"),
        ("=", "local-2 is back", "good"),
    ]
    assert any(
        "local-2 is lost: it was ended by SIGKILL" in row
        for row in table("notes", snapshot_of(play))
    )
    assert note("workers", snapshot_of(play))


# --- keys -----------------------------------------------------------------------------------------


def test_workers_are_added_and_removed_where_there_are_some() -> None:
    here = View(tab="workers", worker="local-1")
    alone = snapshot_of(a_run())
    for action in ("add_worker", "remove_worker", "remove"):
        assert why_not(action, alone, here) == (
            "this run has no workers; start it with --processes 2"
        )
    snapshot = snapshot_of(a_distributed_run())
    assert why_not("add_worker", snapshot) == why_not("remove_worker", snapshot, here) == ""
    assert why_not("remove_worker", snapshot) == "the Workers panel (6) does that"
    nobody = View(tab="workers")
    assert why_not("remove_worker", snapshot, nobody) == "no worker is chosen: move to its row"
    over = a_distributed_run()
    over.finish()
    assert why_not("add_worker", snapshot_of(over)) == "the run has ended"
    stopping = a_distributed_run()
    stopping.run(1, state="stopping")
    assert why_not("add_worker", snapshot_of(stopping)) == "the run is stopping"


def test_the_palette_names_each_worker_and_the_key_line_has_the_keys() -> None:
    play = a_distributed_run()
    found = {title: action for title, _, action in live_commands(snapshot_of(play))}
    assert found["Add a worker"] == "add_worker"
    assert found["Remove the worker local-2"] == "remove('local-2')"
    assert "Remove this worker" not in found
    assert not any("worker" in title for title, _, _ in live_commands(snapshot_of(a_run())))
    keys = {one.id: one.keys for one in KEYS if "worker" in one.id}
    assert keys == {"live.add_worker": "W", "live.remove_worker": "delete"}
    (*_, row), _ = footer_rows(keys, snapshot_of(play), View(), LOOK, 80)
    assert "".join(text for text, _ in row) == "delete remove worker  W add worker"
