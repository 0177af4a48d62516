"""A LoadTestShape that ends by itself: two levels, each with its own list of user classes."""

from locust import HttpUser, LoadTestShape, constant, task


class OneUser(HttpUser):
    wait_time = constant(60)

    @task
    def request(self) -> None:
        self.client.get("/ok", name="one")


class TwoUser(HttpUser):
    wait_time = constant(60)

    @task
    def request(self) -> None:
        self.client.get("/ok", name="two")


class TwoLevels(LoadTestShape):
    ticks = 0

    def tick(self) -> tuple[int, float, list[type[HttpUser]]] | None:
        self.ticks += 1
        if self.ticks > 2:
            return None
        return (2, 10.0, [OneUser]) if self.ticks == 1 else (5, 10.0, [TwoUser])
