"""As `steady.py`; it also keeps when each iteration began."""

from __future__ import annotations

import time
from array import array

import steady
from locust import FastHttpUser, between, task

BEGAN = steady.MORE["began_s"] = array("d")


class Arriving(FastHttpUser):
    """Asks for one page an iteration."""

    # So wide that users that begin together are spread out before the window begins.
    wait_time = between(0.0, 2.0 * steady.WAIT_S)

    @task
    def page(self) -> None:
        """The page."""
        if len(steady.READINGS) == 1:
            BEGAN.append(time.perf_counter())
        self.client.get("/")
