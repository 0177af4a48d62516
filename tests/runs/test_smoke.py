"""The one-user smoke: real generators that walk real tasks against a real server."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from lftui import options
from lftui.plan import PlanError, RunPlan
from lftui.records import Smoked
from lftui.supervisor.smoke import smoke
from tests.runs.live import wait_for
from tests.runs.target import Target

OWN = options.takes_value()
HEAD = """
import time
import gevent
from locust import HttpUser, FastHttpUser, TaskSet, SequentialTaskSet, MarkovTaskSet, User
from locust import between, constant, events, tag, task, transition
from locust.exception import RescheduleTask, StopTest, StopUser
"""
# What hangs is waited for in full; a limit only ends what would not end by itself.
LONG_S = 60.0

Walk = Callable[..., list[Smoked]]


@pytest.fixture
def walk(tmp_path: Path, target: Target) -> Walk:
    """Smoke a locustfile against the target; all that was said."""

    def run(
        script: str,
        *more: str,
        limit_s: float = LONG_S,
        task_limit_s: float = LONG_S,
        tags: tuple[str, ...] = (),
    ) -> list[Smoked]:
        path = tmp_path / "locustfile.py"
        path.write_text(HEAD + script)
        argv = ["-f", str(path), *more, "--host", target.url]
        argv += ["--tags", *tags] if tags else []
        plan = RunPlan(host=target.url, locustfiles=[str(path)])

        async def collect() -> list[Smoked]:
            return [one async for one in smoke(argv, OWN, plan, limit_s, task_limit_s)]

        return asyncio.run(collect())

    return run


def names(rows: list[Smoked]) -> list[tuple[str, str]]:
    return [(row.task, row.name) for row in rows]


def errors(rows: list[Smoked]) -> dict[str, str]:
    return {row.task: row.error for row in rows if row.error}


def test_each_task_runs_once_in_the_order_it_is_written(walk: Walk) -> None:
    rows = walk(
        """
class Shopper(HttpUser):
    wait_time = constant(1000)
    def on_start(self):
        self.client.get("/login")
    def on_stop(self):
        self.client.get("/logout")
    @task(10)
    def browse(self):
        self.client.get("/browse")
        self.wait()
        self.client.get("/browse/more", name="more")
    @task
    def think(self):
        pass
    @task(3)
    def buy(self):
        self.client.post("/buy", data={"x": 1})

class Fast(FastHttpUser):
    @task
    def look(self):
        self.client.get("/look")
"""
    )
    assert names(rows) == [
        ("Shopper.on_start", "/login"),
        ("Shopper.browse", "/browse"),
        ("Shopper.browse", "more"),
        ("Shopper.think", ""),
        ("Shopper.buy", "/buy"),
        ("Shopper.on_stop", "/logout"),
        ("Fast.look", "/look"),
    ]
    buy = rows[4]
    assert (buy.method, buy.status, buy.bytes, buy.error) == ("POST", 200, len(b"answer\n"), "")
    assert buy.response_us is not None
    assert buy.response_us > 0


def test_nested_sets_are_walked_with_their_own_start_and_stop(walk: Walk) -> None:
    rows = walk(
        """
def loose(taskset):
    taskset.client.get("/loose")

class Forum(TaskSet):
    def on_start(self):
        self.client.get("/enter")
    def on_stop(self):
        self.client.get("/leave")
    @task
    class Thread(SequentialTaskSet):
        @task
        def first(self):
            self.client.get("/first")
            self.interrupt()
        tasks = [loose]
        @task
        def last(self):
            self.client.get("/" + type(self.parent).__name__)
    @task
    def home(self):
        self.interrupt()

class Chain(MarkovTaskSet):
    @transition("b")
    def a(self):
        self.client.get("/a")
    @transition("a")
    def b(self):
        self.client.get("/b")

class Reader(HttpUser):
    tasks = {Forum: 3, Chain: 1, loose: 2}
    @task
    def loose(self):
        self.client.get("/another")
"""
    )
    assert names(rows) == [
        ("Reader.Forum.on_start", "/enter"),
        ("Reader.Forum.Thread.first", "/first"),
        ("Reader.Forum.Thread.loose", "/loose"),
        ("Reader.Forum.Thread.last", "/Forum"),
        ("Reader.Forum.home", ""),
        ("Reader.Forum.on_stop", "/leave"),
        ("Reader.Chain.a", "/a"),
        ("Reader.Chain.b", "/b"),
        ("Reader.loose", "/loose"),
        ("Reader.loose#2", "/another"),
    ]


def test_a_set_that_is_nested_in_itself_is_refused_as_locust_does(walk: Walk) -> None:
    rows = walk(
        """
class Loop(TaskSet):
    @task
    def a(self):
        pass
Loop.tasks.append(Loop)
class A(User):
    tasks = [Loop]
"""
    )
    assert errors(rows)["test_start"].startswith("RecursionError")
    assert errors(rows)["A"] == "not run: Loop.a"


def test_tags_and_classes_choose_as_in_a_run(walk: Walk) -> None:
    script = """
class A(HttpUser):
    @tag("x")
    @task
    def tagged(self):
        self.client.get("/tagged")
    @task
    def other(self):
        self.client.get("/other")

class B(HttpUser):
    @task
    def never(self):
        self.client.get("/never")

class C(HttpUser):
    @tag("x")
    @task
    def also(self):
        self.client.get("/also")
"""
    assert names(walk(script, "A", "C", tags=("x",))) == [
        ("A.tagged", "/tagged"),
        ("C.also", "/also"),
    ]
    assert errors(walk(script, tags=("x",))) == {"B": "it has no task, or none that the tags leave"}


def test_the_events_around_a_test_fire(walk: Walk) -> None:
    rows = walk(
        """
said = []
@events.init.add_listener
def init(environment, **_):
    said.append("init")
@events.test_start.add_listener
def start(environment, **_):
    said.append("start " + environment.runner.state)
@events.test_stop.add_listener
def stop(environment, **_):
    environment.events.request.fire(
        request_type="SAID", name=" ".join(said), response_time=1, response_length=0,
        exception=None, context={},
    )
class A(User):
    @task
    def a(self):
        said.append(self.host)
"""
    )
    assert [row.task for row in rows] == ["A.a", "test_stop"]
    assert rows[1].name.startswith("init start ready http://127.0.0.1")


def test_what_fails_and_what_raises_is_said_with_its_place(walk: Walk) -> None:
    rows = walk(
        """
class A(HttpUser):
    @task
    def fails(self):
        self.client.get("/fail")
    @task
    def raises(self):
        self.client.get("/ok")
        {}["missing"]
    @task
    def goes_on(self):
        self.client.get("/on")
    @task
    def gives_up(self):
        self.client.get("/up")
        raise RescheduleTask
class B(HttpUser):
    def on_start(self):
        raise ValueError("no")
    def on_stop(self):
        self.client.get("/not")
    @task
    def never(self):
        pass
class C(HttpUser):
    def __init__(self, environment):
        raise RuntimeError("not built")
    @task
    def never(self):
        pass
"""
    )
    assert names(rows)[:5] == [
        ("A.fails", "/fail"),
        ("A.raises", "/ok"),
        ("A.raises", ""),
        ("A.goes_on", "/on"),
        ("A.gives_up", "/up"),
    ]
    line = HEAD.count("\n") + 9
    found = errors(rows)
    assert rows[0].status == 500
    assert "500" in found["A.fails"]
    assert found["A.raises"] == f"KeyError: 'missing' (locustfile.py:{line})"
    assert found["B.on_start"].startswith("ValueError: no (locustfile.py:")
    assert found["B"] == "not run: never"
    assert [row.error.partition(" (")[0] for row in rows if row.task == "C"] == [
        "RuntimeError: not built",
        "not run: never",
    ]
    assert "/not" not in [row.name for row in rows]


def test_a_user_that_ends_itself_is_followed_by_another(walk: Walk) -> None:
    rows = walk(
        """
class A(HttpUser):
    def on_start(self):
        self.client.get("/start")
    @task
    def first(self):
        raise StopUser
    @task
    def second(self):
        self.client.get("/second")
"""
    )
    assert [row.task for row in rows] == ["A.on_start", "A.first", "A.on_start", "A.second"]


def test_a_task_that_hangs_is_cut_off_and_the_rest_goes_on(walk: Walk) -> None:
    rows = walk(
        """
class A(HttpUser):
    def on_stop(self):
        self.client.get("/stop")
    @task
    def hangs(self):
        time.sleep(1000)
    @task
    def after(self):
        self.client.get("/after")
""",
        task_limit_s=2.0,
    )
    assert names(rows) == [
        ("A.hangs", ""),
        ("A.on_stop", "/stop"),
        ("A.after", "/after"),
        ("A.on_stop", "/stop"),
    ]
    assert errors(rows) == {"A.hangs": "cut off: it had not ended after 2 s"}


def test_a_test_start_that_hangs_is_cut_off(walk: Walk) -> None:
    rows = walk(
        """
@events.test_start.add_listener
def start(**_):
    time.sleep(1000)
class A(HttpUser):
    @task
    def a(self):
        pass
""",
        task_limit_s=2.0,
    )
    assert errors(rows) == {
        "test_start": "cut off: it had not ended after 2 s",
        "A": "not run: a",
    }


def test_a_task_that_computes_for_ever_ends_with_the_whole_limit(walk: Walk) -> None:
    rows = walk(
        """
class A(HttpUser):
    @task
    def spins(self):
        while True:
            pass
    @task
    def after(self):
        pass
""",
        limit_s=3.0,
    )
    assert errors(rows) == {
        "A.spins": "cut off: it computed without a pause and let nothing else run",
        "A": "not run: after",
    }


def test_the_limit_of_the_whole_smoke_holds_and_on_stop_has_its_moment(walk: Walk) -> None:
    rows = walk(
        """
class A(HttpUser):
    def on_stop(self):
        self.client.get("/stop")
    @task
    def hangs(self):
        gevent.sleep(1000)
""",
        limit_s=2.0,
    )
    assert names(rows) == [("A.hangs", ""), ("A.on_stop", "/stop")]
    assert errors(rows) == {"A.hangs": "cut off: the limit of 2 s for the whole smoke is over"}


def test_code_that_catches_everything_is_killed_in_the_end(walk: Walk) -> None:
    rows = walk(
        """
class A(HttpUser):
    @task
    def never_ends(self):
        while True:
            try:
                gevent.sleep(1000)
            except BaseException:
                pass
""",
        limit_s=2.0,
    )
    assert "the smoke did not end" in errors(rows)[""]


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("raise SystemExit(3)", "the locustfile called sys.exit(3)"),
        ("import os; os._exit(7)", "the generator ended in the middle of the smoke"),
    ],
)
def test_a_locustfile_that_ends_its_process(walk: Walk, what: str, error: str) -> None:
    rows = walk(f"class A(HttpUser):\n    @task\n    def a(self):\n        {what}\n")
    assert rows[-1] == Smoked(task="", method="", name="", error=error)


def test_the_locustfile_may_end_the_test(walk: Walk) -> None:
    rows = walk(
        """
class A(HttpUser):
    @task
    def ends(self):
        raise StopTest("enough")
    @task
    def quits(self):
        self.environment.runner.quit()
"""
    )
    assert errors(rows) == {
        "A.ends": "the locustfile ended the test (StopTest)",
        "A": "not run: quits",
    }
    quits = "class A(User):\n    @task\n    def q(self): self.environment.runner.quit()\n"
    assert names(walk(quits)) == [("A.q", "")]


def test_a_locustfile_that_cannot_be_loaded_is_refused(walk: Walk) -> None:
    with pytest.raises(PlanError, match="this is no Python"):
        walk("def (:")
    with pytest.raises(PlanError, match="unknown user class Z"):
        walk("class A(User):\n    @task\n    def a(self): pass\n", "Z")


def test_who_stops_to_listen_ends_the_generator(tmp_path: Path, target: Target) -> None:
    path = tmp_path / "locustfile.py"
    path.write_text(
        HEAD
        + "import os\nclass A(HttpUser):\n"
        + "    @task\n    def a(self): self.client.get(f'/pid/{os.getpid()}')\n"
        + "    @task\n    def b(self): gevent.sleep(1000)\n"
    )
    argv = ["-f", str(path), "--host", target.url]

    async def first() -> Smoked:
        async with contextlib.aclosing(smoke(argv, OWN, RunPlan(host=target.url))) as rows:
            return await anext(rows)

    pid = int(asyncio.run(first()).name.rpartition("/")[2])
    assert pid != os.getpid()
    wait_for(lambda: not psutil.pid_exists(pid), "the end of the generator")
