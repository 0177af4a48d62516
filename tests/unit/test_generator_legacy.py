"""A locustfile of an old Locust is told what replaces what it uses, with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from lftui.generator.legacy import find_removed


def _found(folder: Path, source: str) -> list[tuple[int, str]]:
    path = folder / "old.py"
    path.write_text(source, encoding="utf-8")
    return [(use.line, use.name) for use in find_removed(str(path))]


@pytest.mark.parametrize(
    ("source", "name", "instead"),
    [
        ("from locust import Locust", "Locust", "User"),
        ("from locust import HttpLocust, task", "HttpLocust", "HttpUser"),
        ("from locust.contrib.fasthttp import FastHttpLocust", "FastHttpLocust", "FastHttpUser"),
        ("from locust import TaskSequence", "TaskSequence", "SequentialTaskSet"),
        ("from locust import seq_task", "seq_task", "SequentialTaskSet"),
        ("from locust.exception import StopLocust", "StopLocust", "StopUser"),
        ("from locust.core import TaskSet", "locust.core", "from locust import User"),
        ("import locust\nclass A(locust.HttpLocust): pass", "locust.HttpLocust", "HttpUser"),
        ("from locust import events\nevents.request_failure += f", "events.request_failure", "events.request"),
        ("events.request_success.add_listener(f)", "events.request_success", "events.request"),
        ("@events.hatch_complete.add_listener\ndef f(): pass", "events.hatch_complete", "spawning_complete"),
        ("import locust\nlocust.events.slave_report += f", "events.slave_report", "worker_report"),
        ("from locust.events import locust_error", "events.locust_error", "user_error"),
        ("class A(HttpUser):\n    task_set = Tasks", "task_set", "tasks = [...]"),
    ],
)  # fmt: skip
def test_a_removed_name_is_found_with_what_replaces_it(
    tmp_path: Path, source: str, name: str, instead: str
) -> None:
    path = tmp_path / "old.py"
    path.write_text(source, encoding="utf-8")
    (use,) = find_removed(str(path))
    assert use.name == name
    assert instead in use.instead
    assert 1 <= use.line <= len(source.splitlines())
    sentence = str(use)
    assert sentence.startswith(f"{path}:{use.line} uses {name}, which Locust no longer has; use ")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "source",
    [
        "",
        "from locust import HttpUser, task, events, SequentialTaskSet",
        "from locust_plugins import Locust",
        "from shop import HttpLocust",
        "from . import Locust",
        "from .locust.core import Tasks",
        "import locust, locust.stats",
        "from locust import wait_time",
        "class A(HttpUser):\n    task_set: type",
        "Locust = 1",
        "self.request_failure()",
        "requests.request_failure",
        "class A(HttpUser):\n    tasks = [Tasks]\n    wait_time = between(1, 2)",
        "class A(HttpUser):\n    stop_timeout = 3",
        "def task_set(): pass",
        "# events.request_failure",
        "'events.request_failure'",
        "events.request.add_listener(f)",
    ],
)
def test_what_locust_still_has_is_not_named(tmp_path: Path, source: str) -> None:
    assert _found(tmp_path, source) == []


def test_several_uses_come_in_the_order_of_their_lines(tmp_path: Path) -> None:
    source = (
        "from locust import (\n    HttpLocust,\n    events,\n)\n"
        "class A(HttpLocust):\n    task_set = B\n"
        "events.hatch_complete += f\n"
    )
    assert _found(tmp_path, source) == [
        (1, "HttpLocust"),
        (6, "task_set"),
        (7, "events.hatch_complete"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "import locust.core",
        "import os, locust.core as core",
        "from locust import core, task",
        "class A(HttpUser):\n    task_set: type = Tasks",
        "class A(HttpUser):\n    a = task_set = Tasks",
    ],
)
def test_the_rarer_ways_to_write_it_are_found(tmp_path: Path, source: str) -> None:
    assert len(_found(tmp_path, source)) == 1


def test_what_cannot_be_read_has_no_findings(tmp_path: Path) -> None:
    assert find_removed(str(tmp_path / "missing.py")) == []
    assert find_removed(str(tmp_path)) == []
    assert _found(tmp_path, "class A(:\n") == []
    assert _found(tmp_path, "from locust import HttpLocust\0") == []


def test_a_file_in_another_encoding_is_looked_at_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "latin.py"
    path.write_bytes("# größer\nfrom locust import HttpLocust\n".encode("latin-1"))
    assert [use.line for use in find_removed(str(path))] == [2]
