"""The load shapes: each knows its users at any time and describes itself in one sentence."""

from __future__ import annotations

from lftui.shapes.base import Goal, Limited, Shape
from lftui.shapes.capacity import Capacity, planned_peak, say_level
from lftui.shapes.level import Level
from lftui.shapes.parameters import MAX_USERS, Kind, Parameter
from lftui.shapes.parse import KINDS, limited, parse_shape, spec_of
from lftui.shapes.staged import Staged
from lftui.shapes.stages import from_stages, stages_from_toml
from lftui.shapes.wave import Wave

__all__ = [
    "KINDS",
    "MAX_USERS",
    "Capacity",
    "Goal",
    "Kind",
    "Level",
    "Limited",
    "Parameter",
    "Shape",
    "Staged",
    "Wave",
    "from_stages",
    "limited",
    "parse_shape",
    "planned_peak",
    "say_level",
    "spec_of",
    "stages_from_toml",
]
