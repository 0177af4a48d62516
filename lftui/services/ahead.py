"""Previews with what they need read once: the baseline, the last run, the locustfile's shape."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import msgspec

from lftui.baseline import find_baseline, read_baseline
from lftui.choices.choice import Choice
from lftui.choices.command_line import argv_of
from lftui.choices.completing import fitted
from lftui.choices.offers import ShapePreview
from lftui.plan import PlanError, check_users
from lftui.records import Loaded
from lftui.scenarios import Preview, preview_shape
from lftui.services.dry_run import Surroundings, taken_by
from lftui.services.previews import (
    drawn_ahead,
    load_of,
    locust_shape,
    preview_own,
    requests_of_one_user,
    rounded,
    user_seconds,
)
from lftui.services.scenario_files import Stamp
from lftui.settings import target_of

_LIMIT_S = 20.0
_FRESH_S = 20.0
_MOST_KEPT = 20


class Ahead:
    """Makes previews, and remembers what they were made of."""

    def __init__(self) -> None:
        self._documents: dict[Path, tuple[int, dict[str, Any] | None]] = {}
        self._rates: dict[tuple[str, ...], tuple[float, float | None]] = {}
        self._shapes: dict[tuple[object, ...], Preview] = {}

    def baseline(self, choice: Choice, around: Surroundings) -> dict[str, Any] | None:
        """The baseline that the choice will find; None without one that can be read."""
        parts = filter(None, choice.locustfile.split(","))
        files = [str(around.folder / part.strip()) for part in parts]
        path = find_baseline(choice.baseline or None, files, around.folder)
        try:
            if path is None:
                return None
            if choice.baseline and not path.exists():
                return around.resolve(choice.baseline)[0]
            path = around.folder / path
            stamp = path.stat().st_mtime_ns
            known = self._documents.get(path)
            if known is None or known[0] != stamp:
                self._documents[path] = known = (stamp, read_baseline(path))
            return known[1]
        except (PlanError, OSError):
            return None

    async def preview(
        self,
        choice: Choice,
        loaded: Loaded | None,
        around: Surroundings,
        stamp: Stamp,
    ) -> ShapePreview:
        """The chosen shape ahead of time.

        Args:
            stamp: of the locustfile; with another one its own shape is run ahead again.
        """
        document = await asyncio.to_thread(self.baseline, choice, around)
        try:
            load = load_of(choice, loaded, document)
        except PlanError as error:
            return ShapePreview(error=str(error), field_errors={"run_time": str(error)})
        name = locust_shape(choice, loaded)
        if name:
            argv = argv_of(msgspec.structs.replace(choice, shape=""), taken_by(loaded))
            found = drawn_ahead(await self._run_ahead(argv, name, stamp), load.time_s)
        else:
            classes = fitted(loaded, choice).user_classes if loaded is not None else []
            _, target = target_of(choice.host, around.settings)
            found = await asyncio.to_thread(
                preview_own, choice, load, around.folder, classes, target
            )
        if found.error:
            return found
        return await asyncio.to_thread(self._rounded_off, found, choice, loaded, around)

    async def _run_ahead(self, argv: list[str], name: str, stamp: Stamp) -> Preview:
        key = (name, stamp, *argv)
        known = self._shapes.get(key)
        if known is None:
            known = await preview_shape(argv, name, _LIMIT_S)
            self._shapes[key] = known
            while len(self._shapes) > _MOST_KEPT:
                del self._shapes[next(iter(self._shapes))]
        return known

    def _rounded_off(
        self, found: ShapePreview, choice: Choice, loaded: Loaded | None, around: Surroundings
    ) -> ShapePreview:
        """With the target's ceiling, and a guess of the requests."""
        _, target = target_of(choice.host, around.settings)
        if found.unit == "rate":
            return found  # its ceilings were looked at, and its iterations are known
        try:
            check_users(int(found.peak), "the load's peak", target.max_users if target else None)
        except PlanError as error:
            return msgspec.structs.replace(found, error=str(error))
        files = loaded.files if loaded is not None else choice.locustfile.split(",")
        rate = self._rate(files, around)
        if rate is None or found.total_s is None or not found.points:
            return found
        return msgspec.structs.replace(
            found, requests_guess=rounded(rate * user_seconds(found.points))
        )

    def _rate(self, files: list[str], around: Surroundings) -> float | None:
        key = tuple(files)
        now = time.monotonic()
        known = self._rates.get(key)
        if known is None or now - known[0] > _FRESH_S:
            self._rates[key] = known = (now, requests_of_one_user(around.store, files))
        return known[1]
