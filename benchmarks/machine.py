"""The machine that the figures belong to."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from importlib import metadata
from pathlib import Path


def facts() -> dict[str, str]:
    """Processor, cores, memory, kernel, versions, date and what else was going on."""
    return {
        "processor": processor(),
        "cores to run on": str(len(os.sched_getaffinity(0))),
        "memory": _memory(),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "locust": metadata.version("locust"),
        "gevent": metadata.version("gevent"),
        "lftui": metadata.version("lftui"),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "load average before": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def processor() -> str:
    """The model's name, and whether this is a virtual machine."""
    name, virtual = platform.machine(), False
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                name = value.strip()
            elif key.strip() == "flags":
                virtual = "hypervisor" in value.split()
    except OSError:
        pass
    return f"{name}, in a virtual machine" if virtual else name


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.1f} GB"


def version_of(command: list[str]) -> str:
    """The first line that a program says about itself, wherever it says it."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    lines = (done.stdout or done.stderr).splitlines()
    return lines[0] if lines else command[0]
