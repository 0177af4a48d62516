"""events.locust_start_hatching (gone in 1.0): events.test_start."""

import locust
from locust import HttpUser, task


def on_start_hatching() -> None:
    print("a test begins")


locust.events.locust_start_hatching += on_start_hatching


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
