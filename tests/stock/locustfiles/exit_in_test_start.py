"""sys.exit(14) in a test_start listener ends the process with 14 before any user starts."""

import sys

from locust import HttpUser, events, task


@events.test_start.add_listener
def refuse(**_kwargs: object) -> None:
    sys.exit(14)


class UnstartedUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
