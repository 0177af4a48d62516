"""Weights of user classes: 3 to 1 over 4 users; a class of weight 0 never runs."""

from locust import HttpUser, task
from locust.exception import StopUser


class BaseUser(HttpUser):
    abstract = True

    @task
    def request(self) -> None:
        self.client.get("/ok", name=type(self).__name__)
        raise StopUser


class HeavyUser(BaseUser):
    weight = 3


class LightUser(BaseUser):
    weight = 1


class NeverUser(BaseUser):
    weight = 0
