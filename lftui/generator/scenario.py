"""Loading locustfiles, as Locust's own `main` does it, and saying what they offer."""

from __future__ import annotations

import inspect
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from locust import LoadTestShape, User, argument_parser
from locust import main as locust_main

from lftui.generator.command_line import Parsed, said_as_sentence
from lftui.generator.legacy import find_removed
from lftui.generator.pacing import pacing_of
from lftui.plan import PlanError
from lftui.records import ShapeFact, UserClassFact
from lftui.safe_text import safe_line

_BASES = ("locust.", "lftui.http.")


class ScriptExit(Exception):
    """The locustfile called `sys.exit(code)` while it was imported."""

    def __init__(self, code: object, message: str) -> None:
        super().__init__(message)
        self.code = code if isinstance(code, int) else (0 if code is None else 1)


class Scenario:
    """The imported locustfiles: user classes, shapes and tasks.

    Raises:
        PlanError: a file is missing, cannot be imported, or uses what Locust no longer has.
        ScriptExit: a file ends the process while it is imported.
    """

    def __init__(self, argv: list[str]) -> None:
        sys.argv = ["locust", *argv]
        with said_as_sentence("the locustfile cannot be used"):
            options = argument_parser.parse_locustfile_option(args=argv)
            self.files: list[str] = _locustfiles(options)
        try:
            users, shapes, tasks, _ = locust_main.merge_locustfiles_content(self.files)
        except SystemExit as error:
            raise self._exit(error) from None
        except Exception as error:
            raise PlanError(self._import_failure(error)) from error
        self.user_classes: dict[str, type[User]] = users
        self.shapes: dict[str, LoadTestShape] = shapes
        self.tasks: dict[str, list[Any]] = tasks
        self.doc = _doc(self.files)
        removed = [use for path in self.files for use in find_removed(path)]
        for use in removed:
            if use.fatal:
                raise PlanError(str(use))
        self.warnings = [str(use) for use in removed]

    def _exit(self, error: SystemExit) -> Exception:
        place = _place(error.__traceback__, self.files)
        if place is None:
            return PlanError("the locustfiles cannot be used together: see the log before this")
        return ScriptExit(error.code, f"{place}: the locustfile calls sys.exit({error.code})")

    def _import_failure(self, error: Exception) -> str:
        removed = [str(use) for path in self.files for use in find_removed(path)]
        if removed and isinstance(error, ImportError | AttributeError | TypeError):
            return removed[0]
        if isinstance(error, SyntaxError):
            place = f"{error.filename}:{error.lineno}" if error.filename else self.files[0]
            return f"{place}: this is no Python: {error.msg}"
        if isinstance(error, Warning):
            # Locust looks for pytest functions where there is no user class, and pytest heeds
            # whatever configuration stands above the file.
            return f"no user class found in {', '.join(self.files)}"
        place = _place(error.__traceback__, self.files) or ", ".join(self.files)
        return safe_line(f"{place}: {type(error).__name__}: {error}", 600)


def _locustfiles(options: Any) -> list[str]:
    if options.locustfile == "-" and not options.worker:
        raise PlanError("a locustfile from a master (-f -) needs --worker")
    files: list[str] = argument_parser.get_locustfiles_locally(options)
    for path in files:
        if Path(path).is_file() and not os.access(path, os.R_OK):
            raise PlanError(f"the locustfile {path} cannot be read: no permission")
    return files


def _place(tb: Any, files: Sequence[str]) -> str | None:
    """`file:line` of the innermost frame in one of the locustfiles."""
    names = {os.path.abspath(path) for path in files}
    places = [
        f"{frame.filename}:{frame.lineno}"
        for frame in traceback.extract_tb(tb)
        if os.path.abspath(frame.filename) in names
    ]
    return places[-1] if places else None


def _doc(files: Sequence[str]) -> str:
    for path in files:
        module = sys.modules.get(Path(path).stem)
        if module is not None and module.__doc__:
            return inspect.cleandoc(module.__doc__)
    return ""


def chosen_classes(scenario: Scenario, options: Any) -> list[type[User]]:
    """The user classes that the command line chooses: all where it names none.

    Raises:
        PlanError: there is no user class, or one that was named does not exist.
    """
    available = scenario.user_classes
    if not available:
        raise PlanError(f"no user class found in {', '.join(scenario.files)}")
    missing = [name for name in options.user_classes or [] if name not in available]
    if missing:
        raise PlanError(
            f"unknown user class {', '.join(missing)}; there are {', '.join(sorted(available))}"
        )
    return [available[name] for name in options.user_classes or available]


def class_facts(scenario: Scenario, chosen: Sequence[type[User]]) -> list[UserClassFact]:
    """What each user class is, for lists and forms."""
    return [_class_fact(cls, cls in chosen) for cls in scenario.user_classes.values()]


def _class_fact(cls: type[User], chosen: bool) -> UserClassFact:
    tags = {tag for task in cls.tasks for tag in getattr(task, "locust_tag_set", ())}
    bases = [base.__name__ for base in cls.__mro__[1:] if base.__module__.startswith(_BASES)]
    return UserClassFact(
        name=cls.__name__,
        weight=cls.weight,
        fixed_count=cls.fixed_count,
        tasks=_task_ratios(cls),
        tags=sorted(tags),
        doc=inspect.cleandoc(cls.__dict__.get("__doc__") or ""),
        host=cls.host,
        base=bases[0] if bases else "User",
        chosen=chosen,
        pacing_s=pacing_of(cls),
    )


def _task_ratios(cls: type[User]) -> dict[str, float]:
    total = len(cls.tasks)
    ratios: dict[str, float] = {}
    for task in cls.tasks:
        name = getattr(task, "__name__", str(task))
        ratios[name] = ratios.get(name, 0.0) + 1 / total
    return {name: round(ratio, 4) for name, ratio in ratios.items()}


def shape_facts(scenario: Scenario) -> list[ShapeFact]:
    """The shapes of the locustfiles."""
    return [
        ShapeFact(
            name=name,
            doc=inspect.cleandoc(type(shape).__dict__.get("__doc__") or ""),
            uses_common_options=bool(shape.use_common_options),
        )
        for name, shape in scenario.shapes.items()
    ]


def listing(scenario: Scenario, parsed: Parsed) -> str | None:
    """What `--list` or `--show-task-ratio[-json]` asks for; None without them."""
    options = parsed.options
    if options.list_commands:
        return "\n".join(["Available Users:", *(f"    {name}" for name in scenario.user_classes)])
    if not (options.show_task_ratio or options.show_task_ratio_json):
        return None
    import contextlib
    import io

    from locust.user import inspectuser

    classes = chosen_classes(scenario, options)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        if options.show_task_ratio_json:
            inspectuser.print_task_ratio_json(classes, options.num_users)
        else:
            print("\n Task ratio per User class\n" + "-" * 80)
            inspectuser.print_task_ratio(classes, options.num_users, False)
            print("\n Total task ratio\n" + "-" * 80)
            inspectuser.print_task_ratio(classes, options.num_users, True)
    return said.getvalue()


__all__ = [
    "Scenario",
    "ScriptExit",
    "chosen_classes",
    "class_facts",
    "listing",
    "shape_facts",
]
