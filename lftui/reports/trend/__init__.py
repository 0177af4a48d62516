"""The runs of one scenario and target over time: text, JSON (`lftui.trend/1`), what changed.

The change is said, never judged: whether a difference is more than noise takes the responses
themselves, and so the journals (`lftui compare`).
"""

from lftui.reports.trend.change import Change, Moved, change_of, change_said
from lftui.reports.trend.point import TrendPoint
from lftui.reports.trend.text import SCHEMA, SHOWN, trend_json, trend_text

__all__ = [
    "SCHEMA",
    "SHOWN",
    "Change",
    "Moved",
    "TrendPoint",
    "change_of",
    "change_said",
    "trend_json",
    "trend_text",
]
