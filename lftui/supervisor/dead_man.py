"""The dead-man policy: what a run does when nobody is there any more."""

from __future__ import annotations

from collections.abc import Callable

from lftui.plan import Policy, say_duration
from lftui.records import Command, Hold, Marked, Stop

_WHO = "dead-man policy"


class DeadMan:
    """Follows who is there, and acts by the policy when the last one has gone.

    Args:
        policy: `hold` freezes the ramp and ends the run after `hold_limit_s`; `stop` ends it at
            once; `continue` lets it go on to its planned end.
        act: sends a command to the generator.
        tell: writes a mark to the journal.
    """

    def __init__(
        self,
        policy: Policy,
        hold_limit_s: float,
        act: Callable[[Command], None],
        tell: Callable[[Marked], None],
    ) -> None:
        self.policy: Policy = policy
        self._hold_limit_s = hold_limit_s
        self._act = act
        self._tell = tell
        self._alone_since: float | None = None
        self._stopped = False

    @property
    def holds(self) -> bool:
        """Whether nobody is there and the load is to stay as it is."""
        return self._alone_since is not None and self.policy == "hold"

    def left(self, now: float, why: str) -> None:
        """The last operator has gone."""
        if self._alone_since is not None:
            return
        self._alone_since = now
        self._tell(Marked(type="policy", text=self.policy, who=_WHO, why=why))
        if self.policy == "stop":
            self._stop(why)
        elif self.policy == "hold":
            self._act(Hold(id="dead-man", who=_WHO))

    def came(self) -> None:
        """Somebody is there again; what was held stays held until they resume it."""
        if self._alone_since is None:
            return
        self._alone_since = None
        self._tell(Marked(type="policy", text=self.policy, who=_WHO, why="somebody is there again"))

    def look(self, now: float) -> None:
        """Call about once a second: ends a run that was held for too long."""
        if self._alone_since is None or self.policy != "hold" or self._stopped:
            return
        if now - self._alone_since >= self._hold_limit_s:
            self._stop(f"nobody was there for {say_duration(round(self._hold_limit_s))}")

    def _stop(self, why: str) -> None:
        self._stopped = True
        self._act(Stop(id="dead-man", who=_WHO, reason="dead_man", why=why))
