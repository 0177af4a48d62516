"""Stopping in order: requests in flight, `on_stop`, `test_stop`, `quitting`, `quit`."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

import gevent

from lftui.generator.locust_host import LocustHost
from lftui.generator.patience import Patience
from lftui.generator.ticker import Ticker
from lftui.records import EndReason, Marked

if TYPE_CHECKING:
    from lftui.generator.distribution.distribution import Distribution

_HURRY_S = 1.2
logger = logging.getLogger("lftui.generator")


class Ending:
    """Why and how the run ends. `hurry` leaves nobody time, `kill` not even the listeners."""

    def __init__(
        self,
        reason: EndReason = "stopped",
        why: str = "",
        who: str = "",
        command_id: str = "",
        hurry: bool = False,
        kill: bool = False,
    ) -> None:
        self.reason: EndReason = reason
        self.why = why
        self.who = who
        self.command_id = command_id
        self.hurry = hurry
        self.kill = kill


def end_orderly(
    host: LocustHost,
    patience: Patience,
    ticker: Ticker,
    ending: Ending,
    crew: Distribution | None = None,
) -> int:
    """Stop users and fire Locust's events in its own order; the exit code by Locust's rule."""
    try:
        return _end_orderly(host, patience, ticker, ending, crew)
    finally:
        if crew is not None:
            crew.close()


def _end_orderly(
    host: LocustHost,
    patience: Patience,
    ticker: Ticker,
    ending: Ending,
    crew: Distribution | None,
) -> int:
    ticker.mark(
        Marked(type="stop", why=ending.why, who=ending.who, command_id=ending.command_id, new=0)
    )
    if crew is not None:
        crew.will_stop()
    stopping = gevent.spawn(_stop_users, host, patience)
    while not stopping.ready():
        stopping.join(_HURRY_S if ending.hurry else 0.5)
        if ending.hurry:
            stopping.kill(block=False)
            break
    ticker.cut_last()
    if crew is not None:
        crew.has_stopped()
    if ending.hurry:
        return 4
    events, environment = host.environment.events, host.environment
    # Listeners run in greenlets of their own: one that has to be broken out of a loop ends that
    # greenlet and nothing else.
    gevent.spawn(events.quitting.fire, environment=environment, reverse=True).join()
    code = host.exit_code()
    try:
        host.runner.quit()
    except Exception:
        logger.error("Locust's runner raised while it quit:\n%s", traceback.format_exc())
    gevent.spawn(events.quit.fire, exit_code=code).join()
    return code


def _stop_users(host: LocustHost, patience: Patience) -> None:
    try:
        host.runner.stop()
    except Exception:
        logger.error("Locust's runner raised while it stopped:\n%s", traceback.format_exc())
    patience.wait_for_leavers()
