"""Draws a moment of a stored run as the terminal shows it: the picture in the README.

python scripts/picture.py RUN SECONDS FILE.svg [COLUMNS]
"""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path

from rich.console import Console

from lftui.live_view import display
from lftui.records import Tick
from lftui.run_state import RunState
from lftui.supervisor.store import Store, runs_directory


def state_after(run: str, seconds: float) -> RunState:
    """The run's state so many seconds after its load began."""
    state = RunState()
    for record in Store(runs_directory(None, os.environ)).find(run).records():
        began = state.load_began_s
        if isinstance(record, Tick) and began is not None and record.end - began > seconds:
            break
        state.apply(record)
    return state


def main(run: str, seconds: str, path: str, columns: str = "100") -> None:
    """Write the picture."""
    console = Console(
        record=True, width=int(columns), file=io.StringIO(), force_terminal=True, highlight=False
    )
    console.print(display(state_after(run, float(seconds)), int(columns)))
    svg = console.export_svg(title="lftui demo --shape steps:start=10,step=10,every=20s,to=40")
    # The picture loads nothing from the network: the reader's own monospace font will do.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    Path(path).write_text(svg.replace("Fira Code", "DejaVu Sans Mono"), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
