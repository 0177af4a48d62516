"""Which files of a project are locustfiles, by their names and their text."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

_SOURCE_LIMIT = 1 << 20


def find_scenarios(folder: Path) -> list[Path]:
    """The locustfiles of a project, by their names and their text; nothing is imported.

    Those of `locustfiles/` that do not begin with `_`, and in the folder itself those with
    `locustfile` in their name and those that import Locust.
    """
    listed = _python_files(folder / "locustfiles")
    here = _python_files(folder)
    return [*(path for path in here if "locustfile" in path.name or _imports_locust(path)), *listed]


def _python_files(folder: Path) -> list[Path]:
    try:
        return sorted(
            path
            for path in folder.iterdir()
            if path.suffix == ".py" and not path.name.startswith(("_", ".")) and path.is_file()
        )
    except OSError:
        return []


def _imports_locust(path: Path) -> bool:
    try:
        if path.stat().st_size > _SOURCE_LIMIT:
            return False
        source = path.read_bytes()
    except OSError:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about somebody's backslashes
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Broken, but meant as one: whoever asks what it offers is told what is wrong with it.
        return b"import locust" in source or b"from locust" in source
    return any("locust" in _imported(node) for node in ast.walk(tree))


def _imported(node: ast.AST) -> set[str]:
    """The top-level packages that a statement imports."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module.partition(".")[0]}
    return set()
