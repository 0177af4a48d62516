"""--stop-timeout: tasks finish, on_stop sends its request."""

from locust import HttpUser, task


class FinishingUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/slow?ms=1600", name="long")

    def on_stop(self) -> None:
        self.client.get("/ok", name="logout")
