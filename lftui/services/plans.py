"""Plans that are kept: the one that was run last, and those saved under a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from lftui.choices.choice import Choice
from lftui.choices.saved import from_toml, to_toml
from lftui.plan import PlanError
from lftui.safe_text import safe_line
from lftui.supervisor.store import runs_directory
from lftui.whole_file import write_whole_file

LAST = "last-plan.toml"
FOLDER = "plans"
_NAME = re.compile(r"\w[\w. +-]{0,59}")
_MOST_BYTES = 1 << 20


def plans_directory(runs_dir: str | None, environment: Mapping[str, str]) -> Path:
    """Where plans are kept: beside the runs, or with them where their place was chosen."""
    runs = runs_directory(runs_dir, environment)
    chosen = runs_dir or environment.get("LFTUI_RUNS_DIR")
    return runs if chosen else runs.parent


class Plans:
    """The plans in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def last(self) -> Choice | None:
        """What was run last; None where there is nothing.

        Raises:
            PlanError: its file cannot be read.
        """
        path = self.directory / LAST
        return _read(path) if path.exists() else None

    def remember(self, choice: Choice, secret: Collection[str] = ()) -> None:
        """Keep it as the last one.

        Raises:
            PlanError: it cannot be written.
        """
        self._write(self.directory / LAST, choice, secret)

    def names(self) -> list[str]:
        """The saved plans, by name."""
        try:
            found = [path for path in (self.directory / FOLDER).iterdir() if path.is_file()]
        except OSError:
            return []
        names = (path.stem for path in found if path.suffix == ".toml")
        return sorted((name for name in names if _NAME.fullmatch(name)), key=str.casefold)

    def save(self, name: str, choice: Choice, secret: Collection[str] = ()) -> Path:
        """Save it; a plan of that name is replaced. The file.

        Raises:
            PlanError: the name cannot be one, or the file cannot be written.
        """
        path = self._path(name)
        self._write(path, choice, secret)
        return path

    def load(self, name: str) -> Choice:
        """A saved plan.

        Raises:
            PlanError: there is none of that name, or its file cannot be read.
        """
        path = self._path(name)
        if not path.exists():
            there = ", ".join(self.names()) or "none"
            raise PlanError(f"there is no plan {path.stem}; there is {there}")
        return _read(path)

    def delete(self, name: str) -> None:
        """Delete a saved plan.

        Raises:
            PlanError: there is none, or it cannot be deleted.
        """
        path = self._path(name)
        try:
            path.unlink()
        except FileNotFoundError:
            raise PlanError(f"there is no plan {path.stem}") from None
        except OSError as error:
            raise PlanError(f"the plan {path} cannot be deleted: {_reason(error)}") from None

    def _path(self, name: str) -> Path:
        name = name.strip()
        if not _NAME.fullmatch(name):
            raise PlanError(
                f"'{safe_line(name, 60)}' is no name for a plan; take letters, digits, spaces and"
                " . + - _, at most 60, a letter or digit first"
            )
        return self.directory / FOLDER / f"{name}.toml"

    def _write(self, path: Path, choice: Choice, secret: Collection[str]) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise PlanError(f"the folder {path.parent} cannot be made: {_reason(error)}") from None
        write_whole_file(path, to_toml(choice, secret))


def _read(path: Path) -> Choice:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise PlanError("it is too large for a plan")
        return from_toml(data.decode("utf-8"))
    except OSError as error:
        raise PlanError(f"the plan {path} cannot be read: {_reason(error)}") from None
    except UnicodeDecodeError:
        raise PlanError(f"the plan {path} cannot be read: it is no text in UTF-8") from None
    except PlanError as error:
        raise PlanError(safe_line(f"the plan {path} cannot be read: {error}", 400)) from None


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
