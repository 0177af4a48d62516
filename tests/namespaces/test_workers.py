"""A master, workers and a target on hosts of their own: every answer of the target is counted."""

from __future__ import annotations

import sys

from tests.namespaces.hosts import Host
from tests.namespaces.lan import Lan
from tests.runs.live import LFTUI, REPOSITORY, Live, wait_for
from tests.runs.workers import (
    GOOD,
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
    """Not when one of them is told to end, either."""
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
    processes[0].process.terminate()
    wait_event(live, "left")
    wait_users(live, 3, 3)
    live.wait_requests(20)
    assert lan.lftui.command("stop").code == 0
    done = live.wait()
    assert done.code in GOOD, done.said
    nothing_is_missing(lan.lftui, done, lan.target)
    assert done.finished.cut_in_flight == 0
    known = {one.software: one.precision for one in seen(done.records).values()}
    assert known == {"lftui": "full", "stock": "coarse", "booted": "full"}
    for name in ("w1", "w2", "w3"):
        assert lan.target.answered_to(lan.hosts[name].address) > 0
    assert [one.wait() for one in processes] == [0, 0, 0]


def test_a_worker_whose_cable_was_pulled_comes_back(lan: Lan) -> None:
    live = begin(lan, SLOW, LOAD, workers=2)
    script = str(lan.lftui.folder / "locustfile.py")
    for name in ("w1", "w2"):
        lan.worker(name, "-f", script, port=PORT)
    wait_users(live, 3, 3)
    lan.hosts["w2"].link_down()
    wait_event(live, "lost")
    wait_users(live, 0, 6)
    lan.hosts["w2"].link_up()
    wait_event(live, "back")
    wait_users(live, 3, 3)
    live.wait_requests(20)
    assert lan.lftui.command("stop").code == 0
    done = live.wait()
    assert done.code in GOOD, done.said
    assert [event for _, event in events(done.records)] == ["lost", "back"]
    assert fewest_users(done.records, 6) >= 3
    nothing_is_missing(lan.lftui, done, lan.target)


def test_what_workers_do_out_of_sight_of_the_master_is_counted_once(lan: Lan) -> None:
    """They reach the target all the while: lftui's lets its users go, Locust's goes on."""
    live = begin(lan, SLOW, LOAD, workers=3)
    script = lan.lftui.folder / "locustfile.py"
    for name in ("w1", "w2"):
        lan.worker(name, "-f", str(script), port=PORT)
    lan.stock_worker("w3", script, PORT)
    master, lftuis, stocks = (lan.hosts[name] for name in ("master", "w2", "w3"))
    wait_users(live, 2, 2, 2)
    for host in (lftuis, stocks):
        host.lose_sight_of(master)
    wait_users(live, 0, 0, 6)
    asked = lan.target.answered_to(stocks.address)
    wait_for(lambda: is_quiet(lan, lftuis), "the end of the users that nobody sees")
    assert lan.target.answered_to(stocks.address) > asked
    for host in (lftuis, stocks):
        host.see_again(master)
    wait_users(live, 2, 2, 2)
    live.wait_requests(20)
    assert lan.lftui.command("stop").code == 0
    done = live.wait()
    assert done.code in GOOD, done.said
    assert fewest_users(done.records, 6) >= 2
    nothing_is_missing(lan.lftui, done, lan.target)


def is_quiet(lan: Lan, host: Host) -> bool:
    """Whether nothing comes to the target from this host while ten requests come from others."""
    before, all_before = lan.target.answered_to(host.address), lan.target.answered
    wait_for(lambda: lan.target.answered >= all_before + 10, "ten requests")
    return lan.target.answered_to(host.address) == before


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
    assert process.wait(60) in (*GOOD, 1), lan.lftui.folder
    assert summary_requests(lan.lftui) == served() > 0
