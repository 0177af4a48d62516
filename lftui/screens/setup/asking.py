"""What Setup asks of the services, when, and what it does with the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from lftui.choices import Choice
from lftui.records import Loaded
from lftui.screens import messages
from lftui.screens.setup.facts import Facts, fitting
from lftui.screens.setup.needs import SetupNeeds
from lftui.screens.setup.target_panel import own_host

if TYPE_CHECKING:
    from lftui.screens.base import ConsoleScreen as _Base
else:
    _Base = object

SETTLED_S = 0.4
PREVIEW_S = 0.12
LOOK_AGAIN_S = 2.0


class Asking(_Base):
    """The part of Setup that waits for answers. Each question is asked by a worker of its own, so
    that a slow answer to one holds up no other, and a new question ends the one before.
    """

    choice: Choice
    facts: Facts
    needs: SetupNeeds
    asked_scenarios = False
    _given: tuple[str, list[str]] = ("", [])

    def show_facts(self) -> None:
        """Draw what is known by now."""
        raise NotImplementedError

    def take(self, choice: Choice, refill: bool = False) -> None:
        """This is the choice now."""
        raise NotImplementedError

    # --- when ----------------------------------------------------------------------------------

    def ask_all(self) -> None:
        """Ask everything for the first time."""
        self._pending: dict[str, Timer] = {}
        self._ask("begin", self._begin)

    def ask_about(self, before: Choice) -> None:
        """Ask what follows from a change, once the typing has settled."""
        now = self.choice
        if now == before or not self.asked_scenarios:
            return
        other_file = now.locustfile != before.locustfile
        if other_file:
            self._ask("presets", self._presets)
            self._ask("chosen", partial(self._describe, now.locustfile))
        if other_file or now.own_options != before.own_options:
            self._soon("warm", SETTLED_S, self.warm)
        if other_file or now.host != before.host:
            self.facts.preflight = None
            self._ask("confirmation", self._confirmation)
            self._soon("preflight", SETTLED_S, self._look_at_target)
        elif now.confirmed != before.confirmed and self.facts.confirmation:
            self._soon("preflight", SETTLED_S, self._look_at_target)
        self._soon("preview", PREVIEW_S, lambda: self._ask("preview", self._preview))

    def _soon(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        if name in self._pending:
            self._pending[name].stop()
        self._pending[name] = self.set_timer(seconds, action)

    def _ask(self, name: str, question: Callable[[], Coroutine[Any, Any, None]]) -> None:
        work: Any = question  # its annotation asks for a type of result that nothing has
        self.run_worker(work, group=name, exclusive=True)

    def warm(self) -> None:
        """Have what is chosen loaded, unless it is known to be broken."""
        found = self.facts.found(self.choice.locustfile)
        if self.choice.locustfile and not isinstance(found, str):
            self.post_message(messages.Warm(self.choice))

    # --- the questions -------------------------------------------------------------------------

    async def _begin(self) -> None:
        # Its imports (the settings' models, asyncio's processes) are not for the loop.
        self.needs = await asyncio.to_thread(lambda: self.services.setup)
        await self._prefill()
        self.facts.scenarios = await self.needs.scenarios(self.choice.locustfile)
        self.asked_scenarios = True
        if not self.choice.locustfile and self.facts.scenarios:
            self._take_first(self.facts.scenarios[0].path)
        self._given = (self.choice.locustfile, _words(self.choice))
        self.show_facts()
        self._ask("targets", self._targets)
        self._ask("presets", self._presets)
        self._ask("confirmation", self._confirmation)
        self._ask("preview", self._preview)
        self.warm()
        self.set_interval(LOOK_AGAIN_S, self._look_again)
        await self._describe_all()

    async def _prefill(self) -> None:
        """Without anything on the command line: what was run last."""
        if self.choice != Choice():
            return
        last, problem = await self.needs.last_plan()
        if problem:
            self.facts.problems = [problem]
        # What was chosen while the file was read stands.
        if last is not None and self.choice == Choice():
            self.take(last, refill=True)

    def _take_first(self, path: str) -> None:
        import msgspec

        self.choice = msgspec.structs.replace(self.choice, locustfile=path)

    async def _describe_all(self) -> None:
        """The chosen one first, then the others one after the other: each costs a process."""
        first = self.choice.locustfile
        paths = [first, *(row.path for row in self.facts.scenarios if row.path != first)]
        for path in filter(None, paths):
            if path not in self.facts.known:
                await self._describe(path)

    async def _describe(self, path: str, again: bool = False) -> None:
        if path in self.facts.known and not again:
            return
        words = self._given[1] if path == self._given[0] else []
        found = await self.needs.describe(path, words)
        self.facts.known[path] = found
        if path != self.choice.locustfile:
            self.show_facts()
            return
        choice = self.choice
        if isinstance(found, Loaded):
            choice = fitting(choice, found) if again else await self._completed(found)
        self.take(choice, refill=choice != self.choice)
        self._ask("confirmation", self._confirmation)
        self._ask("preview", self._preview)
        self._look_at_target()

    async def _completed(self, loaded: Loaded) -> Choice:
        """With what configuration files say; asked again when the choice changed meanwhile."""
        while True:
            choice = self.choice
            completed = await self.needs.complete(choice, loaded)
            if choice == self.choice:
                return completed

    async def _targets(self) -> None:
        self.facts.settings_problem = (await self.needs.settings())[1]
        self.facts.targets = await self.needs.targets()
        self.show_facts()
        self._look_at_target()

    async def _presets(self) -> None:
        self.facts.presets = await self.needs.presets(self.choice)
        self.show_facts()

    async def _confirmation(self) -> None:
        loaded = self.facts.loaded(self.choice.locustfile)
        self.facts.confirmation = await self.needs.confirmation(self.choice, loaded)
        self.show_facts()

    def _look_at_target(self) -> None:
        host = self.choice.host or own_host(self.facts.loaded(self.choice.locustfile))
        if host != self.facts.asked_host or self.facts.preflight is None:
            self.facts.asked_host = host
            self.facts.preflight = None
            self._ask("preflight", partial(self._preflight, host))

    async def _preflight(self, host: str) -> None:
        if host:
            self.facts.preflight = await self.needs.preflight(host, self.choice.confirmed)
        self.show_facts()

    async def _preview(self) -> None:
        choice, loaded = self.choice, self.facts.loaded(self.choice.locustfile)
        self.facts.preview = await self.needs.preview(choice, loaded)
        self.facts.guard = await self.needs.guard(choice, loaded)
        self.show_facts()
        if loaded is not None:
            self.facts.problems = await self.needs.check(choice, loaded)
            self.show_facts()

    def _look_again(self) -> None:
        if self.is_current:
            self._ask("changed", self._changed)

    async def _changed(self) -> None:
        changed = await self.needs.changed()
        if not changed:
            return
        self.facts.scenarios = await self.needs.scenarios(self._given[0])
        paths = {row.path for row in self.facts.scenarios}
        for path in changed:
            if path not in paths:
                self.facts.known.pop(path, None)
            elif path in self.facts.known:
                await self._describe(path, again=True)
        if self.choice.locustfile in changed:
            self.warm()
        self.show_facts()
        await self._describe_all()


def _words(choice: Choice) -> list[str]:
    """What the given locustfile may need to be imported: its own options, given with it."""
    from lftui.choices.command_line import own_words

    words = [word for name, value in choice.own_options.items() for word in own_words(name, value)]
    return [*words, *choice.rest]
