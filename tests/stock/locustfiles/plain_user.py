"""A plain User that fires request events by hand: no time, exception objects, measure()."""

from locust import User, task
from locust.exception import StopUser


class QueueError(Exception):
    pass


class QueueUser(User):
    def fire(self, name: str, **values: object) -> None:
        event = {"request_type": "QUEUE", "name": name, "response_time": 12.5}
        event |= {"response_length": 0, "exception": None, "context": self.context()}
        self.environment.events.request.fire(**{**event, **values})

    def context(self) -> dict[str, str]:
        return {"tenant": "acme"}

    @task
    def publish(self) -> None:
        self.fire("sent", response_length=100, response="any object", url="queue://a")
        self.fire("no time", response_time=None)
        self.fire("object", exception=QueueError("queue is full"))
        self.fire("builtin", exception=ValueError(7, "seven"))
        self.fire("text", exception="said so")
        self.fire("integer time", response_time=3, start_time=1.0)
        self.fire("unicode Ω [/red]\n2", request_type="ÉVÉNEMENT")
        with self.environment.events.request.measure("TIMED", "measured") as meta:
            meta["response_length"] = 5
        with self.environment.events.request.measure("TIMED", "measured failure"):
            raise QueueError("inside")
        raise StopUser
