"""HttpLocust (gone in 1.0): HttpUser."""

from locust import HttpLocust, TaskSet, between, task


class ShopTasks(TaskSet):
    @task
    def request(self) -> None:
        self.client.get("/ok")


class WebsiteUser(HttpLocust):
    task_set = ShopTasks
    wait_time = between(1, 2)
