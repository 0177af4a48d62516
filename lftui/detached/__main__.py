"""`python -P -m lftui.detached`: reads `links.wire.Request` lines from its standard input.

Nothing of a run is ever in a command line, where other users of the machine could read it. As long
as no run has begun, the end of the input ends it; from then on it goes on alone.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import socket
import sys
from collections.abc import Sequence

from lftui.detached.host import Detached
from lftui.links.wire import IN_PROCESS


def take_line() -> socket.socket:
    """The console's end, out of the reach of whatever is printed."""
    line = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return line


async def _serve(line: socket.socket, in_process: bool) -> int:
    return await Detached(line, in_process).serve()


def main(arguments: Sequence[str]) -> int:
    """Serve on the standard input, which is a socket; the exit code."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    line = take_line()
    in_process = IN_PROCESS in arguments
    if in_process:
        # Locust patches the process at import: first, in the main thread, before any loop runs.
        importlib.import_module("lftui.runner")
    code = asyncio.run(_serve(line, in_process))
    if in_process:
        os._exit(code)  # Locust's thread cannot be ended, and must not be waited for
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
