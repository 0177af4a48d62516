"""What this machine allows: open files, ports, memory, processors, clock, terminal, disk."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from lftui.supervisor.facts import logout_kills
from lftui.validation.checks import Finding, Findings, shown_path

OPEN_FILES = 10_000
"""What the generator raises the limit to, where it may."""
_FEW_FILES = 128
_FEW_PORTS = 20_000
_TIME_WAIT_S = 60
_LITTLE_MEMORY, _NO_MEMORY = 1 << 30, 256 << 20
_LITTLE_DISK, _NO_DISK = 1 << 30, 50 << 20
_YEARS = (2024, 2100)
_COLUMNS, _ROWS = 80, 24
_PROC = Path("/proc/sys/net/ipv4")


def check_limits(
    runs: Path, folder: Path, environment: Mapping[str, str], proc: Path = _PROC
) -> list[Finding]:
    """Look at the machine.

    Args:
        runs: the runs directory.
        proc: where the kernel tells its limits of the network.
    """
    found = Findings("limits")
    _check_open_files(found)
    _check_ports(found, proc)
    _check_memory(found)
    _check_processors(found)
    _check_clock(found)
    _check_terminal(found, environment)
    _check_runs(found, runs, folder)
    if logout_kills(environment):
        found.warned(
            "logout",
            "this machine ends your processes at logout (KillUserProcesses=yes)",
            "Run `loginctl enable-linger` once, so that a run outlives the session.",
        )
    return found.all


def _check_open_files(found: Findings) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    endless = resource.RLIM_INFINITY
    most = OPEN_FILES if hard == endless else hard
    usable = max(OPEN_FILES if soft == endless else soft, min(OPEN_FILES, most))
    remedy = f"Raise it: `ulimit -n {OPEN_FILES}`, or LimitNOFILE= of the service."
    text = f"{usable:,} can be open at once; each user needs one or more"
    if usable < _FEW_FILES:
        found.failed("open files", f"only {text}", remedy)
    elif usable < OPEN_FILES:
        found.warned("open files", f"only {text}", remedy)
    else:
        found.passed("open files", text)


def _check_ports(found: Findings, proc: Path) -> None:
    try:
        low, high = map(int, (proc / "ip_local_port_range").read_text().split())
    except (OSError, ValueError):
        return  # not Linux, or not to be seen from here
    try:
        reuse = int((proc / "tcp_tw_reuse").read_text())
    except (OSError, ValueError):
        reuse = 0
    ports = high - low + 1
    text = f"{ports:,} ports for connections to one address"
    rate = f"; without keep-alive that is {ports // _TIME_WAIT_S} new ones a second"
    if ports < _FEW_PORTS and reuse != 1:
        remedy = "Widen net.ipv4.ip_local_port_range, or set net.ipv4.tcp_tw_reuse to 1."
        found.warned("ports", f"only {text}{rate}", remedy)
    else:
        found.passed("ports", f"{text}{', reused early' if reuse == 1 else rate}")


def _check_memory(found: Findings) -> None:
    available = _available_memory()
    text = f"{_size(available)} free"
    remedy = "Free some, or plan fewer users: each takes from 0.1 to 1 MB, and the rest 200 MB."
    if available < _NO_MEMORY:
        found.failed("memory", f"only {text}", remedy)
    elif available < _LITTLE_MEMORY:
        found.warned("memory", f"only {text}", remedy)
    else:
        found.passed("memory", text)


def _available_memory() -> int:
    """Bytes, those of the container where there is one."""
    import psutil

    available = int(psutil.virtual_memory().available)
    group = Path("/sys/fs/cgroup")
    try:
        most = int((group / "memory.max").read_text())
        used = int((group / "memory.current").read_text())
    except (OSError, ValueError):
        return available
    return max(0, min(available, most - used))


def _check_processors(found: Findings) -> None:
    number = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = float(number or 1)
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        cores = min(cores, int(quota) / int(period))
    except (OSError, ValueError):
        pass  # no limit, or not to be seen
    text = f"{cores:g} usable"
    if cores < 2:
        remedy = "Use two or more: what shares the generator's core makes response times longer."
        found.warned("processors", f"only {text}", remedy)
    else:
        found.passed("processors", text)


def _check_clock(found: Findings) -> None:
    now = time.gmtime()
    resolution_s = time.get_clock_info("monotonic").resolution
    if not _YEARS[0] <= now.tm_year <= _YEARS[1]:
        text = f"this machine believes that it is {time.strftime('%Y-%m-%d', now)}"
        found.failed("clock", text, "Set the clock: certificates and reports depend on it.")
    elif resolution_s > 0.001:
        text = f"the clock ticks only every {1000 * resolution_s:g} ms"
        found.warned("clock", text, "Use another machine to measure short response times.")
    elif (synchronized := _synchronized()) is False:
        text = "the clock is not synchronized with a time server"
        found.warned("clock", text, "Switch it on: timedatectl set-ntp true.")
    else:
        suffix = ", synchronized" if synchronized else ""
        found.passed("clock", f"{time.strftime('%Y-%m-%d %H:%M', now)} UTC{suffix}")


def _synchronized(folder: Path = Path("/run/systemd/timesync")) -> bool | None:
    """Whether systemd's time service has the time; None where there is none to ask."""
    try:
        return (folder / "synchronized").exists() if folder.is_dir() else None
    except OSError:
        return None


def utf8(environment: Mapping[str, str]) -> bool:
    """Whether the locale says that text is UTF-8."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if environment.get(name):
            return environment[name].lower().replace("-", "").rpartition(".")[2] == "utf8"
    return False


def _check_terminal(found: Findings, environment: Mapping[str, str]) -> None:
    terminal = next((fd for fd in (1, 2, 0) if _is_terminal(fd)), None)
    if terminal is None:
        remedy = "Run with --headless here, or get a terminal for the console (ssh -t)."
        found.warned("terminal", "there is none here", remedy)
        return
    columns, rows = os.get_terminal_size(terminal)
    kind = environment.get("TERM", "")
    colors = _colors(environment, kind)
    text = f"{columns}x{rows}, {kind or 'TERM is not set'}, {colors}"
    if kind in ("", "dumb"):
        found.warned("terminal", text, "Set TERM, for instance to xterm-256color.")
    elif columns and (columns < _COLUMNS or rows < _ROWS):
        found.warned("terminal", text, f"Make it {_COLUMNS}x{_ROWS} or larger.")
    elif not utf8(environment):
        text += ", and the locale is not UTF-8"
        found.warned("terminal", text, "Set LANG to a UTF-8 locale, for instance C.UTF-8.")
    else:
        found.passed("terminal", f"{text}, UTF-8")


def _is_terminal(fd: int) -> bool:
    try:
        return os.isatty(fd) and sum(os.get_terminal_size(fd)) >= 0
    except OSError:
        return False


def _colors(environment: Mapping[str, str], kind: str) -> str:
    if environment.get("NO_COLOR"):
        return "no colors (NO_COLOR)"
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "16 million colors"
    return "256 colors" if "256" in kind else "16 colors"


def _check_runs(found: Findings, runs: Path, folder: Path) -> None:
    """Whether runs can be kept. The directory itself is not made here."""
    shown = shown_path(runs, folder)
    remedy = "Name another with --runs-dir DIR or LFTUI_RUNS_DIR."
    try:
        place = runs
        while not place.exists() and place != place.parent:
            place = place.parent
        os.rmdir(tempfile.mkdtemp(prefix=".lftui-", dir=place))
        free = shutil.disk_usage(place).free
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        found.failed("runs directory", f"{shown} cannot be written: {why}", remedy)
        return
    text = f"{shown} with {_size(free)} free"
    if free < _NO_DISK:
        found.failed("runs directory", f"{text}, which is too little", remedy)
    elif free < _LITTLE_DISK:
        found.warned("runs directory", f"{text}, which a long run may fill", remedy)
    else:
        found.passed("runs directory", text)


def _size(size: int) -> str:
    return f"{size / (1 << 30):.1f} GB" if size >= 1 << 30 else f"{size / (1 << 20):.0f} MB"
