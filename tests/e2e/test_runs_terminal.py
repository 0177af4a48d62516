"""`lftui runs` on a real terminal: the list at its width, the question, and a real run beside it."""

from __future__ import annotations

import signal

import pytest

from lftui.cli import main
from lftui.runs.row import rows_of
from lftui.runs.trend import trend_of
from lftui.supervisor.store import RunFolder, Store
from tests.e2e.terminal import terminal
from tests.runs.live import LFTUI, Lftui
from tests.unit.stored_runs import store_run

VISITOR = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.05)

        @task
        def visit(self):
            self.client.get("/page")
"""
NAMES = ("20260101-000000-main-aaaa", "20260102-000000-main-bbbb")


def test_a_question_on_a_terminal_is_answered(lftui: Lftui) -> None:
    for name in NAMES:
        store_run(lftui.runs, name)
    with terminal() as screen:
        words = [*LFTUI, "runs", "delete", NAMES[0]]
        screen.start(words, lftui.folder, lftui.environment())
        screen.wait_text(NAMES[0], "delete 1 run", "[y/N]")
        assert len(list(lftui.runs.iterdir())) == 2
        screen.type(b"y\r")
        assert screen.wait() == 0, screen.text
    with terminal() as screen:
        screen.start([*LFTUI, "runs"], lftui.folder, lftui.environment())
        assert screen.wait() == 0, screen.text
        assert f"{NAMES[1]}  finished" in screen.text
        assert NAMES[0] not in screen.text


def test_a_real_run_is_neither_deleted_nor_pruned_before_its_end(
    lftui: Lftui, capsys: pytest.CaptureFixture[str]
) -> None:
    live = lftui.start(lftui.script(VISITOR), "-u 2 -r 2 -t 60s")
    here = ("--runs-dir", str(lftui.runs), "--yes")
    assert main(["runs", "delete", "last", *here]) == 2
    assert "is live; end it first" in capsys.readouterr().err
    assert main(["runs", "prune", "--older-than", "0d", *here]) == 0
    assert "nothing to delete" in capsys.readouterr().out
    live.process.send_signal(signal.SIGINT)
    assert live.process.wait(30) == 130
    row = rows_of(Store(lftui.runs))[0]
    assert (row.status, row.users_max) == ("finished", 2)
    assert row.p50_ms is not None
    assert row.p95_ms is not None
    assert row.p99_ms is not None
    assert row.p50_ms <= row.p95_ms <= row.p99_ms
    assert row.goodput_rps == row.rps
    assert len(trend_of(Store(lftui.runs), RunFolder(live.folder).read())) == 1
    assert main(["runs", "prune", "--older-than", "0d", *here]) == 0
    assert list(lftui.runs.iterdir()) == []
