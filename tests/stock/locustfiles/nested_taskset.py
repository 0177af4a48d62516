"""Nested TaskSets: interrupt(), interrupt(reschedule=False), on_start, on_stop, parent and user."""

from locust import HttpUser, TaskSet, task

ROUNDS = 2
PAGES = 3


class Forum(TaskSet):
    def on_start(self) -> None:
        if self.user.rounds == ROUNDS:
            self.user.environment.runner.quit()
        self.client.get("/ok", name="forum/enter")

    def on_stop(self) -> None:
        self.client.get("/ok", name="forum/leave")

    @task
    class Thread(TaskSet):
        @task
        def read(self) -> None:
            if self.user.pages < PAGES:
                self.client.get("/ok", name=f"thread in {type(self.parent).__name__}")
                self.user.pages += 1
            self.interrupt(reschedule=False)

    @task
    def go_home(self) -> None:
        if self.user.pages == PAGES:
            self.user.pages = 0
            self.user.rounds += 1
            self.interrupt()


class ForumUser(HttpUser):
    rounds = 0
    pages = 0
    tasks = [Forum]
