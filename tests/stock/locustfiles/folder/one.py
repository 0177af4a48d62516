"""A directory as locustfile: every .py below it is loaded; this is 'one'."""

from locust import HttpUser, task
from locust.exception import StopUser


class OneUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok", name="folder/one")
        raise StopUser
