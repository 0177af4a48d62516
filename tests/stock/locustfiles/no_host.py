"""HttpUser without a host: StopTest while spawning, the run ends by itself."""

from locust import HttpUser, task


class HomelessUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
