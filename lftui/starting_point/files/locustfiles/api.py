"""The load on this API. It is stock Locust: `lftui` and plain `locust -f` both run it.

    Visitor   looks around; works on any HTTP server
    Member    logs in, then reads and writes; there only when API_USER and API_PASSWORD are set

    lftui validate -f locustfiles/api.py -H URL --smoke      each task once, each request shown
    lftui -f locustfiles/api.py -H URL                       the console
    lftui --headless -f locustfiles/api.py -H URL --preset smoke

What it needs to know comes from the environment, so that no password is ever committed:

    API_HOME                  a path that is there for everybody (/)
    API_ITEM_IDS              ids of items that exist, separated by commas
    API_USER, API_PASSWORD    an account made for load tests
"""

from __future__ import annotations

import os
import random

from locust import FastHttpUser, between, tag, task

HOME = os.environ.get("API_HOME", "")
ITEM_IDS = [one for one in os.environ.get("API_ITEM_IDS", "").split(",") if one]
USER = os.environ.get("API_USER", "")
PASSWORD = os.environ.get("API_PASSWORD", "")

# Until the environment says what there is, paths are guessed: "no such thing" and "not for you" are
# then good answers, so that this runs on any server. With real paths and ids they are failures.
GOOD_FOR_A_GUESS = (401, 403, 404)


class Visitor(FastHttpUser):
    """Looks around without an account."""

    weight = 3  # three of them for each Member
    wait_time = between(1, 3)  # seconds of thought between two tasks

    @tag("home")
    @task(3)  # three times as often as `item`
    def home(self) -> None:
        with self.client.get(HOME or "/", catch_response=True) as response:
            if not HOME and response.status_code in GOOD_FOR_A_GUESS:
                response.success()

    @tag("items")
    @task(1)
    def item(self) -> None:
        """One item. All of them are one row of the figures, which `name` stands for."""
        path = f"/items/{random.choice(ITEM_IDS or ['1', '2', '3'])}"
        with self.client.get(path, name="/items/{id}", catch_response=True) as response:
            if not ITEM_IDS and response.status_code in GOOD_FOR_A_GUESS:
                response.success()
            elif response.status_code == 200 and not response.content:
                response.failure("an item without content")


class Member(FastHttpUser):
    """Logs in at its start. Adapt the three paths to the API before API_USER is set."""

    abstract = not (USER and PASSWORD)  # Locust leaves out what is abstract
    weight = 1
    wait_time = between(1, 3)

    def on_start(self) -> None:
        self.headers: dict[str, str] = {}
        account = {"username": USER, "password": PASSWORD}
        with self.client.post("/login", json=account, catch_response=True) as response:
            if not 200 <= response.status_code < 300:
                return  # a failure already, with its own reason
            try:
                self.headers["Authorization"] = f"Bearer {response.json()['token']}"
            except (ValueError, TypeError, KeyError):
                response.failure("no token in the answer")

    @tag("items")
    @task(3)
    def items(self) -> None:
        self.client.get("/items", headers=self.headers)

    @tag("items", "write")  # --exclude-tags write: a load that changes nothing
    @task(1)
    def create(self) -> None:
        self.client.post("/items", json={"title": "a load test's item"}, headers=self.headers)
