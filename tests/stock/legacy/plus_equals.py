"""events.request_failure += listener, the notation of 0.x: events.request.add_listener."""

from locust import HttpUser, events, task


def on_failure(request_type, name, response_time, exception) -> None:
    print("failed:", name, exception)


events.request_failure += on_failure


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
