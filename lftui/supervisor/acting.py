"""Who acts on a run by itself: the guard, and the search for the capacity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from lftui.judge.steps.searched import planned_search, searched_rules
from lftui.plan import RunPlan
from lftui.records import (
    AcceptProposal,
    AnyRecord,
    Command,
    IgnoreProposal,
    NextStage,
    SetGuard,
)
from lftui.run_state import RunState
from lftui.supervisor.guarding import Guarding
from lftui.supervisor.searching import Searching
from lftui.supervisor.steering import Steering


class Acting:
    """Keeps them out of each other's way.

    Args:
        state: gives what is known of the run.
        say: writes a record to the journal.
    """

    def __init__(
        self,
        plan: RunPlan,
        state: Callable[[], RunState],
        steering: Steering,
        say: Callable[[AnyRecord], None],
    ) -> None:
        self._state = state
        self._guarding = Guarding(plan, state, steering.forward, say, self._searched)
        shape = planned_search(msgspec.structs.asdict(plan))
        self._searching: Searching | None = None
        if shape is not None:
            alone = lambda: steering.dead_man.holds  # noqa: E731
            self._searching = Searching(plan, shape, state, steering.forward, say, alone)

    @property
    def own(self) -> Mapping[type[Command], Callable[[Any], None]]:
        """The commands that they carry out, by their class."""
        found: dict[type[Command], Callable[[Any], None]] = {
            SetGuard: self._guarding.command,
            AcceptProposal: self._answer,
            IgnoreProposal: self._answer,
        }
        if self._searching is not None:
            # A search has no stages: what comes next is what it proposes.
            found[NextStage] = self._searching.command
        return found

    def look(self) -> None:
        """Call often: it costs nothing where no tick is new."""
        self._guarding.look()
        if self._searching is not None:
            self._searching.look()

    def heard(self, record: AnyRecord | None) -> None:
        """An answer of the generator."""
        self._guarding.heard(record)
        if self._searching is not None:
            self._searching.heard(record)

    def _answer(self, command: AcceptProposal | IgnoreProposal) -> None:
        searching = self._searching
        if searching is not None and searching.knows(command.proposal_id):
            searching.command(command)
        else:
            self._guarding.command(command)

    def _searched(self) -> frozenset[str]:
        state = self._state()
        return searched_rules(state) if state.search.found is None else frozenset()
