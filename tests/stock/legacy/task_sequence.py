"""TaskSequence and seq_task (gone in 1.0): SequentialTaskSet with @task in order."""

from locust import HttpUser, TaskSequence, seq_task


class Journey(TaskSequence):
    @seq_task(1)
    def first(self) -> None:
        self.client.get("/ok")


class ShopUser(HttpUser):
    tasks = [Journey]
