"""A row: one figure of the target, and its limits."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Kind = Literal["prometheus", "metrics", "json", "host", "process"]
KINDS: tuple[Kind, ...] = ("prometheus", "metrics", "json", "host", "process")
Level = Literal["warning", "critical"]
MEASURES = {
    "cpu_usage": "%",
    "memory_usage": "%",
    "cpu_cores": "cores",
    "memory": "B",
    "load": "",
    "swap_usage": "%",
    "network_in": "B/s",
    "network_out": "B/s",
    "processes": "",
    "threads": "",
    "open_files": "",
}
"""What the machine and its processes can be asked, with units."""
_OF_HOST = ("cpu_usage", "memory_usage", "cpu_cores", "memory", "load", "swap_usage",
            "network_in", "network_out")  # fmt: skip
_OF_PROCESS = ("cpu_usage", "memory_usage", "cpu_cores", "memory", "processes", "threads",
               "open_files")  # fmt: skip
_USUAL = {"cpu_usage": (70.0, 85.0), "memory_usage": (70.0, 85.0)}
_NAME = re.compile(r"[A-Za-z_]\w{0,59}", re.ASCII)
_LIMIT = re.compile(r"\s*(?P<op><=|>=|<|>)?\s*(?P<value>[-+]?[\d_.]+(?:[eE][-+]?\d+)?)\s*%?\s*")
LONGEST = 2_000


class Limit(BaseModel):
    """A limit of a row, in the row's own unit; `upper`: the value has to stay below it."""

    model_config = ConfigDict(frozen=True)

    value: float
    upper: bool = True


class Row(BaseModel):
    """One figure of the target.

    Attributes:
        query: PromQL, of a Prometheus.
        metric, labels: a sample's name and the labels it must have, of an exposition.
        path: of a JSON document: names and numbers with dots between them, `*` for every one of a
            list or object; as a list where a name has dots itself.
        measure: one of `MEASURES`, of a machine or process; the row's own name where left out.
        of: another metric or path by which this one is divided: in use *of* size.
        aggregate: what becomes of several series.
        rate: of a counter, its growth a second.
        scale: what the value is multiplied by: 100 makes a percentage of a share.
        warning, critical: limits; False where there is to be none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    unit: str | None = Field(default=None, max_length=20)
    query: str | None = Field(default=None, max_length=LONGEST)
    metric: str | None = Field(default=None, max_length=300)
    labels: dict[str, str] = Field(default_factory=dict)
    path: str | list[str] | None = None
    measure: str | None = None
    of: str | list[str] | None = None
    aggregate: Literal["sum", "max", "avg"] = "sum"
    rate: bool = False
    scale: float = Field(default=1.0, allow_inf_nan=False)
    warning: Limit | Literal[False] | None = None
    critical: Limit | Literal[False] | None = None

    @field_validator("name")
    @classmethod
    def _is_name(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"'{name[:60]}' is no name of a row; write letters, digits and _, like cpu_usage"
            )
        return name

    @field_validator("warning", "critical", mode="before")
    @classmethod
    def _is_limit(cls, given: object) -> object:
        if given is False or given is None or isinstance(given, Limit):
            return given
        found = None if isinstance(given, bool) else _LIMIT.fullmatch(str(given)[:60])
        try:
            value = float(found["value"]) if found is not None else None
        except ValueError:
            value = None
        if found is None or value is None:
            raise ValueError(
                f"'{str(given)[:60]}' is no limit; write 85, '<85' (has to stay below), "
                "'>10' (above), or false for none"
            )
        return Limit(value=value, upper=not (found["op"] or "<").startswith(">"))

    @property
    def shown_unit(self) -> str:
        """The unit, where none is written that of the measure."""
        if self.unit is not None:
            return self.unit
        return MEASURES.get(self.measure or self.name, "")

    def limits(self) -> dict[Literal["warning", "critical"], Limit]:
        """Its limits by level: the row's own, or the usual ones of its name."""
        usual = _USUAL.get(self.name)
        share = 1.0 if self.shown_unit == "%" else 0.01
        found: dict[Literal["warning", "critical"], Limit] = {}
        for level, own, number in (("warning", self.warning, 0), ("critical", self.critical, 1)):
            if isinstance(own, Limit):
                found[level] = own  # type: ignore[index]
            elif own is None and usual is not None:
                found[level] = Limit(value=usual[number] * share)  # type: ignore[index]
        return found


_ASKS: dict[Kind, str] = {
    "prometheus": "query",
    "metrics": "metric",
    "json": "path",
    "host": "measure",
    "process": "measure",
}


def check_row(row: Row, kind: Kind) -> None:
    """Refuse a row that does not fit its source.

    Raises:
        ValueError: with one sentence.
    """
    asks = _ASKS[kind]
    given = [name for name in dict.fromkeys(_ASKS.values()) if getattr(row, name) is not None]
    others = [name for name in given if name != asks]
    if others:
        raise ValueError(f"row {row.name}: {others[0]} is not for {kind}; it takes {asks}")
    if asks == "measure":
        known = _OF_HOST if kind == "host" else _OF_PROCESS
        if (row.measure or row.name) not in known:
            raise ValueError(
                f"row {row.name}: {kind} has no measure {row.measure or row.name}; "
                f"it has {', '.join(known)}"
            )
    elif not given or not getattr(row, asks):
        raise ValueError(f"row {row.name}: {asks} is missing; it says what is read")
    for name, kinds in (("labels", ("metrics",)), ("of", ("metrics", "json")),
                        ("rate", ("metrics", "json"))):  # fmt: skip
        if getattr(row, name) and kind not in kinds:
            advice = "write it into the query" if kind == "prometheus" else "leave it out"
            raise ValueError(f"row {row.name}: {name} is not for {kind}; {advice}")
