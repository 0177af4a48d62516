"""What happened: one class a kind of record, written by the generator and the supervisor.

All response times are integers in microseconds, all spans seconds. `mono` is the monotonic clock
of the machine that wrote the record (one clock for generator and supervisor), `wall` is Unix time.
Histograms travel sparse and flat: `[bucket, count, bucket, count, ...]` (`lftui.metrics`).
"""

from __future__ import annotations

from typing import Any, Literal, Union

import msgspec

SCHEMA = "lftui.records/1"
RESET_STATS = "--reset-stats"
"""Why a window began that Locust's own figures begin with."""

State = Literal["loading", "ready", "spawning", "running", "paused", "stopping", "stopped"]
Level = Literal["debug", "info", "warning", "error", "critical"]
MarkType = Literal[
    "users", "stage", "step", "hold", "resume", "pause", "unpause", "undo", "note", "window",
    "breach", "guard", "controls", "policy", "baseline", "stop", "kill", "stalled", "blocked",
    "worker", "rate", "capacity",
]  # fmt: skip
EndReason = Literal[
    "completed",  # the shape or the run time ended
    "stopped",  # somebody asked for it
    "interrupted",  # a signal or Ctrl-C
    "killed",  # ended by force
    "quit_by_script",  # the locustfile called runner.quit() or sys.exit()
    "refused",  # the plan or the locustfile was wrong; nothing was run
    "guard",  # a broken threshold
    "dead_man",  # nobody was there any more
    "supervisor_lost",
    "generator_lost",
]


class _Line(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="kind",
    tag=True,
):
    """What is common to every record; `kind` is the class's name."""

    seq: int = 0
    wall: float = 0.0
    mono: float = 0.0


class FileFact(msgspec.Struct, frozen=True):
    """A file that took part: its path as given and the SHA-256 of its content."""

    path: str
    sha256: str


class RunStarted(_Line, frozen=True, kw_only=True):
    """The facts of a run, first in its journal. The plan is redacted, the rest is embedded."""

    schema: str
    run_id: str
    plan: dict[str, Any]
    shape: str = ""
    scenario: list[FileFact] = []
    scenario_sha256: str = ""
    git_revision: str | None = None
    host: str | None = None
    addresses: list[str] = []
    production: bool = False
    thresholds: dict[str, Any] | None = None
    baseline: dict[str, Any] | None = None
    baseline_path: str | None = None
    machine: dict[str, Any] = {}
    versions: dict[str, str] = {}
    operator: str = ""
    pid: int = 0


class UserClassFact(msgspec.Struct, frozen=True):
    """One user class of the scenario; `chosen` says whether this run uses it. `pacing_s` is the
    time between the begins of two iterations of a user, where its wait_time is Locust's
    `constant_pacing` or `constant_throughput`."""

    name: str
    weight: float = 1
    fixed_count: int = 0
    tasks: dict[str, float] = {}
    tags: list[str] = []
    doc: str = ""
    host: str | None = None
    base: str = "User"
    chosen: bool = True
    pacing_s: float | None = None


class ShapeFact(msgspec.Struct, frozen=True):
    """A LoadTestShape of the locustfile."""

    name: str
    doc: str = ""
    uses_common_options: bool = False


class OptionFact(msgspec.Struct, frozen=True):
    """An option that the locustfile added to the command line; a secret's default is hidden."""

    name: str
    help: str = ""
    default: str = ""
    choices: list[str] = []
    secret: bool = False
    required: bool = False
    multiple: bool = False


class Loaded(_Line, frozen=True, kw_only=True):
    """The locustfile is imported and the command line is parsed; nothing runs yet."""

    files: list[str]
    doc: str = ""
    user_classes: list[UserClassFact] = []
    shapes: list[ShapeFact] = []
    options: dict[str, Any] = {}
    explicit: list[str] = []
    own_options: list[OptionFact] = []
    ours: list[tuple[str, str | None]] = []
    warnings: list[str] = []
    listing: str | None = None
    took_s: float = 0.0
    pid: int = 0
    versions: dict[str, str] = {}


class Ready(_Line, frozen=True, kw_only=True):
    """The Environment, its runner and the locustfile's `init` listeners are done, and the workers
    that were waited for are there. `listens` is the master's `HOST:PORT`; "" without workers."""

    pid: int = 0
    took_s: float = 0.0
    user_classes: list[str] = []
    shape: str = ""
    workers: int = 0
    listens: str = ""


class EndpointSeen(_Line, frozen=True, kw_only=True):
    """A request name met for the first time, by one user class ("" outside any user)."""

    id: int
    method: str
    name: str
    user_class: str = ""


class EndpointTick(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was new for one endpoint id in one interval.

    `count` counts completed requests, failures included; one without a response time is in no
    histogram. `intended` is the histogram from the intended start (open workloads), `timings` are
    those of the phases that the client measured apart (dns, connect, tls, first_byte).
    """

    id: int
    count: int
    failures: int = 0
    sum_us: int = 0
    min_us: int | None = None
    max_us: int = 0
    bytes: int = 0
    ok: list[int] = []
    failed: list[int] = []
    intended: list[int] = []
    timings: dict[str, list[int]] = {}


class GeneratorHealth(msgspec.Struct, frozen=True, omit_defaults=True):
    """The generator's own readings over the interval; `lag` is a histogram of µs of loop lag."""

    cpu_percent: float = 0.0
    rss_bytes: int = 0
    open_files: int = 0
    lag: list[int] = []
    lag_max_us: int = 0
    pack_us: int = 0
    backlog: int = 0


class WorkerTick(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one worker process reported over the interval, and how it is now.

    `id` leads to its `WorkerSeen`. `state` is Locust's (ready, spawning, running, stopped),
    `missing`, or `left` in the tick with the last report of one that has gone. `users` run there,
    `asked` should. `ok` is the histogram of all its successful requests. `precision` is `full` or
    `coarse` (a stock worker, which rounds before it sends).
    """

    id: str
    state: str = ""
    users: int = 0
    asked: int = 0
    count: int = 0
    failures: int = 0
    ok: list[int] = []
    cpu_percent: float = 0.0
    rss_bytes: int = 0
    lag: list[int] = []
    lag_max_us: int = 0
    in_flight: int | None = None
    precision: Literal["full", "coarse"] = "full"
    version: str = ""


class Arrivals(msgspec.Struct, frozen=True, omit_defaults=True):
    """An open workload's iterations over the interval.

    Attributes:
        target_rate: iterations a second that are wanted at its end; while the rate is on its way
            to that, the tick's `state` is `spawning`.
        due: iterations whose time came.
        started: those that began, of this or an earlier interval.
        late: of the started, those that began 50 ms or more after their time.
        dropped: those that waited so long for a free user that they were given up.
        waiting: those that wait for a free user at its end.
        busy, free: users in an iteration, and without one, at its end.
        most: the users that there may be.
    """

    target_rate: float
    due: int = 0
    started: int = 0
    late: int = 0
    dropped: int = 0
    waiting: int = 0
    busy: int = 0
    free: int = 0
    most: int = 0


class Tick(_Line, frozen=True, kw_only=True):
    """What was new from `start` to `end` (monotonic seconds), cut early at every mark.

    `arrivals` is there in open workloads. `iterations` are the tasks that were done, by user class,
    in runs where a class is paced.
    """

    start: float
    end: float
    state: State = "ready"
    stage: int | None = None
    shape_s: float | None = None
    held: bool = False
    target: int = 0
    users: int = 0
    spawn_rate: float = 0.0
    target_by_class: dict[str, int] = {}
    users_by_class: dict[str, int] = {}
    endpoints: list[EndpointTick] = []
    errors: list[tuple[int, int]] = []
    last_response: float | None = None
    in_flight: int | None = None
    oldest_in_flight_s: float | None = None
    health: GeneratorHealth = msgspec.field(default_factory=GeneratorHealth)
    workers: list[WorkerTick] = []
    arrivals: Arrivals | None = None
    iterations: dict[str, int] = {}


class WorkerSeen(_Line, frozen=True, kw_only=True):
    """A worker that makes load in this run; again when more is known of it.

    `id` is short and stays the worker's own in this run. `host` is its machine, `local` whether
    lftui started it. `clock_ahead_s` is by how much its clock is ahead of the master's;
    `scenario_sha256` is of its locustfiles ("" where it does not say).
    """

    id: str
    host: str = ""
    pid: int = 0
    local: bool = False
    software: Literal["lftui", "booted", "stock"] = "lftui"
    precision: Literal["full", "coarse"] = "full"
    versions: dict[str, str] = {}
    scenario_sha256: str = ""
    clock_ahead_s: float | None = None


class ErrorSeen(_Line, frozen=True, kw_only=True):
    """A group of failures met for the first time; sent again with `varied` when the folded text
    stands for more than one message. `sample` is the first message as it was, redacted."""

    id: int
    endpoint: int
    status: int | None = None
    exception: str = ""
    errno: int | None = None
    text: str = ""
    sample: str = ""
    varied: bool = False


class ExceptionSeen(_Line, frozen=True, kw_only=True):
    """The locustfile raised outside a request: `count` more times since the last such record."""

    id: int
    count: int
    message: str = ""
    traceback: str = ""
    node: str = "local"


class Marked(_Line, frozen=True, kw_only=True):
    """Something changed the load, or somebody said something worth keeping. `old` and `new` are
    users, `old_rate` and `new_rate` iterations a second (open workloads)."""

    type: MarkType
    old: int | None = None
    new: int | None = None
    old_rate: float | None = None
    new_rate: float | None = None
    per_class: dict[str, int] = {}
    spawn_rate: float | None = None
    stage: int | None = None
    text: str = ""
    command_id: str = ""
    proposal_id: str = ""
    who: str = ""
    why: str = ""
    facts: dict[str, Any] = {}


class Acked(_Line, frozen=True, kw_only=True):
    """A command was carried out, or has begun to be."""

    command_id: str
    text: str = ""


class Refused(_Line, frozen=True, kw_only=True):
    """A command was not carried out; `reason` is one sentence."""

    command_id: str
    reason: str


class Logged(_Line, frozen=True, kw_only=True):
    """A line of log or of print. `dropped` lines before it were left out by the cap."""

    source: str
    level: Level = "info"
    text: str
    dropped: int = 0


class TargetSample(msgspec.Struct, frozen=True):
    """One reading of the target's own metrics; None where the source had no number."""

    name: str
    value: float | None
    unit: str = ""


class TargetSampled(_Line, frozen=True, kw_only=True):
    """Readings of the target, taken by the supervisor."""

    source: str
    samples: list[TargetSample]


class Smoked(_Line, frozen=True, kw_only=True):
    """One request of a one-user smoke test."""

    task: str
    method: str
    name: str
    status: int | None = None
    response_us: int | None = None
    bytes: int = 0
    error: str = ""


class Proposed(_Line, frozen=True, kw_only=True):
    """What the guard or the search for the capacity would do next, if the operator agrees."""

    proposal_id: str
    action: str
    source: Literal["guard", "capacity"] = "guard"
    users: int | None = None
    rate: float | None = None
    reason: str = ""


class Checkpoint(_Line, frozen=True, kw_only=True):
    """The folded state up to and with `upto_seq`. In a journal it names the file beside it that
    holds the state and the journal's length in bytes then; on the socket it carries the state."""

    upto_seq: int
    offset: int = 0
    file: str = ""
    state: msgspec.Raw = msgspec.Raw(b"null")


class Gap(_Line, frozen=True, kw_only=True):
    """Something is missing here: records that a slow client was not sent, or what a lost worker
    or a broken disk took along. `count` in the unit that `what` names; of requests that a `worker`
    took along it is the most that there can have been."""

    what: str
    worker: str = ""
    reason: str
    from_seq: int = 0
    to_seq: int = 0
    count: int = 0


class Finished(_Line, frozen=True, kw_only=True):
    """The run is over. `exit_code` is Locust's rule applied in the generator, `script_exit_code`
    what the locustfile set; `cut_in_flight` requests were sent and not waited for."""

    reason: EndReason
    message: str = ""
    exit_code: int | None = None
    script_exit_code: int | None = None
    cut_in_flight: int = 0


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """A record of a kind that this version does not know."""

    kind: str
    data: dict[str, Any]
    seq: int = 0
    wall: float = 0.0
    mono: float = 0.0


Record = Union[  # noqa: UP007 - msgspec reads the Union at run time
    RunStarted, Loaded, Ready, EndpointSeen, WorkerSeen, Tick, ErrorSeen, ExceptionSeen, Marked,
    Acked, Refused, Logged, TargetSampled, Smoked, Proposed, Checkpoint, Gap, Finished,
]  # fmt: skip
AnyRecord = Record | Unknown
