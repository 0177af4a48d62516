"""Separate hosts on one machine: network namespaces on a bridge, each with an address of its own.

Nothing of it reaches a network: the bridge has a namespace of its own, too, and no way out. Names
begin with the number of the process that made them, so that what an interrupted test has left
behind is known and removed by the next.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

# Debian keeps it where only root's PATH leads.
IP = shutil.which("ip") or "/usr/sbin/ip"
NAMES = Path("/run/netns")
OURS = re.compile(r"lft-(\d+)-\d+-\w+")
NETWORK = "10.77.0"
SWITCH = "switch"
NOBODY = ("lladdr", "02:00:00:00:00:01", "dev", "eth0", "nud", "permanent")
# A connection that was cut off is back a second after the network, not after as long again as the
# network was away; until then it is tried for minutes.
PATIENCE = {
    "neigh/eth0/ucast_solicit": "600",
    "neigh/eth0/mcast_solicit": "600",
    "tcp_rto_max_ms": "1000",
    "tcp_retries2": "200",
    "tcp_syn_retries": "100",
}
CLONE_NEWNET = 0x40000000  # <sched.h>: the namespace to enter is one of networks

Made = TypeVar("Made")
_numbers = count(1)


class NoNamespaces(Exception):
    """This machine lets nobody make network namespaces; the message is `ip`'s."""


@dataclass(frozen=True)
class Host:
    """A machine of its own, as far as the network goes.

    Attributes:
        namespace: its network namespace.
        address: its address on the common network.
        switch, port: the namespace that the other end of its cable is in, and that end's name.
    """

    namespace: str
    address: str
    switch: str
    port: str

    def command(self, *words: str) -> list[str]:
        """The words that run a command there. The process keeps its pid: `ip` becomes it."""
        return [IP, "netns", "exec", self.namespace, *words]

    def run(self, *words: str, timeout_s: float = 60.0) -> str:
        """Run a command there to its good end; its standard output."""
        done = subprocess.run(
            self.command(*words),
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            timeout=timeout_s,
        )
        return done.stdout

    def popen(
        self, *words: str, out: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a command there, in a session of its own; both its streams go to `out`."""
        with out.open("wb") as stream:
            return subprocess.Popen(
                self.command(*words),
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )

    def link_down(self) -> None:
        """Pull the cable: what is sent is lost, and nobody is told."""
        _ip(["-n", self.switch, "link", "set", self.port, "down"])

    def link_up(self) -> None:
        """Plug the cable in again."""
        _ip(["-n", self.switch, "link", "set", self.port, "up"])

    def lose_sight_of(self, other: Host) -> None:
        """Send what is for this one host to nobody: all others are reached as before."""
        _ip(["-n", self.namespace, "neigh", "replace", other.address, *NOBODY])

    def see_again(self, other: Host) -> None:
        """Send to that host again."""
        _ip(["-n", self.namespace, "neigh", "del", other.address, "dev", "eth0"])

    def listen(self, port: int = 0) -> socket.socket:
        """A socket of this process that listens on the host's address.

        A socket stays in the network in which it was made, so that a server can be there and be
        asked here.
        """
        return _done_in(
            self.namespace, lambda: socket.create_server((self.address, port), backlog=128)
        )


@contextlib.contextmanager
def connected(*names: str) -> Iterator[dict[str, Host]]:
    """Hosts on one network, by name; gone afterwards, with all that still runs on them.

    Raises:
        NoNamespaces: they cannot be made here.
    """
    prefix = f"lft-{os.getpid()}-{next(_numbers)}"
    switch = f"{prefix}-{SWITCH}"
    hosts = {
        name: Host(f"{prefix}-{name}", f"{NETWORK}.{n}", switch, f"port{n}")
        for n, name in enumerate(names, 1)
    }
    try:
        _make(switch, hosts.values())
        yield hosts
    finally:
        remove([switch, *(host.namespace for host in hosts.values())])


def _make(switch: str, hosts: Collection[Host]) -> None:
    _ip_batch([f"netns add {name}" for name in (switch, *(host.namespace for host in hosts))])
    lines = ["link add bridge type bridge", "link set bridge up"]
    for host in hosts:
        lines += [
            f"link add {host.port} type veth peer name eth0 netns {host.namespace}",
            f"link set {host.port} master bridge up",
        ]
    _ip_batch(lines, switch)
    for host in hosts:
        there = ["link set lo up", f"addr add {host.address}/24 dev eth0", "link set eth0 up"]
        _ip_batch(there, host.namespace)
        _done_in(host.namespace, _never_give_up)


def _never_give_up() -> None:
    """Let a host that is cut off send on: nobody tells it, as behind a router, that it is."""
    for name, value in PATIENCE.items():
        # tcp_rto_max_ms is Linux 6.15's.
        with contextlib.suppress(FileNotFoundError):
            Path("/proc/sys/net/ipv4", name).write_text(value, encoding="ascii")


def remove(namespaces: Sequence[str]) -> None:
    """End what runs in these namespaces and remove those that are there."""
    for name in namespaces:
        try:
            if (NAMES / name).exists():
                _remove(name)
        except NoNamespaces:
            # Gone meanwhile: another process of the tests has found it, too.
            if (NAMES / name).exists():
                raise


def _remove(namespace: str) -> None:
    for pid in _ip(["netns", "pids", namespace]).split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    _ip(["netns", "del", namespace])


def remove_stale() -> None:
    """Remove the namespaces of processes that are no more."""
    if NAMES.is_dir():
        found = [(name, OURS.fullmatch(name)) for name in sorted(os.listdir(NAMES))]
        remove([name for name, ours in found if ours and not Path("/proc", ours[1]).exists()])


def _ip(words: Sequence[str], lines: str = "") -> str:
    try:
        done = subprocess.run(
            [IP, *words], input=lines, capture_output=True, text=True, timeout=60, check=False
        )
    except FileNotFoundError:
        raise NoNamespaces("no ip; on Debian: apt-get install iproute2") from None
    if done.returncode:
        raise NoNamespaces(f"ip {' '.join(words)}: {done.stderr.partition(chr(10))[0]}")
    return done.stdout


def _ip_batch(lines: Sequence[str], namespace: str = "") -> None:
    _ip([*(["-n", namespace] if namespace else []), "-batch", "-"], "\n".join(lines) + "\n")


def _done_in(namespace: str, act: Callable[[], Made]) -> Made:
    """Do something in a network namespace: only a thread of its own goes there, and ends there."""
    with ThreadPoolExecutor(1) as there:
        there.submit(_enter, namespace).result()
        return there.submit(act).result()


def _enter(namespace: str) -> None:
    """Take this thread into a network namespace (os.setns is Python 3.12's)."""
    libc = ctypes.CDLL(None, use_errno=True)
    with (NAMES / namespace).open("rb") as file:
        if libc.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
