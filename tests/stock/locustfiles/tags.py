"""Tags on tasks and on a nested TaskSet: --tags and --exclude-tags decide what runs."""

from locust import HttpUser, TaskSet, tag, task

LIMIT = 40


class TaggedUser(HttpUser):
    done = 0

    def hit(self, name: str) -> None:
        self.client.get("/ok", name=name)
        self.done += 1
        if self.done == LIMIT:
            self.environment.runner.quit()

    @tag("smoke", "read")
    @task
    def smoke(self) -> None:
        self.hit("smoke")

    @tag("slow")
    @task
    def slow(self) -> None:
        self.hit("slow")

    @task
    def untagged(self) -> None:
        self.hit("untagged")

    @task
    class Nested(TaskSet):
        @tag("smoke")
        @task
        def inner_smoke(self) -> None:
            self.user.hit("nested smoke")
            self.interrupt()

        @tag("slow")
        @task
        def inner_slow(self) -> None:
            self.user.hit("nested slow")
            self.interrupt()
