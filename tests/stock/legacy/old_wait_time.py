"""The module locust.wait_time (gone in 1.0): the same names from locust."""

from locust import HttpUser, task
from locust.wait_time import between

WAIT = between(1, 2)


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
