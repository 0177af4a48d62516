"""HttpUser: verbs, params, parameters, the ways to name a request, failures by status."""

from locust import HttpUser, between, task
from locust.exception import StopUser


class BrowsingUser(HttpUser):
    wait_time = between(0.01, 0.02)

    def on_start(self) -> None:
        self.client.headers["X-Shop"] = "yes"

    @task
    def browse(self) -> None:
        assert self.client.get("/json").json()["ok"] is True
        self.client.post("/echo", json={"basket": [1, 2]})
        self.client.put("/echo", data="text", name="/echo [put]")
        self.client.delete("/echo")
        self.client.head("/ok")
        self.client.get("/ok", params={"q": "x"}, name="/ok?q=[q]")
        self.client.get("/fail")
        self.client.get("/missing")
        self.client.request_name = "grouped"
        self.client.get("/ok?item=1")
        self.client.request_name = None
        with self.client.rename_request("renamed"):
            self.client.get("/ok?item=2")
        raise StopUser
