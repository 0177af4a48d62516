"""A directory as locustfile: every .py below it is loaded; this is 'two'."""

from locust import HttpUser, task
from locust.exception import StopUser


class TwoUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok", name="folder/two")
        raise StopUser
