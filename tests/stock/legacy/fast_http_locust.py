"""FastHttpLocust (gone in 1.0): FastHttpUser."""

from locust import task
from locust.contrib.fasthttp import FastHttpLocust


class WebsiteUser(FastHttpLocust):
    @task
    def request(self) -> None:
        self.client.get("/ok")
