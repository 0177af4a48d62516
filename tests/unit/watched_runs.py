"""Runs whose target is watched, for tests of the panel, the reports and the judge."""

from __future__ import annotations

from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.records import Logged, TargetSample, TargetSampled
from tests.unit.live_runs import PLAN
from tests.unit.strategies import Play, Sent

LIMITS = (
    "cpu_usage<70%:warning", "cpu_usage<85%", "db_pool_usage@target<90%:warning",
    "quota_left@target>100:warning", "p95_ms<900",
)  # fmt: skip
WHY = "db gives no figures: no connection: refused; it is asked again"


def watched(
    seconds: int = 40, cpu: tuple[float, float] = (30.0, 95.0), down_from: int | None = 24
) -> Play:
    """A run with ten users whose target has its CPU rise from the first to the second value; from
    `down_from` on its second source is silent."""
    play = Play(
        plan=PLAN,
        host="https://staging.example",
        thresholds=written([parse_threshold(text) for text in LIMITS]),
    )
    play.mark("stage", old=0, new=10, stage=0, spawn_rate=10.0, who="shape")
    jobs = play.endpoint("/api/v1/jobs", "POST")
    for second in range(seconds):
        play.tick([Sent(jobs, 38_000 + 900 * (second % 7))] * 9, stage=0, spawn_rate=10.0)
        if second % 2:
            continue
        share = second / max(seconds - 1, 1)
        say(play, "api", second, ("cpu_usage", cpu[0] + share * (cpu[1] - cpu[0]), "%"),
            ("memory", 142e6 + 1e6 * second, "B"), ("quota_left", 960.0 - second, "calls"),
            ("served", None if not second else 9.0, "/s"))  # fmt: skip
        gone = down_from is not None and second >= down_from
        if gone and second < (down_from or 0) + 2:
            play.say(Logged(source="monitor", level="warning", text=WHY))
        say(play, "db", second, ("db_pool_usage", None if gone else 50.0, "%"))
    return play


def say(play: Play, source: str, second: int, *samples: tuple[str, float | None, str]) -> None:
    """A reading of a source."""
    play.say(TargetSampled(source=source, samples=[TargetSample(*one) for one in samples]))
