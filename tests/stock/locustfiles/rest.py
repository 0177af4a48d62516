"""rest(): parsed JSON, an answer that is no JSON, a failing assertion, an own failure; rest_()."""

from locust import FastHttpUser, task
from locust.exception import StopUser


class RestUser(FastHttpUser):
    @task
    def request(self) -> None:
        with self.rest("GET", "/json") as response:
            assert response.js["ok"] is True
        with self.rest("POST", "/echo", json={"a": 1}) as response:
            assert response.js["method"] == "POST"
        with self.rest("GET", "/ok", name="no JSON"):
            pass
        with self.rest("GET", "/json", name="assertion") as response:
            assert response.js["ok"] is False, "expected false"
        with self.rest("GET", "/json", name="own failure") as response:
            response.failure("do not like it")
        with self.rest_("GET", "/json"):
            pass
        raise StopUser
