"""A data file read relative to the working directory, not to the locustfile."""

import csv

from locust import HttpUser, task

with open("accounts.csv", encoding="utf-8") as file:
    ACCOUNTS = list(csv.DictReader(file))


class AccountUser(HttpUser):
    @task
    def log_in(self) -> None:
        for account in ACCOUNTS:
            self.client.get("/ok", name=f"login {account['login']}")
        self.environment.runner.quit()
