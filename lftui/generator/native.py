"""Real threads, sleeps and queues, beneath gevent's monkey patches.

Locust patches the whole process at import. A thread that must go on while user code blocks the
hub cannot be a greenlet, so it is made of the originals.
"""

from __future__ import annotations

import time
from _queue import SimpleQueue
from collections.abc import Callable
from typing import Any

from gevent import monkey

__all__ = ["SimpleQueue", "sleep", "start_thread", "thread_id"]

_sleep: Callable[[float], None] = monkey.get_original("time", "sleep")
_start_new_thread: Callable[..., int] = monkey.get_original("_thread", "start_new_thread")
thread_id: Callable[[], int] = monkey.get_original("_thread", "get_ident")


def sleep(seconds: float) -> None:
    """Sleep in a native thread, whatever `time.sleep` has become."""
    _sleep(seconds)


def start_thread(target: Callable[..., Any], *args: Any) -> int:
    """Run `target` in a native daemon thread; returns its identifier."""
    return _start_new_thread(target, args)


def wait_until(condition: Callable[[], bool], timeout_s: float, step_s: float = 0.01) -> bool:
    """Whether the condition came true in time; for native threads only."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() >= deadline:
            return False
        sleep(step_s)
    return True
