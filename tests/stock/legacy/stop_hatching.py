"""events.locust_stop_hatching (gone in 1.0): events.test_stop."""

from locust import HttpUser, events, task


@events.locust_stop_hatching.add_listener
def on_stop_hatching() -> None:
    print("a test ends")


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
