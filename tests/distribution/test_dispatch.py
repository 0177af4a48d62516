"""Users on workers that come and go: as many, of the same classes, and none begun anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from locust import User
from locust.runners import WorkerNode

from lftui.generator.dispatch import ClassDispatcher


class Reader(User):
    weight = 3


class Writer(User):
    weight = 1


class Admin(User):
    fixed_count = 2


@pytest.fixture(autouse=True)
def _by_weight() -> Iterator[None]:
    yield
    ClassDispatcher.wanted = None


def dispatcher(workers: int = 3) -> tuple[ClassDispatcher, list[WorkerNode]]:
    nodes = [WorkerNode(f"host_{number}") for number in range(workers)]
    return ClassDispatcher(list(nodes), [Reader, Writer, Admin]), nodes


def go(one: ClassDispatcher, users: int) -> list[dict[str, dict[str, int]]]:
    one.new_dispatch(users, 1_000.0)
    return list(one)


def by_class(users: dict[str, dict[str, int]]) -> dict[str, int]:
    return dict(sum((Counter(classes) for classes in users.values()), Counter()))


def spread(users: dict[str, dict[str, int]]) -> list[int]:
    return sorted(sum(classes.values()) for classes in users.values())


def test_a_worker_that_goes_leaves_its_users_to_the_others() -> None:
    one, nodes = dispatcher()
    before = by_class(go(one, 30)[-1])
    one.remove_worker(nodes[1])
    steps = go(one, 30)
    assert set(steps[0]) == {"host_0", "host_2"}
    assert [by_class(step) for step in steps] == [before] * len(steps)
    assert spread(steps[-1]) == [15, 15]


def test_a_worker_that_comes_gets_its_share() -> None:
    one, _ = dispatcher(2)
    before = by_class(go(one, 30)[-1])
    one.add_worker(WorkerNode("new_1"))
    last = go(one, 30)[-1]
    assert by_class(last) == before
    assert spread(last) == [10, 10, 10]


def test_what_was_set_by_class_stays_so() -> None:
    one, nodes = dispatcher()
    go(one, 10)
    ClassDispatcher.wanted = {"Reader": 4, "Writer": 9, "Admin": 1}
    assert by_class(go(one, 14)[-1]) == ClassDispatcher.wanted
    one.remove_worker(nodes[0])
    assert by_class(go(one, 14)[-1]) == ClassDispatcher.wanted
    ClassDispatcher.wanted = {"Reader": 4, "Writer": 9, "Admin": 3}
    one.add_worker(WorkerNode("new_1"))
    assert by_class(go(one, 16)[-1]) == ClassDispatcher.wanted


def test_in_the_middle_of_a_ramp_it_goes_on_from_there() -> None:
    one, nodes = dispatcher()
    one.new_dispatch(30, 10.0)
    assert sum(by_class(next(one)).values()) == 10
    one.remove_worker(nodes[2])
    steps = go(one, 30)
    assert sum(by_class(steps[0]).values()) == 10
    assert sum(by_class(steps[-1]).values()) == 30


def test_the_last_one_may_go_and_another_come() -> None:
    one, nodes = dispatcher(1)
    before = by_class(go(one, 8)[-1])
    one.remove_worker(nodes[0])
    one.add_worker(WorkerNode("new_1"))
    last = go(one, 8)[-1]
    assert set(last) == {"new_1"}
    assert by_class(last) == before
