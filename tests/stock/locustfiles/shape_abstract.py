"""A LoadTestShape with an abstract base and attributes, the base is not taken."""

from locust import HttpUser, LoadTestShape, constant, task


class BaseShape(LoadTestShape):
    abstract = True
    users = 1
    ticks = 0

    def tick(self) -> tuple[int, float] | None:
        self.ticks += 1
        return (self.users, 10.0) if self.ticks == 1 else None


class RealShape(BaseShape):
    users = 3


class ShapedUser(HttpUser):
    wait_time = constant(60)

    @task
    def request(self) -> None:
        self.client.get("/ok")
