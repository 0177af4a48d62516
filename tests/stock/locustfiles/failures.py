"""Failed requests make the run fail: 1, or what --exit-code-on-error says."""

from locust import HttpUser, task
from locust.exception import StopUser


class FailingUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
        self.client.get("/fail")
        self.client.get("/missing")
        raise StopUser
