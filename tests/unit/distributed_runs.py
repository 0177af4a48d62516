"""Runs whose load is made by workers, for tests of what is folded and shown of them."""

from __future__ import annotations

from typing import Any

from lftui.metrics import Histogram
from lftui.records import ExceptionSeen, Gap, Ready, WorkerSeen, WorkerTick
from tests.unit.strategies import Play, Sent

_BEGAN = 75_000.0
LOOPBACK = "127.0.0.1:40001"


class WorkersPlay(Play):
    """A run with workers: each second every one that is there has sent the same requests.

    Attributes:
        there: by id what differs from a worker that is well; one that is lost is `missing`.
    """

    def __init__(self, count: int = 3, plan: dict[str, Any] | None = None, **started: Any) -> None:
        plan = {"processes": count, "master_bind_host": "127.0.0.1", **(plan or {})}
        # A time of its own: a chart knows the percentiles of a moment that it has drawn.
        super().__init__(settle_s=1.0, plan=plan, began=_BEGAN, **started)
        self.there: dict[str, dict[str, Any]] = {}
        for number in range(1, count + 1):
            self.join(f"local-{number}", local=True, host="bastion", pid=400 + number)
        self.say(Ready(pid=400, workers=count, listens=LOOPBACK))

    def join(self, id: str, *, now: dict[str, Any] | None = None, **seen: Any) -> None:
        """A worker announces itself; `now` is what its ticks hold."""
        self.say(WorkerSeen(id=id, **seen))
        self.there[id] = {"precision": seen.get("precision", "full"), **(now or {})}

    def run(self, seconds: int = 20, *, users: int = 9, ms: float = 20, **status: Any) -> None:
        """So many seconds: three requests a worker and second, of which none fails."""
        endpoint = self.endpoint("/r", user_class="Reader")
        for _ in range(seconds):
            alive = [one for one in self.there.values() if one.get("state") != "missing"]
            requests = [Sent(endpoint, int(ms * 1000))] * (3 * len(alive))
            self.tick(requests, users=users, workers=self.workers(users, ms), **status)

    def workers(self, users: int = 9, ms: float = 20) -> list[WorkerTick]:
        """What the workers say of a second."""
        alive = [name for name, one in self.there.items() if one.get("state") != "missing"]
        share = users // max(1, len(alive))
        return [self._one(name, share, ms, **facts) for name, facts in self.there.items()]

    def _one(self, id: str, share: int, ms: float, **facts: Any) -> WorkerTick:
        if facts.get("state") == "missing":
            return WorkerTick(id=id, **facts)
        known: dict[str, Any] = {
            "state": "running", "users": share, "asked": share, "count": 3, "cpu_percent": 20.0,
            "ok": Histogram.of([int(ms * 1000)] * 3).sparse(), "rss_bytes": 90_000_000,
            "lag": [100, 90], "lag_max_us": 1_900, "in_flight": 1, "version": "2.47.0",
        }  # fmt: skip
        return WorkerTick(id=id, **{**known, **facts})

    def lose(self, id: str, why: str = "it was ended by SIGKILL", most: int = 4) -> None:
        """It is lost, with so many requests at most."""
        self.there[id] = {"state": "missing", "precision": self.there[id]["precision"]}
        self.event(id, "lost", f"{id} is lost", why)
        reason = f"{id} is lost, with what it had not reported"
        self.say(Gap(what="requests", worker=id, reason=reason, count=most))

    def come_back(self, id: str) -> None:
        """It is there again."""
        self.there[id].pop("state")
        self.event(id, "back", f"{id} is back")

    def leave(self, id: str, event: str = "left") -> None:
        """It goes in order: by itself, or because somebody sends it away."""
        del self.there[id]
        self.event(id, event, f"{id} {'was sent away' if event == 'removed' else 'has left'}")

    def event(self, id: str, event: str, text: str, why: str = "") -> None:
        """The mark of a worker."""
        self.mark("worker", text=text, why=why, facts={"worker": id, "event": event})


def told_by_workers() -> WorkersPlay:
    """A whole run: a loss, failures in one worker, an exception in two of them."""
    play = with_a_loss()
    endpoint = play.endpoint("/r", user_class="Reader")
    group = play.error(endpoint, "503 Service Unavailable")
    for node in ("local-1", "farm-1"):
        play.say(ExceptionSeen(id=1, count=2, message="KeyError('id')", node=node))
    play.there["local-1"] |= {"failures": 1, "ok": Histogram.of([20_000] * 2).sparse()}
    for _ in range(5):
        sent = [Sent(endpoint, 20_000)] * 5 + [Sent(endpoint, 900, failed=True)]
        play.tick(sent, users=9, errors=[(group, 1)], workers=play.workers())
    play.finish()
    return play


def with_a_loss() -> WorkersPlay:
    """Three workers for 10 s, one of them stock; the second is lost then, and 5 s more."""
    play = WorkersPlay(2)
    play.join(
        "farm-1", host="farm", pid=77, software="stock", precision="coarse", clock_ahead_s=2.5,
        versions={"locust": "2.46.0"}, scenario_sha256="other", now={"version": "2.46.0"},
    )  # fmt: skip
    play.run(10)
    play.lose("local-2")
    play.run(5)
    return play
