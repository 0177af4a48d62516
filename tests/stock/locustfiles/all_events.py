"""Every kind of event, each appended as a line to the file that EVENTS_FILE names."""

import os

import locust.runners
from locust import HttpUser, events, task
from locust.env import Environment
from locust.exception import StopUser

locust.runners.CPU_MONITOR_INTERVAL = 0.4
USAGE: list[float] = []


def note(line: str) -> None:
    with open(os.environ["EVENTS_FILE"], "a", encoding="utf-8") as file:
        file.write(line + "\n")


@events.init.add_listener
def on_init(environment: Environment, **kwargs: object) -> None:
    assert environment.runner is kwargs["runner"]
    note(f"init web_ui={kwargs['web_ui']} file={environment.locustfile}")


@events.test_start.add_listener
def on_test_start(environment: Environment, **_kwargs: object) -> None:
    note(f"test_start users={environment.parsed_options.num_users} host={bool(environment.host)}")


events.spawning_complete.add_listener(lambda user_count, **_: note(f"complete {user_count}"))
events.request.add_listener(lambda name, exception, **_: note(f"request {name} {exception!r}"))
events.user_error.add_listener(lambda exception, **_: note(f"user_error {exception!r}"))
events.usage_monitor.add_listener(lambda memory_usage, **_: USAGE.append(memory_usage))
events.reset_stats.add_listener(lambda **_: note("reset_stats"))
events.test_stopping.add_listener(lambda environment, **_: note(f"stopping {bool(USAGE)}"))
events.test_stop.add_listener(lambda environment, **_: note("test_stop"))
events.quitting.add_listener(lambda environment, **_: note("quitting first added"))
events.quitting.add_listener(lambda environment, **_: note("quitting last added"))
events.quit.add_listener(lambda exit_code, **_: note(f"quit {exit_code}"))


class EventfulUser(HttpUser):
    def on_start(self) -> None:
        self.left = 3

    def on_stop(self) -> None:
        note("on_stop")

    @task
    def request(self) -> None:
        self.client.get("/ok" if self.left > 1 else "/missing")
        self.left -= 1
        if self.left == 1:
            raise KeyError("in a task")
        if not self.left:
            raise StopUser
