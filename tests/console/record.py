"""Records the journals that the console's tests are played with.

`python -m tests.console.record [NAME…]` starts the demo target, runs real supervisors on it,
steers them as an operator would, and writes `recorded/NAME.ndjson.gz`. Machine, operator and
addresses are made anonymous; everything else stays as the supervisor wrote it. Takes about a
minute a recording. To be run again when the records change; each recording says here what is in it.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from lftui.links.launcher import Launcher
from lftui.links.live import LiveLink
from lftui.records import (
    AcceptProposal,
    AddRate,
    AddUsers,
    AddWorker,
    BeginWindow,
    Command,
    Hold,
    IgnoreProposal,
    Logged,
    Note,
    Pause,
    RemoveWorker,
    Resume,
    RunStarted,
    SetUsers,
    Stop,
    Undo,
    Unpause,
    WorkerSeen,
    decode_record,
    encode,
)
from lftui.run_state import RunState
from lftui.supervisor.journal_file import JOURNAL, read_text

REPOSITORY = Path(__file__).parents[2]
RECORDED = Path(__file__).parent / "recorded"
MAIN = ["-f", str(REPOSITORY / "locustfiles" / "main.py")]
BASELINE = ["--baseline", str(REPOSITORY / "baseline.json")]
WAIT_S = 60.0


class Operator:
    """Sits at a run: waits for a state, sends commands."""

    def __init__(self, link: LiveLink, target: int) -> None:
        self._link = link
        self._target = target
        self._news = asyncio.Condition()
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for _ in self._link.records():
            async with self._news:
                self._news.notify_all()

    async def until(self, condition: Callable[[RunState], object]) -> None:
        """Wait until the run is so."""
        async with asyncio.timeout(WAIT_S), self._news:
            await self._news.wait_for(lambda: condition(self._link.state))

    @property
    def state(self) -> RunState:
        """The run as it is."""
        return self._link.state

    async def seconds(self, seconds: float) -> None:
        """Let the run go on for so long."""
        end = self._link.state.last_s + seconds
        await self.until(lambda state: state.last_s >= end)

    async def outage(self, condition: Callable[[RunState], object]) -> None:
        """The target's process stands still until the run is so."""
        os.kill(self._target, signal.SIGSTOP)
        try:
            await self.until(condition)
        finally:
            os.kill(self._target, signal.SIGCONT)

    def do(self, command: Command) -> None:
        """Send a command."""
        self._link.send(command)

    async def stop(self) -> None:
        """End the run in order."""
        self.do(Stop(why="enough"))
        await self.reading


async def manual(operator: Operator) -> None:
    """By hand: users added and set, held, noted, paused, undone, measured afresh."""
    await operator.until(lambda state: state.users == 5)
    await operator.seconds(8)
    for _ in range(3):
        operator.do(AddUsers(delta=5, spawn_rate=20))
    await operator.until(lambda state: state.users == 20)
    await operator.seconds(9)
    operator.do(Note(text="deployed [bold red]v2[/] \x1b]0;title\x07 to node 3"))
    operator.do(SetUsers(users=30, spawn_rate=20))
    await operator.until(lambda state: state.users == 30)
    await operator.seconds(7)
    operator.do(Hold())  # refused: there is no shape
    operator.do(Pause())
    await operator.until(lambda state: state.state == "paused" and state.users == 0)
    await operator.seconds(2)
    operator.do(Unpause())
    await operator.until(lambda state: state.users == 30)
    operator.do(Undo())
    await operator.until(lambda state: state.users == 20)
    operator.do(BeginWindow(text="after the change"))
    await operator.seconds(6)
    await operator.stop()


async def steps(operator: Operator) -> None:
    """Steps up to more than the target can serve: a knee, a broken threshold, a proposal; a stage
    is held and handed back."""
    await operator.until(lambda state: state.stage == 1)
    await operator.seconds(2)
    operator.do(Hold())
    await operator.until(lambda state: state.held)
    await operator.seconds(2)
    operator.do(Resume())
    await operator.until(lambda state: state.proposals)
    await operator.seconds(5)
    await operator.stop()


async def errors(operator: Operator) -> None:
    """A target that fails about one request in seven."""
    await operator.until(lambda state: state.users == 20)
    await operator.seconds(20)
    await operator.stop()


async def interrupted(operator: Operator) -> None:
    """The supervisor is killed in the middle."""
    await operator.until(lambda state: state.users == 10)
    await operator.seconds(12)


async def report(operator: Operator) -> None:
    """What a report has to show: five steps by hand, a limit that breaks on the way, notes, errors of
    several kinds, a baseline."""
    for users in (10, 25, 45, 70, 100):
        operator.do(SetUsers(users=users, spawn_rate=50))
        await operator.until(lambda state, users=users: state.users == users)  # type: ignore[misc]
        await operator.seconds(11)
        if users == 25:
            operator.do(Note(text="deployed v2 to node 3 <b>&amp; =1+1</b>"))
    await operator.until(lambda state: state.guard.broken)
    await operator.seconds(3)
    operator.do(SetUsers(users=10, spawn_rate=50))
    await operator.until(lambda state: state.users == 10)
    await operator.seconds(6)
    await operator.stop()


async def crew(operator: Operator) -> None:
    """Three workers: one is killed, one comes, one is sent away."""
    await operator.until(lambda state: state.users == 24)
    await operator.seconds(9)
    os.kill(operator.state.workers["local-2"].seen.pid, signal.SIGKILL)
    await operator.until(lambda state: state.gaps)
    operator.do(AddWorker())
    await operator.until(lambda state: "local-4" in state.workers)
    await operator.seconds(6)
    operator.do(RemoveWorker(worker="local-1"))
    await operator.seconds(6)
    await operator.stop()


async def capacity(operator: Operator) -> None:
    """A search for the capacity: each level is proposed; one is not wanted at first."""
    wanted = False
    while operator.state.search.found is None:
        await operator.until(lambda state: state.proposals or state.search.found)
        for proposed in list(operator.state.proposals.values()):
            await operator.seconds(1)
            if not wanted and len(operator.state.search.trials) == 2:
                wanted = True
                operator.do(IgnoreProposal(proposal_id=proposed.proposal_id))
            else:
                operator.do(AcceptProposal(proposal_id=proposed.proposal_id))
            await operator.until(
                lambda state, number=proposed.proposal_id: number not in state.proposals  # type: ignore[misc]
            )
    await operator.seconds(2)
    await operator.stop()


async def arrivals(operator: Operator) -> None:
    """An open workload: the rate rises, is raised by hand, and then the target stands still: too
    few users are there, iterations wait, come late and are given up; back to the shape."""
    await operator.until(lambda state: state.steps.current and state.steps.current.rate == 30)
    await operator.seconds(9)
    operator.do(AddRate(delta=10.0))
    await operator.until(lambda state: state.held)
    await operator.seconds(9)
    await operator.outage(lambda state: _dropped(state) > 25)
    await operator.until(lambda state: state.recent[-1].arrivals.waiting == 0)  # type: ignore[union-attr]
    await operator.seconds(6)
    operator.do(Resume())
    await operator.seconds(10)
    await operator.stop()


def _dropped(state: RunState) -> int:
    return state.arrivals.dropped if state.arrivals is not None else 0


Play = Callable[[Operator], Awaitable[None]]
SEARCH = (
    "capacity:start=20,growth=300%,step=5s,precision=40%,rate=60,hold=p50_ms<400;error_ratio<10%"
)
THRESHOLDS = ["--threshold", "p95_ms<1500", "--threshold", "error_ratio<5%"]
ADJUSTED = ["--threshold", "p95_adjusted_ms<1500"]
ONE_CLASS, FEW = ["LaFactoriaUser"], ["--max-users", "20"]
RISING = "rate-ramp:from=5,to=30,over=6s,hold=60s"
SLOW_STEPS = "steps:start=10,step=30,every=12s,to=130,rate=60"
RECORDINGS: dict[str, tuple[Play, list[str], list[str]]] = {
    "manual": (manual, [], [*BASELINE, "--shape", "manual", "-u", "5", "-r", "10"]),
    "steps": (
        steps,
        ["--capacity", "4"],
        ["--baseline", "none", "--shape", SLOW_STEPS, "--guard", "propose", *THRESHOLDS],
    ),
    "errors": (errors, ["--errors", "0.15"], [*BASELINE, "-u", "20", "-r", "20", "-t", "5m"]),
    "report": (
        report,
        ["--capacity", "5", "--errors", "0.04"],
        [*BASELINE, "--shape", "manual", "-u", "10", "-r", "50", "--guard", "warn", *THRESHOLDS],
    ),
    "capacity": (capacity, ["--capacity", "4"], ["--baseline", "none", "--shape", SEARCH]),
    "crew": (crew, [], [*BASELINE, "-u", "24", "-r", "24", "-t", "5m", "--processes", "3"]),
    "arrivals": (
        arrivals,
        [],
        [*ONE_CLASS, "--baseline", "none", "--shape", RISING, *FEW, *THRESHOLDS, *ADJUSTED],
    ),
    "interrupted": (interrupted, [], [*BASELINE, "-u", "10", "-r", "5", "-t", "5m"]),
}


@contextmanager
def target(options: list[str]) -> Iterator[tuple[str, int]]:
    """The demo target, on a port of the system's choice; its address and process id."""
    words = [sys.executable, "-P", "-m", "lftui.demo", "--port", "0", *options]
    with subprocess.Popen(
        [*words, "--until-stdin-closes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().rstrip().rpartition(" ")[2], process.pid
        finally:
            process.terminate()


async def record(name: str, runs: Path) -> None:
    """Make one recording."""
    play, target_options, options = RECORDINGS[name]
    os.environ["LFTUI_RUNS_DIR"] = str(runs)
    launcher = Launcher()
    with target(target_options) as (url, process):
        argv = [*MAIN, "-H", url, *options]
        started = await launcher.start(argv, trusted_host=url)
        await launcher.close()
        link = LiveLink(started.folder)
        await link.open()
        operator = Operator(link, process)
        await play(operator)
        if link.state.finished is None:
            os.kill(link.folder.read().pid, signal.SIGKILL)
            await operator.reading
        await link.close()
    text = b"".join(read_text(Path(started.folder) / JOURNAL))
    lines = anonymous(text, url)
    RECORDED.mkdir(exist_ok=True)
    packed = gzip.compress(lines, 9, mtime=0)
    (RECORDED / f"{name}.ndjson.gz").write_bytes(packed)
    print(f"{name}: {len(lines.splitlines())} records, {len(packed) / 1000:.0f} kB")


def anonymous(journal: bytes, url: str) -> bytes:
    """The journal without what tells of this machine and its user."""
    text = journal.replace(url.encode(), b"http://127.0.0.1:8000")
    text = text.replace(str(REPOSITORY).encode(), b"/home/ann/load")
    lines = []
    for line in text.splitlines():
        item = decode_record(line)
        if isinstance(item, RunStarted):
            machine = {**item.machine, "hostname": "bastion", "system": "Linux 6.12.0"}
            lines.append(encode(msgspec.structs.replace(item, machine=machine, operator="ann")))
        elif isinstance(item, Logged) and "/tmp/" in item.text:
            continue
        elif isinstance(item, WorkerSeen):
            lines.append(encode(msgspec.structs.replace(item, host="bastion")))
        else:
            fields = msgspec.json.decode(line)
            if fields.get("who") == "root":
                fields["who"] = "ann"
            lines.append(msgspec.json.encode(fields) + b"\n")
    return b"".join(lines)


def main(names: list[str]) -> None:
    """Record what is named, or all."""
    for name in names or RECORDINGS:
        folder = Path(tempfile.mkdtemp(prefix="recording-"))
        try:
            asyncio.run(record(name, folder))
        finally:
            with suppress(OSError):
                shutil.rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
