"""A locustfile that ends the run itself, on workers."""

from __future__ import annotations

import pytest

from lftui.records import Gap
from tests.runs.live import Lftui, only
from tests.runs.target import Target

ENDING = """
    import sys

    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.05)

        @task
        def visit(self):
            self.seen = getattr(self, "seen", 0) + 1
            self.client.get("/page")
            if self.seen == 20:
                {how}
"""


@pytest.mark.parametrize("how", ["self.environment.runner.quit()", "sys.exit(3)"])
def test_a_task_ends_the_run_and_nothing_is_lost(lftui: Lftui, target: Target, how: str) -> None:
    script = lftui.script(ENDING.format(how=how))
    done = lftui.run(script, "-u 4 -r 4 -t 60s --processes 2")
    assert done.finished.reason == "quit_by_script", done.said
    assert "the last worker" in done.finished.message
    cut = done.finished.cut_in_flight
    assert done.state.total.count <= target.answered <= done.state.total.count + cut
    assert only(done.records, Gap) == []
    assert "could not begin" not in done.said
