"""This machine and its processes, where the target runs here."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import psutil

from lftui.monitor.reading import Reading, SourceError, Values
from lftui.monitor.values import scaled
from lftui.monitor_settings import Row

_LOOK_AGAIN_S = 10.0
_MOST_PROCESSES = 500
_SHORTEST_S = 0.2


class Growth:
    """What grows, as growth a second; None of the first reading."""

    def __init__(self) -> None:
        self._before: dict[Any, float] = {}
        self._before_s = 0.0

    def per_s(self, values: dict[Any, float], now: float) -> float | None:
        """The growth of all that were there before, together."""
        before, passed_s = self._before, now - self._before_s
        if before and passed_s < _SHORTEST_S:
            return None
        self._before, self._before_s = values, now
        if not before:
            return None
        grown = sum(max(0.0, value - before[key]) for key, value in values.items() if key in before)
        return grown / passed_s


class MachineReader:
    """Rows of this machine, or with `process` of the processes of a name or number.

    psutil's own percentages are by thread, and a reading may come from any: so they are worked out
    here, from times.
    """

    def __init__(self, rows: Sequence[Row], process: str | int | None = None) -> None:
        self._rows = rows
        self._process = process
        self._growths: dict[str, Growth] = {}
        self._found: list[psutil.Process] = []
        self._looked_s = float("-inf")
        self._busy = False

    async def read(self, now: float) -> Reading:
        """All rows. In a thread: /proc of a busy machine is read for some ms."""
        if self._busy:  # its time was over, and a thread cannot be cancelled
            raise SourceError("the system has not told yet")
        self._busy = True
        return await asyncio.to_thread(self._read_out, now)

    async def close(self) -> None:
        """Nothing is held."""

    def _read_out(self, now: float) -> Reading:
        try:
            return self._read(now)
        finally:
            self._busy = False

    def _read(self, now: float) -> Reading:
        try:
            values = self._of_machine(now) if self._process is None else self._of_processes(now)
        except (psutil.Error, OSError) as error:
            raise SourceError(f"the system does not tell: {type(error).__name__}") from None
        found = {row.name: values.get(row.measure or row.name) for row in self._rows}
        scales = {row.name: row.scale for row in self._rows}
        return Reading({name: scaled(value, scales[name]) for name, value in found.items()})

    def _per_s(self, name: str, values: dict[Any, float], now: float) -> float | None:
        return self._growths.setdefault(name, Growth()).per_s(values, now)

    def _of_machine(self, now: float) -> Values:
        memory, cores = psutil.virtual_memory(), psutil.cpu_count() or 1
        times = psutil.cpu_times()
        # A guest's time is in that of its user already.
        idle = times.idle + getattr(times, "iowait", 0.0)
        guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
        busy = self._per_s("cpu", {0: sum(times) - guests - idle}, now)
        network = psutil.net_io_counters()
        arrived = network.bytes_recv if network is not None else 0
        left = network.bytes_sent if network is not None else 0
        return {
            "cpu_usage": None if busy is None else min(100.0, 100.0 * busy / cores),
            "cpu_cores": busy,
            "memory_usage": float(memory.percent),
            "memory": float(memory.total - memory.available),
            "load": os.getloadavg()[0],
            "swap_usage": float(psutil.swap_memory().percent) if self._asks("swap_usage") else None,
            "network_in": self._per_s("network_in", {0: float(arrived)}, now),
            "network_out": self._per_s("network_out", {0: float(left)}, now),
        }

    def _asks(self, measure: str) -> bool:
        return any((row.measure or row.name) == measure for row in self._rows)

    def _of_processes(self, now: float) -> Values:
        """The sums over all of them; `cpu_usage` and `memory_usage` are shares of the machine."""
        found = self._living(now)
        if not found:
            raise SourceError(f"no process {self._process} runs here")
        cpu_s: dict[Any, float] = {}
        memory, threads = 0.0, 0
        for one in found:
            with contextlib.suppress(psutil.NoSuchProcess), one.oneshot():
                times = one.cpu_times()
                cpu_s[one.pid, one.create_time()] = times.user + times.system
                memory += one.memory_info().rss
                threads += one.num_threads()
        busy, cores = self._per_s("cpu", cpu_s, now), psutil.cpu_count() or 1
        return {
            "cpu_usage": None if busy is None else min(100.0, 100.0 * busy / cores),
            "cpu_cores": busy,
            "memory": memory,
            "memory_usage": 100.0 * memory / psutil.virtual_memory().total,
            "processes": float(len(cpu_s)),
            "threads": float(threads),
            "open_files": _sum_of(found, lambda one: one.num_fds())
            if self._asks("open_files")
            else None,
        }

    def _living(self, now: float) -> list[psutil.Process]:
        """The processes; those of a name are looked for again now and then, and when one went."""
        living = [one for one in self._found if one.is_running()]
        due = now - self._looked_s >= _LOOK_AGAIN_S
        if due or len(living) < len(self._found) or not living:
            self._looked_s = now
            living = list(_processes(self._process))[:_MOST_PROCESSES]
        self._found = living
        return living


def _processes(wanted: str | int | None) -> Iterable[psutil.Process]:
    if isinstance(wanted, int):
        with contextlib.suppress(psutil.Error, ValueError, OverflowError):
            yield psutil.Process(wanted)
        return
    for one in psutil.process_iter(["name"]):
        if one.info["name"] == wanted:
            yield one


def _sum_of(found: Sequence[psutil.Process], read: Callable[[Any], float]) -> float | None:
    """A sum over those that may be asked; None where none may."""
    values = []
    for one in found:
        with contextlib.suppress(psutil.Error, OSError):
            values.append(float(read(one)))
    return sum(values) if values else None


def is_here(addresses: Sequence[str]) -> bool:
    """Whether any of these addresses is one of this machine."""
    own = {
        one.address.partition("%")[0]
        for several in psutil.net_if_addrs().values()
        for one in several
        if one.family in (socket.AF_INET, socket.AF_INET6)
    }
    return any(one in own or one.startswith("127.") or one == "::1" for one in addresses)
