"""A LoadTestShape run ahead, by a process of its own: `lftui.generator.preview`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time

import msgspec

from lftui import options
from lftui.safe_text import safe_line
from lftui.scenarios.judging import Preview, Walk, judged
from lftui.supervisor.generator_link import LINE_LIMIT, child_environment

_LET_GO_S = 0.5


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
    return judged(name, walk)


async def _ask(request: bytes) -> Walk | str:
    """The child's answer, or why there is none; the child and what it started are gone then."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "lftui.generator.preview",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        env=child_environment(),
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
                return msgspec.json.decode(line, type=Walk)
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
