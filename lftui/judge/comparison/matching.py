"""Which entry of a baseline a measured endpoint belongs to.

An entry is named by `name`, `name [METHOD]` or `METHOD name`. In a name that is a path, `{id}`,
`[id]`, `<id>` and `:id` stand for any one part of it. The nearest entry is taken: the very name
before a template, a method's own entry before one for all methods, and of templates the one that
leaves the least open. Where two are equally near, none is taken and both are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from lftui.judge.comparison.templates import Templates, template_of
from lftui.judge.measured import Key

_SUFFIXED = re.compile(r"(?P<name>.*\S)\s+\[(?P<method>[A-Za-z][A-Za-z_-]{0,29})\]", re.DOTALL)
_PREFIXED = re.compile(r"(?P<method>[A-Z][A-Z_-]{1,29}) (?P<name>\S.*)", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


class EntryName(msgspec.Struct, frozen=True):
    """A way to read an entry's key.

    Attributes:
        key: as it stands in the baseline.
        name: without the method.
        method: in capitals; "" for all methods.
    """

    key: str
    name: str
    method: str = ""


class Match(msgspec.Struct, frozen=True):
    """The entry of a measured endpoint.

    Attributes:
        key: the entry; None where there is none.
        exact: by its very name, not by a template, nor by the path in it.
        ambiguous: entries that are equally near; then `key` is None.
    """

    key: str | None = None
    exact: bool = False
    ambiguous: tuple[str, ...] = ()


def read_key(key: str) -> list[EntryName]:
    """Every way to read a key: as a bare name, and with a method where it has one."""
    ways = [EntryName(key, key)]
    for form in (_SUFFIXED, _PREFIXED):
        found = form.fullmatch(key)
        if found:
            ways.append(EntryName(key, found["name"], found["method"].upper()))
    return ways


def path_of(name: str) -> str:
    """The path in a name that is a path with a query, or a whole URL; other names as they are."""
    without_host = _SCHEME.sub("", name, count=1)
    if without_host == name and not name.startswith("/"):
        return name
    return re.split(r"[?#]", without_host, maxsplit=1)[0] or "/"


class Entries:
    """The entries of a baseline, to look measured endpoints up in."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._by_name: dict[tuple[str, str], list[str]] = {}
        self._by_template: dict[tuple[str, str], list[str]] = {}
        self._open: Templates[EntryName] = Templates()
        for key in keys:
            for way in read_key(key):
                self._add(way)

    def _add(self, way: EntryName) -> None:
        self._by_name.setdefault((way.method, way.name), []).append(way.key)
        template = template_of(way.name)
        self._by_template.setdefault((way.method, template), []).append(way.key)
        if template != way.name:
            self._open.add(way.name, way)

    def find(self, method: str, name: str) -> Match:
        """The entry of this endpoint."""
        methods = tuple(dict.fromkeys((method.upper(), "")))
        forms = tuple(dict.fromkeys((name, path_of(name))))
        for form in forms:
            for one in methods:
                if keys := self._by_name.get((one, form)):
                    return _match(keys, exact=form == name)
        for form in forms:
            for one in methods:
                if keys := self._by_template.get((one, template_of(form))):
                    return _match(keys, exact=False)
        for form in forms:
            if keys := self._fitting(methods, form):
                return _match(keys, exact=False)
        return Match()

    def _fitting(self, methods: tuple[str, ...], form: str) -> list[str]:
        """The templates that fit a concrete path and leave the least open."""
        fitting = [
            ((near, -methods.index(way.method)), way.key)
            for near, way in self._open.fitting(form)
            if way.method in methods
        ]
        nearest = max((rank for rank, _ in fitting), default=None)
        return [key for rank, key in fitting if rank == nearest]


def _match(keys: list[str], exact: bool) -> Match:
    found = list(dict.fromkeys(keys))
    if len(found) == 1:
        return Match(found[0], exact)
    return Match(None, False, tuple(found))


class Group(msgspec.Struct, frozen=True):
    """Measured endpoints that are one to the baseline.

    Attributes:
        key: the entry they belong to.
        method: theirs; endpoints of different methods are never put together.
        members: several where a template stands for the names of requests that were given none.
    """

    key: str
    method: str
    members: tuple[Key, ...]


class Matching(msgspec.Struct, frozen=True):
    """Measured endpoints and a baseline's entries, put together.

    Attributes:
        groups: what can be compared.
        missing: entries that were not measured.
        unknown: measured endpoints that are not in the baseline.
        ambiguous: measured endpoints that fit several entries equally well, and those entries.
    """

    groups: list[Group]
    missing: list[str]
    unknown: list[Key]
    ambiguous: list[tuple[Key, tuple[str, ...]]]


def match_all(measured: Iterable[Key], keys: Iterable[str]) -> Matching:
    """Look every measured endpoint up; all of it in a stable order."""
    wanted = list(keys)
    entries = Entries(wanted)
    groups: dict[tuple[str, str], list[Key]] = {}
    unknown: list[Key] = []
    ambiguous: list[tuple[Key, tuple[str, ...]]] = []
    for method, name in sorted(measured, key=lambda one: (one[1], one[0])):
        match = entries.find(method, name)
        if match.key is not None:
            groups.setdefault((match.key, method.upper()), []).append((method, name))
        elif match.ambiguous:
            ambiguous.append(((method, name), match.ambiguous))
        else:
            unknown.append((method, name))
    met = {key for key, _ in groups} | {key for _, several in ambiguous for key in several}
    return Matching(
        groups=[Group(key, method, tuple(found)) for (key, method), found in groups.items()],
        missing=sorted(set(wanted) - met),
        unknown=unknown,
        ambiguous=ambiguous,
    )
