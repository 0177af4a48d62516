"""An exception in on_start ends that user; the other users go on."""

import itertools

from locust import HttpUser, constant, task

NUMBERS = itertools.count()


class UnsteadyUser(HttpUser):
    wait_time = constant(60)

    def on_start(self) -> None:
        if next(NUMBERS) == 0:
            raise RuntimeError("the first one falls")

    @task
    def request(self) -> None:
        self.client.get("/ok")
