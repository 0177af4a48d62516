"""environment.process_exit_code, set from what the run measured, wins over everything else."""

from locust import HttpUser, events, task
from locust.env import Environment


@events.quitting.add_listener
def judge(environment: Environment, **_kwargs: object) -> None:
    environment.process_exit_code = 42 if environment.stats.total.fail_ratio > 0.4 else 0


class JudgedUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
        self.client.get("/fail")
        self.environment.runner.quit()
