"""sys.exit(18) in a quitting listener, the old way to set an exit code."""

import sys

from locust import HttpUser, events, task


@events.quitting.add_listener
def refuse(**_kwargs: object) -> None:
    sys.exit(18)


class LastUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
        self.environment.runner.quit()
