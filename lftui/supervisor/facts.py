"""The facts of a run: machine, versions, operator, the scenario's files, the target."""

from __future__ import annotations

import asyncio
import getpass
import os
import platform
import socket
import subprocess
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lftui import __version__
from lftui.records import FileFact
from lftui.safe_text import safe_line
from lftui.scenario_digest import scenario_digest

_GIT_S = 2.0
_RESOLVE_S = 3.0


def operator(environment: Mapping[str, str]) -> str:
    """Who runs this: the login name before `sudo`, and where the SSH session comes from."""
    try:
        name = environment.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    origin = environment.get("SSH_CONNECTION", "").split()
    return safe_line(f"{name} from {origin[0]}" if origin else name, 120)


def machine() -> dict[str, Any]:
    """What the run was made on."""
    import psutil

    return {
        "hostname": socket.gethostname(),
        "system": f"{platform.system()} {platform.release()}",
        "processor": platform.machine(),
        "cores": os.cpu_count() or 1,
        "memory_bytes": psutil.virtual_memory().total,
        "python": platform.python_version(),
    }


def versions(generator: Mapping[str, str]) -> dict[str, str]:
    """lftui's, Python's, and what the generator said of Locust and gevent."""
    found = {"lftui": __version__, "python": platform.python_version(), **generator}
    for name in ("msgspec",):
        found[name] = metadata.version(name)
    return found


def scenario_files(paths: Sequence[str]) -> tuple[list[FileFact], str]:
    """Each file with its SHA-256, and one over all of them."""
    digests, whole = scenario_digest(paths)
    named = zip(paths, digests, strict=True)
    return [FileFact(safe_line(path), digest) for path, digest in named], whole


def git_revision(path: str) -> str | None:
    """The commit that the scenario stands in, with `+changes` where it was edited since."""
    folder = Path(path).absolute().parent
    try:
        head = _git(folder, "rev-parse", "HEAD")
        changed = _git(folder, "status", "--porcelain", "--", ".") if head else ""
    except (OSError, subprocess.SubprocessError):
        return None
    if not head:
        return None
    return f"{head}+changes" if changed else head


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        timeout=_GIT_S,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.stdout.strip() if done.returncode == 0 else ""


async def addresses(host: str | None) -> list[str]:
    """The target's addresses; none where the name does not resolve in time."""
    if not host:
        return []
    try:
        parts = urlsplit(host if "://" in host else f"//{host}")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        async with asyncio.timeout(_RESOLVE_S):
            found = await asyncio.get_running_loop().getaddrinfo(
                parts.hostname, port, type=socket.SOCK_STREAM
            )
    except (OSError, ValueError, TimeoutError, UnicodeError):
        return []
    return sorted({str(entry[4][0]) for entry in found})


def logout_kills(environment: Mapping[str, str]) -> bool:
    """Whether this machine ends a user's processes at logout (logind's `KillUserProcesses=yes`)."""
    if os.getuid() == 0 or not environment.get("XDG_SESSION_ID"):
        return False
    linger = Path("/var/lib/systemd/linger") / (environment.get("USER") or "?")
    if linger.exists():
        return False
    files = [Path("/etc/systemd/logind.conf"), *Path("/etc/systemd/logind.conf.d").glob("*.conf")]
    said = False
    for file in files:
        try:
            lines = file.read_text(errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, value = line.strip().partition("=")
            if name.strip() == "KillUserProcesses":
                said = value.strip().lower() in ("yes", "true", "1", "on")
    return said
