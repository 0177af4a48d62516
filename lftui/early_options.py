"""Those of our options that are needed before the locustfile is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from lftui.plan import parse_duration
from lftui.supervisor.run import LOAD_TIMEOUT_S

_SWITCHES = ("in-process", "plain")
_VALUES = ("runs-dir", "settings", "load-timeout")


def early_options(argv: Sequence[str]) -> dict[str, str]:
    """Their values by name without dashes; "" for a switch that is on."""
    found: dict[str, str] = {}
    for index, word in enumerate(argv):
        name, equals, value = word.partition("=")
        plain = name.removeprefix("--lftui-") if name.startswith("--lftui-") else name[2:]
        if not name.startswith("--"):
            continue
        if plain in _SWITCHES:
            found[plain] = ""
        elif plain in _VALUES:
            found[plain] = value if equals else (argv[index + 1] if index + 1 < len(argv) else "")
    return found


def load_timeout_s(early: dict[str, str]) -> float:
    """How long the import of the locustfile may take, in seconds.

    Raises:
        PlanError: it is no duration.
    """
    given = early.get("load-timeout")
    return parse_duration(given) if given else LOAD_TIMEOUT_S
