"""Without --stop-timeout a waiting user is killed, and its on_stop still sends a request."""

from locust import HttpUser, constant, task


class LeavingUser(HttpUser):
    wait_time = constant(60)

    @task
    def request(self) -> None:
        self.client.get("/ok", name="page")

    def on_stop(self) -> None:
        self.client.get("/ok", name="logout")
