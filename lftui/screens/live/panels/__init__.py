"""The panels under the charts of the Live screen: pure, so that they are tested as texts.

Endpoints (1) is a widget of its own, in `lftui.screens.live.endpoints`.
"""

from __future__ import annotations

from lftui.screens.live.panels.baseline import PANEL as BASELINE
from lftui.screens.live.panels.errors import PANEL as ERRORS
from lftui.screens.live.panels.log import PANEL as LOG
from lftui.screens.live.panels.notes import PANEL as NOTES
from lftui.screens.live.panels.spec import Line, PanelSpec
from lftui.screens.live.panels.steps import PANEL as STEPS
from lftui.screens.live.panels.target import PANEL as TARGET
from lftui.screens.live.panels.workers import PANEL as WORKERS

PANELS: list[PanelSpec] = [ERRORS, BASELINE, STEPS, TARGET, WORKERS, LOG, NOTES]
"""In the order of the tabs."""

__all__ = ["PANELS", "TARGET", "Line", "PanelSpec"]
