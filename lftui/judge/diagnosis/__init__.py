"""Errors explained: what each kind of failure means, where it points, what to do about it."""

from lftui.judge.diagnosis.causes import Cause, Failure, cause_of
from lftui.judge.diagnosis.explain import (
    LIMIT,
    Explained,
    advice_for,
    explain,
    explain_exceptions,
)
from lftui.judge.diagnosis.remedies import ADVICE, TITLES, Advice, Category, PointsAt
from lftui.judge.diagnosis.trend import Trend, trend_of

__all__ = [
    "ADVICE",
    "LIMIT",
    "TITLES",
    "Advice",
    "Category",
    "Cause",
    "Explained",
    "Failure",
    "PointsAt",
    "Trend",
    "advice_for",
    "cause_of",
    "explain",
    "explain_exceptions",
    "trend_of",
]
