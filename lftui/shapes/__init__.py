"""The load shapes: each knows its users, or its rate of iterations, at any time and describes
itself in one sentence."""

from __future__ import annotations

from lftui.shapes.base import Goal, Limited, Shape, Unit
from lftui.shapes.capacity import Capacity, keep_within, say_level
from lftui.shapes.level import Level
from lftui.shapes.parameters import MAX_USERS, Kind, Parameter
from lftui.shapes.parse import KINDS, at_rate, limited, parse_shape, spec_of
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
    "Unit",
    "Wave",
    "at_rate",
    "keep_within",
    "from_stages",
    "limited",
    "parse_shape",
    "say_level",
    "spec_of",
    "stages_from_toml",
]
