"""events.locust_error (gone in 1.0): events.user_error."""

from locust import HttpUser, events, task


def on_error(locust_instance, exception, tb) -> None:
    print(exception)


events.locust_error.add_listener(on_error)


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
