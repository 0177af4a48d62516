"""What went wrong in a run: failures by meaning, and what the locustfile raised by itself."""

from __future__ import annotations

import msgspec

from lftui.records import Tick
from lftui.run_state.counts import BinnedCounts

_NODES, _MORE = 20, "…"


class ErrorGroup(msgspec.Struct):
    """Failures of one endpoint with one meaning."""

    id: int
    row: int
    status: int | None = None
    exception: str = ""
    errno: int | None = None
    text: str = ""
    sample: str = ""
    varied: bool = False
    count: int = 0
    first_wall: float = 0.0
    last_wall: float = 0.0
    first_step: int = 0
    over_time: BinnedCounts = msgspec.field(default_factory=BinnedCounts)

    def add(self, count: int, tick: Tick) -> None:
        """Count the failures that a tick says of this group."""
        self.count += count
        self.last_wall = max(self.last_wall, tick.wall)
        self.over_time.add(count, tick.start, tick.end)

    @property
    def shown(self) -> str:
        """The message where all were the same, else the folded text."""
        return self.text if self.varied else self.sample


class ScriptError(msgspec.Struct):
    """What the locustfile raised outside a request.

    `nodes` are the processes in which it did: `local`, or ids of workers, in the order in which
    they said so; of very many the first, and an "…" for the others.
    """

    id: int
    message: str
    traceback: str = ""
    nodes: list[str] = []
    count: int = 0
    first_wall: float = 0.0
    last_wall: float = 0.0

    def came_from(self, node: str) -> None:
        """Remember a process that raised it."""
        if node in self.nodes:
            return
        if len(self.nodes) < _NODES:
            self.nodes.append(node)
        elif self.nodes[-1] != _MORE:
            self.nodes.append(_MORE)
