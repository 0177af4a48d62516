"""Python, Locust and lftui: which are installed, and whether they fit."""

from __future__ import annotations

import platform
import sys
from importlib import metadata

from lftui import __version__
from lftui.validation.checks import Finding, Findings

PYTHON_FROM = (3, 11)
# As in pyproject.toml; a test holds them together.
LOCUST_FROM, LOCUST_BELOW = "2.47", "3"
_BESIDE = ("gevent", "geventhttpclient")


def check_versions() -> list[Finding]:
    """The versions, read from what is installed: nothing is imported for it."""
    found = Findings("versions")
    python = platform.python_version()
    if sys.version_info >= PYTHON_FROM:
        found.passed("Python", f"{platform.python_implementation()} {python}")
    else:
        needed = ".".join(map(str, PYTHON_FROM))
        found.failed("Python", f"{python} is too old", f"Use Python {needed} or newer.")
    found.passed("lftui", __version__)
    _check_locust(found)
    return found.all


def _check_locust(found: Findings) -> None:
    version = installed("locust")
    beside = [f"{name} {installed(name) or 'missing'}" for name in _BESIDE]
    missing = [name for name in _BESIDE if installed(name) is None]
    install = f"Install it: pip install 'locust>={LOCUST_FROM},<{LOCUST_BELOW}'."
    text = f"{version} with {', '.join(beside)}"
    if version is None:
        found.failed("Locust", "Locust is not installed in this Python", install)
    elif missing:
        found.failed("Locust", text, install)
    elif not in_range(version):
        found.warned(
            "Locust",
            f"{text}; tested are versions from {LOCUST_FROM} and below {LOCUST_BELOW}",
            install,
        )
    else:
        found.passed("Locust", text)


def installed(name: str) -> str | None:
    """The version of an installed package."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def in_range(version: str) -> bool:
    """Whether this version of Locust is one that lftui is made for."""
    return _numbers(LOCUST_FROM) <= _numbers(version) < _numbers(LOCUST_BELOW)


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers: `2.47.1.dev3` is 2, 47, 1."""
    numbers: list[int] = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)
