"""Locust, the base class of 0.x (gone in 1.0): User."""

from locust import Locust, TaskSet, task


class ShopTasks(TaskSet):
    @task
    def request(self) -> None:
        print("a task")


class QueueUser(Locust):
    tasks = [ShopTasks]
