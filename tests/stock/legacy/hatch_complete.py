"""events.hatch_complete (gone in 2.0): events.spawning_complete."""

from locust import HttpUser, events, task


def on_hatch_complete(user_count, **kwargs) -> None:
    print("hatched", user_count)


events.hatch_complete.add_listener(on_hatch_complete)


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
