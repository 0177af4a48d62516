"""`lftui demo`: the embedded target in a process of its own, and a run on it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

from lftui.bundled import bundled
from lftui.plan import PlanError
from lftui.supervisor.generator_link import child_environment

_TARGET_OPTIONS = (
    "--bind",
    "--port",
    "--speed",
    "--capacity",
    "--errors",
    "--seed",
    "--token-ttl",
    "--api-key",
)
_LET_GO_S = 0.5
_USUAL_PORT = 8000
_BY_HAND = (("-u", "--users", "10"), ("-r", "--spawn-rate", "5"))
_RUN_TIME = ("-t", "--run-time")
_DEFAULTS = (("-u", "--users", "20"), ("-r", "--spawn-rate", "5"), ("-t", "--run-time", "60s"))


def demo(argv: list[str]) -> int:
    """Serve the target alone (`--serve`), or start it and run the main scenario on it."""
    if "--help" in argv or "-h" in argv:
        print(
            "lftui demo [--serve] [--bind ADDRESS] [--port P] [--speed X] [--capacity N]"
            " [--errors R] [--seed N] [LOCUST OPTIONS]"
        )
        return 0
    target, rest = _split(argv)
    command = [sys.executable, "-P", "-m", "lftui.demo", *target]
    if "--serve" in rest:
        rest.remove("--serve")
        if rest:
            raise PlanError(f"lftui demo --serve takes no {rest[0]}")
        # In the place of this process, so that a signal to it is one to the target.
        os.execve(sys.executable, command, child_environment())
    if "--headless" in rest or os.environ.get("LOCUST_HEADLESS"):
        with _target(command) as (url, _):
            from lftui.headless import run_headless

            return run_headless([*_run_arguments(rest, url), "--headless"], trusted_host=url)
    from lftui.console import check_terminal, run_console

    check_terminal()
    with _target(command) as (url, life):
        # Whoever holds this end keeps the target alive: also a run that was left running.
        return run_console(_run_arguments(rest, url, by_hand=True), trusted_host=url, life=life)


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    """The target's options, and the run's. Where the usual port is taken, any other does."""
    target: list[str] = []
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        name, equals, _ = word.partition("=")
        if name not in _TARGET_OPTIONS:
            rest.append(word)
        elif equals:
            target.append(word)
        else:
            value = next(words, None)
            if value is None:
                raise PlanError(f"the option {name} needs a value after it")
            target += [name, value]
    names = {word.partition("=")[0] for word in target}
    if "--serve" in rest:
        return target, rest
    if "--bind" in names:
        _check_bind(target, rest)
    if "--port" not in names:
        target += ["--port", _free_port()]
    return target, rest


def _check_bind(target: list[str], rest: list[str]) -> None:
    """The target of a run is opened only where its workers are on other machines.

    Raises:
        PlanError: they are not, or the address is none that a worker could be sent to.
    """
    if "--master" not in rest:
        raise PlanError(
            "--bind opens the target to other machines: give --serve for the target alone, or"
            " --master for a run with workers there"
        )
    given = next(index for index, word in enumerate(target) if word.startswith("--bind"))
    _, equals, address = target[given].partition("=")
    if not equals:
        address = target[given + 1]
    if address in ("0.0.0.0", "::"):
        raise PlanError(
            f"--bind {address} is every address, and workers need one: give the one by which they"
            " reach this machine"
        )


def _free_port() -> str:
    """The usual port where it is free; 0, which stands for any, where it is not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", _USUAL_PORT))
        except OSError:
            return "0"
    return str(_USUAL_PORT)


def _run_arguments(rest: list[str], url: str, by_hand: bool = False) -> list[str]:
    """The run's command line; what it does not say is the main scenario with 20 users for a
    minute, or `by_hand` with 10 users, and more of them as the operator likes."""
    names = {word.partition("=")[0] for word in rest}
    argv = [word for word in rest if word != "--headless"]
    if not names & {"-f", "--locustfile"}:
        argv += ["-f", str(bundled("locustfiles") / "main.py")]
        if "--baseline" not in names:
            argv += ["--baseline", str(bundled("baseline.json"))]
    shaped = bool(names & {"--shape", "--preset"})
    by_hand = by_hand and not shaped and not any(name.startswith(_RUN_TIME) for name in names)
    for short, long, value in _BY_HAND if by_hand else _DEFAULTS:
        given = names & {short, long} or any(
            name.startswith(short) and name != short and not name.startswith("--") for name in names
        )
        if not given and not shaped:
            argv += [short, value]
    if by_hand:
        argv += ["--shape", "manual"]
    return [*argv, "--host", url]


@contextlib.contextmanager
def _target(command: list[str]) -> Iterator[tuple[str, int]]:
    """The embedded target, running, and the descriptor on which its life hangs: it goes when the
    last process goes that holds it, however it does."""
    process = subprocess.Popen(
        [*command, "--until-stdin-closes"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=child_environment(),
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        url = line.rstrip().rpartition(" ")[2]
        if not url.startswith("http://"):
            raise PlanError("the demo target did not start; its reason is on the line above")
        yield url, process.stdin.fileno()
    finally:
        with contextlib.suppress(OSError):
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LET_GO_S)
