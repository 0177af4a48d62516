"""What to run: the plan of a run, checked before anything starts.

Everything a run needs to know is in one `RunPlan`; a plan that cannot work raises `PlanError`
with one sentence that says what is wrong, where, and what to do.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec

_DURATION = re.compile(r"(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+(?:\.\d+)?)s?)?")
MAX_DAYS = 366
_SHOWN = 40  # characters of a text that is refused


class PlanError(ValueError):
    """The plan is wrong. The message is one sentence for the operator."""


class Stage(msgspec.Struct, frozen=True):
    """A planned plateau.

    Attributes:
        users: the users to reach.
        spawn_rate: users started or stopped a second on the way there.
        length_s: seconds from the stage's begin to its end, its ramp included.
        rate: iterations a second to reach, in an open workload; `users` is 0 then.
        slope: change of the rate a second on the way there; None for at once.
    """

    users: int
    spawn_rate: float
    length_s: float
    rate: float | None = None
    slope: float | None = None


class OpenWorkload(msgspec.Struct, frozen=True):
    """Iterations begin at their time, whether or not earlier ones have come back.

    Attributes:
        arrivals: `poisson` (independent of one another, as visitors come) or `even`.
        max_users: the most users that there may be to carry them out.
    """

    arrivals: Literal["poisson", "even"] = "poisson"
    max_users: int = 100


def parse_duration(text: str) -> float:
    """Seconds of a duration as Locust writes them: `90`, `90s`, `5m`, `1h30m`, `1.5s`.

    Raises:
        PlanError: the text is no duration, is zero, or is longer than any run.
    """
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    match = _DURATION.fullmatch(text.strip())
    if not text.strip() or match is None:
        raise PlanError(f"'{shown}' is not a duration; write it like 90s, 5m or 1h30m")
    # As floats, since an integer of more than 4,300 digits is not even read.
    hours, minutes, seconds = (float(match[unit] or 0) for unit in "hms")
    seconds += hours * 3600 + minutes * 60
    if seconds <= 0:
        raise PlanError(f"the duration '{shown}' is zero; write one longer than that, like 30s")
    if seconds > MAX_DAYS * 86_400:
        raise PlanError(
            f"the duration '{shown}' is longer than a year; write one up to {MAX_DAYS * 24}h"
        )
    return seconds


def say_duration(seconds: float) -> str:
    """A duration in the form that `parse_duration` reads: `1h30m`, `5m`, `90s`, `2.5s`.

    It is read back as the same to the millisecond; one shorter than that is said as it is.
    """
    seconds = round(seconds, 3) or seconds
    if seconds != int(seconds):
        return f"{Decimal(repr(float(seconds))):f}s"  # not as 1e-05, which is no duration
    hours, rest = divmod(int(seconds), 3600)
    minutes, secs = divmod(rest, 60)
    parts = [f"{n}{unit}" for n, unit in ((hours, "h"), (minutes, "m"), (secs, "s")) if n]
    return "".join(parts) or "0s"


MAX_WAIT_S = 7 * 86_400
_CLOCK = re.compile(r"(?P<h>\d{1,2}):(?P<m>\d\d)(?::(?P<s>\d\d))?")


def parse_start_at(text: str, now: datetime) -> float:
    """Unix seconds of a time of day (`14:30`, the next one), a date with one (`2026-05-01T14:30`,
    this machine's zone where it names none), or a while from `now` (`+10m`).

    Raises:
        PlanError: the text is none of them, is over, or is more than a week away.
    """
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    try:
        at = _moment(text.strip(), now)
    except (ValueError, OverflowError):
        raise PlanError(
            f"--start-at is '{shown}'; write a time like 14:30, 2026-05-01T14:30 or +10m"
        ) from None
    if at <= now.timestamp():
        raise PlanError(f"--start-at is {shown}, and that is over; it is {now:%Y-%m-%dT%H:%M:%S}")
    if at - now.timestamp() > MAX_WAIT_S:
        raise PlanError(f"--start-at is {shown}, more than a week away")
    return at


def _moment(text: str, now: datetime) -> float:
    if text.startswith("+"):
        return now.timestamp() + parse_duration(text[1:])
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return datetime.fromisoformat(text).timestamp()
    at = now.replace(
        hour=int(clock["h"]), minute=int(clock["m"]), second=int(clock["s"] or 0), microsecond=0
    )
    return (at if at > now else at + timedelta(days=1)).timestamp()


Policy = Literal["hold", "stop", "continue"]
GuardAction = Literal["warn", "hold", "step-back", "stop", "propose", "off"]
MAX_USERS = 1_000_000
MAX_RATE = 1_000_000.0


class RunPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one run is to do. Spans in seconds.

    Attributes:
        argv: the command line, secrets hidden; for the journal, never to be parsed again.
        shape: the spec of one of lftui's shapes; None where a shape of the locustfile is used.
        locust_shape: the name of that shape.
        shape_sentence: the shape in one sentence.
        given_users, given_rate: `-u` and `-r` where they were given; shapes have own defaults.
        duration_s: how long the shape and `-t` let the run last; None for no planned end.
        run_time_s: the run ends after this long, whatever the shape says.
        run_time_from: whether that counts from the beginning or from when all users run.
        iterations, requests: the run ends when so many tasks were done or requests made.
        start_at: the wall-clock time, Unix seconds, at which the load begins; None for at once.
        open_workload: the load is a rate of iterations, not a number of users; None for users.
        stop_timeout_s: Locust's `--stop-timeout`, where it was given.
        max_users, max_rps: the target's ceilings.
        headers: the target's headers, each value the name of a variable: `env:NAME`.
        settle_s: how long a plateau settles before its figures count.
        fail_on: the verdict that makes the exit code 1.
        http_client: `lean`: the scenario's FastHttpUser and HttpUser run on LeanHttpUser.
        timings: tell dns, connect, tls and the first byte of requests apart.
        processes: local worker processes; 0 for none.
        master: workers of other machines may come, at `master_bind_host:master_bind_port` (port 0:
            one of the system's choice). With neither, the load is made in the generator itself.
        expect_workers: so many workers are waited for before the load begins, local ones included,
            at most `expect_workers_max_wait_s`.
        figures_at: `HOST:PORT` at which the live figures are served to whatever scrapes them; port
            0 is one of the system's choice, "" for nowhere.
        preset: the load scenario of the baseline that this is; "" for none.
        on_disconnect: what happens when nobody is there any more, and after `hold_limit_s` of
            holding the run ends.
        guard_action: what the guard does when a critical threshold stays broken for
            `guard_window_s`, with `guard_min_samples` in ten seconds; not within `guard_grace_s`
            of the load's begin or of its last action. `guard_stalled`: the same for a target that
            does not answer.
    """

    argv: list[str] = []
    locustfiles: list[str] = []
    user_classes: list[str] = []
    tags: list[str] = []
    exclude_tags: list[str] = []
    host: str | None = None
    users: int = 1
    spawn_rate: float = 1.0
    given_users: int | None = None
    given_rate: float | None = None
    run_time_s: float | None = None
    run_time_from: Literal["start", "ramp"] = "start"
    iterations: int | None = None
    requests: int | None = None
    start_at: float | None = None
    duration_s: float | None = None
    shape: str | None = None
    locust_shape: str | None = None
    shape_sentence: str = ""
    stages: list[dict[str, Any]] = []
    open_workload: OpenWorkload | None = None
    stop_timeout_s: float | None = None
    exit_code_on_error: int | None = None
    reset_stats: bool = False
    headless: bool = True
    in_process: bool = False
    on_disconnect: Policy = "hold"
    hold_limit_s: float = 300.0
    guard_action: GuardAction = "warn"
    guard_stalled: GuardAction = "warn"
    guard_window_s: float = 10.0
    guard_grace_s: float = 10.0
    guard_min_samples: int = 20
    settle_s: float = 3.0
    max_users: int | None = None
    max_rps: float | None = None
    headers: dict[str, str] = {}
    fail_on: Literal["warning", "critical", "never"] = "critical"
    http_client: Literal["stock", "lean"] = "stock"
    timings: bool = False
    processes: int = 0
    master: bool = False
    master_bind_host: str = "127.0.0.1"
    master_bind_port: int = 0
    expect_workers: int = 0
    expect_workers_max_wait_s: float | None = None
    figures_at: str = ""
    preset: str = ""
    exports: dict[str, str] = {}

    @property
    def distributed(self) -> bool:
        """Whether the load is made by workers."""
        return self.processes > 0 or self.master

    @property
    def is_open_to_others(self) -> bool:
        """Whether machines other than this one reach the master's port."""
        return self.master and not is_loopback(self.master_bind_host)


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches what listens there."""
    import ipaddress

    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def is_open_to_others(address: str) -> bool:
    """Whether machines other than this one reach what listens at `HOST:PORT`."""
    host = address.rpartition(":")[0]
    return bool(host) and not is_loopback(host)


def check_users(users: int, what: str, ceiling: int | None = None) -> int:
    """The number of users, when it can be run.

    Raises:
        PlanError: it is negative, over a million, or over the target's ceiling.
    """
    if users < 0:
        raise PlanError(f"{what} is {users}; there cannot be fewer than 0 users")
    if users > MAX_USERS:
        raise PlanError(f"{what} is {users}; one run takes at most {MAX_USERS:,} users")
    if ceiling is not None and users > ceiling:
        raise PlanError(f"{what} is {users}, over this target's ceiling of {ceiling} users")
    return users


def check_rate(rate: float, what: str) -> float:
    """The spawn rate, when it can be run.

    Raises:
        PlanError: it is zero, negative, endless or no number.
    """
    if not math.isfinite(rate) or rate <= 0:
        raise PlanError(f"{what} is {rate:g}; give a number of users a second above 0")
    return rate
