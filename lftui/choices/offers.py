"""What there is to choose from, as values that a screen can draw."""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["good", "warning", "critical", "unknown"]


class ScenarioRow(msgspec.Struct, frozen=True):
    """A locustfile that was found, not imported yet.

    Attributes:
        path: as `-f` takes it: relative to the working directory where it is below it. Several
            files that belong together (`-f a.py,b.py`) are one row.
        name: the name to show; the file's own where that says which it is.
        origin: `given` with -f, `here` in the working directory or `locustfiles/`, or `bundled`.
    """

    path: str
    name: str
    origin: Literal["given", "here", "bundled"] = "here"


class TargetRow(msgspec.Struct, frozen=True):
    """A target that can be chosen.

    Attributes:
        host: what `Choice.host` becomes: the name of a target of the settings, or a URL.
        name: the name to show: the setting's, `demo (embedded)`, or the URL's host.
        url: without a password.
        max_users, max_rps: its ceilings; None for none.
        headers: the names of the headers that are sent with each request.
        missing: variables that its headers need and that are not set.
    """

    host: str
    name: str
    url: str
    origin: Literal["given", "demo", "settings", "recent"] = "settings"
    production: bool = False
    max_users: int | None = None
    max_rps: float | None = None
    headers: list[str] = []
    missing: list[str] = []


class Seen(msgspec.Struct, frozen=True):
    """One step of a pre-flight: `DNS`, `TCP`, `TLS` or `health`, or `target` as a whole.

    Attributes:
        short: a few characters for the panel: `12 ms`, `ok 80 d`, `200`.
        text: the whole sentence.
        remedy: what to do; empty where all is well.
    """

    name: str
    level: Level
    short: str
    text: str
    remedy: str = ""


class Preflight(msgspec.Struct, frozen=True):
    """What a look at the target found.

    Attributes:
        url: what was looked at, without a password.
        addresses: what its name resolves to.
        connect_ms: the time of a TCP connection; None where there is none.
        tls_days: until the certificate ends; None without TLS.
        status, health_ms: of the last GET; None where there was no answer.
        seen: each step in its order.
        error: why load would not arrive, in one sentence; "" where it would.
    """

    url: str
    addresses: list[str] = []
    connect_ms: float | None = None
    tls_days: int | None = None
    status: int | None = None
    health_ms: float | None = None
    seen: list[Seen] = []
    error: str = ""

    @property
    def level(self) -> Level:
        """The worst of its steps."""
        worst: Level = "good" if self.seen else "unknown"
        for one in self.seen:
            if one.level == "critical":
                return "critical"
            if one.level == "warning":
                worst = "warning"
        return worst

    def summary(self) -> str:
        """All steps in one line: `health 200 12 ms · TLS ok 80 d · TCP 1 ms · DNS 10.0.0.1`."""
        if self.error:
            return self.error
        return " · ".join(f"{one.name} {one.short}" for one in reversed(self.seen))


class ShapePreview(msgspec.Struct, frozen=True):
    """Users, or a rate of iterations, over time, ahead of the run.

    Attributes:
        points: seconds and users, or iterations a second; none where it cannot be previewed.
        sentence: the shape in one sentence.
        total_s: how long it lasts; None for no end.
        peak: the most users, or iterations a second.
        unit: which of the two it is.
        iterations: those of a rate that has an end; None for others.
        max_users: the most users of an open workload, where nobody says; 0 for others.
        requests_guess: about so many requests, by the last run of this scenario; None where there
            was none.
        error: why it is refused, in one sentence; "" where it is not.
        field_errors: the same beside the field: by parameter name, or `users`, `spawn_rate`,
            `run_time` for -u, -r, -t.
        marks: seconds at which a stage begins.
        reason: why there is no preview of the whole shape though it can be run.
    """

    points: list[tuple[float, float]] = []
    sentence: str = ""
    total_s: float | None = None
    peak: float = 0
    unit: Literal["users", "rate"] = "users"
    iterations: float | None = None
    max_users: int = 0
    requests_guess: int | None = None
    error: str = ""
    field_errors: dict[str, str] = {}
    marks: list[float] = []
    reason: str = ""


class Preset(msgspec.Struct, frozen=True):
    """A load scenario of the baseline; `sentence` says it whole: `50 users for 10m`."""

    name: str
    users: int | None = None
    minutes: float | None = None
    sentence: str = ""
