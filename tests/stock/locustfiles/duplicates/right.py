"""The same user class name in two files: 'right'."""

from locust import HttpUser, task


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok", name="right")
