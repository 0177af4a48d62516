"""--reset-stats forgets what happened while users were spawned."""

import itertools
import time

from locust import HttpUser, events, task
from locust.exception import StopUser

COMPLETE: list[int] = []
NUMBERS = itertools.count(1)
events.spawning_complete.add_listener(lambda user_count, **_: COMPLETE.append(user_count))


class ResetUser(HttpUser):
    @task
    def request(self) -> None:
        if next(NUMBERS) <= 2:
            self.client.get("/ok", name="while spawning")
            self.client.get("/fail", name="failure while spawning")
        while not COMPLETE:
            time.sleep(0.05)
        time.sleep(0.2)
        self.client.get("/ok", name="after spawning")
        raise StopUser
