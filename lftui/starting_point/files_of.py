"""The files of a start, with the target filled in."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path
from urllib.parse import urlsplit

from lftui.plan import PlanError

SETTINGS = "lftui.toml"
NAMES = ("locustfiles/api.py", "baseline.json", SETTINGS, ".github/workflows/load-test.yml")
DEFAULT_URL = "http://127.0.0.1:8000"
_LOCAL, _REMOTE = "local", "remote"
_FILES = Path(__file__).with_name("files")


def starting_files(url: str = DEFAULT_URL) -> dict[str, str]:
    """What each file says, by its path below the project's folder.

    Args:
        url: the target's, printable.

    Raises:
        PlanError: this installation lacks one of them.
    """
    texts = {name: _text(name) for name in NAMES}
    # A JSON text is a TOML text as long as it escapes nothing beyond ASCII.
    texts[SETTINGS] = (
        texts[SETTINGS]
        .replace(json.dumps(DEFAULT_URL), json.dumps(url, ensure_ascii=False))
        .replace(f"[targets.{_LOCAL}]", f"[targets.{_target_name(url)}]")
        .replace(f"`-H {_LOCAL}`", f"`-H {_target_name(url)}`")
    )
    return texts


def _target_name(url: str) -> str:
    """What the settings call the target: `local` for one on this machine, else `remote`."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return _LOCAL
    try:
        return _LOCAL if ipaddress.ip_address(host).is_loopback else _REMOTE
    except ValueError:
        return _REMOTE


def _text(name: str) -> str:
    path = _FILES / name.removeprefix(".")
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise PlanError(f"this installation of lftui lacks {path}: install it again") from None
