"""The demo target's pools: first come, first served, and bounded."""

from __future__ import annotations

import gevent
import pytest
from gevent.event import Event

from lftui.demo.pools import Pool, QueueFull, WaitedTooLong

LONG_S = 60.0


class Visitor:
    """Holds a slot until it is told to leave."""

    def __init__(self, pool: Pool, name: str, served: list[str]) -> None:
        self.leave = Event()
        self.inside = Event()
        self._pool, self._name, self._served = pool, name, served
        self.greenlet = gevent.spawn(self._visit)

    def _visit(self) -> None:
        with self._pool.slot():
            self._served.append(self._name)
            self.inside.set()
            self.leave.wait()

    def go(self) -> None:
        self.leave.set()
        self.greenlet.join()


def settle(*_: object) -> None:
    """Let every greenlet run up to where it waits."""
    gevent.idle()


def test_slots_are_handed_on_in_order() -> None:
    served: list[str] = []
    pool = Pool("worker", size=2, queue_limit=10, patience_s=LONG_S)
    visitors = [Visitor(pool, name, served) for name in "abcde"]
    settle()
    assert served == ["a", "b"]
    assert (pool.in_use, pool.queued) == (2, 3)
    visitors[1].go()
    settle()
    assert served == ["a", "b", "c"]
    for visitor in visitors:
        visitor.go()
    assert served == list("abcde")
    assert (pool.in_use, pool.queued) == (0, 0)


def test_newcomer_does_not_overtake() -> None:
    served: list[str] = []
    pool = Pool("worker", size=1, queue_limit=10, patience_s=LONG_S)
    first, second = Visitor(pool, "first", served), Visitor(pool, "second", served)
    settle()
    first.leave.set()
    settle()  # the slot is the second's, though its greenlet has hardly run
    third = Visitor(pool, "third", served)
    settle()
    assert served == ["first", "second"]
    second.go()
    third.go()
    assert served == ["first", "second", "third"]


def test_full_queue_refuses_at_once() -> None:
    pool = Pool("database", size=1, queue_limit=1, patience_s=LONG_S)
    holder, waiter = Visitor(pool, "holder", []), Visitor(pool, "waiter", [])
    settle()
    with pytest.raises(QueueFull, match="database queue is full"), pool.slot():
        pytest.fail("no slot was free")
    assert pool.queued == 1
    holder.go()
    waiter.go()


def test_impatient_waiter_leaves_the_queue() -> None:
    pool = Pool("database", size=1, queue_limit=5, patience_s=0.01)
    holder = Visitor(pool, "holder", [])
    settle()
    with pytest.raises(WaitedTooLong, match="no database slot"), pool.slot():
        pytest.fail("no slot was free")
    assert (pool.in_use, pool.queued) == (1, 0)
    holder.go()
    assert pool.in_use == 0


def test_killed_waiter_leaves_the_queue() -> None:
    pool = Pool("worker", size=1, queue_limit=5, patience_s=LONG_S)
    holder, waiter = Visitor(pool, "holder", []), Visitor(pool, "waiter", [])
    settle()
    waiter.greenlet.kill()
    assert (pool.in_use, pool.queued) == (1, 0)
    holder.go()
    assert pool.in_use == 0


def test_waiter_killed_with_the_slot_in_hand_gives_it_back() -> None:
    served: list[str] = []
    pool = Pool("worker", size=1, queue_limit=5, patience_s=LONG_S)
    with pool.slot():
        waiter = Visitor(pool, "waiter", served)
        settle()
        # It dies on the hub's next turn; before that, the slot is handed to it.
        waiter.greenlet.kill(block=False)
    assert pool.in_use == 1
    settle()
    assert waiter.greenlet.dead
    assert served == []
    assert (pool.in_use, pool.queued) == (0, 0)


def test_slot_is_given_back_after_an_error() -> None:
    pool = Pool("worker", size=1, queue_limit=0, patience_s=LONG_S)
    with pytest.raises(KeyError), pool.slot():
        raise KeyError
    assert pool.in_use == 0
