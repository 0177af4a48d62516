"""min_wait and max_wait in milliseconds (without effect: no wait at all): wait_time."""

from locust import HttpUser, task


class WebsiteUser(HttpUser):
    min_wait = 5000
    max_wait = 9000

    @task
    def request(self) -> None:
        self.client.get("/ok")
