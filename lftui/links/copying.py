"""Copies of a run's state, for threads to work on while records go on coming in."""

from __future__ import annotations

import gc

import msgspec

from lftui.run_state import RunState

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(RunState)


def packed(state: RunState) -> bytes:
    """The state as bytes. On the loop: only there is it sure that nothing is folded meanwhile."""
    return _encoder.encode(state)


def unpacked(data: bytes) -> RunState:
    """The state that was packed, as another object.

    A thousand endpoints are a million small objects: while they are made the garbage collector
    would look through all of them again and again, with every thread waiting.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _decoder.decode(data)
    finally:
        if collecting:
            gc.enable()
