"""A start for one's own project: the files that `lftui init` writes, and how they get their places.

The files themselves lie in `files/`, as they are written; `github` there is `.github`.
"""

from lftui.starting_point.files_of import DEFAULT_URL, SETTINGS, starting_files
from lftui.starting_point.placing import place

__all__ = ["DEFAULT_URL", "SETTINGS", "place", "starting_files"]
