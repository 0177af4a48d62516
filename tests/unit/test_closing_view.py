"""The end of a run on a terminal: everything is said, and no line is wider than the terminal."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from lftui.closing_view import closing_lines
from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.judge.verdict import judge
from lftui.records import Marked
from tests.unit.strategies import Play, Sent

NAME = "/api/v1/a/path/that/is/rather/long/and/goes/on/and/on/until/nobody/reads/it"


def eventful() -> Play:
    """Two steps, failures, a note, a broken limit and a baseline."""
    rules = [parse_threshold("p95_ms<10"), parse_threshold("error_ratio<1%:warning")]
    endpoint = {"expected_response_time_ms": {"p50": 5, "p95": 6, "p99": 7}}
    play = Play(settle_s=1.0, thresholds=written(rules), baseline={"endpoints": {NAME: endpoint}})
    number = play.endpoint(NAME, "POST", user_class="A")
    group = play.error(number, "HTTP 503: " + "service unavailable " * 20)
    for users in (1000, 2000):
        for _ in range(30):
            sent = [Sent(number, 900_000, failed=n == 0) for n in range(10)]
            play.tick(sent, users=users, errors=[(group, 1)], held=users == 2000)
    play.say(Marked(type="note", who="ann", text="deploy " * 30))
    play.finish()
    return play


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    state = eventful().state
    wide = [
        line for line in closing_lines(state, judge(state), columns) if cell_len(line) > columns
    ]
    assert wide == []


def test_everything_is_said_and_the_verdict_comes_last() -> None:
    state = eventful().state
    lines = closing_lines(state, judge(state), 100)
    text = "\n".join(lines)
    for said in ("notes:", "baseline ", "thresholds (", "steps, ", "errors:", "* by hand"):
        assert said in text, said
    last = text[text.rindex("\n\n") :]
    assert last.startswith("\n\n■ FAIL: ")
    assert "broke the critical limit 10 ms" in last
