"""What every export is made of."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lftui.judge.verdict import Verdict
from lftui.reports.trend import TrendPoint
from lftui.run_state import RunState


class Told(msgspec.Struct, frozen=True):
    """A run with the judge's word on it, which is asked for once.

    Attributes:
        state: the run, also a half one.
        verdict: `judge(state)`.
        trend: earlier runs of the same scenario and target and this one, the oldest first.
    """

    state: RunState
    verdict: Verdict
    trend: Sequence[TrendPoint] = ()
