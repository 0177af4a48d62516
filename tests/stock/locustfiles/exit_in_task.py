"""sys.exit(13) in a task ends the process with 13."""

import sys

from locust import HttpUser, task


class ExitingUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
        sys.exit(13)
