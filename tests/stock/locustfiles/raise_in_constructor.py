"""An exception in a user's __init__ breaks the ramp: no user at all, exit code 2 in Locust."""

from locust import HttpUser, task
from locust.env import Environment


class UnbuildableUser(HttpUser):
    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        raise RuntimeError("cannot be built")

    @task
    def request(self) -> None:
        self.client.get("/ok")
