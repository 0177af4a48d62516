"""What a RunState is made of. All of it can be written down and read back (checkpoints)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from lftui.metrics import ArrivalFigures, Batches, Figures, Packed, Point, Series, pack
from lftui.records import EndpointTick, Tick
from lftui.run_state.arrivals import added, arrivals_of
from lftui.run_state.health import HealthFacts, Readings
from lftui.run_state.phases import Phases, add_phases

ROW_SERIES_KEEP = 30
ROW_POINT_S = 5.0
_SERIES_BUDGET = 1_000


def add_tick(figures: Figures, tick: EndpointTick) -> None:
    """Add what one tick says of an endpoint."""
    timed = tick.min_us is not None
    figures.add_interval(
        count=tick.count,
        failures=tick.failures,
        sum_us=tick.sum_us,
        min_us=tick.min_us,
        max_us=tick.max_us if timed else None,
        size=tick.bytes,
        ok=tick.ok,
        failed=tick.failed,
        adjusted=tick.intended,
    )


class Row(msgspec.Struct):
    """One endpoint, whoever requests it. Walls are Unix seconds, to the tick.

    Its series has a point every `ROW_POINT_S`; the one that fills up is `filling`. Point by point
    and second by second it would be most of the work of folding a day.
    """

    method: str
    name: str
    figures: Figures
    series: Series
    first_wall: float = 0.0
    last_wall: float = 0.0
    filling: Point | None = None
    phases: Phases = {}

    def count(self, endpoint: EndpointTick, tick: Tick, ok: Packed) -> None:
        """Add what a tick says of this endpoint; `ok` is its histogram, packed."""
        add_tick(self.figures, endpoint)
        if endpoint.timings:
            add_phases(self.phases, endpoint.timings)
        self.first_wall = self.first_wall or tick.wall
        self.last_wall = tick.wall
        point = self.filling
        if point is not None and tick.end - point.start_s > ROW_POINT_S:
            self.series.append(point)
            point = None
        if point is None:
            point = self.filling = Point(tick.start, tick.end)
        point.end_s = tick.end
        point.count += endpoint.count
        point.failures += endpoint.failures
        point.bytes += endpoint.bytes
        point.ok += ok
        if endpoint.failed:
            point.failed += pack(endpoint.failed)
        if endpoint.intended:
            point.adjusted += pack(endpoint.intended)

    def points(self) -> list[Point]:
        """The series, with the point that fills up as its last."""
        return [*self.series.points(), *([self.filling] if self.filling else [])]


def new_row(method: str, name: str, rows: int) -> Row:
    """An endpoint's row; with many endpoints each keeps a coarser series, so that memory holds."""
    keep = max(4, min(ROW_SERIES_KEEP, _SERIES_BUDGET // (rows + 1)))
    return Row(method=method, name=name, figures=Figures(), series=Series(keep=keep))


class ClassRow(msgspec.Struct):
    """One user class: the figures of the requests that its users sent."""

    name: str
    figures: Figures = msgspec.field(default_factory=Figures)


class Counted(msgspec.Struct):
    """A tick with what every span needs of it, made once.

    Attributes:
        rows: the row of each of its endpoints.
        packed: the packed response times of each one's successes; `packed_total` of all.
        adjusted: the same from when they were due; `adjusted_total` of all.
        arrivals: of an open workload.
        by_class: the figures of each user class.
        total: all together.
        read: how the processes were that make the load.
    """

    tick: Tick
    rows: list[int]
    packed: list[Packed]
    packed_total: Packed
    adjusted: list[Packed]
    adjusted_total: Packed
    arrivals: ArrivalFigures | None
    by_class: dict[str, Figures]
    total: Figures
    read: Readings

    @classmethod
    def of(cls, tick: Tick, rows: list[int], owners: list[str]) -> Counted:
        """Count a tick; `owners` is the user class of each of its endpoints, "" for none."""
        sums: dict[str, Figures] = {}
        for endpoint, owner in zip(tick.endpoints, owners, strict=True):
            add_tick(_of(sums, owner, Figures), endpoint)
        total = Figures()
        for figures in sums.values():
            total.add(figures)
        sums.pop("", None)
        return cls(
            tick=tick,
            rows=rows,
            packed=[pack(endpoint.ok) for endpoint in tick.endpoints],
            packed_total=pack(total.ok.sparse()),
            adjusted=[pack(one.intended) if one.intended else b"" for one in tick.endpoints],
            adjusted_total=packed_adjusted(total),
            arrivals=arrivals_of(tick),
            by_class=sums,
            total=total,
            read=Readings.of(tick),
        )


def packed_adjusted(figures: Figures) -> Packed:
    """The adjusted times, packed; empty where there are none."""
    return b"" if figures.adjusted is None else pack(figures.adjusted.sparse())


class Span(msgspec.Struct):
    """The figures since some moment, in all and by row.

    `batches` and `total_batches` are the same figures cut into pieces of time: from them it is
    known how much the requests depend on one another, and so how far the figures can be trusted.
    `user_s` is users times seconds. `arrivals` are those of an open workload.
    """

    began_s: float
    total: Figures = msgspec.field(default_factory=Figures)
    rows: dict[int, Figures] = {}
    covered_s: float = 0.0
    label: str = ""
    total_batches: Batches = msgspec.field(default_factory=Batches)
    batches: dict[int, Batches] = {}
    classes: dict[str, Figures] = {}
    class_batches: dict[str, Batches] = {}
    health: HealthFacts = msgspec.field(default_factory=HealthFacts)
    phases: dict[int, Phases] = {}
    user_s: float = 0.0
    arrivals: ArrivalFigures | None = None

    def add_phases(self, rows: Sequence[int], tick: Tick) -> None:
        """Add a tick's phases. Not part of `add_all`: hundreds of steps with four histograms an
        endpoint would be most of the memory."""
        for row, endpoint in zip(rows, tick.endpoints, strict=True):
            if endpoint.timings:
                add_phases(self.phases.setdefault(row, {}), endpoint.timings)

    def add_all(self, counted: Counted) -> None:
        """Add a whole tick."""
        tick, total = counted.tick, counted.total
        at_s = tick.start - self.began_s
        self.covered_s += tick.end - tick.start
        self.total.add(total)
        self.health.add(counted.read)
        self.user_s += tick.users * (tick.end - tick.start)
        self.arrivals = added(self.arrivals, counted.arrivals)
        self.total_batches.add(
            at_s, total.count, total.failures, counted.packed_total, counted.adjusted_total
        )
        each = zip(counted.rows, tick.endpoints, counted.packed, counted.adjusted, strict=True)
        for row, endpoint, ok, adjusted in each:
            self.add(row, endpoint)
            batches = _of(self.batches, row, Batches)
            batches.add(at_s, endpoint.count, endpoint.failures, ok, adjusted)
        for owner, figures in counted.by_class.items():
            _of(self.classes, owner, Figures).add(figures)
            ok, adjusted = pack(figures.ok.sparse()), packed_adjusted(figures)
            batches = _of(self.class_batches, owner, Batches)
            batches.add(at_s, figures.count, figures.failures, ok, adjusted)

    def add(self, row: int, tick: EndpointTick) -> None:
        """Add an endpoint's tick."""
        add_tick(_of(self.rows, row, Figures), tick)

    def add_class(self, owner: str, tick: EndpointTick) -> None:
        """Add what users of one class requested."""
        add_tick(_of(self.classes, owner, Figures), tick)

    def thin(self, keep: int) -> None:
        """Keep fewer and longer batches."""
        several = (*self.batches.values(), *self.class_batches.values())
        for batches in (self.total_batches, *several):
            batches.thin(keep)


_Name = TypeVar("_Name", int, str)
_Sum = TypeVar("_Sum", Figures, Batches)


def _of(several: dict[_Name, _Sum], name: _Name, kind: type[_Sum]) -> _Sum:
    found = several.get(name)
    if found is None:
        found = several[name] = kind()
    return found


class Step(msgspec.Struct):
    """A plateau that happened. Its figures begin when it has settled.

    Attributes:
        users: the users wanted, all of them running since `began_s`; in an open workload the most
            that there were.
        rate: iterations a second, in an open workload; `span.arrivals` says what became of them.
        began_s, ended_s: monotonic seconds; `ended_s` None while it lasts.
        span: the figures of its settled part.
        by_hand: an operator made this level: the shape was held, or leaves the level to hands.
        users_min: the fewest users that really ran in its settled part; None before it, and in an
            open workload, which has the users that it needs.
    """

    number: int
    users: int
    began_s: float
    settle_s: float
    span: Span
    per_class: dict[str, int] = {}
    stage: int | None = None
    by_hand: bool = False
    ended_s: float | None = None
    last_s: float = 0.0
    began_wall: float = 0.0
    users_min: int | None = None
    marks: list[str] = []
    rate: float | None = None

    @property
    def user_s(self) -> float:
        """Users times seconds of its settled part, for figures by user."""
        return self.span.user_s

    @property
    def duration_s(self) -> float:
        """How long the plateau has lasted, settling included."""
        return (self.ended_s if self.ended_s is not None else self.last_s) - self.began_s
