"""Runs at the edges, for the tests of every export: judged, with what may stand in a name."""

from __future__ import annotations

from functools import cache
from typing import Any

from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.judge.verdict import Verdict, judge
from lftui.records import RESET_STATS, SCHEMA, ExceptionSeen, FileFact, Finished, RunStarted
from lftui.run_state import RunState
from tests.console.fake import Recording, folded
from tests.unit.strategies import Play, Sent

HOSTILE = (
    "/a|b`c`d",
    "<script>alert(1)</script>",
    "</details><img src=x onerror=alert(1)>",
    "@team please see #12 and GH-7 and https://evil.example/x www.evil.example",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png) **bold** _it_ ~~no~~ $x$ :+1:",
    "x\n## heading\r\n::error title=no::no\n##[error]no",
    "\x1b[31mred\x00\u202e\u2028\ufffe\uffff\ud800",
    "=cmd|' /C calc'!A0",
    "%0A::error::no",
    "]]></failure><x/>&amp;&lt;",
    ", a b,c\t",
    "failed",
    "deadbeefdeadbeef",
)
Judged = tuple[RunState, Verdict]
RECORDINGS: tuple[Recording, ...] = ("manual", "steps", "errors", "interrupted")


@cache
def recorded(name: Recording) -> Judged:
    """A recorded run, whole."""
    return judged(folded(name))


def judged(state: RunState) -> Judged:
    """A run and its verdict."""
    return state, judge(state)


def rules(*texts: str) -> dict[str, Any]:
    """Thresholds as they travel in a run."""
    return written([parse_threshold(text) for text in texts])


def nothing() -> RunState:
    """A state that saw no record."""
    return RunState()


def empty() -> RunState:
    """A run that sent nothing."""
    play = Play()
    play.tick()
    play.finish()
    return play.state


def half() -> RunState:
    """A run without an end."""
    play = Play(host="http://target", thresholds=rules("p95_ms<100"))
    play.seconds(8)
    return play.state


def refused() -> RunState:
    """A run that was never let begin."""
    play = Play()
    play.say(Finished(reason="refused", message="no such <file>\x00", exit_code=2))
    return play.state


def lost() -> RunState:
    """A run whose generator went away."""
    play = Play()
    play.seconds(8)
    play.say(Finished(reason="generator_lost", message="killed by signal 9"))
    return play.state


def ended(*thresholds: str, ms: float = 20, reset: bool = False, **plan: Any) -> RunState:
    """A minute at 10 requests a second, all of `ms`, held against thresholds; with `reset` a
    second before it is forgotten (`--reset-stats`)."""
    play = Play(settle_s=1.0, plan=plan, thresholds=rules(*thresholds) if thresholds else None)
    endpoint = play.endpoint("/a")
    if reset:
        play.tick([Sent(endpoint, 900_000)] * 50, state="spawning")
        play.mark("window", why=RESET_STATS)
    for _ in range(60):
        play.tick([Sent(endpoint, int(ms * 1000))] * 10)
    play.finish()
    return play.state


@cache
def many(endpoints: int = 1_100) -> Judged:
    """A run of more endpoints than any report shows; every second one fails, some in their own way."""
    play = Play(host="http://target", thresholds=rules("error_ratio@/*<1%"))
    numbers = [play.endpoint(f"/{'x' * 200}/{n}") for n in range(endpoints)]
    errors = [play.error(number, f"down {number}: {'y' * 500}") for number in numbers[:100]]
    for _ in range(6):
        play.tick([Sent(number, 5_000, failed=number % 2 == 0) for number in numbers],
                  errors=[(error, 1) for error in errors])  # fmt: skip
    for n in range(300):
        play.mark("note", text=f"{n} {'@z ' * 300}", who="ann")
    play.finish()
    return judged(play.state)


@cache
def hostile() -> Judged:
    """A run whose every name, message and note is hostile."""
    bad = " ".join(HOSTILE)
    play = Play(thresholds=rules("p95_ms@*<1", "error_ratio<1%:warning"))
    play.say(
        RunStarted(
            schema=SCHEMA, run_id=bad, plan={"settle_s": 1.0, "fail_on": bad}, shape=bad,
            scenario=[FileFact(bad, "1")], host=bad, operator=bad, git_revision=bad,
            thresholds=rules("p95_ms@*<1", "error_ratio<1%:warning"),
            versions={"lftui": bad, "locust": bad}, machine={"hostname": bad},
        )
    )  # fmt: skip
    endpoints = [play.endpoint(name, method) for name in HOSTILE for method in ("GET", "", name)]
    errors = [
        play.error(number, f"{name} {name}")
        for number, name in zip(endpoints, HOSTILE, strict=False)
    ]
    play.say(ExceptionSeen(id=1, count=2, message=bad, traceback=bad))
    for users in (5, 10, 15):
        for second in range(10):
            sent = [Sent(number, 2_000 + number, failed=second % 3 == 0) for number in endpoints]
            play.tick(sent, users=users, errors=[(error, 1) for error in errors])
        play.mark("note", text=bad, who=bad)
        play.mark("breach", text=bad, facts={"rule": bad, "scope": bad, "metric": bad})
    play.say(Finished(reason="guard", message=bad))
    return judged(play.state)
