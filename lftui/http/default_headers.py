"""A session's default headers as requests has them: a dict, whatever the case of the names."""

from __future__ import annotations

from typing import Any

from lftui.http.headers import Defaults


class DefaultHeaders(dict[str, Any]):
    """The session's default headers, as a dict that a locustfile may change at any time."""

    def __init__(self, defaults: Defaults) -> None:
        super().__init__(defaults.headers)
        self._defaults = defaults

    def _tell(self) -> None:
        self._defaults.headers = dict(self)
        self._defaults.changed()

    def _same(self, name: str) -> str:
        """The name as it stands here, whatever its case."""
        return next((known for known in self if known.lower() == name.lower()), name)

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(self._same(name), value)
        self._tell()

    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(self._same(name))

    def __delitem__(self, name: str) -> None:
        super().__delitem__(self._same(name))
        self._tell()

    def __contains__(self, name: object) -> bool:
        return super().__contains__(self._same(str(name)))

    def get(self, name: str, default: Any = None) -> Any:
        """The header's value."""
        return super().get(self._same(name), default)

    def pop(self, name: str, *default: Any) -> Any:
        """Take a header out."""
        value = super().pop(self._same(name), *default)
        self._tell()
        return value

    def update(self, *others: Any, **more: Any) -> None:
        """Set several headers."""
        for name, value in dict(*others, **more).items():
            self[name] = value

    def setdefault(self, name: str, default: Any = None) -> Any:
        """The header's value, set if it was not there."""
        if name not in self:
            self[name] = default
        return self[name]

    def clear(self) -> None:
        """Take all headers out."""
        super().clear()
        self._tell()
