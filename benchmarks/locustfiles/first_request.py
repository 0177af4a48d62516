"""One user; notes when its first request was answered."""

from __future__ import annotations

import os
import time
from typing import Any

from locust import FastHttpUser, constant, events, task

OUT = os.environ["BENCH_OUT"]


@events.request.add_listener
def note(**_: Any) -> None:
    """Write the wall-clock time once."""
    if not os.path.exists(OUT):
        with open(OUT, "w", encoding="ascii") as file:
            file.write(repr(time.time()))


class Visitor(FastHttpUser):
    """Asks for one page again and again."""

    wait_time = constant(0.1)

    @task
    def page(self) -> None:
        """The page."""
        self.client.get("/")
