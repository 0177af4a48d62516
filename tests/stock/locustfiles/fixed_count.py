"""fixed_count: exactly two watchers whatever the number of users, the others by weight."""

from locust import HttpUser, task
from locust.exception import StopUser


class BaseUser(HttpUser):
    abstract = True

    @task
    def request(self) -> None:
        self.client.get("/ok", name=type(self).__name__)
        raise StopUser


class WatcherUser(BaseUser):
    fixed_count = 2


class ShopUser(BaseUser):
    pass
