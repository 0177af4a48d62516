"""Load shapes as people write them, to be run ahead of time. It prints what looks like answers."""

from __future__ import annotations

import contextlib
import datetime
import math
import random
import re
import socket
import sys
import time
from pathlib import Path
from time import monotonic

import gevent
from locust import LoadTestShape, User, task

ANSWER = '{"points":[[0.0,999]],"goals":[],"until_s":1.0,"ended":true,"by_chance":false,"reason":"not the answer"}'
print(ANSWER, flush=True)
print(ANSWER, file=sys.stderr, flush=True)
Tick = tuple[int, float]


class OneUser(User):
    @task
    def nothing(self) -> None:
        """Nothing."""


class TwoUser(OneUser):
    pass


class StageList(LoadTestShape):
    stages = (
        {"duration": 60, "users": 10, "spawn_rate": 10},
        {"duration": 100, "users": 50, "spawn_rate": 2.5},
        {"duration": 180, "users": 20, "spawn_rate": 10},
    )

    def tick(self) -> Tick | None:
        run_time = self.get_run_time()
        for stage in self.stages:
            if run_time <= stage["duration"]:
                return int(stage["users"]), float(stage["spawn_rate"])
        return None


class WallClock(LoadTestShape):
    def __init__(self) -> None:
        super().__init__()
        self.began = time.time()

    def tick(self) -> Tick | None:
        seconds = time.time() - self.began
        return (5 if seconds < 3600 else 15, 5.0) if seconds < 7200 else None


class ImportedClock(LoadTestShape):
    began = 0.0

    def tick(self) -> Tick | None:
        self.began = self.began or monotonic()
        return (4, 4.0) if monotonic() - self.began < 90 else None


class TimeOfDay(LoadTestShape):
    def tick(self) -> Tick | None:
        since = time.mktime(time.localtime()) - time.mktime(time.localtime(self.began))
        return (3, 3.0) if since < 120 else None

    def __init__(self) -> None:
        super().__init__()
        self.began = time.time()


class Sleeps(LoadTestShape):
    def tick(self) -> Tick | None:
        time.sleep(9)
        return (1, 1.0) if self.get_run_time() < 100 else None


class Counter(LoadTestShape):
    ticks = 0

    def tick(self) -> Tick | None:
        self.ticks += 1
        return (self.ticks // 10 * 10 + 10, 10.0) if self.ticks <= 30 else None


class Follows(LoadTestShape):
    """The next level once the users of this one are there."""

    wanted = 20

    def tick(self) -> Tick | None:
        assert self.runner is not None
        if self.get_current_user_count() >= self.wanted:
            self.wanted += 20
        return (self.wanted, 5.0) if self.runner.user_count < 60 else None


class Quits(LoadTestShape):
    def tick(self) -> Tick | None:
        assert self.runner is not None
        if self.get_run_time() > 40:
            self.runner.quit()
        return 8, 8.0


class Options(LoadTestShape):
    use_common_options = True

    def tick(self) -> Tick | None:
        assert self.runner is not None
        options = self.runner.environment.parsed_options
        if self.get_run_time() > 600:
            return None
        return options.num_users, options.spawn_rate


class Classes(LoadTestShape):
    def tick(self) -> tuple[int, float, list[type[User]]] | None:
        seconds = self.get_run_time()
        if seconds < 20:
            return 2, 2.0, [OneUser]
        return (6, 2.0, [TwoUser]) if seconds < 40 else None


class Wave(LoadTestShape):
    def tick(self) -> Tick | None:
        seconds = self.get_run_time()
        if seconds > 7200:
            return None
        return round(100 - 90 * math.cos(seconds / 300)), 50.0


class TooSlow(LoadTestShape):
    def tick(self) -> Tick | None:
        return (1000, 1.0) if self.get_run_time() < 60 else None


class Endless(LoadTestShape):
    def tick(self) -> Tick | None:
        return (10 if self.get_run_time() < 300 else 30), 10.0


class Prints(LoadTestShape):
    def tick(self) -> Tick | None:
        print(ANSWER, flush=True)
        print("x" * 100_000, file=sys.stderr, flush=True)
        return (7, 7.0) if self.get_run_time() < 30 else None


class ReadsStats(LoadTestShape):
    def tick(self) -> Tick | None:
        assert self.runner is not None
        return (1, 1.0) if self.runner.stats.total.fail_ratio < 0.1 else None


class HidesThatItReadsStats(LoadTestShape):
    def tick(self) -> Tick | None:
        try:
            assert self.runner is not None
            failures = self.runner.environment.stats.total.num_failures
        except Exception:
            failures = 0
        return (1, 1.0) if failures < 10 and self.get_run_time() < 60 else None


class ReadsTheDate(LoadTestShape):
    began = datetime.datetime.now(datetime.UTC)

    def tick(self) -> Tick | None:
        gone = datetime.datetime.now(datetime.UTC) - self.began
        return (1, 1.0) if gone.total_seconds() < 60 else None


class Connects(LoadTestShape):
    def tick(self) -> Tick | None:
        with contextlib.suppress(OSError), socket.socket() as line:
            line.connect(("127.0.0.1", 9))
        return (1, 1.0) if self.get_run_time() < 60 else None


class LooksUp(LoadTestShape):
    def tick(self) -> Tick | None:
        with contextlib.suppress(OSError):
            socket.create_connection(("localhost", 9), timeout=1).close()
        return (1, 1.0) if self.get_run_time() < 60 else None


class Writes(LoadTestShape):
    path = Path("written_by_a_tick.txt")

    def tick(self) -> Tick | None:
        self.path.write_text("one more tick")
        return (1, 1.0) if self.get_run_time() < 60 else None


class Raises(LoadTestShape):
    def tick(self) -> Tick | None:
        if self.get_run_time() > 12:
            raise ValueError("no\x1b[31m stage, password=hunter2hunter2")
        return 1, 1.0


class RaisesAtOnce(LoadTestShape):
    """Its constructor works once: for Locust, which makes one of each at import."""

    made = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).made += 1
        if self.made > 1:
            raise LookupError("there is one already")

    def tick(self) -> Tick | None:
        return None


class Exits(LoadTestShape):
    def tick(self) -> Tick | None:
        sys.exit(3)


class Wrong(LoadTestShape):
    def tick(self) -> Tick | None:
        return 5  # type: ignore[return-value]


class Negative(LoadTestShape):
    def tick(self) -> Tick | None:
        return -5, 1.0


class NoRate(LoadTestShape):
    def tick(self) -> Tick | None:
        return 5, 0.0


class Nothing(LoadTestShape):
    def tick(self) -> Tick | None:
        return None


class ByChance(LoadTestShape):
    def tick(self) -> Tick | None:
        return (random.randint(1, 9), 9.0) if self.get_run_time() < 60 else None


class Hangs(LoadTestShape):
    def tick(self) -> Tick | None:
        while self.get_run_time() >= 0:
            pass
        return None


class HangsInC(LoadTestShape):
    """Holds the interpreter's lock: nothing in its own process can end it."""

    def tick(self) -> Tick | None:
        re.match(r"(a+)+$", "a" * 60 + "b")
        return None


class Dawdles(LoadTestShape):
    """Each tick takes real time: a day of them would take hours."""

    def tick(self) -> Tick | None:
        gevent.sleep(0.25)
        return (2, 2.0) if self.get_run_time() < 3600 else None
