"""The locustfiles that there are, and what each of them offers; read again when they change."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from lftui import options
from lftui.choices.offers import ScenarioRow
from lftui.plan import PlanError
from lftui.records import Loaded
from lftui.safe_text import safe_line
from lftui.scenarios import describe, find_scenarios

Stamp = tuple[tuple[str, int, int], ...]
"""Names, times and sizes of files: another stamp, another content."""
_MOST_FILES = 500
_MOST_KEPT = 60
_AT_ONCE = 3
_REQUIRED = re.compile(r"the following arguments are required: (?P<names>.+)$")


class ScenarioFiles:
    """The locustfiles of a working directory. Nothing of them is imported here.

    Args:
        bundled: the folder of the locustfiles that come with lftui; None to leave them out.
    """

    def __init__(self, folder: Path, bundled: Path | None, timeout_s: float) -> None:
        self._folder = folder
        self._bundled = bundled
        self._timeout_s = timeout_s
        self._described: dict[tuple[str, ...], tuple[Stamp, Loaded | str]] = {}
        self._bound = asyncio.Semaphore(_AT_ONCE)
        self._given = ""
        self._signature: Stamp | None = None
        self._stamps: dict[str, Stamp] = {}

    # --- listing ---------------------------------------------------------------------------------

    def listed(self, given: str = "") -> list[ScenarioRow]:
        """The rows: what was given first, then those found here, then the bundled ones."""
        self._given = given
        self._signature = self._sign()
        rows = self._rows(given)
        self._stamps = {row.path: self.stamp(row.path) for row in rows}
        return rows

    def _rows(self, given: str) -> list[ScenarioRow]:
        found = [ScenarioRow(given, Path(given).stem, "given")] if given else []
        known = {os.path.realpath(self._folder / given)} if given else set()
        places = [("here", path) for path in find_scenarios(self._folder)]
        if self._bundled is not None:
            places += [("bundled", path) for path in find_scenarios(self._bundled)]
        for origin, path in places:
            real = os.path.realpath(path)
            if real not in known:
                known.add(real)
                found.append(ScenarioRow(self._shown(path), path.stem, origin))  # type: ignore[arg-type]
        names = [row.name for row in found]
        return [
            row if names.count(row.name) == 1 else msgspec.structs.replace(row, name=row.path)
            for row in found
        ]

    def _shown(self, path: Path) -> str:
        here = self._folder == Path.cwd() and path.is_relative_to(self._folder)
        return str(path.relative_to(self._folder)) if here else str(path)

    def changed(self) -> list[str]:
        """The paths of rows that came, went or changed since `listed`; none before it."""
        signature = self._sign()
        if self._signature is None or signature == self._signature:
            return []
        stamps = {row.path: self.stamp(row.path) for row in self._rows(self._given)}
        paths = [*stamps, *(path for path in self._stamps if path not in stamps)]
        found = [path for path in paths if stamps.get(path) != self._stamps.get(path)]
        if not found:
            self._signature = signature
        return found

    def _sign(self) -> Stamp:
        given = [self._folder / part for part in _parts(self._given)]
        folders = [self._folder, self._folder / "locustfiles", *(path.parent for path in given)]
        return tuple(entry for place in dict.fromkeys(folders) for entry in _python_files(place))

    def stamp(self, path: str) -> Stamp:
        """Of the file, and of the Python files beside it, which it may import."""
        entries: list[tuple[str, int, int]] = []
        for part in _parts(path):
            place = self._folder / part
            entries += _python_files(place if place.is_dir() else place.parent)
            entries += _entry(place)
        return tuple(dict.fromkeys(entries))

    # --- describing ------------------------------------------------------------------------------

    def known(self, path: str, argv: Sequence[str]) -> Loaded | str | None:
        """What was said last; None before."""
        found = self._described.get((path, *argv))
        return found[1] if found else None

    async def describe(self, path: str, argv: Sequence[str]) -> Loaded | str:
        """What the file offers, or why that cannot be said; asked anew where it has changed."""
        key = (path, *argv)
        async with self._bound:
            stamp = await asyncio.to_thread(self.stamp, path)
            found = self._described.get(key)
            if found is not None and found[0] == stamp:
                return found[1]
            result = await self._ask(["-f", path, *argv])
            self._described.pop(key, None)
            self._described[key] = (stamp, result)
            while len(self._described) > _MOST_KEPT:
                del self._described[next(iter(self._described))]
        return result

    async def _ask(self, argv: list[str]) -> Loaded | str:
        try:
            return await describe(argv, options.takes_value(), self._timeout_s)
        except (PlanError, OSError) as error:
            why = _sentence(error, self._folder)
        required = _REQUIRED.search(why)
        if required is None:
            return why
        # A form can ask for them only once they are known: so they get a value to be told.
        names = [name.partition("/")[0].strip() for name in required["names"].split(",")]
        placeholders = [f"{name}=1" for name in names if name.startswith("-")]
        try:
            return await describe([*argv, *placeholders], options.takes_value(), self._timeout_s)
        except (PlanError, OSError):
            return why


def _parts(path: str) -> list[str]:
    """The files of `a.py,b.py`; none that are fetched from somewhere."""
    return [part.strip() for part in path.split(",") if part.strip() and "://" not in part]


def _python_files(folder: Path) -> list[tuple[str, int, int]]:
    entries: list[tuple[str, int, int]] = []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                if entry.name.endswith(".py") and len(entries) < _MOST_FILES:
                    entries += _entry(Path(entry.path), entry.stat)
    except OSError:
        return []
    return sorted(entries)


def _entry(
    path: Path, stat: Callable[[], os.stat_result] | None = None
) -> list[tuple[str, int, int]]:
    try:
        facts = stat() if stat is not None else path.stat()
    except OSError:
        return []
    return [(str(path), facts.st_mtime_ns, facts.st_size)]


def _sentence(error: Exception, folder: Path) -> str:
    """The refusal, with paths as one types them here."""
    text = str(error)
    if isinstance(error, OSError):
        text = f"no process could be started to load it: {(error.strerror or text).lower()}"
    return safe_line(text.replace(f"{folder}/", ""), 600)
