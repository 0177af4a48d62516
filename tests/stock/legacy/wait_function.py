"""wait_function in milliseconds (silently without effect: no wait at all): wait_time."""

import random

from locust import HttpUser, task


class WebsiteUser(HttpUser):
    wait_function = lambda self: random.expovariate(1) * 1000  # noqa: E731

    @task
    def request(self) -> None:
        self.client.get("/ok")
