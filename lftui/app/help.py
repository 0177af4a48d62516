"""Every key and action that there is now: the help, and the palette. A part of the application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from textual.app import SystemCommand
from textual.screen import Screen

from lftui.screens.help import Entry, HelpScreen
from lftui.screens.robust import Robust
from lftui.widgets.key_line import key_name


class Helpful(Robust):
    """Help and palette are read from the bindings, so that they cannot tell another story."""

    def action_help(self) -> None:
        """The keys of this screen."""
        if isinstance(self.screen, HelpScreen):
            self.pop_screen()
        else:
            self.push_screen(HelpScreen(self.screen.HELP or "", list(self._entries())))

    def _entries(self) -> Iterable[Entry]:
        """What can be done here by a key, each once."""
        seen: dict[tuple[str, str], Entry] = {}
        # The screen's own first, then those of the widget that has the keys, then the program's.
        order = {self.screen: 0, self: 2}
        several = sorted(
            self.screen.active_bindings.values(), key=lambda one: order.get(one.node, 1)
        )
        said_of = getattr(self.screen, "said_of", lambda one: (one.description, one.tooltip))
        for active in several:
            binding = active.binding
            if not binding.description or not active.enabled:
                continue
            title, text = said_of(binding)
            about = (binding.action, title)
            key = key_name(binding.key)
            known = seen.get(about)
            if known is None:
                seen[about] = Entry(key, title, text)
            elif key not in known.keys.split(" "):
                seen[about] = Entry(f"{known.keys} {key}", known.title, known.help)
        return seen.values()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The screen's own actions, then what can be done everywhere."""
        commands = getattr(screen, "commands", None)
        if commands is not None:
            for title, about, action in commands():
                yield SystemCommand(title, about, self._runs(action))
        else:
            for active in screen.active_bindings.values():
                binding = active.binding
                if active.enabled and binding.description and binding.show:
                    run = self._runs(binding.action)
                    yield SystemCommand(binding.description, binding.tooltip, run)
        yield SystemCommand("Keys", "every key of this screen", self.action_help)
        yield SystemCommand("Theme", "dark, light, high contrast, others", self.action_change_theme)
        yield SystemCommand("Quit", "asks where load is on", self._runs("app.leave"))

    def _runs(self, action: str) -> Callable[[], Any]:
        async def run() -> None:
            await self.run_action(action, self.screen)

        return partial(self.call_later, run)
