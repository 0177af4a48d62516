"""Which options make a run with workers, where its master listens, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from lftui.plan import PlanError, RunPlan, is_loopback
from lftui.planning import make_plan
from lftui.records import Loaded, UserClassFact
from lftui.settings import Settings


def plan(folder: Path, ours: dict[str, str] | None = None, **options: Any) -> RunPlan:
    """The plan of a command line with these of Locust's options given."""
    usual = {"host": "http://127.0.0.1", "master_bind_host": "*", "master_bind_port": 5557,
             "expect_workers": 1, "expect_workers_max_wait": 0}  # fmt: skip
    loaded = Loaded(
        files=["main.py"],
        user_classes=[UserClassFact(name="OneUser")],
        options={**usual, **options},
        explicit=sorted(options),
    )
    return make_plan([], loaded, ours or {}, Settings(), folder, headless=True).plan


def test_without_workers_nothing_listens(tmp_path: Path) -> None:
    found = plan(tmp_path)
    assert not found.distributed
    assert not found.is_open_to_others


def test_local_processes_meet_at_a_port_of_the_systems_choice(tmp_path: Path) -> None:
    found = plan(tmp_path, processes=3)
    assert (found.processes, found.expect_workers) == (3, 3)
    assert (found.master_bind_host, found.master_bind_port) == ("127.0.0.1", 0)
    assert found.distributed
    assert not found.master
    assert not found.is_open_to_others


def test_minus_one_is_one_for_each_core_but_the_masters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cores, workers in ((1, 1), (2, 1), (8, 7)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid, cores=cores: set(range(cores)))
        assert plan(tmp_path, processes=-1).processes == workers


def test_a_master_listens_here_only_unless_an_address_is_given(tmp_path: Path) -> None:
    found = plan(tmp_path, master=True)
    assert (found.master_bind_host, found.master_bind_port) == ("127.0.0.1", 5557)
    assert found.expect_workers == 1
    assert not found.is_open_to_others
    for given, host in (("*", "0.0.0.0"), ("10.0.0.5", "10.0.0.5")):
        found = plan(tmp_path, master=True, master_bind_host=given, master_bind_port=6000)
        assert (found.master_bind_host, found.master_bind_port) == (host, 6000)
        assert found.is_open_to_others


def test_local_ones_and_others_may_be_waited_for_together(tmp_path: Path) -> None:
    found = plan(tmp_path, master=True, processes=2, expect_workers=5, expect_workers_max_wait=30)
    assert (found.processes, found.expect_workers) == (2, 5)
    assert found.expect_workers_max_wait_s == 30
    assert plan(tmp_path, processes=4, expect_workers=2).expect_workers == 4


@pytest.mark.parametrize(
    ("options", "ours", "why"),
    [
        ({"processes": -2}, {}, "--processes is -2; give 1 to 256, or -1"),
        ({"processes": 1_000}, {}, "--processes is 1000"),
        ({"processes": 2}, {"in-process": ""}, "--in-process is one process"),
        ({"master": True, "master_bind_port": 70_000}, {}, "--master-bind-port is 70000"),
        ({"master_bind_host": "0.0.0.0"}, {}, "--master-bind-host is for a run with workers"),
        ({"expect_workers": 2}, {}, "--expect-workers is for a run with workers"),
        ({"worker": True}, {}, "lftui --worker --master-host HOST"),
    ],
)
def test_what_cannot_work_is_refused(
    tmp_path: Path, options: dict[str, Any], ours: dict[str, str], why: str
) -> None:
    with pytest.raises(PlanError, match=why):
        plan(tmp_path, ours, **options)


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True),
     ("localhost", True), ("0.0.0.0", False), ("::", False), ("10.0.0.1", False),
     ("bastion", False)],
)  # fmt: skip
def test_who_reaches_an_address(host: str, here: bool) -> None:
    assert is_loopback(host) is here
