"""catch_response: success(), failure() by text and by exception, RescheduleTask in the block."""

from locust import HttpUser, task
from locust.exception import RescheduleTask, StopUser


class CatchingUser(HttpUser):
    rescheduled = False

    @task
    def request(self) -> None:
        if self.rescheduled:
            raise StopUser
        with self.client.get("/missing", name="expected", catch_response=True) as response:
            if response.status_code == 404:
                response.success()
        with self.client.get("/ok", name="text", catch_response=True) as response:
            response.failure("wrong page")
        with self.client.get("/ok", name="object", catch_response=True) as response:
            response.failure(ValueError("wrong value"))
        with self.client.get("/ok", name="untouched", catch_response=True):
            pass
        with self.client.get("/fail", name="500 untouched", catch_response=True):
            pass
        self.rescheduled = True
        with self.client.get("/missing", name="reschedule", catch_response=True) as response:
            response.success()
            raise RescheduleTask
