"""How the console looks and listens: the table `[console]` of the settings.

Read before the first paint, so without pydantic; and leniently: what is wrong in it is said, and
the default is used, since a wrong color is no reason to refuse a run.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

REFRESH_S = (0.5, 10.0)
STEP_SIZES = (1, 5, 10, 25, 50, 100)
_MOST_SIZES = 20
_MOST_USERS = 1_000_000


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator prefers.

    Attributes:
        theme: the name of a theme; "" for the one that fits the terminal.
        ascii, mouse: None where the terminal is to decide.
        refresh: seconds between two redraws.
        step_sizes: what + and - change the users by, rising.
        keys: a key, or several with commas between them, by the id of a binding.
    """

    theme: str = ""
    ascii: bool | None = None
    mouse: bool | None = None
    refresh: float = 1.0
    step_sizes: tuple[int, ...] = STEP_SIZES
    keys: dict[str, str] = {}


def read_preferences(path: str | None, folder: Path) -> tuple[Preferences, str]:
    """The preferences of a settings file, or of the one that is found in a folder.

    Returns:
        The preferences, with the default of whatever cannot be; and the first of what is wrong,
        in one sentence, or "".
    """
    place, table, wrong = _found(path, folder)
    if wrong:
        return Preferences(), wrong
    console = table.get("console", {})
    if not isinstance(console, dict):
        return Preferences(), f"{place}: console: this is no table; write it as [console]"
    values: dict[str, Any] = {}
    sentences: list[str] = []
    for name, value in console.items():
        read = _READERS.get(name)
        if read is None:
            sentences.append(f"console.{name}: there is no such setting")
            continue
        try:
            values[name] = read(value)
        except ValueError as error:
            sentences.append(f"console.{name}: {error}; the default is used")
    if not sentences:
        return Preferences(**values), ""
    more = f" (and {len(sentences) - 1} more like that)" if len(sentences) > 1 else ""
    return Preferences(**values), f"{place}: {sentences[0]}{more}"


def _found(path: str | None, folder: Path) -> tuple[str, dict[str, Any], str]:
    """The file, our table in it, and why it cannot be read."""
    if path is not None:
        return path, *_read(Path(path))
    own = folder / "lftui.toml"
    if own.is_file():
        return str(own), *_read(own)
    project = folder / "pyproject.toml"
    if not project.is_file():
        return "", {}, ""
    whole, _ = _read(project)  # its faults are somebody else's to report
    tool = whole.get("tool")
    table = tool.get("lftui") if isinstance(tool, dict) else None
    return f"{project} [tool.lftui]", table if isinstance(table, dict) else {}, ""


def _read(path: Path) -> tuple[dict[str, Any], str]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file), ""
    except OSError as error:
        return {}, f"the settings {path} cannot be read: {error.strerror}; defaults are used"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, f"the settings {path} are no TOML: {error}; defaults are used"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("this is no text")
    return value.strip()


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("write true or false")
    return value


def _refresh(value: Any) -> float:
    least, most = REFRESH_S
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not least <= value <= most:
        raise ValueError(f"write a number of seconds from {least:g} to {most:g}")
    return float(value)


def _step_sizes(value: Any) -> tuple[int, ...]:
    fits = isinstance(value, list) and 0 < len(value) <= _MOST_SIZES
    if not fits or not all(type(one) is int and 0 < one <= _MOST_USERS for one in value):
        raise ValueError("write a list of numbers of users, like [1, 10, 100]")
    return tuple(sorted(set(value)))


def _keys(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("this is no table; write it as [console.keys]")
    keys: dict[str, str] = {}
    for name, key in _flat(value):
        if not isinstance(key, str) or not key.strip():
            raise ValueError(f'{name} is no key; write it like "{name}" = "ctrl+s"')
        keys[name] = key.strip()
    return keys


def _flat(table: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """The entries by their dotted names: whoever writes `live.stop` without quotes means it."""
    entries: list[tuple[str, Any]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            entries += _flat(value, f"{before}{name}.")
        else:
            entries.append((f"{before}{name}", value))
    return entries


_READERS: dict[str, Callable[[Any], Any]] = {
    "theme": _text,
    "ascii": _switch,
    "mouse": _switch,
    "refresh": _refresh,
    "step_sizes": _step_sizes,
    "keys": _keys,
}
