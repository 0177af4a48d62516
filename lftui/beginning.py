"""While a process begins: what it imports stays, and no garbage is looked for among it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def all_made_stays() -> Iterator[None]:
    """Nothing made in this block is looked through for garbage: not now, and not afterwards."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()
