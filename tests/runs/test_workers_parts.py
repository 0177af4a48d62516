"""Workers with so many endpoints that their reports go in parts."""

from __future__ import annotations

from tests.runs.live import Lftui

# Fired without a pause, in the middle of the parts as well.
MANY = """
    import gevent
    from locust import User, constant, events, task
    from locust.runners import MasterRunner

    class Firing(User):
        wait_time = constant(0)
        number = 0

        @task
        def fire(self):
            self.number += 1
            self.environment.events.request.fire(
                request_type="GET", name=f"/things/{self.number % 400}", response_time=5,
                response_length=1, exception=None, context={})
            gevent.sleep(0.001)

    @events.quitting.add_listener
    def tell(environment, **_):
        if isinstance(environment.runner, MasterRunner):
            stats = environment.stats
            apart = sum(entry.num_requests for entry in stats.entries.values())
            print("IN ALL", stats.total.num_requests, "APART", apart)
"""


def test_locusts_own_statistics_are_whole_in_the_end(lftui: Lftui) -> None:
    done = lftui.run(lftui.script(MANY), "-u 4 -r 4 -t 3s --processes 2")
    count = done.state.total.count
    assert count > 1_000, done.said
    assert f"IN ALL {count} APART {count}" in done.said
