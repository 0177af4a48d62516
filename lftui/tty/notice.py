"""What the console's process leaves for its guardian to know, whatever becomes of it.

One page of memory that both see: no call, no descriptor, nothing to wait for.
"""

from __future__ import annotations

import mmap

_SIZE = 512
_DRAWING = 0
_RUN = 1


class Notice:
    """The page. Made before the processes part."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, _SIZE)

    @property
    def drawing(self) -> bool:
        """Whether the terminal is as the console wants it, and nobody has put it back."""
        return self._page[_DRAWING] != 0

    @drawing.setter
    def drawing(self, on: bool) -> None:
        self._page[_DRAWING] = int(on)

    @property
    def run(self) -> str:
        """The run that goes on without the console; "" without one."""
        data: bytes = self._page[_RUN:_SIZE]
        return data.partition(b"\0")[0].decode("utf-8", "replace")

    @run.setter
    def run(self, name: str) -> None:
        data = name.encode("utf-8", "replace")[: _SIZE - _RUN - 1]
        self._page[_RUN:_SIZE] = data.ljust(_SIZE - _RUN, b"\0")


NOTICE = Notice()
"""This process's, and that of the processes it forks."""


def goes_on() -> str:
    """The sentence for somebody whose console has gone; "" where nothing goes on."""
    run = NOTICE.run
    return f"the run goes on: lftui attach {run}" if run else ""
