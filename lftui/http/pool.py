"""The connections of a session, or of all sessions that share a pool."""

from __future__ import annotations

from collections import deque
from typing import Any
from weakref import WeakKeyDictionary

from gevent.event import Event

from lftui.http.connection import Connection
from lftui.http.dialing import Dialer
from lftui.http.origin import Origin


class Line:
    """The connections to one origin.

    Attributes:
        idle: open and not in use; the one used last is taken first.
    """

    __slots__ = ("_dialer", "_limit", "_open", "_origin", "_waiting", "idle")

    def __init__(self, dialer: Dialer, origin: Origin, limit: int) -> None:
        self.idle: list[Connection] = []
        self._dialer = dialer
        self._origin = origin
        self._limit = limit
        self._open = 0
        self._waiting: deque[Event] | None = None

    def take(self, connection_timeout: float | None) -> Connection:
        """A connection that nobody else uses; waits while all that are allowed are in use.

        Raises:
            OSError: no new one can be opened.
        """
        while True:
            while self.idle:
                connection = self.idle.pop()
                if connection.is_fresh():
                    return connection
                self.drop(connection)
            if self._open < self._limit:
                return self.dial(connection_timeout)
            self._wait_for_one()

    def _wait_for_one(self) -> None:
        freed = Event()
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append(freed)
        try:
            freed.wait()
        except BaseException:  # a user that is ended; what it was told is for the next one
            if freed.is_set():
                self._tell()
            else:
                self._waiting.remove(freed)
            raise

    def dial(self, connection_timeout: float | None) -> Connection:
        """A new connection, in the place of one that was dropped."""
        self._open += 1
        try:
            return self._dialer.dial(self._origin, connection_timeout)
        except BaseException:
            self._open -= 1
            self._tell()
            raise

    def give_back(self, connection: Connection) -> None:
        """The connection is idle again, or of no more use: its response says which."""
        message = connection.message
        if message.keep_alive and message.complete and not message.spilled:
            connection.used = True
            self.idle.append(connection)
            if self._waiting:
                self._tell()
        else:
            self.drop(connection)

    def drop(self, connection: Connection) -> None:
        """The connection is of no more use."""
        if connection.sock is None:
            return
        self._dialer.remember(self._origin, connection)
        connection.close()
        self._open -= 1
        self._tell()

    def _tell(self) -> None:
        if self._waiting:
            self._waiting.popleft().set()


class LeanPool:
    """Connections by origin.

    A session has one of its own unless its user class says `client_pool = LeanPool(...)`: then
    all users of the class share it.

    Args:
        concurrency: the most connections to one origin.
        settings: those of `Dialer`.
    """

    def __init__(self, concurrency: int = 10, **settings: Any) -> None:
        self.concurrency = concurrency
        self.dialer = Dialer(**settings)
        self._lines: dict[Origin, Line] = {}

    def line(self, origin: Origin) -> Line:
        """The connections to this origin."""
        line = self._lines.get(origin)
        if line is None:
            line = self._lines[origin] = Line(self.dialer, origin, self.concurrency)
        return line

    def close(self) -> None:
        """Close what is idle; what is in use ends with its request."""
        for line in self._lines.values():
            while line.idle:
                line.drop(line.idle.pop())


_SETTINGS = ("network_timeout", "connection_timeout", "insecure", "ssl_context_factory")
_in_their_place: WeakKeyDictionary[Any, LeanPool] = WeakKeyDictionary()


def shared_pool(given: Any) -> LeanPool | None:
    """The pool that a class names; one of geventhttpclient gets one of ours in its place."""
    if given is None or isinstance(given, LeanPool):
        return given
    known = _in_their_place.get(given)
    if known is None:
        theirs = getattr(given, "client_args", {})
        settings = {name: theirs[name] for name in _SETTINGS if name in theirs}
        known = LeanPool(theirs.get("concurrency", 1), **settings)
        _in_their_place[given] = known
    return known
