"""User classes chosen by position on the command line or by LOCUST_USER_CLASSES."""

from locust import HttpUser, task
from locust.exception import StopUser


class BaseUser(HttpUser):
    abstract = True

    @task
    def request(self) -> None:
        self.client.get("/ok", name=type(self).__name__)
        raise StopUser


class RedUser(BaseUser):
    pass


class GreenUser(BaseUser):
    pass


class BlueUser(BaseUser):
    pass
