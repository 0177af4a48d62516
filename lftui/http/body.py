"""A response's body that is read by its user, piece by piece (`stream=True`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lftui.http.connection import Connection
from lftui.http.decoding import Decoder


class Body:
    """Reads a body from its connection, or gives out one that has been read.

    Args:
        connection: where the rest of it is; None where it is all there.
        release: takes the connection back.
        decoder: undoes the Content-Encoding; None for none.
        content: what is there already.
    """

    def __init__(
        self,
        connection: Connection | None,
        release: Callable[[Connection], None] | None = None,
        decoder: Decoder | None = None,
        content: bytes = b"",
    ) -> None:
        self._connection = connection
        self._release = release
        self._decoder = decoder
        self._buffer = bytearray(content)
        if connection is not None:
            self._take(connection)

    @property
    def message_complete(self) -> bool:
        """Nothing more will come."""
        return self._connection is None

    def read(self, length: int | None = None) -> bytes:
        """So many bytes, fewer only at the end; without a length, all.

        Raises:
            HTTPParseError, OSError: the body breaks off.
        """
        while self._connection is not None and (length is None or len(self._buffer) < length):
            self._more(self._connection)
        return self._cut(len(self._buffer) if length is None else length)

    def read_some(self, length: int) -> bytes:
        """What is there, at most so many bytes; waits where there is nothing."""
        while self._connection is not None and not self._buffer:
            self._more(self._connection)
        return self._cut(length)

    def readline(self, sep: bytes = b"\r\n") -> bytes:
        """A line with its end; empty after the last whole one."""
        while (found := self._buffer.find(sep)) < 0:
            if self._connection is None:
                return b""
            self._more(self._connection)
        return self._cut(found + len(sep))

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read_some(1 << 16):
            yield piece

    def release(self) -> None:
        """Give the connection back; one whose body was not read to its end is closed."""
        connection, self._connection = self._connection, None
        if connection is not None and self._release is not None:
            self._release(connection)

    def _more(self, connection: Connection) -> None:
        try:
            connection.receive_body()
            self._take(connection)
        except BaseException:
            self.release()
            raise

    def _take(self, connection: Connection) -> None:
        data = connection.message.take_body()
        self._buffer += data if self._decoder is None else self._decoder.feed(data)
        if connection.message.complete:
            self.release()
            if self._decoder is not None:
                self._buffer += self._decoder.end()

    def _cut(self, length: int) -> bytes:
        piece = bytes(self._buffer[:length])
        del self._buffer[:length]
        return piece

    def __del__(self) -> None:
        self.release()
