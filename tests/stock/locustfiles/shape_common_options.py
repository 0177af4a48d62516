"""A LoadTestShape with use_common_options: it reads --users and --spawn-rate itself."""

from locust import HttpUser, LoadTestShape, constant, task


class OptionShape(LoadTestShape):
    use_common_options = True
    ticks = 0

    def tick(self) -> tuple[int, float] | None:
        self.ticks += 1
        options = self.runner.environment.parsed_options
        return (options.num_users, options.spawn_rate) if self.ticks == 1 else None


class ShapedUser(HttpUser):
    wait_time = constant(60)

    @task
    def request(self) -> None:
        self.client.get("/ok", name=f"shape of {self.environment.parsed_options.num_users}")
