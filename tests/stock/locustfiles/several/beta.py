"""Several locustfiles: the second half; it imports the user class of the first, no duplicate."""

from alpha import AlphaUser  # noqa: F401  (the same class found twice is allowed)

from locust import HttpUser, task
from locust.exception import StopUser


class BetaUser(HttpUser):
    @task
    def two_requests(self) -> None:
        for _ in range(2):
            self.client.get("/json", name="beta")
        raise StopUser
