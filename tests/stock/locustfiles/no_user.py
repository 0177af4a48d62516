"""No user class at all: only an abstract one and a function."""

from locust import HttpUser, events


class BaseUser(HttpUser):
    abstract = True


@events.test_start.add_listener
def never(**_kwargs: object) -> None:
    raise RuntimeError("no test can start here")
