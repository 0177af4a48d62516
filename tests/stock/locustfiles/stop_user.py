"""StopUser from a task, from on_start and by self.stop(); on_stop still runs its requests."""

from locust import HttpUser, constant, task
from locust.exception import StopUser


class LeavingUser(HttpUser):
    @task
    def leave(self) -> None:
        self.client.get("/ok", name="leave")
        raise StopUser

    def on_stop(self) -> None:
        self.client.get("/ok", name="left")


class UnwillingUser(HttpUser):
    def on_start(self) -> None:
        self.client.get("/ok", name="unwilling")
        raise StopUser

    @task
    def never(self) -> None:
        self.client.get("/ok", name="never")


class StoppedUser(HttpUser):
    wait_time = constant(0.01)

    @task
    def stop_myself(self) -> None:
        self.client.get("/ok", name="stopped")
        self.stop()
