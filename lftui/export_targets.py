"""Where exports would go, looked at before anything is written.

A run that ends must not find out that it may not write: what cannot work is refused while it is
being planned. The journal is untouched in any case, and `lftui report` exports again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lftui.export_formats import FORMATS, Format
from lftui.plan import PlanError
from lftui.whole_file import is_device

_ENOUGH = 512


def planned_exports(
    theirs: Mapping[str, Any], ours: Mapping[str, str], users: int, rate: float
) -> dict[str, str]:
    """The exports of a run: by the name of the form what was given, and what goes with them.

    Args:
        theirs: Locust's options.
        ours: lftui's own.
        users, rate: users and spawn rate, for the name of the HTML file.

    Raises:
        PlanError: one would replace what is no earlier export of its form.
    """
    wanted = {form.name: ours.get(form.option[2:]) for form in FORMATS if not form.locusts}
    wanted["csv"] = theirs.get("csv_prefix")
    wanted["json_file"] = theirs.get("json_file")
    wanted["html"] = _html_name(theirs, users, rate)
    for form in FORMATS:
        if wanted[form.name] is not None and not str(wanted[form.name]).strip():
            raise PlanError(f"{form.option} is empty; name a file")
    files = {name: str(value) for name, value in wanted.items() if value}
    if "force" not in ours:
        check_replaceable(files)
    if theirs.get("stats_history_enabled"):
        files["csv_full_history"] = "yes"
    if theirs.get("json"):
        files["json"] = "yes"
    return files


def _html_name(theirs: Mapping[str, Any], users: int, rate: float) -> str | None:
    """Locust's `{u}`, `{r}` and `{t}` in the name stand for users, spawn rate and run time."""
    name: str | None = theirs.get("html_file")
    values = {"{u}": users, "{r}": rate, "{t}": theirs.get("run_time")}
    for term, value in values.items():
        if name and value is not None:
            name = name.replace(term, f"{value:g}")
    return name


def check_free(wanted: Mapping[str, str]) -> None:
    """Refuse files that are there already.

    Raises:
        PlanError: at least one is; all are named.
    """
    for form, path, _ in _files(wanted):
        _check_is_no_folder(path, form)
    taken = [str(path) for _, path, _ in _files(wanted) if path.exists() and not is_device(path)]
    if taken:
        are = "is" if len(taken) == 1 else "are"
        raise PlanError(
            f"{_listed(taken)} {are} there already; --force replaces "
            f"{'it' if len(taken) == 1 else 'them'}, or give another name"
        )


def check_replaceable(wanted: Mapping[str, str]) -> None:
    """Refuse what no export of a run may replace: folders, and files of another form.

    An earlier export of the same form is replaced, as Locust does; `--summary baseline.json` would
    be the end of the baseline.

    Raises:
        PlanError: there is such a one; the first is named.
    """
    for form, path, begin in _files(wanted):
        _check_folder(path.parent, form)
        if is_device(path) or not path.exists():
            continue
        _check_is_no_folder(path, form)
        if not _begins_so(path, begin):
            raise PlanError(
                f"{form.option} {path} is there already and was not written by {form.option}; "
                "--force replaces it, or give another name"
            )


def _check_is_no_folder(path: Path, form: Format) -> None:
    if path.is_dir():
        raise PlanError(f"{form.option} {path} is a directory; name a file in it")


def _check_folder(folder: Path, form: Format) -> None:
    """The nearest folder above that exists has to be one, and to take files."""
    for nearest in (folder, *folder.parents):
        if nearest.is_dir():
            if not os.access(nearest, os.W_OK | os.X_OK):
                raise PlanError(
                    f"{form.option}: you may not write into {nearest}; name another place"
                )
            return
        if nearest.exists():
            raise PlanError(f"{form.option}: {nearest} is no folder; name another place")


def _files(wanted: Mapping[str, str]) -> Iterator[tuple[Format, Path, str]]:
    """Each file that would be written, and what one of its form begins with."""
    for form in FORMATS:
        given = wanted.get(form.name)
        if given:
            for suffix, begin in zip(form.suffixes, form.begins, strict=False):
                yield form, Path(given + suffix), begin


def _begins_so(path: Path, begin: str) -> bool:
    """Whether the file is empty or begins so, however its letters are written."""
    try:
        with path.open("rb") as file:
            found = file.read(_ENOUGH)
    except OSError:
        return True  # whoever writes it will say why it cannot be
    text = found.decode("utf-8", "replace").lstrip("\ufeff \r\n\t").lower()
    return not text or text.startswith(begin)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
