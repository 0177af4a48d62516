"""Settings and environment variables: what is set, what is misspelt, what is missing.

Values are never shown: they may be secrets.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from lftui import options
from lftui.plan import PlanError
from lftui.settings import Settings, read_settings, target_of
from lftui.validation.checks import Finding, Findings, counted, listed, shown_path
from lftui.validation.variables import variables_of

_LOCUST = re.compile(r"[\"'](LOCUST_[A-Z0-9_]+)[\"']")
_FROM_ENVIRONMENT = "env:"
_ALIKE = 0.8
# Of a variable's name, what a misspelt one surely begins with as well.
_PREFIX = re.compile(r"[A-Z0-9]+_[A-Z0-9]+_|[A-Z0-9]{4,}_")


def check_settings(path: str | None, folder: Path) -> tuple[list[Finding], Settings]:
    """Read the settings; defaults where they cannot be read."""
    found = Findings("environment")
    try:
        settings = read_settings(path, folder)
    except PlanError as error:
        text = str(error).replace(f"{folder}/", "")
        found.failed("settings", text, "Correct the file: docs/cli.md shows what can be in it.")
        return found.all, Settings()
    if settings == Settings():
        found.passed("settings", "defaults: nothing is set in lftui.toml or pyproject.toml")
    else:
        where = shown_path(Path(path).absolute(), folder) if path else _found_in(folder)
        found.passed("settings", f"{where}: {counted(len(settings.targets), 'named target')}")
    return found.all, settings


def _found_in(folder: Path) -> str:
    return "lftui.toml" if (folder / "lftui.toml").is_file() else "pyproject.toml"


def check_environment(
    environment: Mapping[str, str], files: Sequence[str], settings: Settings, host: str | None
) -> list[Finding]:
    """Look at the variables of Locust, of lftui, of these locustfiles and of the settings."""
    found = Findings("environment")
    theirs = variables_of(files)
    ours = {f"LFTUI_{option.name[2:].replace('-', '_').upper()}" for option in options.OPTIONS}
    _check_prefix(found, "LOCUST_", environment, known_to_locust() | set(theirs))
    _check_prefix(found, "LFTUI_", environment, ours | set(theirs))
    try:
        options.read([], environment)
    except PlanError as error:
        found.failed(
            str(error).partition(" ")[0], str(error), "Set it to one of these, or unset it."
        )
    _check_theirs(found, environment, theirs)
    _check_headers(found, environment, settings, host)
    return found.all


def known_to_locust() -> set[str]:
    """The variables that the installed Locust reads, looked up in its source."""
    spec = importlib.util.find_spec("locust")  # finds it, imports nothing
    folders = list(spec.submodule_search_locations or ()) if spec else []
    names: set[str] = set()
    for folder in folders:
        for path in Path(folder).rglob("*.py"):
            try:
                names |= set(_LOCUST.findall(path.read_text(encoding="utf-8", errors="replace")))
            except OSError:
                continue
    return names


def _check_prefix(
    found: Findings, prefix: str, environment: Mapping[str, str], known: set[str]
) -> None:
    given = sorted(name for name in environment if name.startswith(prefix))
    right = [name for name in given if name in known]
    for name in given:
        if name not in known:
            _warn_unknown(found, name, known, f"nobody reads {name}")
    if right:
        found.passed(f"{prefix}*", f"{listed(right)} {'is' if len(right) == 1 else 'are'} set")
    elif not given:
        found.passed(f"{prefix}*", "none is set")


def _warn_unknown(found: Findings, name: str, known: Iterable[str], text: str) -> None:
    alike = get_close_matches(name, sorted(known), 1, _ALIKE)
    remedy = f"Did you mean {alike[0]}?" if alike else "Unset it, or check its name."
    found.warned(name, text, remedy)


def _check_theirs(
    found: Findings, environment: Mapping[str, str], theirs: Mapping[str, bool]
) -> None:
    """The variables that the locustfiles name; those that must be set are True."""
    ours_to_say = {name: must for name, must in theirs.items() if not name.startswith("LFTUI_")}
    for name, must in ours_to_say.items():
        if must and name not in environment:
            found.warned(name, f"a locustfile reads {name}, which is not set", f"Set {name}.")
    prefixes = {match.group() for name in theirs if (match := _PREFIX.match(name))}
    for name in sorted(environment):
        foreign = name not in theirs and not name.startswith(("LOCUST_", "LFTUI_"))
        alike = foreign and any(name.startswith(prefix) for prefix in prefixes)
        if alike and get_close_matches(name, theirs, 1, _ALIKE):
            _warn_unknown(found, name, theirs, f"no locustfile reads {name}")
    named = [name for name, must in ours_to_say.items() if name in environment or not must]
    if not named:
        return
    given = [name for name in named if name in environment]
    rest = [name for name in named if name not in environment]
    said = [f"{listed(given)} set" if given else "", f"{listed(rest)} left to default"]
    found.passed("locustfiles", "; ".join(said if rest and given else [said[0] or said[1]]))


def _check_headers(
    found: Findings, environment: Mapping[str, str], settings: Settings, host: str | None
) -> None:
    chosen = target_of(host, settings)[1] if host else None
    for name, target in settings.targets.items():
        for header, reference in target.headers.items():
            variable = reference.removeprefix(_FROM_ENVIRONMENT)
            if variable in environment:
                continue
            text = f"the header {header} of the target {name} needs {variable}, which is not set"
            say = found.failed if target is chosen else found.warned
            say(variable, text, f"Set {variable} before a run on {name}.")
