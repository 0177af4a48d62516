"""Who may steer a run and who is there: commands in, the dead-man policy when nobody is left."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Set
from typing import Any

import msgspec

from lftui.plan import RunPlan
from lftui.records import (
    Acked,
    AnyRecord,
    Command,
    Kill,
    Marked,
    Note,
    Refused,
    ReleaseControls,
    SetPolicy,
    Stop,
    TakeControls,
)
from lftui.safe_text import Redactor
from lftui.supervisor.controls import Controls
from lftui.supervisor.dead_man import DeadMan
from lftui.supervisor.ending import StopWatch

FIRST_CONSOLE_S = 10.0
"""How long the console that started a run may take to come."""


class Steering:
    """Does what the supervisor can do itself, and passes the rest on to the generator.

    Args:
        operator: who sits at this terminal.
        forward: sends a command to the generator.
        say: writes a record to the journal.
        terminal: an operator sits at this terminal; without one a console is awaited.
    """

    def __init__(
        self,
        operator: str,
        plan: RunPlan,
        forward: Callable[[Command], None],
        say: Callable[[AnyRecord], None],
        terminal: bool = True,
    ) -> None:
        self._operator = operator
        self._send = forward
        self._say = say
        self._controls = Controls()
        self._terminal_here = terminal
        self._awaited_until = None if terminal else time.monotonic() + FIRST_CONSOLE_S
        self._clients: set[int] = set()
        self._redactor = Redactor.from_environment(os.environ)
        self.stop_watch = StopWatch(plan.stop_timeout_s)
        self.dead_man = DeadMan(plan.on_disconnect, plan.hold_limit_s, self.forward, say)
        self.killed = ""
        self.own: Mapping[type[Command], Callable[[Any], None]] = {}
        """Commands that the supervisor carries out itself, by their class."""

    def command(self, command: Command, number: int = 0, name: str = "") -> None:
        """What somebody wants: client `number`, or with 0 the operator at this terminal."""
        command = self._made_safe(command, name)
        refusal = self._controls.refusal(number)
        match command:
            case TakeControls() | ReleaseControls():
                self._change_controls(command, number)
            case SetPolicy() if refusal is None:
                self._set_policy(command)
            case _ if refusal is None and type(command) in self.own:
                self.own[type(command)](command)
            case _ if refusal is None or isinstance(command, Note):
                self.forward(command)
            case _:
                self._say(Refused(command_id=command.id, reason=refusal or ""))

    def _made_safe(self, command: Command, name: str) -> Command:
        """The command with who wants it, and with the words in it as they may be kept."""
        words = {
            field: self._redactor.block(value)
            for field in ("text", "why")
            if isinstance(value := getattr(command, field, None), str)
        }
        who = self._redactor.line(command.who) or name or self._operator
        return msgspec.structs.replace(command, who=who, **words)

    def forward(self, command: Command) -> None:
        """Send a command to the generator."""
        if isinstance(command, Stop | Kill):
            self.stop_watch.begin(time.monotonic(), at_once=isinstance(command, Kill))
        if isinstance(command, Kill):
            self.killed = command.why or "killed by the operator"
        self._send(command)

    def terminal_gone(self, why: str) -> None:
        """The terminal that this supervisor runs in is gone (SIGHUP)."""
        self._terminal_here = False
        self._presence(why)

    def clients_changed(self, numbers: Set[int]) -> None:
        """These clients are there now."""
        self._clients = set(numbers)
        self._awaited_until = None
        if self._controls.forget_but(self._clients):
            self._say(Marked(type="controls", new=0, why="the console that held them is gone"))
        self._presence("the last console is gone")

    def look(self, now: float) -> None:
        """Call about once a second: nobody may have come, or for too long."""
        if self._awaited_until is not None and now >= self._awaited_until:
            self._awaited_until = None
            self._presence("no console came")
        self.dead_man.look(now)

    def _presence(self, why: str) -> None:
        if self._terminal_here or self._clients:
            self.dead_man.came()
        else:
            self.dead_man.left(time.monotonic(), why)

    def _change_controls(self, command: TakeControls | ReleaseControls, number: int) -> None:
        taking = isinstance(command, TakeControls)
        if isinstance(command, TakeControls):
            refusal = self._controls.take(number, command.force)
        else:
            refusal = self._controls.release(number)
        if refusal is not None:
            self._say(Refused(command_id=command.id, reason=refusal))
            return
        self._say(Marked(type="controls", new=int(taking), who=command.who, command_id=command.id))
        self._say(Acked(command_id=command.id))

    def _set_policy(self, command: SetPolicy) -> None:
        self.dead_man.policy = command.policy
        self._say(
            Marked(type="policy", text=command.policy, who=command.who, command_id=command.id)
        )
        self._say(Acked(command_id=command.id))
