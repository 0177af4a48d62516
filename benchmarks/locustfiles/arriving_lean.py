"""As `arriving.py`, with LeanHttpUser, which takes little of the CPU between two arrivals."""

from __future__ import annotations

import time
from array import array

import steady
from locust import task

from lftui.http import LeanHttpUser

BEGAN = steady.MORE["began_s"] = array("d")


class Arriving(LeanHttpUser):
    """Asks for one page an iteration."""

    @task
    def page(self) -> None:
        """The page."""
        if len(steady.READINGS) == 1:
            BEGAN.append(time.perf_counter())
        self.client.get("/")
