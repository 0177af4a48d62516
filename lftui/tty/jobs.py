"""Whether somebody could bring a stopped console back."""

from __future__ import annotations

import os


def has_job_control(pid: int) -> bool:
    """Whether a shell that knows about jobs stands above this process.

    As the kernel sees it: a process group is somebody's job while one of its processes has a
    parent in another group of the same session. Over `ssh -t host lftui` there is none, and a
    console that stopped there would stand still for ever.
    """
    try:
        group, session = os.getpgid(pid), os.getsid(pid)
        while os.getpgid(pid) == group:
            pid = _parent(pid)
            if pid <= 0:
                return False
        return os.getsid(pid) == session
    except (OSError, ValueError, IndexError):
        return False


def in_foreground(fd: int) -> bool:
    """Whether this process may use the terminal; True where nobody can tell."""
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return True


def _parent(pid: int) -> int:
    with open(f"/proc/{pid}/stat", "rb") as file:
        # After the name, which may hold spaces and brackets: the state, then the parent.
        return int(file.read().rpartition(b")")[2].split()[1])
