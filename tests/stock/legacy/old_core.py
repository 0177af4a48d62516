"""The module locust.core (gone in 1.0): the same names from locust."""

from locust import HttpUser
from locust.core import TaskSet, task


class ShopTasks(TaskSet):
    @task
    def request(self) -> None:
        self.client.get("/ok")


class ShopUser(HttpUser):
    tasks = [ShopTasks]
