"""Several locustfiles: the first half of `-f alpha.py,beta.py`."""

from locust import HttpUser, task
from locust.exception import StopUser


class AlphaUser(HttpUser):
    @task
    def three_requests(self) -> None:
        for _ in range(3):
            self.client.get("/ok", name="alpha")
        raise StopUser
