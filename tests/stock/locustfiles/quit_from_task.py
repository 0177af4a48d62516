"""runner.quit() from a task after a fixed number of requests, with several users waiting."""

import itertools

from locust import HttpUser, constant, task

NUMBERS = itertools.count(1)


class CountingUser(HttpUser):
    wait_time = constant(60)

    @task
    def request(self) -> None:
        self.client.get("/ok")
        if next(NUMBERS) == 5:
            self.environment.runner.quit()
