"""The judge beside the loop: it takes up to seconds, and the console must not stand still."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from lftui.links.copying import packed, unpacked
from lftui.links.threads import beside
from lftui.run_state import RunState

if TYPE_CHECKING:
    from lftui.judge.verdict import Verdict

_LOG = logging.getLogger("lftui.judging")


class Judging:
    """Judges a state when asked to, one at a time and not too often.

    Args:
        told: is called with each verdict, and the run's monotonic second that it is about.
        rest_s: between two judgments there are at least so many seconds...
        share: ...and at least so many times as long as the last one took.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        told: Callable[[Verdict, float], None],
        rest_s: float = 2.0,
        share: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._told = told
        self._rest_s = rest_s
        self._share = share
        self._clock = clock
        self._wanted: RunState | None = None
        self._task: asyncio.Task[None] | None = None
        self._free_from = 0.0
        self.cost_s = 0.0

    def request(self, state: RunState) -> None:
        """Judge this state soon. It may go on: it is copied when its turn comes."""
        self._wanted = state
        self._go_on()

    def _go_on(self) -> None:
        if self._wanted is not None and self._task is None:
            self._task = asyncio.create_task(self._work())

    def close(self) -> None:
        """Tell nobody any more."""
        self._wanted = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _work(self) -> None:
        await asyncio.sleep(max(0.0, self._free_from - self._clock()))
        state, self._wanted = self._wanted, None
        began = self._clock()
        try:
            if state is not None:
                await self._judge(state)
        except Exception as error:
            _LOG.warning("the judge failed: %s: %s", type(error).__name__, error)
        self.cost_s = self._clock() - began
        self._free_from = self._clock() + max(self._rest_s, self._share * self.cost_s)
        self._task = None
        self._go_on()

    async def _judge(self, state: RunState) -> None:
        data, judged_s = packed(state), state.last_s
        self._told(await beside(lambda: _verdict_of(data)), judged_s)


def _verdict_of(data: bytes) -> Verdict:
    from lftui.judge.verdict import judge

    return judge(unpacked(data))
