"""Messages of workers, and what else comes in at a port that knows no passwords."""

from __future__ import annotations

from collections.abc import Sequence

from locust.rpc import Message


def understood(parts: Sequence[bytes]) -> Message | str:
    """The message that a worker sent, or what is wrong with it.

    A worker speaks for itself only: the id in its message is the one of its connection, so that
    nobody can send another one away, or report in its name.
    """
    if len(parts) != 2:
        return f"{len(parts)} parts"
    try:
        client = parts[0].decode()
        message: Message = Message.unserialize(parts[1])
    except Exception:  # whatever msgpack, its hooks or the unpacking of three fields may raise
        return "bytes that are no message"
    if not isinstance(message.type, str):
        return "a message without a type"
    if message.node_id != client:
        return f"a message ({message.type[:40]}) in the name of another worker"
    return message
