"""The hosts themselves: separate, reached by their addresses, cut off, and gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.namespaces.hosts import IP, NAMES, Host, connected, remove_stale
from tests.namespaces.lan import Lan
from tests.runs.live import wait_for
from tests.runs.target import serve
from tests.runs.workers import clock_ahead

ASK = "import urllib.request as r; print(r.urlopen('{url}', timeout={timeout_s}).read().decode())"


def ask(host: Host, url: str, timeout_s: float = 30) -> str:
    """What a web server says to this host."""
    return host.run(sys.executable, "-c", ASK.format(url=url, timeout_s=timeout_s))


def sleeper(host: Host, out: Path) -> subprocess.Popen[bytes]:
    """A process that is there, and stays."""
    process = host.popen("sh", "-c", "echo there; exec sleep 600", out=out)
    wait_for(out.read_bytes, "its first word")
    return process


def test_a_host_is_reached_at_its_address_alone(hosts: dict[str, Host]) -> None:
    with serve(hosts["target"].listen()) as target:
        assert ask(hosts["w1"], f"{target.url}/page") == "answer\n\n"
        assert target.answered_to(hosts["w1"].address) == target.answered == 1
    with serve() as here, pytest.raises(subprocess.CalledProcessError):
        ask(hosts["w1"], f"{here.url}/page")


def test_a_pulled_cable_cuts_a_host_off_and_nobody_else(hosts: dict[str, Host]) -> None:
    one, two = hosts["w1"], hosts["w2"]
    with serve(hosts["target"].listen()) as target:
        one.link_down()
        with pytest.raises(subprocess.CalledProcessError):
            ask(one, target.url, timeout_s=0.3)
        assert ask(two, target.url)
        one.link_up()
        assert ask(one, target.url)
        assert target.answered == 2


def test_a_host_can_lose_sight_of_one_other(hosts: dict[str, Host]) -> None:
    one, two = hosts["w1"], hosts["w2"]
    with serve(hosts["target"].listen()) as target, serve(two.listen()) as other:
        one.lose_sight_of(two)
        with pytest.raises(subprocess.CalledProcessError):
            ask(one, other.url, timeout_s=0.3)
        assert ask(one, target.url)
        one.see_again(two)
        assert ask(one, other.url)


def test_what_an_ended_process_has_left_is_removed(namespaces: None, tmp_path: Path) -> None:
    over = subprocess.Popen(["true"])
    over.wait()
    stale = f"lft-{over.pid}-1-w1"
    with connected("w1") as hosts:
        subprocess.run([IP, "netns", "add", stale], check=True)
        there = sleeper(Host(stale, "", "", ""), tmp_path / "out")
        remove_stale()
        assert there.wait(30) < 0
        assert not (NAMES / stale).exists()
        assert (NAMES / hosts["w1"].namespace).exists()


def test_nothing_is_left_of_hosts(namespaces: None, tmp_path: Path) -> None:
    with connected("w1") as hosts:
        left = sleeper(hosts["w1"], tmp_path / "out")
    assert left.wait(30) < 0
    assert not [name for name in os.listdir(NAMES) if name.startswith(f"lft-{os.getpid()}-")]


def test_a_process_can_have_a_clock_of_its_own(lan: Lan) -> None:
    tell = [sys.executable, "-c", "import time; print(time.time() - time.clock_gettime(0))"]
    told = lan.background("w1", tell, **clock_ahead(30))
    assert told.wait() == 0, told.said
    assert float(told.said) == pytest.approx(30, abs=1)
