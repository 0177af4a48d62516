"""Everything behind the Setup screen that is not drawing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from lftui.choices.choice import Choice
from lftui.choices.command_line import argv_of
from lftui.plan import PlanError
from lftui.safe_text import safe_line
from lftui.services.plan_services import PlanServices

# What is heavy is imported where it is first used, in a thread: the first paint does not wait for
# it, and a key typed meanwhile is answered.
if TYPE_CHECKING:
    from lftui.choices.offers import Preflight, Preset, ScenarioRow, ShapePreview, TargetRow
    from lftui.records import Loaded, Smoked
    from lftui.services.dry_run import Surroundings
    from lftui.settings import Settings


class SetupServices(PlanServices):
    """What Setup needs. Nothing here raises for what a file or a target does: it is said instead.

    Every method that reads a file, starts a process or connects is a coroutine, does not block
    the loop and can be cancelled at any time.
    """

    async def settings(self) -> tuple[Settings, str]:
        """The settings, and what is wrong with their file in one sentence ("" if nothing).

        A bad file leaves the defaults.
        """
        return await asyncio.to_thread(self._settings)

    # --- scenarios -----------------------------------------------------------------------------

    async def scenarios(self, given: str = "") -> list[ScenarioRow]:
        """The locustfiles that there are; nothing is imported.

        Args:
            given: that of `-f`, which comes first.
        """
        files, _ = await self._made()
        return await asyncio.to_thread(files.listed, given)

    async def describe(self, path: str, argv: Sequence[str] = ()) -> Loaded | str:
        """What a locustfile offers, or one sentence why that cannot be said.

        It is imported by a process of its own, and again only after it, or a Python file beside
        it, has changed.

        Args:
            path: `ScenarioRow.path`.
            argv: more words of the command line: `Choice.rest` as it was given at the start.
        """
        files, _ = await self._made()
        found = await files.describe(path, argv)
        if not isinstance(found, str):
            self._secret |= {fact.name for fact in found.own_options if fact.secret}
        return found

    def described(self, path: str, argv: Sequence[str] = ()) -> Loaded | str | None:
        """What `describe` said last, without looking again; None before."""
        return None if self._files is None else self._files.known(path, argv)

    async def changed(self) -> list[str]:
        """Paths of scenarios that came, went or changed since `scenarios` was called.

        Not empty: call `scenarios` again, and `describe` for what is shown. Cheap enough to be
        asked every two seconds.
        """
        return [] if self._files is None else await asyncio.to_thread(self._files.changed)

    async def complete(self, choice: Choice, loaded: Loaded) -> Choice:
        """The choice with the locustfile's own options sorted out of `rest`, and with what a
        config file or a LOCUST_*/LFTUI_* variable sets besides it."""
        from lftui import options
        from lftui.choices.completing import completed

        try:
            ours = options.read(loaded.ours, self._environment)
        except PlanError:
            ours = {}  # `check` says it
        return completed(choice, loaded, ours)

    # --- target --------------------------------------------------------------------------------

    async def targets(self, given: str = "") -> list[TargetRow]:
        """The targets to choose from: given with -H, embedded, of the settings, of recent runs."""

        def rows(around: Surroundings) -> list[TargetRow]:
            from lftui.services.targets import target_rows

            return target_rows(
                around.settings, around.store, self._environment, self._demo_url, given
            )

        return await self._around(rows)

    async def confirmation(self, choice: Choice, loaded: Loaded | None = None) -> str:
        """The host that has to be typed into `Choice.confirmed`; "" where the target is no
        production."""

        def needed(around: Surroundings) -> str:
            from lftui.services.dry_run import confirmation_of

            return confirmation_of(choice, loaded, around)

        return await self._around(needed)

    async def preflight(self, host: str, confirmed: str = "") -> Preflight:
        """A look at a target: a URL, or the name of one of the settings. At most 5 s a step.

        Production is left alone until it is confirmed.
        """
        await self._made()
        from lftui.services.preflight import look_at

        settings, _ = await self.settings()
        return await look_at(host, settings, self._environment, confirmed, self._demo_url)

    async def guard(self, choice: Choice, loaded: Loaded | None = None) -> str:
        """What the guard will do, as in `guard: p95>5s or err>5% for 10s → stop`."""

        def sentence(around: Surroundings) -> str:
            from lftui.services.dry_run import guard_sentence

            return guard_sentence(choice, loaded, around)

        try:
            return await self._around(sentence)
        except PlanError as error:
            return safe_line(f"guard: {error}", 400)

    # --- shape ---------------------------------------------------------------------------------

    async def presets(self, choice: Choice) -> list[Preset]:
        """The load scenarios of the baseline that was found; none where it cannot be read."""
        _, ahead = await self._made()
        from lftui.services.previews import presets_of

        return await self._around(lambda around: presets_of(ahead.baseline(choice, around)))

    async def choose_preset(self, choice: Choice, name: str) -> Choice:
        """The choice with a preset's users and run time. Unchanged where there is none so named."""
        _, ahead = await self._made()
        from lftui.choices.completing import with_preset

        try:
            return await self._around(
                lambda around: with_preset(choice, name, ahead.baseline(choice, around))
            )
        except PlanError:
            return choice

    async def preview(self, choice: Choice, loaded: Loaded | None = None) -> ShapePreview:
        """The chosen shape ahead of time, lftui's own or the locustfile's."""
        files, ahead = await self._made()
        around = await asyncio.to_thread(self._surroundings)
        stamp = await asyncio.to_thread(files.stamp, choice.locustfile)
        return await ahead.preview(choice, loaded, around, stamp)

    # --- all of it -----------------------------------------------------------------------------

    def argv(self, choice: Choice, loaded: Loaded | None = None) -> list[str]:
        """The command line of the choice: what the launcher and a shell are given."""
        taken = {fact.name for fact in loaded.own_options} if loaded is not None else set()
        return argv_of(choice, taken)

    async def check(self, choice: Choice, loaded: Loaded | str | None = None) -> list[str]:
        """What would refuse the run, sentence by sentence; none where it can begin."""
        if loaded is None and choice.locustfile:
            loaded = await self.describe(choice.locustfile, choice.rest)
        await self._made()
        from lftui.services.dry_run import refusals

        _, wrong = await self.settings()
        found = await self._around(lambda around: refusals(choice, loaded, around))
        return [safe_line(one, 600) for one in ([wrong] if wrong else []) + found]

    async def smoke(self, choice: Choice) -> AsyncGenerator[Smoked, None]:
        """Run each chosen task once with one user; each request as it comes.

        A row without a task and with an error says why it could not be, or ended early. Close it
        (`aclose`) to end it before its time.
        """
        loaded = await self.describe(choice.locustfile, choice.rest)
        from lftui.records import Smoked
        from lftui.services.dry_run import smoke_plan, smoke_rows

        try:
            if isinstance(loaded, str):
                raise PlanError(loaded)
            known = loaded
            plan = await self._around(lambda around: smoke_plan(choice, known, around))
            async with aclosing(smoke_rows(choice, known, plan, self._load_timeout_s)) as rows:
                async for row in rows:
                    yield row
        except (PlanError, OSError) as error:
            yield Smoked(task="", method="", name="", error=safe_line(str(error), 600))
