"""A directory as locustfile: every .py below it is loaded; this is 'three'."""

from locust import HttpUser, task
from locust.exception import StopUser


class ThreeUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok", name="folder/three")
        raise StopUser
