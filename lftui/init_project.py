"""`lftui init`: a start for one's own project."""

from __future__ import annotations

import os
import shlex
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.plan import PlanError
from lftui.safe_text import redact_url, safe_line
from lftui.settings import host_of, read_settings
from lftui.starting_point import DEFAULT_URL, SETTINGS, place, starting_files

_DESCRIPTION = (
    "write a start for one's own API: a locustfile, a baseline, settings and a workflow for GitHub "
    "Actions; nothing that is there is touched"
)
_PROJECT = "pyproject.toml"
_LONGEST = 5_000


def init_project(argv: list[str]) -> int:
    """Write what is not there yet, and say what comes next.

    Raises:
        PlanError: the arguments are wrong, or the folder cannot be written.
    """
    parser = Arguments("init", _DESCRIPTION)
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", help="(this folder)")
    parser.add_argument("-H", "--host", metavar="URL", help=f"the target ({DEFAULT_URL})")
    given = parser.parse_args(argv)
    if not given.folder:
        raise PlanError("DIR is empty: name a folder, or leave it out for this one")
    folder = Path(os.path.expanduser(given.folder))
    url = DEFAULT_URL if given.host is None else _checked(given.host)
    files = starting_files(url)
    if _has_settings(folder / _PROJECT):
        # They would be shadowed: lftui.toml comes first.
        del files[SETTINGS]
    written = place(folder, files)
    for line in [*_said(folder, files, written), *_next(folder, url)]:
        print(safe_line(line, _LONGEST))
    return exit_codes.PASS


def _checked(url: str) -> str:
    """A base URL without anything secret, since it goes into a file.

    Raises:
        PlanError: it is none.
    """
    host = host_of(url)
    parts = urlsplit(url) if host else None
    if parts is None or parts.scheme not in ("http", "https") or not url.isprintable():
        shown = safe_line(redact_url(url), _LONGEST)
        raise PlanError(f"--host '{shown}' is no URL like https://staging.example")
    if " " in url:
        raise PlanError(f"--host of {host} has a space in it: write the URL without one")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise PlanError(
            f"--host of {host} has more than a base URL, and it goes into a file: leave out name, "
            "password and query; headers take secrets from the environment"
        )
    return url


def _has_settings(project: Path) -> bool:
    """Whether this `pyproject.toml` has a table [tool.lftui]; one that cannot be read has none."""
    try:
        return "lftui" in tomllib.loads(project.read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def _said(folder: Path, files: dict[str, str], written: list[str]) -> list[str]:
    lines = [f"{'wrote' if name in written else 'kept '} {folder / name}" for name in files]
    if SETTINGS not in files:
        lines.append(f"kept  {folder / _PROJECT}: its [tool.lftui] has the settings")
    if not written:
        lines.append("all of it was there already: nothing is written")
    return lines + _note_on_the_workflow(folder, written)


def _note_on_the_workflow(folder: Path, written: list[str]) -> list[str]:
    """GitHub looks at the root of a repository and nowhere else."""
    workflow = next((name for name in written if name.endswith(".yml")), None)
    here = folder.resolve()
    if workflow is None or (here / ".git").exists():
        return []
    root = next((parent for parent in here.parents if (parent / ".git").exists()), None)
    if root is None:
        return []
    return [
        f"note: GitHub reads workflows in {root / '.github/workflows'} only: move {workflow} "
        f"there, and let its steps work in {here.relative_to(root)}"
    ]


def _next(folder: Path, url: str) -> list[str]:
    """The next three commands."""
    run = f"-f locustfiles/api.py -H {shlex.quote(_name_of(url, folder))}"
    go = [] if folder == Path() else [f"  cd {shlex.quote(str(folder))}"]
    return [
        "",
        "next:",
        *go,
        f"  lftui validate {run} --smoke",
        f"  lftui --headless {run} --preset smoke",
        "  lftui baseline promote last",
    ]


def _name_of(url: str, folder: Path) -> str:
    """What the settings of the folder call the target; the URL where they do not name it."""
    try:
        targets = read_settings(None, folder).targets
    except PlanError:
        return url  # a settings file of before; a run says what is wrong with it
    return next((name for name, target in targets.items() if target.url == url), url)
