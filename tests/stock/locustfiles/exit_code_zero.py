"""environment.process_exit_code = 0 forgives failed requests."""

from locust import HttpUser, events, task
from locust.env import Environment


@events.test_stop.add_listener
def forgive(environment: Environment, **_kwargs: object) -> None:
    environment.process_exit_code = 0


class ForgivenUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/fail")
        self.environment.runner.quit()
