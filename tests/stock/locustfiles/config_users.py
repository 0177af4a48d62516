"""--config-users changes weight, host, tasks and attributes of a user class from JSON."""

from locust import HttpUser, constant, task


class ConfiguredUser(HttpUser):
    label = "default"
    weight = 1
    wait_time = constant(0)

    @task
    def kept(self) -> None:
        self.client.get("/ok", name=f"kept {self.label} w={self.weight}")
        self.environment.runner.quit()

    @task
    def dropped(self) -> None:
        self.client.get("/ok", name="dropped")


class OtherUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok", name="other")
