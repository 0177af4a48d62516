"""A master, workers and a target on hosts of their own: every answer of the target is counted."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.namespaces.lan import Lan
from tests.runs.live import LFTUI, REPOSITORY, Live, wait_for
from tests.runs.workers import (
    VISITOR,
    events,
    fewest_users,
    nothing_is_missing,
    seen,
    summary_requests,
    wait_event,
    wait_users,
)

PORT = 5557  # each master has a network of its own
SLOW = VISITOR.replace("/page", "/slow?ms=150")
LOAD = "-u 6 -r 6 -t 90s --stop-timeout 20 --summary summary.json"
QUICK = {"LA_FACTORIA_THINK": "0.1"}
# Its own count; /metrics itself is not in it.
SERVED = """
import re, urllib.request
text = urllib.request.urlopen("http://{address}:8000/metrics").read().decode()
print(sum(map(float, re.findall(r"^la_factoria_requests_served_total{{.*}} (.*)$", text, re.M))))
"""


def begin(lan: Lan, script: str, load: str, workers: int) -> Live:
    """Start a master that waits for so many workers."""
    address = lan.hosts["master"].address
    where = f"--master --master-bind-host {address} --master-bind-port {PORT}"
    options = f"{load} {where} --expect-workers {workers}"
    return lan.lftui.begin(lan.lftui.script(script), options)


def test_three_kinds_of_workers_lose_no_request(lan: Lan) -> None:
    # Locust's own worker ends that long after the run.
    live = begin(lan, SLOW, LOAD.replace("20", "2"), workers=3)
    script = lan.lftui.folder / "locustfile.py"
    processes = [
        lan.worker("w1", "-f", str(script), port=PORT),
        lan.stock_worker("w2", script, PORT),
        lan.stock_worker("w3", "-", PORT),
    ]
    wait_users(live, 2, 2, 2)
    live.wait_requests(60)
    assert lan.lftui.command("stop").code == 0
    done = live.wait()
    assert done.code == 0, done.said
    nothing_is_missing(lan.lftui, done, lan.target)
    assert done.finished.cut_in_flight == 0
    known = {one.software: one.precision for one in seen(done.records).values()}
    assert known == {"lftui": "full", "stock": "coarse", "booted": "full"}
    for name in ("w1", "w2", "w3"):
        assert lan.target.answered_to(lan.hosts[name].address) > 0
    assert [one.wait() for one in processes] == [0, 0, 0]


def cut_off(lan: Lan, live: Live, cut: Callable[[], None], mend: Callable[[], None]) -> None:
    """Cut one of two workers off until it is lost and the other has all users, then mend it."""
    wait_users(live, 3, 3)
    cut()
    lost = wait_event(live, "lost").facts["worker"]
    wait_users(live, 0, 6)
    mend()
    wait_event(live, "back", lost)
    wait_users(live, 3, 3)
    live.wait_requests(20)


def test_a_worker_whose_cable_was_pulled_comes_back(lan: Lan) -> None:
    live = begin(lan, SLOW, LOAD, workers=2)
    script = str(lan.lftui.folder / "locustfile.py")
    for name in ("w1", "w2"):
        lan.worker(name, "-f", script, port=PORT)
    cut_off(lan, live, lan.hosts["w2"].link_down, lan.hosts["w2"].link_up)
    assert lan.lftui.command("stop").code == 0
    done = live.wait()
    assert done.code == 0, done.said
    assert [event for _, event in events(done.records)] == ["lost", "back"]
    assert fewest_users(done.records, 6) >= 3
    nothing_is_missing(lan.lftui, done, lan.target)


def test_what_a_worker_did_out_of_sight_of_the_master_is_counted_once(lan: Lan) -> None:
    """It reaches the target all the while; Locust's own goes on with its users, too."""
    live = begin(lan, SLOW, LOAD, workers=2)
    script = lan.lftui.folder / "locustfile.py"
    lan.worker("w1", "-f", str(script), port=PORT)
    lan.stock_worker("w2", script, PORT)
    master, stock = lan.hosts["master"], lan.hosts["w2"]
    cut_off(lan, live, lambda: stock.lose_sight_of(master), lambda: stock.see_again(master))
    assert lan.lftui.command("stop").code == 0
    done = live.wait()
    assert done.code == 0, done.said
    assert fewest_users(done.records, 6) >= 3
    nothing_is_missing(lan.lftui, done, lan.target)


def test_the_demo_target_and_its_scenario_on_two_workers(lan: Lan) -> None:
    target = lan.hosts["target"]
    words = ["demo", "--serve", "--bind", target.address, "--port", "8000", "--speed", "20"]
    serving = lan.background("target", [*LFTUI, *words])

    def served() -> float:
        return float(target.run(sys.executable, "-c", SERVED.format(address=target.address)))

    wait_for(
        lambda: f"listening on http://{target.address}:8000" in serving.said, "the demo target"
    )
    script = REPOSITORY / "locustfiles" / "main.py"
    where = f"--master --master-bind-host {lan.hosts['master'].address} --expect-workers 2"
    load = f"-H http://{target.address}:8000 -u 6 -r 6 -t 5s --stop-timeout 20"
    process = lan.lftui.spawn(script, f"{load} {where} --summary summary.json", **QUICK)
    for name in ("w1", "w2"):
        lan.worker(name, "-f", str(script), port=PORT, **QUICK)
    assert process.wait(60) in (0, 1), lan.lftui.folder
    assert summary_requests(lan.lftui) == served() > 0
