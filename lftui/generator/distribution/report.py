"""What a worker tells the master each second, in the `lftui` field of Locust's own report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from lftui.generator.arrivals.counts import Counts
from lftui.records import EndpointTick, GeneratorHealth, Logged

FIELD = "lftui"
"""The name of the field in Locust's report, and of what the master's orders are found under."""
BOOT_FILE = "lftui_worker_boot.py"
"""What a stock worker gets from the master beside the scenario."""
PACE = "lftui_pace"
"""The field of a spawn message that has a `Pace`."""
PART = "lftui_part"
"""The field of a message that has a part of Locust's own statistics, and nothing of lftui's."""
REPORT_EVERY_S = 1.0
PIECE = 50
"""Endpoints that are packed between two turns of the hub."""
BREATH_S = 0.0005
"""Between the pieces of a report: only a timer lets the hub look at its sockets."""
STOCK_REPORT_EVERY_S = 3.0
LOST_AFTER_S = 5.0
"""So long nothing is heard of a worker until its users move to others, and of a master until its
worker lets its users go: both count from the same heartbeat, so that the load stays what it is."""
ORPHANED_AFTER_S = 15.0
"""So long a worker waits for its master before it ends."""
STOCK_ORPHANED_AFTER_S = 60.0


class EndpointReport(msgspec.Struct, frozen=True, array_like=True):
    """What was new for one request name of one user class; `tick.id` counts within the report."""

    user_class: str
    method: str
    name: str
    tick: EndpointTick


class FailureReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """New failures of one kind. `endpoint` is the `tick.id` of one in the same report."""

    endpoint: int
    text: str
    count: int
    status: int | None = None
    exception: str = ""
    errno: int | None = None
    varied: bool = False


class WorkerReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything new since the report before, and the facts of the worker.

    Attributes:
        number: counts up from 1, so that a report that is missing or comes twice is seen.
        name: what the master called a worker that it started itself.
        wall: Unix time on the worker's clock as it was sent.
        cut: requests that were sent and not waited for, since the worker began.
        arrivals: of an open workload; None in a closed one.
        iterations: tasks done since the worker began, where they are counted.
        iterations_by_class: tasks done since the report before, of the classes that are paced.
        quiet_s: seconds since its last response; None before the first one.
        problem: why it cannot take part, in a sentence.
    """

    number: int
    kind: Literal["lftui", "booted", "stock"] = "stock"
    name: str = ""
    host: str = ""
    pid: int = 0
    versions: dict[str, str] = {}
    scenario_sha256: str = ""
    wall: float | None = None
    endpoints: list[EndpointReport] = []
    failures: list[FailureReport] = []
    health: GeneratorHealth = msgspec.field(default_factory=GeneratorHealth)
    in_flight: int | None = None
    oldest_in_flight_s: float | None = None
    cut: int = 0
    iterations: int = 0
    iterations_by_class: dict[str, int] = {}
    quiet_s: float | None = None
    logs: list[Logged] = []
    problem: str = ""
    arrivals: Counts | None = None


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """A worker's part of the rate of an open workload, sent with Locust's spawn message.

    Attributes:
        start: iterations a second at this moment; from there it goes to `rate`, at most `slope` a
            second (None: at once).
        most: the most users there.
        phase: where even arrivals begin, as a part of the time between two.
    """

    start: float
    rate: float
    slope: float | None
    most: int
    phase: float


class Orders(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an lftui worker is told beside Locust's spawn message.

    Attributes:
        grace_s: how long a user that has to go may finish its request.
        headers: the target's headers, each value the name of a variable: `env:NAME`.
        timings: measure the phases of requests.
        iterations: count tasks.
        arrivals: how the iterations of an open workload arrive; "" for a closed one.
        by_class: count those of paced classes by class.
    """

    grace_s: float = 0.0
    headers: dict[str, str] = {}
    host: str | None = None
    timings: bool = False
    iterations: bool = False
    arrivals: Literal["", "poisson", "even"] = ""
    by_class: bool = False


class LocalWorker(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker process that the master starts is told on its standard input."""

    name: str
    master_port: int
    argv: list[str]
    own: dict[str, bool] = {}


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(WorkerReport)


def encode_report(report: WorkerReport, breathe: Callable[[], object] = lambda: None) -> bytes:
    """The report as it travels.

    Args:
        breathe: is called between the pieces of a long one.
    """
    pieces: list[Any] = []
    for endpoint in report.endpoints:
        if len(pieces) % PIECE == PIECE - 1:
            breathe()
        pieces.append(msgspec.Raw(_encoder.encode(endpoint)))
    return _encoder.encode(msgspec.structs.replace(report, endpoints=pieces))


def decode_report(data: object) -> WorkerReport | None:
    """The report that came, or None where it is no report: a port on a network hears anything."""
    if not isinstance(data, bytes):
        return None
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
