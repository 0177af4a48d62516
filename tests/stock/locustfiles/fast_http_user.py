"""FastHttpUser: verbs, failures by status, catch_response and a refused connection."""

from locust import FastHttpUser, task
from locust.exception import StopUser


class FastUser(FastHttpUser):
    connection_timeout = 2.0
    network_timeout = 5.0

    @task
    def browse(self) -> None:
        assert self.client.get("/json").json()["ok"] is True
        self.client.post("/echo", json={"basket": [1, 2]})
        self.client.get("/fail")
        self.client.get("/missing", name="/missing [404]")
        with self.client.get("/missing", name="expected 404", catch_response=True) as response:
            response.success()
        with self.client.get("/ok", name="unexpected ok", catch_response=True) as response:
            response.failure("not what we wanted")
        self.client.get("http://127.0.0.1:1/refused", name="refused")
        raise StopUser
