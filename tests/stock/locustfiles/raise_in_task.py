"""An exception in a task is counted and the user goes on; exceptions alone make a run fail."""

from locust import HttpUser, task


class ClumsyUser(HttpUser):
    runs = 0

    @task
    def request(self) -> None:
        self.client.get("/ok")
        self.runs += 1
        if self.runs == 3:
            self.environment.runner.quit()
        raise ValueError(f"run {self.runs}")
