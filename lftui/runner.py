"""The generator's main: hosts Locust in a process of its own and talks to the supervisor.

Two steps, so that a plan is refused before anything starts: `Load` imports the locustfile and
parses the command line, `Start` creates the Environment and begins. Run as
`python -P -m lftui.runner FD`, where FD is one end of a socket pair.
"""

from __future__ import annotations

import os
import sys

from lftui.beginning import all_made_stays
from lftui.generator.locust_import import bring_in_locust

with all_made_stays():
    bring_in_locust()

    from lftui.generator.session import Session


def main(fd: int, in_process: bool = False) -> int:
    """Serve one supervisor on this descriptor until the run is over; the exit code."""
    return Session(fd, in_process=in_process).run()


def start_thread(fd: int) -> None:
    """Serve a supervisor of this same process from a native thread (`--in-process`)."""
    from lftui.generator import native

    native.start_thread(main, fd, True)


def _worker(arguments: list[str]) -> int:
    """`--local-worker`, or `--worker OPTIONS ARGV...` with lftui's own options as JSON."""
    import msgspec

    from lftui.generator.distribution import worker

    if arguments[0] == "--local-worker":
        return worker.serve_local()
    own = msgspec.json.decode(arguments[1], type=dict[str, bool])
    return worker.serve(arguments[2:], own)


if __name__ == "__main__":
    if sys.argv[1].startswith("--"):
        code = _worker(sys.argv[1:])
    else:
        code = main(int(sys.argv[1]))
    # Users' threads and greenlets may still run; nothing of ours is left to do.
    os._exit(code)
