"""The locustfile is downloaded over http: `-f http://host/locustfiles/from_url.py`."""

from locust import HttpUser, task


class DownloadedUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok", name="downloaded")
        self.environment.runner.quit()
