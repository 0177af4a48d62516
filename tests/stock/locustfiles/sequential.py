"""SequentialTaskSet: methods, a tasks list and a nested set, in order of declaration."""

from locust import HttpUser, SequentialTaskSet, TaskSet, task


def middle(taskset: TaskSet) -> None:
    taskset.client.get("/ok", name=f"2 middle after {taskset.user.steps}")
    taskset.user.steps += 1


class Journey(SequentialTaskSet):
    @task
    def first(self) -> None:
        self.client.get("/ok", name=f"1 first after {self.user.steps}")
        self.user.steps += 1

    tasks = [middle]

    @task
    class Inner(SequentialTaskSet):
        @task
        def inner(self) -> None:
            self.client.get("/ok", name=f"3 inner after {self.user.steps}")
            self.user.steps += 1

        @task
        def leave(self) -> None:
            self.interrupt()

    @task
    def last(self) -> None:
        self.client.get("/ok", name=f"4 last after {self.user.steps}")
        self.user.environment.runner.quit()


class JourneyUser(HttpUser):
    steps = 0
    tasks = [Journey]
