"""What Locust itself no longer has: names it, its line, and what replaces it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

_EVENTS = {
    "request_failure": "events.request (its `exception` argument is set for a failure)",
    "request_success": "events.request (its `exception` argument is None for a success)",
    "hatch_complete": "events.spawning_complete",
    "locust_start_hatching": "events.test_start",
    "locust_stop_hatching": "events.test_stop",
    "locust_error": "events.user_error",
    "slave_report": "events.worker_report",
    "report_to_slave": "events.report_to_master",
    "master_start_hatching": "events.test_start",
    "master_stop_hatching": "events.test_stop",
}
_NAMES = {
    "Locust": "User",
    "HttpLocust": "HttpUser",
    "FastHttpLocust": "FastHttpUser",
    "TaskSequence": "SequentialTaskSet",
    "seq_task": "SequentialTaskSet, whose tasks run in the order they are written",
    "StopLocust": "StopUser",
    "LocustError": "an exception of locust.exception, like StopUser",
    "MissingWaitTimeError": "the default wait time, which is constant(0)",
    "LocalLocustRunner": "LocalRunner",
    "MasterLocustRunner": "MasterRunner",
    "SlaveLocustRunner": "WorkerRunner",
    "SlaveRunner": "WorkerRunner",
}
_MODULES = {
    "locust.core": "locust (from locust import User, TaskSet, task)",
    "locust.wait_time": "locust (from locust import between, constant)",
}
_ATTRIBUTES = {
    "task_set": "tasks = [...]",
    "min_wait": "wait_time = between(min, max), in seconds",
    "max_wait": "wait_time = between(min, max), in seconds",
    "wait_function": "wait_time, a function that returns seconds",
}
# Locust still loads a class with these and silently does without: no tasks at all for task_set,
# so that nothing would run; no wait for the others, so that the load would be a flood.
_FATAL_ATTRIBUTES = frozenset({"task_set"})


class Removed(msgspec.Struct, frozen=True):
    """A use of something that Locust no longer has."""

    path: str
    line: int
    name: str
    instead: str
    fatal: bool = False

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line} uses {self.name}, which Locust no longer has; "
            f"use {self.instead}"
        )


def find_removed(path: str) -> list[Removed]:
    """The uses of removed names in a file, in the order of its lines; none if it is unreadable."""
    try:
        tree = ast.parse(Path(path).read_text(encoding="utf-8", errors="replace"))
    except (OSError, SyntaxError, ValueError):
        return []
    found = [
        Removed(path, line, name, instead, name in _FATAL_ATTRIBUTES)
        for line, name, instead in _uses(tree)
    ]
    return sorted(found, key=lambda removed: removed.line)


def _uses(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield from _event_use(node)
        elif isinstance(node, ast.Import):
            yield from _module_uses(node.lineno, (alias.name for alias in node.names))
        elif isinstance(node, ast.ImportFrom):
            yield from _import_use(node)
        elif isinstance(node, ast.ClassDef):
            yield from _class_uses(node)


def _event_use(node: ast.Attribute) -> Iterator[tuple[int, str, str]]:
    owner = node.value
    owner_name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    if owner_name == "events" and node.attr in _EVENTS:
        yield node.lineno, f"events.{node.attr}", _EVENTS[node.attr]
    if owner_name == "locust" and node.attr in _NAMES:
        yield node.lineno, f"locust.{node.attr}", _NAMES[node.attr]


def _module_uses(line: int, modules: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    for module in modules:
        if module in _MODULES:
            yield line, module, _MODULES[module]


def _import_use(node: ast.ImportFrom) -> Iterator[tuple[int, str, str]]:
    module = node.module or ""
    if node.level:  # a module of the project's own
        return
    if module in _MODULES:
        yield from _module_uses(node.lineno, [module])
    elif module.split(".")[0] == "locust":
        for alias in node.names:
            if module == "locust" and alias.name == "core":  # wait_time is still to be had so
                yield from _module_uses(node.lineno, ["locust.core"])
            elif module == "locust.events" and alias.name in _EVENTS:
                yield node.lineno, f"events.{alias.name}", _EVENTS[alias.name]
            elif alias.name in _NAMES:
                yield node.lineno, alias.name, _NAMES[alias.name]


def _class_uses(node: ast.ClassDef) -> Iterator[tuple[int, str, str]]:
    for statement in node.body:
        for target in _assigned(statement):
            name = getattr(target, "id", "")
            if name in _ATTRIBUTES:
                yield statement.lineno, name, _ATTRIBUTES[name]


def _assigned(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return [statement.target]
    return []
