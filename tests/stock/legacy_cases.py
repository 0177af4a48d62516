"""The legacy locustfiles, and what the message of lftui has to say about each of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Legacy:
    """One locustfile in `legacy/` that uses something Locust no longer has.

    Attributes:
        file: its name.
        removed: the name that is gone.
        lines: the lines that use it; the message names one of them.
        replacement: what takes its place.
        locust_code: what `locust` makes of it: 1 is a traceback, 0 that it runs all the same,
            without what the file means.
    """

    file: str
    removed: str
    lines: tuple[int, ...]
    replacement: str
    locust_code: int = 1


LEGACY = (
    Legacy("fast_http_locust.py", "FastHttpLocust", (4, 7), "FastHttpUser"),
    Legacy("hatch_complete.py", "hatch_complete", (10,), "spawning_complete"),
    Legacy("http_locust.py", "HttpLocust", (3, 12), "HttpUser"),
    Legacy("locust_class.py", "Locust", (3, 12), "User"),
    Legacy("locust_error.py", "locust_error", (10,), "user_error"),
    Legacy("min_max_wait.py", "min_wait", (7, 8), "wait_time", locust_code=0),
    Legacy("old_core.py", "locust.core", (4,), "from locust import"),
    Legacy("old_runners.py", "MasterLocustRunner", (4,), "MasterRunner"),
    Legacy("old_wait_time.py", "locust.wait_time", (4,), "from locust import"),
    Legacy("plus_equals.py", "request_failure", (10,), "events.request"),
    Legacy("request_failure.py", "request_failure", (10,), "events.request"),
    Legacy("request_success.py", "request_success", (7,), "events.request"),
    Legacy("slave_report.py", "slave_report", (10,), "worker_report"),
    Legacy("start_hatching.py", "locust_start_hatching", (11,), "test_start"),
    Legacy("stop_hatching.py", "locust_stop_hatching", (6,), "test_stop"),
    Legacy("stop_locust.py", "StopLocust", (4,), "StopUser"),
    Legacy("task_sequence.py", "TaskSequence", (3,), "SequentialTaskSet"),
    Legacy("task_set.py", "task_set", (13,), "tasks", locust_code=1),
    Legacy("wait_function.py", "wait_function", (9,), "wait_time", locust_code=0),
)
