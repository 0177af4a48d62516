"""A process's own memory."""

from __future__ import annotations

import os
import resource
from pathlib import Path


def rss() -> int:
    """Resident bytes now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak_rss() -> int:
    """The most resident bytes so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
