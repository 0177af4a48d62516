"""From screen to screen, and out. A part of the application."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from textual import on
from textual.screen import Screen

from lftui.links.follower import Follower
from lftui.links.link import Link
from lftui.opening import Opening
from lftui.plan import PlanError
from lftui.screens import messages
from lftui.screens.base import ConsoleScreen
from lftui.screens.robust import Robust
from lftui.screens.setup.screen import SetupScreen
from lftui.services.hub import Services

_Kind = TypeVar("_Kind", bound=Screen[Any])
_NAMED = 8  # runs to delete that are named; a low terminal has no room for more


class Navigation(Robust):
    """Opens screens by their name; one that is not on screen yet is imported when it is asked for.

    The stack begins with Setup, or with what the command asked for; `GoBack` goes one down, and
    out of the program from the lowest.
    """

    follower: Follower
    opening: Opening
    services: Services

    async def follow(self, link: Link) -> None:
        """Show a run from now on."""
        raise NotImplementedError

    async def let_go(self) -> None:
        """Show no run any more."""
        raise NotImplementedError

    def screen_of(self, kind: type[_Kind]) -> _Kind | None:
        """The topmost open screen of a kind."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, kind):
                return screen
        return None

    def _on_live(self) -> bool:
        """Whether a run is on screen. Setup is there before this screen is even imported."""
        from lftui.screens.live.screen import LiveScreen

        return isinstance(self.screen, LiveScreen)

    def say(self, text: str, severity: Any = "information") -> None:
        """A sentence that stands for a few seconds; never markup."""
        self.notify(text, severity=severity, markup=False, timeout=8)

    # --- one screen to another -----------------------------------------------------------------

    @on(messages.Open)
    async def _on_open(self, message: messages.Open) -> None:
        opening = getattr(self, f"_open_{message.name}", None)
        if opening is None:
            raise LookupError(f"no screen is called {message.name}")
        try:
            await opening(**message.facts)
        except PlanError as error:
            self.say(str(error), "error")

    async def _open_runs(self) -> None:
        from lftui.screens.runs.screen import RunsScreen

        await self.push_screen(RunsScreen())

    async def _open_checks(self, **facts: Any) -> None:
        from lftui.screens.checks import ChecksScreen

        await self.push_screen(ChecksScreen(**facts))

    async def _open_report(self, run_id: str = "") -> None:
        from lftui.screens.report.screen import ReportScreen

        run = run_id or self.follower.facts.run_id
        if self._on_live():
            await self.let_go()
            await self.switch_screen(ReportScreen(run))
        else:
            await self.push_screen(ReportScreen(run))

    async def _open_export(self, run_id: str = "") -> None:
        from lftui.screens.dialogs.export import ExportDialog

        await self.push_screen(
            ExportDialog(self.services.shelf, run_id or self.follower.facts.run_id)
        )

    async def _open_promote(self, run_id: str = "") -> None:
        from lftui.screens.dialogs.promote import PromoteDialog

        await self.push_screen(
            PromoteDialog(self.services.shelf, run_id or self.follower.facts.run_id)
        )

    async def _open_compare(self, run_id: str, before: str = "") -> None:
        from lftui.screens.dialogs.pick_run import PickRun
        from lftui.screens.report.comparison import CompareScreen

        def picked(other: str | None) -> None:
            if other:
                self.push_screen(CompareScreen(other, run_id))

        if before:
            picked(before)
            return
        rows = [row for row in await self.services.shelf.rows() if row.id != run_id]
        await self.push_screen(PickRun(f"Compare {run_id} with", rows), picked)

    async def _open_note(self, run_id: str, then: Callable[[], object]) -> None:
        from lftui.screens.dialogs.text import TextDialog

        async def noted(text: str | None) -> None:
            if text:
                await self._try(self.services.shelf.note(run_id, text))
                then()

        await self.push_screen(TextDialog(f"Note for {run_id}"), noted)

    async def _open_trend(self, run_id: str) -> None:
        from lftui.screens.runs.trend import TrendScreen

        await self.push_screen(TrendScreen(run_id))

    async def _open_delete(
        self, run_ids: Sequence[str], said: str, then: Callable[[], object]
    ) -> None:
        from lftui.screens.dialogs.confirm import ConfirmDialog

        async def agreed(yes: bool | None) -> None:
            if yes:
                for run_id in run_ids:
                    await self._try(self.services.shelf.delete(run_id))
                then()

        lines = list(run_ids[:_NAMED])
        if len(run_ids) > _NAMED:
            lines.append(f"and {len(run_ids) - _NAMED:,} more")
        question = f"Delete {said} with journals and exports? There is no way back."
        await self.push_screen(ConfirmDialog(question, "delete", lines), agreed)

    async def _try(self, work: Any) -> None:
        try:
            await work
        except PlanError as error:
            self.say(str(error), "error")

    # --- runs ----------------------------------------------------------------------------------

    @on(messages.OpenRun)
    async def _on_open_run(self, message: messages.OpenRun) -> None:
        try:
            link = self.services.link(message.run_id)
            if link is not None:
                await self.follow(link)
            else:
                await self._open_report(message.run_id)
        except PlanError as error:
            self.say(str(error), "error")

    @on(messages.ReplayRun)
    async def _on_replay(self, message: messages.ReplayRun) -> None:
        try:
            await self.follow(self.services.replay(message.run_id, message.speed))
        except PlanError as error:
            self.say(str(error), "error")

    @on(messages.Again)
    async def _on_again(self, message: messages.Again) -> None:
        try:
            choice = self.services.choice_of(message.run_id)
        except PlanError as error:
            self.say(str(error), "error")
            return
        while len(self.screen_stack) > 1 and not isinstance(self.screen, SetupScreen):
            await self.pop_screen()
        setup = SetupScreen(choice, self.opening.demo_url)
        if isinstance(self.screen, SetupScreen):
            await self.switch_screen(setup)
        else:
            await self.push_screen(setup)

    # --- out -----------------------------------------------------------------------------------

    @on(messages.Detach)
    async def _on_detach(self) -> None:
        run = self.follower.facts.run_id
        await self.let_go()
        self.exit(0, message=f"left; the run goes on: lftui attach {run}")

    @on(messages.GoBack)
    async def _on_go_back(self) -> None:
        if self._on_live():
            await self.let_go()
        # The lowest screen of the stack is Textual's own, blank one.
        if len(self.screen_stack) > 2:
            await self.pop_screen()
        else:
            self.exit(0)

    async def action_leave(self) -> None:
        """Ctrl-C: as the screen's own key for it, so that load is never left by accident."""
        screen = self.screen
        leave = getattr(screen, "action_leave", None)
        if isinstance(screen, ConsoleScreen) and leave is not None:
            leave()
        elif len(self.screen_stack) > 2:
            await self.pop_screen()
        else:
            self.exit(0)
