"""MasterLocustRunner from locust.runners (gone in 1.0): MasterRunner."""

from locust import HttpUser, events, task
from locust.runners import MasterLocustRunner


@events.init.add_listener
def on_init(environment, **kwargs) -> None:
    print(isinstance(environment.runner, MasterLocustRunner))


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
