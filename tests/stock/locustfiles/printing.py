"""Prints a lot to stdout and stderr: more than a pipe holds."""

import sys

from locust import HttpUser, task


class LoudUser(HttpUser):
    @task
    def shout(self) -> None:
        for number in range(3000):
            print(f"line {number} " + "x" * 80)
        sys.stderr.write("to stderr\x1b[31m red \x07\n")
        sys.stdout.flush()
        self.client.get("/ok", name="after printing")
        self.environment.runner.quit()
