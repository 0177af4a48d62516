"""Weights of tasks in two notations: decorator and dict."""

from locust import TaskSet, User, task


def from_dict(_taskset: TaskSet) -> None:
    pass


class DictTasks(TaskSet):
    tasks = {from_dict: 4}


class WeightedUser(User):
    @task(5)
    def often(self) -> None:
        pass

    @task
    def once(self) -> None:
        names = [each.__name__ for each in type(self).tasks]
        inner = len(DictTasks.tasks)
        self.environment.events.request.fire(
            request_type="RATIO",
            name=f"often={names.count('often')} once={names.count('once')} dict={inner}",
            response_time=1,
            response_length=0,
            exception=None,
            context={},
        )
        self.environment.runner.quit()
