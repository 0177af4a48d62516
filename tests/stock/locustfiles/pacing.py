"""constant_pacing and constant_throughput: about ten iterations a second, slow target or not."""

from locust import HttpUser, constant_pacing, constant_throughput, task


class PacedUser(HttpUser):
    wait_time = constant_pacing(0.1)

    @task
    def request(self) -> None:
        self.client.get("/slow?ms=20", name="paced")


class ThroughputUser(HttpUser):
    wait_time = constant_throughput(10)

    @task
    def request(self) -> None:
        self.client.get("/slow?ms=20", name="throughput")
