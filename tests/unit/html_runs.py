"""Runs for the tests of the HTML report: one with everything in it, hostile texts, very large ones."""

from __future__ import annotations

from typing import Any

from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.records import (
    EndpointTick,
    ExceptionSeen,
    Gap,
    GeneratorHealth,
    TargetSample,
    TargetSampled,
)
from lftui.reports.trend import TrendPoint
from tests.unit.strategies import WALL, Play, Sent

HOSTILE = (
    "<img src=x onerror=document.title='owned'></script><script>document.title='owned'</script>"
    '{{7*7}}{% raw %} \x1b[31m \u202eevil &amp; "quoted" \'=cmd()'
)
LIMITS = ("p95_ms<300:warning", "p95_ms<900", "error_ratio<5%", "rps>1", "cpu_usage<0.85")


def limits(*texts: str) -> dict[str, Any]:
    """Thresholds as a journal carries them."""
    return written([parse_threshold(text) for text in texts or LIMITS])


def a_run(name: str = "/api/jobs", text: str = "HTTP 503: busy", note: str = "deploy") -> Play:
    """Three steps over a minute and a half that get slower, with failures, notes, the target's
    metrics and a gap; `name`, `text` and `note` are the texts from outside."""
    play = Play(
        shape="steps: 10 users, then 10 more every 30s",
        plan={"given_users": 30, "given_rate": 5.0, "duration_s": 90.0},
        thresholds=limits(),
        host="https://staging.example",
        addresses=["192.0.2.7"],
        operator="ann",
        versions={"lftui": "0.1.0", "locust": "2.47.0", "python": "3.11.7"},
        machine={"hostname": "bastion", "cores": 2},
    )
    jobs, health = play.endpoint(name, "POST"), play.endpoint("/health")
    for users, ms in ((10, 40), (20, 80), (30, 700)):
        play.mark("stage", old=users - 10, new=users, who="shape", stage=users // 10 - 1)
        play.tick([], users=users // 2, state="spawning", target=users)
        for second in range(29):
            _second(play, jobs, health, users, ms + 7 * (second % 5), text)
            if users == 20 and second == 12:
                play.mark("note", text=note, who="ben", command_id="c-1")
    play.mark("breach", text="p95 741 ms broke the warning limit 300 ms", facts={"rule": "p95_ms"})
    play.say(Gap(what="records", reason=f"a slow reader: {text}", count=3))
    play.say(ExceptionSeen(id=1, count=2, message=f"ValueError({text!r})", traceback=text))
    play.mark("stop", text="", who="ann", command_id="c-2", why=note)
    play.finish("stopped")
    return play


def _second(play: Play, jobs: int, health: int, users: int, ms: int, text: str) -> None:
    failing = users == 30 and ms % 2 == 0
    sent = [Sent(jobs, 1_000 * ms, 800)] * users + [Sent(health, 4_000 + ms)] * (users // 2)
    errors = []
    if failing:
        sent += [Sent(jobs, 900, failed=True)] * 3
        errors = [(play.error(jobs, text), 3)]
    play.tick(
        sent,
        users=users,
        errors=errors,
        last_response=play.now,
        health=GeneratorHealth(cpu_percent=12.0 + users, lag=[900, 90], lag_max_us=900),
    )
    samples = [TargetSample("cpu_usage", 20.0 + 2 * users, "%"), TargetSample("queue", users / 3)]
    play.say(TargetSampled(source="prometheus", samples=samples))


def a_trend(current: str = "r", runs: int = 4) -> list[TrendPoint]:
    """Earlier runs, the last one being this."""
    verdicts = ("pass", "warn", "inconclusive", "fail")
    return [
        TrendPoint(
            run_id=current if at == runs - 1 else f"run-{at}",
            started_at=WALL - 86_400 * (runs - at),
            users_max=30,
            rps=20.0 + at,
            p95_ms=300.0 + 40 * at,
            error_ratio=0.01 * at,
            verdict=verdicts[at % 4],
            duration_s=90.0,
        )
        for at in range(runs)
    ]


def a_crowd(endpoints: int, seconds: int, *rules: str) -> Play:
    """Very many endpoints, a quarter of them requested each second by 10 users."""
    play = Play(thresholds=limits(*rules))
    ids = [play.endpoint(f"/very/many/{'x' * 200}/{at}") for at in range(endpoints)]
    for second in range(seconds):
        ticks = [
            EndpointTick(id=one, count=1, sum_us=900, min_us=900, max_us=900, ok=[900, 1])
            for one in ids[second % 4 :: 4]
        ]
        play.tick_of(ticks)
    return play
