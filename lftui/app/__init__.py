"""The console's application: the root that holds screens, snapshot and commands together."""

from lftui.app.app import LftuiApp

__all__ = ["LftuiApp"]
