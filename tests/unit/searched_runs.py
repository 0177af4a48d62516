"""Runs that search for the capacity, played on a target that is fast up to it."""

from __future__ import annotations

from typing import Any

import msgspec

from lftui.judge.steps.searched import planned_search
from lftui.judge.thresholds.threshold import parse_threshold, written
from lftui.plan import RunPlan
from lftui.records import (
    SCHEMA,
    Acked,
    AnyRecord,
    Arrivals,
    Command,
    Refused,
    RunStarted,
    SetRate,
    SetUsers,
    Stop,
)
from lftui.run_state.searched import Trial
from lftui.supervisor.searching import Searching
from tests.unit.strategies import Play, Sent

SPEC = "capacity:start=10,growth=100%,step=5s,precision=10%,hold=p95_ms<100"


class Searched(Play):
    """A played run with a search on it, on a target that is fast up to `capacity`.

    Attributes:
        commands: what was sent to the generator.
        refuses: why the generator refuses everything, if it does.
        silent: it does not even answer.
    """

    def __init__(self, spec: str = SPEC, *rules: str, capacity: float = 45, **plan: Any) -> None:
        super().__init__()
        facts = {"shape": spec, "settle_s": 1.0, "headless": True, **plan}
        self.plan = msgspec.convert(facts, RunPlan)
        thresholds = written([parse_threshold(one) for one in ("p95_ms<100", *rules)])
        self.say(RunStarted(schema=SCHEMA, run_id="r", plan=facts, thresholds=thresholds))
        self.commands: list[Command] = []
        self.refuses, self.silent, self.nobody = "", False, False
        self.capacity = capacity
        self.level = 0.0
        shape = planned_search(facts)
        assert shape is not None
        self.open = shape.unit == "rate"
        self.searching = Searching(
            self.plan, shape, lambda: self.state, self.obey, self.say, lambda: self.nobody
        )

    def obey(self, command: Command) -> None:
        """The generator: it does what it is told, or refuses."""
        self.commands.append(command)
        if self.silent:
            return
        if self.refuses:
            answer: Any = Refused(command_id=command.id, reason=self.refuses)
        else:
            answer = Acked(command_id=command.id)
            self._load(command)
        self.say(answer)
        self.searching.heard(self.records[-1])

    def _load(self, command: Command) -> None:
        if isinstance(command, SetUsers) and command.users is not None:
            self.by_hand(command.users, command.who)
        elif isinstance(command, SetRate):
            self.by_hand(command.rate, command.who)

    def by_hand(self, level: float, who: str = "ann") -> None:
        """Somebody sets a level."""
        kind: Any = "rate" if self.open else "users"
        self.mark(kind, new=round(level), new_rate=level if self.open else None, who=who)
        self.level = level

    def play(self, seconds: int, *, ms: float | None = None, **more: Any) -> None:
        """So many seconds of 100 requests each; slow where the level is beyond the capacity."""
        endpoint = self.endpoint()
        for _ in range(seconds):
            if self.state.finished is not None:
                return
            slow = self.level > self.capacity
            us = int(1000 * (ms if ms is not None else 150 if slow else 50))
            sent = [Sent(endpoint, us + n) for n in range(100)] if self.level else []
            users = round(self.level)
            if self.open:
                more = {**more, "arrivals": Arrivals(self.level, due=100, started=100)}
            self.tick(sent, **{"users": users, "in_flight": users, **more})
            self.searching.look()
            if any(isinstance(one, Stop) for one in self.commands):
                return

    def all(self, kind: type[Any]) -> list[Any]:
        """The records of one kind."""
        return [record for record in self.records if isinstance(record, kind)]

    def levels(self) -> list[float]:
        """The levels that were set."""
        return [
            one.rate if isinstance(one, SetRate) else float(one.users or 0)
            for one in self.commands
            if isinstance(one, SetUsers | SetRate)
        ]

    def trials(self) -> list[Trial]:
        return self.state.search.trials

    def answer(self, number: str) -> AnyRecord:
        (found,) = [r for r in self.all(Acked) + self.all(Refused) if r.command_id == number]
        return found

    def stop(self) -> Stop:
        (found,) = [one for one in self.commands if isinstance(one, Stop)]
        return found
