"""task_set on a user class (gone in 1.0, only warned about; such a user has no task): tasks."""

from locust import HttpUser, TaskSet, between, task


class ShopTasks(TaskSet):
    @task
    def request(self) -> None:
        self.client.get("/ok")


class WebsiteUser(HttpUser):
    task_set = ShopTasks
    wait_time = between(1, 2)
