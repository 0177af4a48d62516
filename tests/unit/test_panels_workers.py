"""The Workers panel: who makes the load, and whether they keep up."""

from __future__ import annotations

import msgspec

from lftui.records import GeneratorHealth, Logged, WorkerTick
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from tests.unit.distributed_runs import WorkersPlay, with_a_loss
from tests.unit.live_runs import snapshot_of
from tests.unit.panel_texts import HOSTILE, cells, detail, note, panel, table
from tests.unit.strategies import Play, Sent

EASY = GeneratorHealth(
    cpu_percent=31.0,
    rss_bytes=142_000_000,
    open_files=62,
    lag=[100, 90],
    lag_max_us=1_900,
    pack_us=300,
    backlog=2,
)
FULL = GeneratorHealth(cpu_percent=99.0, lag=[3000, 90], lag_max_us=90_000)


def worker(number: int, **facts: object) -> WorkerTick:
    known = {"state": "running", "users": 5, "count": 10, "cpu_percent": 20.0, "rss_bytes": 9e7}
    return WorkerTick(id=f"host{number}_ab", **{**known, **facts})  # type: ignore[arg-type]


def running(health: GeneratorHealth = EASY, seconds: int = 20, **status: object) -> Play:
    """Two classes of users: 8 readers with ten requests a second, 2 writers with one."""
    play = Play(settle_s=1.0)
    read, write = play.endpoint("/r", user_class="Reader"), play.endpoint("/w", "POST", "Writer")
    classes = {"Reader": 8, "Writer": 2}
    for _ in range(seconds):
        sent = [*[Sent(read, 20_000)] * 10, Sent(write, 400_000)]
        status = {"target_by_class": classes, "users_by_class": classes, **status}
        play.tick(sent, health=health, **status)
    return play


def row_of(snapshot: Snapshot, key: str) -> dict[str, str]:
    keys = list(panel("workers").source(snapshot, Look()).keys())
    return {name: text for name, (text, _) in cells("workers", snapshot, keys.index(key)).items()}


def test_before_the_first_tick_it_says_so() -> None:
    source = panel("workers").source(Snapshot(), Look())
    assert (list(source.keys()), source.empty) == ([], "the generator has not begun yet")
    assert note("workers", Snapshot()) == []
    assert panel("workers").title(Snapshot(), 0) == "Workers"


def test_without_workers_the_generator_has_its_own_row() -> None:
    found = row_of(Snapshot(state=running().state), "generator")
    assert (found["sign"], found["state"], found["users"]) == ("●", "running", "10/10")
    assert (found["rps"], found["cpu"], found["memory"]) == ("11.0", "31 %", "142 MB")
    assert (found["lag"], found["lag_max"], found["pack"]) == ("0.10 ms", "1.90 ms", "0.30 ms")
    assert (found["files"], found["backlog"]) == ("62", "2")


def test_each_user_class_has_users_throughput_and_p95() -> None:
    snapshot = Snapshot(state=running().state)
    reader, writer = row_of(snapshot, "cReader"), row_of(snapshot, "cWriter")
    assert (reader["name"], reader["users"], reader["rps"]) == ("class Reader", "8/8", "10.0")
    assert (writer["users"], writer["rps"], writer["p95"]) == ("2/2", "1.00", "400 ms")
    assert "processes: last 10 s; user classes: step 1" in note("workers", snapshot)
    whole = Snapshot(state=snapshot.state, window="run")
    assert "processes: last 10 s; user classes: whole run" in note("workers", whole)


def test_a_generator_without_room_is_loud_and_says_what_to_do() -> None:
    snapshot = Snapshot(state=running(FULL).state)
    assert row_of(snapshot, "generator")["state"] == "SATURATED"
    (said,) = (line for line in note("workers", snapshot) if "bottleneck" in line)
    assert said.startswith("■ the generator is the bottleneck: its core was full")
    assert said.endswith("use fewer users or start it with --processes 2")
    assert panel("workers").title(snapshot, 0) == "Workers▲"


def test_the_cpu_of_a_tick_that_a_mark_cut_short_says_nothing() -> None:
    play = running()
    play.tick([], length_s=0.05, health=FULL)
    snapshot = Snapshot(state=play.state)
    assert row_of(snapshot, "generator")["cpu"] == "31 %"
    assert panel("workers").title(snapshot, 0) == "Workers"


def test_a_generator_with_room_keeps_up() -> None:
    said = note("workers", Snapshot(state=running().state))
    assert said[0] == "● the generator keeps up: core 31 % at most, loop lag p99 0.10 ms"


def test_workers_have_their_own_figures() -> None:
    play = running(workers=[worker(1), worker(2, cpu_percent=97.0, precision="coarse")])
    snapshot = Snapshot(state=play.state)
    one, two = row_of(snapshot, "whost1_ab"), row_of(snapshot, "whost2_ab")
    assert (one["users"], one["rps"], one["cpu"], one["memory"]) == ("5", "10.0", "20 %", "90 MB")
    assert (one["sign"], one["state"], one["precision"]) == ("●", "running", "full")
    assert (two["sign"], two["state"], two["precision"]) == ("▲", "saturated", "coarse")
    said = detail("workers", snapshot, 2)
    assert "figures coarse: rounded (up to 4.8 %) and include failures" in said


def test_a_lost_worker_is_loud() -> None:
    play = running(workers=[worker(1), worker(2)])
    play.tick([], workers=[worker(1), worker(2, state="missing")])
    snapshot = Snapshot(state=play.state)
    rows = table("workers", snapshot)
    assert rows[1].startswith(" ■ host2_ab")
    assert "LOST" in rows[1]
    assert cells("workers", snapshot, 0)["name"][1] == "critical"
    assert note("workers", snapshot)[0] == (
        "■ 1 of 2 workers LOST: host2_ab; its users moved to the others"
    )
    assert panel("workers").title(snapshot, 0) == "Workers■"


def test_a_worker_that_has_left_is_no_row_any_more() -> None:
    play = running(workers=[worker(1), worker(2)])
    play.tick([], workers=[worker(1)])
    snapshot = Snapshot(state=play.state)
    assert worker_keys(snapshot) == ["whost1_ab"]
    assert panel("workers").title(snapshot, 0) == "Workers"


def worker_keys(snapshot: Snapshot) -> list[str]:
    keys = panel("workers").source(snapshot, Look()).keys()
    return [key for key in keys if key.startswith("w")]


def test_workers_say_what_they_are_and_who_lacks_users() -> None:
    play = with_a_loss()
    snapshot = snapshot_of(play)
    keys = list(panel("workers").source(snapshot, Look()).keys())
    assert keys == ["wlocal-2", "generator", "wfarm-1", "wlocal-1", "cReader"]
    one, farm = row_of(snapshot, "wlocal-1"), row_of(snapshot, "wfarm-1")
    assert (one["users"], one["p95"], one["in_flight"], one["pid"]) == ("4/4", "20 ms", "1", "401")
    assert (farm["software"], farm["host"], farm["precision"]) == ("stock", "farm", "coarse")
    assert row_of(snapshot, "generator")["name"] == "master"
    lost = row_of(snapshot, "wlocal-2")
    assert (lost["state"], lost["users"], lost["rps"], lost["p95"]) == ("LOST", "0", "", "")
    assert note("workers", snapshot)[:3] == [
        "■ 1 of 3 workers LOST: local-2; its users moved to the others; "
        "at most 4 requests are not counted",
        "● master and workers keep up: the busiest core 20 % at most, loop lag p99 0.10 ms",
        "▲ figures of 1 stock worker are rounded (up to 4.8 %) and include failures",
    ]
    play.there["local-1"] |= {"asked": 9}
    play.run(1)
    assert row_of(snapshot, "wlocal-1")["users"] == "4/9"


def test_the_details_of_a_worker_say_who_it_is_and_what_does_not_fit() -> None:
    play = with_a_loss()
    play.say(msgspec.structs.replace(play.state.started, scenario_sha256="ours"))
    snapshot = snapshot_of(play)
    lost, farm = detail("workers", snapshot, 0), detail("workers", snapshot, 2)
    assert lost[:3] == ["worker local-2", "state LOST", "0 users"]
    assert "■ lost once; at most 4 requests are not counted" in lost
    assert "30 requests, 0 % failed, 3.00 rps" in lost
    assert "an lftui worker on bastion, process 402, started by lftui" in lost
    assert farm[-5:] == [
        "a stock Locust worker on farm, process 77",
        "locust 2.46.0",
        "figures coarse: rounded (up to 4.8 %) and include failures",
        "▲ it runs another locustfile (sha256 other…)",
        "▲ its clock is 2.5 s ahead of the master's",
    ]


def test_they_are_ordered_by_their_numbers_and_after_the_end_all_are_there() -> None:
    play = WorkersPlay(11)
    play.run(3)
    play.leave("local-3")
    play.run(1)
    play.finish()
    snapshot = snapshot_of(play)
    assert worker_keys(snapshot) == [f"wlocal-{number}" for number in range(1, 12)]
    found = row_of(snapshot, "wlocal-3")
    assert (found["state"], found["users"], found["sign"]) == ("ended", "0", "○")


def test_a_worker_whose_core_is_full_marks_the_tab() -> None:
    play = WorkersPlay(2)
    play.there["local-2"] |= {"cpu_percent": 99.0}
    play.run(10)
    snapshot = snapshot_of(play)
    assert panel("workers").title(snapshot, 0) == "Workers▲"
    assert note("workers", snapshot)[0] == (
        "■ the generator is the bottleneck: local-2's core was full for 100 % of the time (99 %); "
        "use fewer users or more workers"
    )
    assert row_of(snapshot, "generator")["state"] == "running"


def test_before_the_load_the_panel_says_who_is_waited_for() -> None:
    play = Play(plan={"processes": 3})
    play.say(Logged(source="locust", text="1 of 3 workers are here"))
    empty = panel("workers").source(snapshot_of(play), Look()).empty
    assert empty == "waiting for workers: 1 of 3 workers are here"


def test_after_the_end_nobody_is_lost() -> None:
    play = running(workers=[worker(1)])
    play.tick([], state="stopping", workers=[])
    play.finish()
    snapshot = Snapshot(state=play.state)
    assert row_of(snapshot, "generator")["state"] == "ended"
    assert panel("workers").title(snapshot, 0) == "Workers"
    assert not any(
        "LOST" in line for line in [*table("workers", snapshot), *note("workers", snapshot)]
    )


def test_the_details_have_the_most_of_the_run() -> None:
    said = detail("workers", Snapshot(state=running().state))
    assert "most in this run: CPU 31 %, memory 142 MB, 62 open files" in said
    assert "packing a second's figures took 0.30 ms" in said
    assert "62 open files, 2 records not sent yet" in said
    assert "10 requests" not in said
    classes = detail("workers", Snapshot(state=running().state), 2)
    assert classes[0] == "class Writer"
    assert "p95 400 ms" in classes


def test_eighty_columns_hold_what_is_needed_and_hostile_names_fit() -> None:
    play = running(workers=[worker(1), WorkerTick(id=HOSTILE, state=HOSTILE)])
    for in_ascii in (False, True):
        rows = table("workers", Snapshot(state=play.state), 80, in_ascii)
        words = ("state", "users", "rps", "CPU", "memory", "lag p99", "p95")
        assert all(word in rows[0] for word in words)
        assert all(len(row) <= 80 and row.isprintable() for row in rows)
        assert all(line.isprintable() for line in detail("workers", Snapshot(state=play.state), 1))
    assert all(row.isascii() for row in rows)
