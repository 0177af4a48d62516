"""A helper module in the locustfile's own directory, which is not the working directory."""

from shop_helper import PATHS

from locust import HttpUser, task


class ShopUser(HttpUser):
    @task
    def pages(self) -> None:
        for path in PATHS:
            self.client.get(path)
        self.environment.runner.quit()
