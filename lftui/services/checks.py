"""The setup check, finding by finding."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lftui.choices.choice import Choice

if TYPE_CHECKING:
    from lftui.validation.checks import Finding
    from lftui.validation.setup import Checked, SetupWish


class CheckServices:
    """What `lftui validate` looks at, for a choice.

    Args:
        folder: the working directory.
        environment: that of the process by default.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        settings_path: str | None = None,
        runs_dir: str | None = None,
    ) -> None:
        self._folder = folder
        self._environment = os.environ if environment is None else environment
        self._settings_path = settings_path
        self._runs_dir = runs_dir

    async def check(self, choice: Choice) -> AsyncGenerator[Finding, None]:
        """Look at everything; each finding as soon as it is known. May be left at any time."""
        found: asyncio.Queue[Finding | None] = asyncio.Queue()

        async def look() -> None:
            try:
                await self._look(choice, found)
            finally:
                found.put_nowait(None)

        task = asyncio.create_task(look())
        try:
            while (finding := await found.get()) is not None:
                yield finding
            await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _look(self, choice: Choice, found: asyncio.Queue[Finding | None]) -> None:
        check_setup = await asyncio.to_thread(_imported)
        try:
            await check_setup(self._wish(choice), self._folder, self._environment, found.put_nowait)
        except (OSError, ValueError) as error:  # a PlanError is one of these
            from lftui.validation.checks import Findings

            refused = Findings("environment")
            refused.failed("check", str(error), "Correct this, then check again.")
            found.put_nowait(refused.all[0])

    def _wish(self, choice: Choice) -> SetupWish:
        from lftui.validation.setup import SetupWish

        return SetupWish(
            files=[file for file in choice.locustfile.split(",") if file],
            host=choice.host or None,
            classes=list(choice.classes),
            tags=list(choice.tags),
            exclude_tags=list(choice.exclude_tags),
            baseline=choice.baseline or None,
            settings=self._settings_path,
            runs_dir=self._runs_dir,
            confirmed=choice.confirmed or None,
        )


def _imported() -> Callable[..., Awaitable[Checked]]:
    """Its imports are not for the loop."""
    from lftui.validation.setup import check_setup

    return check_setup
