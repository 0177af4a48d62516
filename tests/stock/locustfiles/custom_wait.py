"""wait_time as an own method, on the user and on a TaskSet; poisson and between are drawn once."""

from locust import HttpUser, TaskSet, between, poisson, task


class ImpatientTasks(TaskSet):
    def wait_time(self) -> float:
        self.user.waits.append("taskset")
        return 0.01

    @task
    def request(self) -> None:
        self.client.get("/ok", name=f"after {len(self.user.waits)} waits")
        if len(self.user.waits) == 3:
            assert between(1, 2)(self.user) >= 1
            assert poisson(5)(self.user) >= 0
            self.user.environment.runner.quit()


class ImpatientUser(HttpUser):
    tasks = [ImpatientTasks]

    def on_start(self) -> None:
        self.waits: list[str] = []

    def wait_time(self) -> float:
        self.waits.append("user")
        return 0.0
