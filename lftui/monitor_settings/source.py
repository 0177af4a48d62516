"""Sources of rows, and all of them together."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from lftui.monitor_settings.row import KINDS, Kind, Row, check_row
from lftui.monitor_settings.values import http_url, pace, patience

MOST_SOURCES, MOST_ROWS = 20, 60
Pace = Annotated[float, BeforeValidator(pace)]
Patience = Annotated[float, BeforeValidator(patience)]
_SOURCE_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,39}", re.ASCII)


class Source(BaseModel):
    """Where rows come from: one of a Prometheus, an exposition, a JSON document, this machine, or
    processes of it.

    Attributes:
        target: the named target of the settings that it belongs to: it is read for no other.
        every, timeout: seconds; those of `[monitor]` where left out.
        headers: each value the name of a variable: `env:NAME`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    prometheus: str | None = None
    metrics: str | None = None
    json_url: str | None = Field(default=None, alias="json")
    host: bool = False
    process: str | int | None = None
    target: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    every: Pace | None = None
    timeout: Patience | None = None
    rows: list[Row] = Field(default_factory=list, max_length=MOST_ROWS)

    @field_validator("prometheus", "metrics", "json_url")
    @classmethod
    def _is_url(cls, url: str) -> str:
        return http_url(url)

    @field_validator("headers")
    @classmethod
    def _from_environment(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not value.startswith("env:"):
                raise ValueError(f"the header {name} must come from the environment: env:VARIABLE")
        return headers

    @model_validator(mode="after")
    def _fits(self) -> Source:
        kinds = self._kinds()
        if len(kinds) != 1:
            raise ValueError(f"give it one of {', '.join(KINDS)}; it has {len(kinds)} of them")
        if not self.rows and self.kind not in ("host", "process"):
            raise ValueError("it has no rows; add [[…rows]] with a name and what is read")
        names = [row.name for row in self.rows]
        for row in self.rows:
            if names.count(row.name) > 1:
                raise ValueError(f"two rows are named {row.name}; give each a name of its own")
            check_row(row, self.kind)
        return self

    def _kinds(self) -> list[Kind]:
        given = {
            "prometheus": self.prometheus is not None,
            "metrics": self.metrics is not None,
            "json": self.json_url is not None,
            "host": self.host,
            "process": self.process is not None,
        }
        return [kind for kind in KINDS if given[kind]]

    @property
    def kind(self) -> Kind:
        """Which of them it is."""
        return self._kinds()[0]

    @property
    def url(self) -> str:
        """What is asked; empty for this machine."""
        return self.prometheus or self.metrics or self.json_url or ""

    def shown_rows(self) -> list[Row]:
        """Its rows; of a machine or process without any, its CPU and memory."""
        return self.rows or [Row(name="cpu_usage"), Row(name="memory_usage")]


class Monitor(BaseModel):
    """What is read of the target, and how often. Seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: Pace = 2.0
    timeout: Patience = 2.0
    sources: dict[str, Source] = Field(default_factory=dict, max_length=MOST_SOURCES)

    @field_validator("sources")
    @classmethod
    def _are_few(cls, sources: dict[str, Source]) -> dict[str, Source]:
        for name in sources:
            if not _SOURCE_NAME.fullmatch(name):
                raise ValueError(f"'{name[:60]}' is no name of a source; write it like api or db-1")
        if sum(len(one.shown_rows()) for one in sources.values()) > MOST_ROWS:
            raise ValueError(f"there are more than {MOST_ROWS} rows in all; leave some out")
        return sources
