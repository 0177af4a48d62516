"""A greenlet spawned in test_start that fires requests in a loop until the runner stops."""

import gevent

from locust import User, constant, events, task
from locust.env import Environment
from locust.runners import STATE_CLEANUP, STATE_STOPPED, STATE_STOPPING

ROUNDS = 5


def watch(environment: Environment) -> None:
    values = {"response_time": 1, "response_length": 0, "exception": None, "context": {}}
    for _ in range(ROUNDS):
        environment.events.request.fire(request_type="WATCH", name="round", **values)
        gevent.sleep(0.05)
        if environment.runner.state in (STATE_CLEANUP, STATE_STOPPED, STATE_STOPPING):
            return
    environment.events.request.fire(request_type="WATCH", name="all rounds", **values)
    environment.runner.quit()


@events.test_start.add_listener
def start_watching(environment: Environment, **_kwargs: object) -> None:
    gevent.spawn(watch, environment)


class IdleUser(User):
    wait_time = constant(60)

    @task
    def idle(self) -> None:
        pass
