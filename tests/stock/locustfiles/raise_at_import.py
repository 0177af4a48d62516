"""An exception while the file is imported: a missing environment variable."""

import os

from locust import HttpUser, task

SECRET = os.environ["SHOP_VARIABLE_THAT_NOBODY_SET"]


class UnreachedUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
