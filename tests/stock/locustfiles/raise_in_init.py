"""An exception in an init listener is fatal before any load."""

from locust import HttpUser, events, task


@events.init.add_listener
def broken(**_kwargs: object) -> None:
    raise RuntimeError("cannot connect to the data store")


class UnstartedUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
