"""events.slave_report (gone in 1.0): events.worker_report."""

from locust import HttpUser, events, task


def on_report(client_id, data) -> None:
    print(client_id)


events.slave_report.add_listener(on_report)


class ShopUser(HttpUser):
    @task
    def request(self) -> None:
        self.client.get("/ok")
