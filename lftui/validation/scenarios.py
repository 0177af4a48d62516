"""Every locustfile compiles and loads, in a process of its own; and what it offers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from lftui import options
from lftui.plan import PlanError
from lftui.records import Loaded
from lftui.safe_text import safe_line
from lftui.scenarios import describe, describe_many, find_scenarios
from lftui.validation.checks import Finding, Findings, counted, listed, shown_path

FOLDER = "locustfiles"
GUIDE = ("main", "authentication", "content_generation", "stress")
_SLOW_S = 5.0
_NOT_FOUND = "Could not find"  # Locust's words, whether for a file or for a folder
_NUMBERED = re.compile(r"\[Errno \d+\] ")


class Scenario(msgspec.Struct, frozen=True):
    """A scenario that was loaded.

    Attributes:
        argv: the option that names it; none where Locust's own default found it.
    """

    name: str
    argv: list[str]
    loaded: Loaded


async def check_scenarios(
    files: Sequence[str], folder: Path, environment: Mapping[str, str], timeout_s: float
) -> tuple[list[Finding], list[Scenario]]:
    """Load the locustfiles that were named, or else those of the folder."""
    found = Findings("scenarios")
    named = files or _parts(environment.get("LOCUST_LOCUSTFILE", ""))
    results = await _load(named, folder, timeout_s)
    scenarios = []
    for name, argv, result in results:
        if isinstance(result, str):
            _say_refused(found, name, argv, result.replace(f"{folder}/", ""))
            continue
        scenarios.append(Scenario(safe_line(name), argv, result))
        _say_loaded(found, name, result)
    if (folder / FOLDER).is_dir() or not files:
        _check_guide(found, folder)
    return found.all, scenarios


def parts(values: Sequence[str]) -> list[str]:
    """The files of `-f a.py,b.py -f c.py`."""
    return [part for value in values for part in _parts(value)]


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


Result = tuple[str, list[str], Loaded | str]


async def _load(named: Sequence[str], folder: Path, timeout_s: float) -> list[Result]:
    own = options.takes_value()
    if not named:
        paths = find_scenarios(folder)
        if not paths:
            # Locust's configuration may name one; if not, it says what it has looked for.
            return [("locustfile", [], await _one([], own, timeout_s))]
        return await _many(paths, own, timeout_s)
    addresses = [name for name in named if "://" in name]
    paths = [Path(name) for name in named if "://" not in name]
    results = await _many(paths, own, timeout_s)
    for address in addresses:
        argv = ["-f", address]
        results.append((address, argv, await _one(argv, own, timeout_s)))
    return results


async def _many(paths: Sequence[Path], own: dict[str, bool], timeout_s: float) -> list[Result]:
    described = await describe_many(paths, own, timeout_s)
    stems = [path.stem for path in paths]
    return [
        (path.stem if stems.count(path.stem) == 1 else str(path), ["-f", str(path)], result)
        for path, result in described.items()
    ]


async def _one(argv: list[str], own: dict[str, bool], timeout_s: float) -> Loaded | str:
    try:
        return await describe(argv, own, timeout_s)
    except (PlanError, OSError) as error:
        return str(error)


def _say_refused(found: Findings, name: str, argv: list[str], why: str) -> None:
    if _NOT_FOUND in why and argv:
        text = f"there is no {argv[1]}, or no locustfile in it"
        found.failed(name, text, "Check the path after -f.")
    elif _NOT_FOUND in why:
        remedy = "Name one with -f FILE, or go to the folder of the project."
        found.failed(name, "there is no locustfile in this folder", remedy)
    elif _NUMBERED.match(why):
        text = f"no process could be started to load it: {_NUMBERED.sub('', why).lower()}"
        found.failed(name, text, "See the limits below.")
    else:
        found.failed(name, why, "Correct the locustfile, then run this check again.")


def _say_loaded(found: Findings, name: str, loaded: Loaded) -> None:
    classes = loaded.user_classes
    tasks = sum(len(one.tasks) for one in classes)
    tags = sorted({tag for one in classes for tag in one.tags})
    offers = [f"{counted(len(classes), 'user class', 'user classes')}, {counted(tasks, 'task')}"]
    if tags:
        offers.append(f"tags {listed(tags)}")
    if loaded.shapes:
        offers.append(f"shape {listed([shape.name for shape in loaded.shapes])}")
    text = "; ".join(offers)
    idle = [one.name for one in classes if not one.tasks]
    if idle:
        found.warned(name, f"{text}; no task in {listed(idle)}", "Give it a task with @task.")
    elif loaded.took_s > _SLOW_S:
        slow = f"{text}; its import takes {loaded.took_s:.0f} s"
        found.warned(name, slow, "Move slow work into test_start, so that runs begin at once.")
    else:
        found.passed(name, text)
    for warning in loaded.warnings:
        found.warned(name, warning, "Change it: Locust ignores it.")


def _check_guide(found: Findings, folder: Path) -> None:
    """The scenarios that the guide names; a project that has its own needs none of them."""
    missing = [name for name in GUIDE if not (folder / FOLDER / f"{name}.py").is_file()]
    if len(missing) == len(GUIDE) and any((folder / FOLDER).glob("*.py")):
        return
    place = shown_path(folder / FOLDER, folder)
    if not missing:
        found.passed("guide", f"{place}/ has {', '.join(GUIDE)}")
        return
    remedy = "Add them, or leave it so where other scenarios take their place."
    found.warned("guide", f"{place}/ lacks {', '.join(missing)}, which the guide names", remedy)
