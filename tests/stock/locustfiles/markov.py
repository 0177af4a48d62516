"""MarkovTaskSet: a chain with one possible way, so that the counts are certain."""

from locust import HttpUser, MarkovTaskSet, transition, transitions


class Chain(MarkovTaskSet):
    @transition("browse")
    def index(self) -> None:
        self.client.get("/ok", name="index")

    @transitions({"basket": 1})
    def browse(self) -> None:
        self.client.get("/ok", name="browse")

    @transitions([("index", 2)])
    def basket(self) -> None:
        self.client.get("/ok", name="basket")
        self.user.rounds += 1
        if self.user.rounds == 3:
            self.user.environment.runner.quit()


class MarkovUser(HttpUser):
    rounds = 0
    tasks = {Chain: 1}
