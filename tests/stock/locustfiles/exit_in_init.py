"""sys.exit(16) in an init listener ends the process with 16."""

import sys

from locust import HttpUser, events, task


@events.init.add_listener
def refuse(**_kwargs: object) -> None:
    sys.exit(16)


class UnstartedUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
