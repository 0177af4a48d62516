"""The environment variables that locustfiles read, by their text."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_LARGEST = 1 << 20


def variables_of(files: Sequence[str]) -> dict[str, bool]:
    """The variables that these files, and the modules beside them that they import, read.

    Returns:
        By name whether it must be set: `os.environ["NAME"]` has no default.
    """
    found: dict[str, bool] = {}
    for path in _with_modules(Path(file) for file in files):
        for name, must in _reads(_tree(path)):
            found[name] = found.get(name, False) or must
    return dict(sorted(found.items()))


def _with_modules(files: Iterable[Path]) -> list[Path]:
    """The files, and what they import from their own folder, directly or not."""
    waiting, seen = list(files), []
    while waiting:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.append(path)
        modules = {name for node in ast.walk(_tree(path)) for name in _imported(node)}
        near = (path.parent / f"{name}.py" for name in sorted(modules))
        waiting += [module for module in near if module.is_file()]
    return seen


def _tree(path: Path) -> ast.Module:
    try:
        if path.stat().st_size > _LARGEST:
            return ast.Module([], [])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about somebody's backslashes
            return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {node.module.partition(".")[0]}
    return set()


def _reads(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """`os.environ.get("A")`, `os.getenv("A")`, `os.environ["A"]` and `env_var="A"`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            if _last_name(node.value) == "environ":
                yield from ((name, True) for name in _texts([node.slice]))
        elif isinstance(node, ast.Call):
            read = node.args[:1] if _gets_variable(node.func) else []
            named = [keyword.value for keyword in node.keywords if keyword.arg == "env_var"]
            yield from ((name, False) for name in _texts([*read, *named]))


def _gets_variable(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute) and function.attr == "get":
        return _last_name(function.value) == "environ"
    return _last_name(function) == "getenv"


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _texts(nodes: Iterable[ast.expr]) -> list[str]:
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return [value for value in values if isinstance(value, str) and value]
