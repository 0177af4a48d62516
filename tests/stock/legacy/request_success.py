"""events.request_success as a decorator (gone in 2.0): events.request."""

import locust
from locust import HttpUser, task


@locust.events.request_success.add_listener
def on_success(request_type, name, response_time, response_length, **kwargs) -> None:
    print("fine:", name)


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
