"""The Workers panel: who makes the load, and whether they keep up."""

from __future__ import annotations

from lftui.records import GeneratorHealth, WorkerTick
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
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
    assert said.endswith("use fewer users or more workers")
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
    assert "figures coarse: a stock Locust worker, with rounded response times" in said


def test_a_lost_worker_is_loud() -> None:
    for last in ([worker(1)], [worker(1), worker(2, state="missing")]):
        play = running(workers=[worker(1), worker(2)])
        play.tick([], workers=last)
        snapshot = Snapshot(state=play.state)
        rows = table("workers", snapshot)
        assert rows[2].startswith(" ■ host2_ab")
        assert "LOST" in rows[2]
        assert cells("workers", snapshot, 1)["name"][1] == "critical"
        assert note("workers", snapshot)[0] == (
            "■ 1 worker LOST: host2_ab; the load is lower than asked"
        )
        assert panel("workers").title(snapshot, 0) == "Workers■"


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
