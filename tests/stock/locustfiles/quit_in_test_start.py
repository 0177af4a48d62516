"""runner.quit() from a test_start listener, as a failed pre-check does it."""

from locust import HttpUser, events, task
from locust.env import Environment


@events.test_start.add_listener
def check(environment: Environment, **_kwargs: object) -> None:
    environment.process_exit_code = 9
    environment.runner.quit()


class UnstartedUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
