"""Cannot be imported."""

from __future__ import annotations

from locust import HttpUser, LoadTestShape

PRICES = {"tea": 3}
COFFEE = PRICES["coffee"]


class BrokenUser(HttpUser):
    pass


class BrokenShape(LoadTestShape):
    def tick(self) -> None:
        return None
