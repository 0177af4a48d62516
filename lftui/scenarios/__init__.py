"""What a locustfile offers, asked of a child process: user classes, options, shapes ahead of time.

Nothing of a locustfile is imported here. Finding scenarios reads their text, describing them
starts a generator that is given no plan, and a shape is previewed by a process of its own.
"""

from lftui.scenarios.describing import describe, describe_many
from lftui.scenarios.finding import find_scenarios
from lftui.scenarios.judging import POINTS, Preview
from lftui.scenarios.previewing import preview_shape

__all__ = [
    "POINTS",
    "Preview",
    "describe",
    "describe_many",
    "find_scenarios",
    "preview_shape",
]
