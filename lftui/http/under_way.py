"""The requests that are on their way, for whoever wants to know: how many, how old, whose.

Sessions write down what they have under way; the price of it is a dict's entry. Locust itself
does not look. lftui's generator does: it says a target that hangs *stalled*, and lets a user that
has to go finish its request first.
"""

from __future__ import annotations

from typing import Any

began: dict[Any, float] = {}
"""The greenlets that are in a request, and since when (`time.perf_counter`)."""

leaving: dict[Any, Any] = {}
"""The greenlets that somebody waits for, and the event that tells that their request is over."""

left: set[Any] = set()
"""Those that ended by themselves instead of beginning another request."""


cut = 0
"""How many requests ended because their user was ended."""


def count_cut() -> None:
    """A user was ended in the middle of its request."""
    global cut
    cut += 1


class _Killed:
    """In the place of an event: the greenlet was killed, and that is on its way to it. If it wakes
    before it arrives, it would send one more request and be cut off in it."""

    def set(self) -> None:
        """Nobody waits."""


KILLED = _Killed()
_ARRIVES_S = 1.0


def turn_away(greenlet: Any) -> None:
    """End a user that has to go before it begins another request.

    Raises:
        GreenletExit: somebody waits for this greenlet, or has killed it.
    """
    import gevent

    event = leaving.get(greenlet)
    if event is None:
        return
    if event is KILLED:
        gevent.sleep(_ARRIVES_S)
        raise gevent.GreenletExit
    del leaving[greenlet]
    left.add(greenlet)
    event.set()
    raise gevent.GreenletExit


def tell_over(greenlet: Any) -> None:
    """Tell whoever waits for this greenlet that its request is over."""
    event = leaving.get(greenlet)
    if event is not None:
        event.set()
