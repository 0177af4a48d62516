"""sys.exit(17) while the file is imported."""

import sys

from locust import HttpUser, task

if not hasattr(sys, "shop_is_open"):
    sys.exit(17)


class UnreachedUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
