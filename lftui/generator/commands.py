"""The command greenlet: one command at a time, each answered by `Acked` or `Refused`."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from lftui.generator.ending import Ending
from lftui.generator.pilot import Pilot
from lftui.generator.ticker import Ticker
from lftui.plan import PlanError
from lftui.records import (
    Acked,
    AddRate,
    AddUsers,
    AddWorker,
    AnyRecord,
    BeginWindow,
    Command,
    Hold,
    Kill,
    Marked,
    NextStage,
    Note,
    Pause,
    Refused,
    RemoveWorker,
    Resume,
    SetRate,
    SetUsers,
    Stop,
    Undo,
    Unpause,
)

if TYPE_CHECKING:
    from lftui.generator.distribution.distribution import Distribution

logger = logging.getLogger("lftui.generator")


class Commands:
    """Carries out what the supervisor passes on."""

    def __init__(
        self,
        pilot: Pilot,
        ticker: Ticker,
        announce: Callable[[AnyRecord], None],
        end: Callable[[Ending], None],
        crew: Distribution | None = None,
    ) -> None:
        self._pilot = pilot
        self._ticker = ticker
        self._announce = announce
        self._end = end
        self._crew = crew

    def obey(self, command: Command) -> None:
        """Carry the command out and answer it; a bad one is refused and changes nothing."""
        try:
            self._do(command)
        except PlanError as error:
            self._announce(Refused(command_id=command.id, reason=str(error)))
        except Exception as error:
            logger.error("a command failed:\n%s", traceback.format_exc())
            reason = f"this did not work: {type(error).__name__}: {error}"
            self._announce(Refused(command_id=command.id, reason=reason))
        else:
            self._announce(Acked(command_id=command.id))

    def _do(self, command: Command) -> None:
        pilot = self._pilot
        match command:
            case AddUsers():
                pilot.add_users(command)
            case SetUsers():
                pilot.set_users(command)
            case AddRate():
                pilot.add_rate(command)
            case SetRate():
                pilot.set_rate(command)
            case NextStage():
                pilot.next_stage(command)
            case Hold():
                pilot.hold(command)
            case Resume():
                pilot.resume(command)
            case Pause():
                pilot.pause(command)
            case Unpause():
                pilot.unpause(command)
            case Undo():
                pilot.undo(command)
            case Note():
                self._mark(command, "note", command.text)
            case BeginWindow():
                self._mark(command, "window", command.text)
            case Stop():
                self._end(Ending(command.reason, command.why, command.who, command.id))
            case Kill():
                self._end(Ending("killed", command.why, command.who, command.id, kill=True))
            case AddWorker() if self._crew is not None:
                self._crew.add_worker()
            case RemoveWorker() if self._crew is not None:
                self._crew.remove_worker(command.worker)
            case AddWorker() | RemoveWorker():
                raise PlanError("this run makes its load in one process; begin with --processes 1")
            case _:
                raise PlanError(f"{type(command).__name__} is not for a run that goes on")

    def _mark(self, command: Command, kind: str, text: str) -> None:
        self._ticker.mark(
            Marked(type=kind, text=text, who=command.who, command_id=command.id)  # type: ignore[arg-type]
        )
