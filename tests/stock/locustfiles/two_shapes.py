"""Two load shapes in one file: the first one drives, the second is only available."""

from locust import HttpUser, LoadTestShape, constant, task


class FirstShape(LoadTestShape):
    def tick(self) -> tuple[int, float] | None:
        return (1, 10.0) if self.get_run_time() < 0.9 else None


class SecondShape(LoadTestShape):
    def tick(self) -> tuple[int, float] | None:
        return (7, 10.0) if self.get_run_time() < 30 else None


class ShapedUser(HttpUser):
    wait_time = constant(60)

    @task
    def request(self) -> None:
        self.client.get("/ok", name=f"users={self.environment.runner.target_user_count}")
