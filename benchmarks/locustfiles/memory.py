"""A user class for the simulated long run, which sends no requests of its own."""

from __future__ import annotations

from locust import User, constant, task


class Simulated(User):
    """Stands for those whose requests are simulated."""

    wait_time = constant(1)

    @task
    def nothing(self) -> None:
        """Nothing."""
