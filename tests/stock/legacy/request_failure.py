"""events.request_failure (gone in 2.0): events.request, with its argument exception."""

from locust import HttpUser, events, task


def on_failure(request_type, name, response_time, exception, **kwargs) -> None:
    print("failed:", name, exception)


events.request_failure.add_listener(on_failure)


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
