"""How many iterations the users of each paced class have done."""

from __future__ import annotations

from collections.abc import Mapping

from locust import User

from lftui.generator import iterations
from lftui.generator.pacing import pacing_of


class ClassIterations:
    """Counts where it has to: without a paced class no task is watched."""

    def __init__(self) -> None:
        self._names: dict[type, str] = {}
        self._new: dict[str, int] = {}

    def know(self, classes: Mapping[type, str]) -> None:
        """Count those of the paced ones among these user classes, by their names."""
        self._names = {cls: name for cls, name in classes.items() if pacing_of(cls) is not None}

    def watch(self) -> None:
        """Count the iterations of the users of this process."""
        if self._names:
            iterations.watch(self)

    def begin(self, user: User) -> None:
        """One is about to begin."""

    def end(self, user: User) -> None:
        """One is done, or was broken off."""
        name = self._names.get(type(user))
        if name is not None:
            self._new[name] = self._new.get(name, 0) + 1

    def add(self, counts: Mapping[str, int]) -> None:
        """What a worker counted; of a class that is not known here nothing is taken."""
        known = self._names.values()
        for name, count in counts.items():
            if name in known and count > 0:
                self._new[name] = self._new.get(name, 0) + count

    def take(self) -> dict[str, int]:
        """Those done since the last call, by class."""
        found, self._new = self._new, {}
        return found
