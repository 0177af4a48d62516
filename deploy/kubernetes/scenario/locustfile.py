"""What the demo in a cluster runs: a stock locustfile, in the place of one's own.

It needs no account; the X-API-Key comes from a Secret, or is the demo target's.
"""

from __future__ import annotations

import os

from locust import FastHttpUser, between, tag, task

API_KEY = os.environ.get("LA_FACTORIA_API_KEY") or "demo-api-key"


class Visitor(FastHttpUser):
    """Looks whether the API is there, and how its parts are."""

    wait_time = between(0.5, 1.5)  # seconds of thought between two tasks

    @tag("health")
    @task(3)
    def healthz(self) -> None:
        self.client.get("/healthz")

    @tag("health")
    @task(2)
    def api_health(self) -> None:
        self.client.get("/api/v1/health", headers={"X-API-Key": API_KEY})
