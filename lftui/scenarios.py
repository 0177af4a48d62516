"""What a locustfile offers, asked of a child process: user classes, options, shapes ahead of time.

Nothing of a locustfile is imported here. Finding scenarios reads their text, describing them
starts a generator that is given no plan, and a shape is previewed by a process of its own.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from lftui import options
from lftui.plan import PlanError, Stage, say_duration
from lftui.records import BadLine, Finished, Load, Loaded, Logged, decode_record
from lftui.safe_text import safe_line
from lftui.supervisor.generator_link import LINE_LIMIT, GeneratorProcess, _environment

AT_ONCE = 2
POINTS = 600
_PLATEAU_S = 5.0
_LET_GO_S = 0.5
_STAGES = 200
# A sentence names this many levels at most.
_NAMED = 8
_SOURCE_LIMIT = 1 << 20


class Preview(msgspec.Struct, frozen=True):
    """A LoadTestShape, run ahead.

    Attributes:
        points: users over time, as a line through at most `POINTS` points; none where the shape
            cannot be previewed.
        length_s: seconds until it ends; None for no end that was met.
        sentence: the shape in one sentence, whether it could be previewed or not.
        reason: why there is no preview, or none of the whole shape; empty where it is whole.
        stages: the plateaus of 5 s and longer.
    """

    points: list[tuple[float, int]] = []
    length_s: float | None = None
    sentence: str = ""
    reason: str = ""
    stages: list[Stage] = []

    @property
    def peak(self) -> int:
        """The most users that were met."""
        return max((users for _, users in self.points), default=0)


class _Walk(msgspec.Struct, frozen=True):
    """What the child says: `lftui.generator.preview.Walk`."""

    points: list[tuple[float, int]]
    goals: list[tuple[float, int, float]]
    until_s: float
    ended: bool
    by_chance: bool
    reason: str


# --- finding -----------------------------------------------------------------------------------


def find_scenarios(folder: Path) -> list[Path]:
    """The locustfiles of a project, by their names and their text; nothing is imported.

    Those of `locustfiles/` that do not begin with `_`, and in the folder itself those with
    `locustfile` in their name and those that import Locust.
    """
    listed = _python_files(folder / "locustfiles")
    here = _python_files(folder)
    return [*(path for path in here if "locustfile" in path.name or _imports_locust(path)), *listed]


def _python_files(folder: Path) -> list[Path]:
    try:
        return sorted(
            path
            for path in folder.iterdir()
            if path.suffix == ".py" and not path.name.startswith(("_", ".")) and path.is_file()
        )
    except OSError:
        return []


def _imports_locust(path: Path) -> bool:
    try:
        if path.stat().st_size > _SOURCE_LIMIT:
            return False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about somebody's backslashes
            tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any("locust" in _imported(node) for node in ast.walk(tree))


def _imported(node: ast.AST) -> set[str]:
    """The top-level packages that a statement imports."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module.partition(".")[0]}
    return set()


# --- describing --------------------------------------------------------------------------------


async def describe(argv: list[str], own: dict[str, bool], timeout_s: float) -> Loaded:
    """What the locustfile of this command line offers.

    Args:
        own: lftui's options, and whether each takes a value.

    Raises:
        PlanError: it cannot be used, or was not imported in time.
    """
    generator = GeneratorProcess()
    where = ""
    try:
        async with asyncio.timeout(timeout_s):
            await generator.start()
            generator.send(Load(argv=argv, own=own))
            while (line := await generator.read_line()) is not None:
                record = decode_record(line)
                if isinstance(record, Loaded):
                    return record
                if isinstance(record, Finished):
                    raise PlanError(record.message or f"the locustfile ended: {record.reason}")
                if isinstance(record, Logged) and record.source == "watchdog":
                    where = f" ({record.text})"
    except TimeoutError:
        late = f"the locustfile was not imported within {timeout_s:g} s{where}"
        raise PlanError(late) from None
    except BadLine as error:
        raise PlanError(f"the generator cannot be understood: {error}") from None
    finally:
        await _end(generator)
    raise PlanError("the generator ended while it imported the locustfile" + _last(generator))


async def _end(generator: GeneratorProcess) -> None:
    if generator.pid:
        generator.kill()
        await generator.wait()


def _last(generator: GeneratorProcess) -> str:
    words = generator.last_words().splitlines()
    return f"; it said: {safe_line(words[-1], 200)}" if words else ""


async def describe_many(
    files: Iterable[Path],
    own: dict[str, bool],
    timeout_s: float,
    on_each: Callable[[Path, Loaded | str], None] = lambda path, found: None,
) -> dict[Path, Loaded | str]:
    """What each of the locustfiles offers, or one sentence why that cannot be said.

    Args:
        on_each: is called with each result as it comes in.
    """
    bound = asyncio.Semaphore(AT_ONCE)
    results: dict[Path, Loaded | str] = dict.fromkeys(files, "")

    async def one(path: Path) -> None:
        async with bound:
            try:
                results[path] = await describe(["-f", str(path)], own, timeout_s)
            except (PlanError, OSError) as error:
                results[path] = str(error)
        on_each(path, results[path])

    async with asyncio.TaskGroup() as group:
        for path in results:
            group.create_task(one(path))
    return results


# --- previewing --------------------------------------------------------------------------------


async def preview_shape(argv: list[str], shape_name: str, timeout_s: float) -> Preview:
    """The shape of that name in the locustfile of this command line, run ahead of time.

    Never raises for what the locustfile does: `reason` says why there is no preview.
    """
    request = {
        "argv": argv,
        "own": options.takes_value(),
        "shape": shape_name,
        # It says itself what it was at when it is late, if it still can.
        "answer_by": time.monotonic() + 0.9 * timeout_s,
    }
    try:
        async with asyncio.timeout(timeout_s):
            walk = await _ask(msgspec.json.encode(request) + b"\n")
    except TimeoutError:
        walk = f"there was no answer within {timeout_s:g} s"
    except OSError as error:
        walk = f"no process could be started: {error.strerror or error}"
    name = f"{safe_line(shape_name)} of the locustfile"
    if isinstance(walk, str) or walk.reason:
        why = f"cannot be previewed: {walk if isinstance(walk, str) else walk.reason}"
        return Preview(sentence=f"{name}, which {why}", reason=why)
    return _judged(name, walk)


async def _ask(request: bytes) -> _Walk | str:
    """The child's answer, or why there is none; the child and what it started are gone then."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "lftui.generator.preview",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        env=_environment(),
        limit=LINE_LIMIT,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    said = ""
    try:
        child.stdin.write(request)
        # Before it answers it may say that it cannot begin.
        while line := await child.stdout.readline():
            try:
                return msgspec.json.decode(line, type=_Walk)
            except msgspec.MsgspecError:
                said = f": {safe_line(line.decode('utf-8', 'replace').strip(), 200)}"
        return f"its process ended without an answer{said}"
    finally:
        # The child waits to be ended after its answer, so its group is still its own.
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        child.stdin.close()
        # Who left the group may hold the pipe open for ever.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LET_GO_S):
                await child.communicate()


def _judged(name: str, walk: _Walk) -> Preview:
    levels = _levels(walk)
    held = [level for level in levels if level.length_s >= _PLATEAU_S]
    points, reason = walk.points, ""
    length_s = walk.until_s if walk.ended else None
    over = f" over {say_duration(walk.until_s)}"
    if not walk.ended:
        over = f", without an end within {say_duration(walk.until_s)}"
        reason = f"it has no end within the {say_duration(walk.until_s)} that were previewed"
        points = _interesting(walk)
    sentence = f"{name}: {_say(levels)}{over}"
    peak = max(users for _, users in walk.points)
    if levels and peak < max(level.users for level in levels):
        sentence += f"; its spawn rate takes it to {peak} users at most"
    if walk.by_chance:
        sentence += "; it draws random numbers, so each run differs"
    return Preview(_thinned(points), length_s, sentence, reason, held[:_STAGES])


def _levels(walk: _Walk) -> list[Stage]:
    """One after the other, the numbers of users that were asked for."""
    levels: list[Stage] = []
    for (t, users, rate), (end, *_) in pairwise([*walk.goals, (walk.until_s, 0, 0.0)]):
        if levels and levels[-1].users == users:
            rate, t = levels[-1].spawn_rate, t - levels.pop().length_s
        levels.append(Stage(users, rate, round(end - t, 6)))
    return levels


def _say(levels: list[Stage]) -> str:
    """`10 → 100 → 20 users`, or in short where it moves; the 0 at the end goes without saying."""
    users = [level.users for level in levels]
    while users and users[-1] == 0:
        users.pop()
    if not any(users):
        return "no users"
    if users == [1]:
        return "1 user"
    if len(users) <= _NAMED:
        return f"{' → '.join(map(str, users))} users"
    return f"{len(users)} levels from {min(users)} to {max(users)} users"


def _interesting(walk: _Walk) -> list[tuple[float, int]]:
    """Of a shape without an end: its changes and as long again, a minute at least."""
    changed_s = walk.points[-2][0] if len(walk.points) > 1 else 0.0
    shown_s = min(walk.until_s, max(60.0, 2 * changed_s))
    return [*walk.points[:-1], (shown_s, walk.points[-1][1])]


def _thinned(points: list[Any]) -> list[tuple[float, int]]:
    """At most `POINTS` of them: of each stretch of time the first, last, lowest and highest."""
    if len(points) <= POINTS:
        return points
    stretches: dict[int, list[tuple[float, int]]] = {}
    for point in points:
        stretches.setdefault(int(point[0] / points[-1][0] * (POINTS // 4 - 1)), []).append(point)
    return [
        point
        for stretch in stretches.values()
        for point in sorted(
            {stretch[0], stretch[-1], min(stretch, key=_users), max(stretch, key=_users)},
            key=stretch.index,
        )
    ]


def _users(point: tuple[float, int]) -> int:
    return point[1]
