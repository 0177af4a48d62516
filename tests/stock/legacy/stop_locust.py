"""StopLocust from locust.exception (gone in 1.0): StopUser."""

from locust import HttpUser, task
from locust.exception import StopLocust


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
        raise StopLocust
