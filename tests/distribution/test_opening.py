"""A worker that joins while the load is on hears of users before it is ready for them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from locust.rpc import Message

from lftui.generator.distribution.worker_runner import Worker


def worker() -> tuple[Worker, list[str]]:
    """One that is being made, and why it will have refused."""
    one, why = Worker.__new__(Worker), list[str]()
    one._ends = one._is_open = False
    one._early = None
    one.greenlet = []  # Locust's runner ends its greenlets when it is forgotten
    one.environment = SimpleNamespace(user_classes=[], user_classes_by_name={})  # type: ignore[assignment]
    return one, why


def spawn(**users: int) -> Message:
    data: dict[str, Any] = {"user_classes_count": users}
    return Message("spawn", data, "worker")


def test_what_comes_too_early_is_taken_once_it_is_ready() -> None:
    one, why = worker()
    one.handle_message(spawn(Visitor=1))
    one.handle_message(spawn(Other=2))
    assert why == []
    one.open(why.append)
    # The newest wish counts; here there is nobody to carry it out.
    assert why == ["its locustfile has no Other"]
    one.handle_message(spawn(Visitor=3))
    assert why[1:] == ["its locustfile has no Visitor"]
