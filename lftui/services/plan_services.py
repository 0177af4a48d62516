"""The plans that are kept, as Setup asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from lftui.choices.choice import Choice
from lftui.plan import PlanError
from lftui.safe_text import safe_line
from lftui.services.desk import Desk

if TYPE_CHECKING:
    from lftui.services.plans import Plans


class PlanServices(Desk):
    """Plans: the last one, and those with a name. What goes wrong is said in one sentence."""

    async def last_plan(self) -> tuple[Choice | None, str]:
        """What was run last, and what is wrong with its file in one sentence."""
        return await self._read_plan(lambda plans: plans.last())

    async def remember(self, choice: Choice) -> str:
        """Keep it as the last plan; one sentence where that fails, else ""."""
        return await self._change_plans(lambda plans: plans.remember(choice, self._secret))

    async def plan_names(self) -> list[str]:
        """The saved plans."""
        return await asyncio.to_thread(lambda: self._plans().names())

    async def save_plan(self, name: str, choice: Choice) -> str:
        """Save it under a name; one sentence where that fails, else "". Secrets are left out."""
        return await self._change_plans(lambda plans: plans.save(name, choice, self._secret))

    async def load_plan(self, name: str) -> tuple[Choice | None, str]:
        """A saved plan, or one sentence why not."""
        return await self._read_plan(lambda plans: plans.load(name))

    async def delete_plan(self, name: str) -> str:
        """Delete a saved plan; one sentence where that fails, else ""."""
        return await self._change_plans(lambda plans: plans.delete(name))

    def _plans(self) -> Plans:
        from lftui.services.plans import Plans, plans_directory

        return Plans(plans_directory(self._runs_dir, self._environment))

    async def _read_plan(self, read: Callable[[Plans], Choice | None]) -> tuple[Choice | None, str]:
        try:
            return await asyncio.to_thread(lambda: read(self._plans())), ""
        except PlanError as error:
            return None, str(error)

    async def _change_plans(self, change: Callable[[Plans], object]) -> str:
        try:
            await asyncio.to_thread(lambda: change(self._plans()))
        except PlanError as error:
            return safe_line(str(error), 400)
        return ""
