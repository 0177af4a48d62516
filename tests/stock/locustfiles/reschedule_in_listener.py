"""A request listener raises RescheduleTask on a failure, as plugins do: the task is left."""

from locust import HttpUser, events, task
from locust.env import Environment
from locust.exception import RescheduleTask, StopUser


@events.init.add_listener
def install(environment: Environment, **_kwargs: object) -> None:
    @environment.events.request.add_listener
    def leave_on_failure(exception: Exception | None, **_kwargs: object) -> None:
        if exception:
            raise RescheduleTask


class RescheduledUser(HttpUser):
    rounds = 0

    @task
    def request(self) -> None:
        self.rounds += 1
        if self.rounds == 4:
            raise StopUser
        self.client.get("/ok", name="before")
        self.client.get("/fail", name="failing")
        self.client.get("/ok", name="never reached")
