"""Abstract base classes and mixins; tasks are inherited, the base is never spawned."""

from locust import HttpUser, task
from locust.exception import StopUser


class LoginMixin:
    def on_start(self) -> None:
        self.client.get("/ok", name="login")


class BaseUser(LoginMixin, HttpUser):
    abstract = True
    page = "base"

    @task
    def request(self) -> None:
        self.client.get("/ok", name=self.page)
        raise StopUser


class BuyerUser(BaseUser):
    page = "buyer"


class SellerUser(BaseUser):
    page = "seller"
