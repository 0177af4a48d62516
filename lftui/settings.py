"""lftui's settings: `lftui.toml`, or `[tool.lftui]` in `pyproject.toml`.

on_disconnect = "hold"
allow = ["*.staging.example", "127.0.0.1"]
thresholds = ["p95_ms<2000:warning", "p95_ms<5000:critical", "error_ratio@/api/v1/*<5%"]

[guard]
action = "step-back"

[console]
theme = "dark"

[monitor.sources.api]
metrics = "https://staging.example/metrics"
rows = [{ name = "queue_depth", metric = "queue_depth", warning = 50 }]

[runs]
older_than = "90d"
keep = 3

[targets.staging]
url = "https://staging.example"
max_users = 200
headers = { Authorization = "env:STAGING_TOKEN" }

[targets.live]
url = "https://api.example"
production = true
"""

from __future__ import annotations

import fnmatch
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from lftui.monitor_settings import Monitor
from lftui.plan import GuardAction, PlanError, parse_duration
from lftui.units import parse_age, parse_size

_ENVIRONMENT = "env:"


class Target(BaseModel):
    """A named target and its rules. Header values are taken from the environment: `env:NAME`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    production: bool = False
    max_users: int | None = Field(default=None, ge=1)
    max_rps: float | None = Field(default=None, gt=0)
    headers: dict[str, str] = Field(default_factory=dict)

    @field_validator("url")
    @classmethod
    def _is_url(cls, url: str) -> str:
        if not host_of(url):
            raise ValueError(f"'{url}' is no URL like https://staging.example")
        return url

    @field_validator("headers")
    @classmethod
    def _from_environment(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not value.startswith(_ENVIRONMENT):
                raise ValueError(f"the header {name} must come from the environment: env:VARIABLE")
        return headers


class GuardSettings(BaseModel):
    """When the guard acts and what it does; `RunPlan` says what each is. Seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: GuardAction | None = None
    stalled: GuardAction | None = None
    window: float = 10.0
    grace: float = 10.0
    min_samples: int = Field(default=20, ge=1, strict=True)

    @field_validator("window", "grace", mode="before")
    @classmethod
    def _is_duration(cls, given: object, info: ValidationInfo) -> float:
        text = str(given)
        if info.field_name == "grace" and text in ("0", "0s"):
            return 0.0
        return parse_duration(text)

    @field_validator("stalled")
    @classmethod
    def _helps(cls, action: GuardAction | None) -> GuardAction | None:
        if action == "step-back":
            raise ValueError(
                "a target that answers nobody answers fewer users no better; write hold or stop"
            )
        return action


class RunsSettings(BaseModel):
    """What a bare `lftui runs prune` removes, in seconds and bytes. Nothing is ever pruned by
    itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    older_than: float | None = None
    max_size: int | None = None
    keep: int = Field(default=0, ge=0, strict=True)

    @field_validator("older_than", mode="before")
    @classmethod
    def _is_age(cls, given: object) -> float:
        return parse_age(str(given))

    @field_validator("max_size", mode="before")
    @classmethod
    def _is_size(cls, given: object) -> int:
        return parse_size(str(given))


class Settings(BaseModel):
    """Everything that can be set in a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    runs_dir: str | None = None
    on_disconnect: Literal["hold", "stop", "continue"] = "hold"
    allow: list[str] | None = None
    thresholds: list[str] = Field(default_factory=list)
    guard: GuardSettings = Field(default_factory=GuardSettings)
    runs: RunsSettings = Field(default_factory=RunsSettings)
    monitor: Monitor = Field(default_factory=Monitor)
    targets: dict[str, Target] = Field(default_factory=dict)
    # Read by lftui.preferences, leniently: a wrong color is no reason to refuse a run.
    console: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _targets_are_there(self) -> Settings:
        for name, source in self.monitor.sources.items():
            if source.target is not None and source.target not in self.targets:
                known = ", ".join(self.targets) or "none"
                raise ValueError(
                    f"monitor.sources.{name}.target: there is no target {source.target[:60]}; "
                    f"[targets] has {known}"
                )
        return self


def read_settings(path: str | None, folder: Path) -> Settings:
    """The settings of a file, or those found in a folder; defaults where there are none.

    Raises:
        PlanError: the file cannot be read, or says something that cannot be.
    """
    if path is not None:
        return _checked(_read(Path(path)), path)
    own = folder / "lftui.toml"
    if own.is_file():
        return _checked(_read(own), str(own))
    project = folder / "pyproject.toml"
    if project.is_file():
        try:
            table = _read(project).get("tool", {}).get("lftui")
        except PlanError:
            return Settings()  # not our file: its faults are somebody else's to report
        if table is not None:
            return _checked(table, f"{project} [tool.lftui]")
    return Settings()


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise PlanError(f"the settings {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"the settings {path} are no TOML: {error}") from None


def _checked(table: Any, where: str) -> Settings:
    try:
        return Settings.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        place = f"{place}: " if place else ""
        if first["type"] == "extra_forbidden":
            message = "there is no such setting"
        raise PlanError(f"{where}: {place}{message}") from None


def read_stages(path: str) -> dict[str, Any]:
    """The tables of a TOML file of stages.

    Raises:
        PlanError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise PlanError(f"the stages {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"the stages {path} are no TOML: {error}") from None


def host_of(url: str) -> str:
    """The host name (and port, where it is given) of a URL; empty where it is none."""
    try:
        parts = urlsplit(url)
        name = parts.hostname or ""
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", "ws", "wss", "grpc", "tcp", "unix") or not name:
        return ""
    name = f"[{name}]" if ":" in name else name
    return f"{name}:{port}" if port else name


def target_of(host: str, settings: Settings) -> tuple[str, Target | None]:
    """The URL that `-H` means, and the named target that it is: by its name or by its host."""
    named = settings.targets.get(host)
    if named is not None:
        return named.url, named
    address = host_of(host)
    for target in settings.targets.values():
        if address and address == host_of(target.url):
            return host, target
    return host, None


def check_target(
    url: str, target: Target | None, settings: Settings, confirmed: str | None
) -> None:
    """Refuse a target that `allow` leaves out, or production that nobody has confirmed.

    Raises:
        PlanError: it is refused.
    """
    address = host_of(url)
    name = address.rsplit(":", 1)[0] if not address.endswith("]") else address
    if settings.allow is not None and not any(
        fnmatch.fnmatchcase(candidate.lower(), pattern.lower())
        for pattern in settings.allow
        for candidate in (name, address)
    ):
        allowed = ", ".join(settings.allow) or "nothing"
        raise PlanError(f"the target {address or url} is refused: the settings allow {allowed}")
    if target is not None and target.production and confirmed not in (name, address, url):
        raise PlanError(
            f"the target {address} is production; to run load on it add --confirm-target {name}"
        )
