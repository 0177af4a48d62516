"""An exception in a request listener is logged, the other listeners run, Locust exits with 2."""

from locust import HttpUser, events, task


@events.request.add_listener
def broken(name: str, **_kwargs: object) -> None:
    raise RuntimeError(f"cannot note {name}")


class ListenedUser(HttpUser):
    @task
    def request(self) -> None:
        for _ in range(3):
            self.client.get("/ok")
        self.environment.runner.quit()
