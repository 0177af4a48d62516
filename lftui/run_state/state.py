"""The fold: `RunState.apply(record)`."""

from __future__ import annotations

from typing import Any

import msgspec

from lftui.metrics import ArrivalFigures, Figures, Point, Series, pack
from lftui.records import (
    RESET_STATS,
    AnyRecord,
    EndpointSeen,
    ErrorSeen,
    ExceptionSeen,
    Finished,
    Gap,
    Loaded,
    Logged,
    Marked,
    Proposed,
    Ready,
    RunStarted,
    Smoked,
    State,
    TargetSampled,
    Tick,
    WorkerSeen,
)
from lftui.run_state import workers as worker_fold
from lftui.run_state.adjusting import Adjusting
from lftui.run_state.arrivals import added
from lftui.run_state.failures import ErrorGroup, ScriptError
from lftui.run_state.guarded import GuardFacts
from lftui.run_state.health import HealthFacts, cpu_of
from lftui.run_state.parts import (
    ClassRow,
    Counted,
    Row,
    Span,
    new_row,
)
from lftui.run_state.readings import MOST_SERIES, Readings
from lftui.run_state.searched import SearchFacts
from lftui.run_state.steps import Steps
from lftui.run_state.target import Targets, key_of, on_sampled

RECENT_S = 10.0
LOG_LINES = 500
MARKS = 5_000
TOTAL_SERIES_KEEP = 300
_BY_ITSELF = ("breach", "guard", "stalled", "blocked", "worker")


class RunState(msgspec.Struct):
    """Everything that is known of a run up to `last_seq`.

    `rows` are the endpoints by method and name; a record's endpoint id leads to its row by
    `row_of` and to its user class by `class_of`. `window` holds the figures since an operator began
    to measure afresh, `reset` those since Locust's `--reset-stats`. Seconds are monotonic where
    they end in `_s`. `workers` are by their id. `target_facts` are the target's metrics by source
    and name, `target_readings` the same over time. `unsettled` is the whole run, as long as no step
    has settled figures. `arrivals` are those of an open workload, None in a closed one; `user_s` is
    users times seconds of load.
    """

    started: RunStarted | None = None
    loaded: Loaded | None = None
    ready: Ready | None = None
    finished: Finished | None = None
    last_seq: int = 0
    last_wall: float = 0.0
    last_s: float = 0.0
    first_wall: float = 0.0
    load_began_s: float | None = None
    load_ended_s: float | None = None
    last_tick_s: float | None = None
    stopping_since_s: float | None = None

    state: State = "loading"
    stage: int | None = None
    shape_s: float | None = None
    held: bool = False
    target: int = 0
    users: int = 0
    users_max: int = 0
    spawn_rate: float = 0.0
    target_by_class: dict[str, int] = {}
    users_by_class: dict[str, int] = {}
    last_response_s: float | None = None
    in_flight: int | None = None
    oldest_in_flight_s: float | None = None
    controls: str = ""
    policy: str = ""
    baseline: dict[str, Any] | None = None
    baseline_path: str = ""

    rows: list[Row] = []
    row_by_name: dict[str, int] = {}
    row_of: dict[int, int] = {}
    class_of: dict[int, str] = {}
    classes: dict[str, ClassRow] = {}
    total: Figures = msgspec.field(default_factory=Figures)
    series: Series = msgspec.field(default_factory=lambda: Series(keep=TOTAL_SERIES_KEEP))
    recent: list[Tick] = []
    window: Span | None = None
    reset: Span | None = None
    unsettled: Span | None = None
    arrivals: ArrivalFigures | None = None
    adjusting: Adjusting = msgspec.field(default_factory=Adjusting)
    user_s: float = 0.0
    steps: Steps = msgspec.field(default_factory=Steps)

    errors: dict[int, ErrorGroup] = {}
    exceptions: dict[int, ScriptError] = {}
    health: HealthFacts = msgspec.field(default_factory=HealthFacts)
    workers: worker_fold.Workers = {}
    marks: list[Marked] = []
    logs: list[Logged] = []
    log_lines: int = 0
    gaps: list[Gap] = []
    proposals: dict[str, Proposed] = {}
    guard: GuardFacts = msgspec.field(default_factory=GuardFacts)
    search: SearchFacts = msgspec.field(default_factory=SearchFacts)
    target_facts: Targets = {}
    target_readings: dict[str, Readings] = {}
    smoked: list[Smoked] = []
    unknown_kinds: dict[str, int] = {}

    @property
    def is_open(self) -> bool:
        """Whether the load is a rate of iterations, not a number of users."""
        planned = self.started is not None and self.started.plan.get("open_workload") is not None
        return planned or self.arrivals is not None

    def apply(self, record: AnyRecord) -> None:
        """Take the next record. One that was taken before (by its `seq`) changes nothing."""
        if record.seq:
            if record.seq <= self.last_seq:
                return
            self.last_seq = record.seq
        if record.wall:
            self.last_wall, self.last_s = record.wall, record.mono
            self.first_wall = self.first_wall or record.wall
        fold = _FOLDS.get(type(record))
        if fold is not None:
            fold(self, record)
        elif type(record).__name__ == "Unknown":
            kind: str = getattr(record, "kind", "")
            self.unknown_kinds[kind] = self.unknown_kinds.get(kind, 0) + 1

    # --- one method a kind ---------------------------------------------------------------------

    def _on_started(self, record: RunStarted) -> None:
        self.started = record
        settle = record.plan.get("settle_s")
        if isinstance(settle, int | float):
            self.steps.settle_s = float(settle)
        self.policy = str(record.plan.get("on_disconnect", ""))
        self.baseline, self.baseline_path = record.baseline, record.baseline_path or ""

    def _on_loaded(self, record: Loaded) -> None:
        self.loaded = record
        self.adjusting.on_classes(record.user_classes)
        self.state = "ready"

    def _on_ready(self, record: Ready) -> None:
        self.ready = record
        self.state = "ready"

    def _on_endpoint(self, record: EndpointSeen) -> None:
        key = f"{record.method}\t{record.name}"
        row = self.row_by_name.get(key)
        if row is None:
            row = self.row_by_name[key] = len(self.rows)
            self.rows.append(new_row(record.method, record.name, len(self.rows)))
        self.row_of[record.id] = row
        if record.user_class:
            self.class_of[record.id] = record.user_class
            if record.user_class not in self.classes:
                self.classes[record.user_class] = ClassRow(record.user_class)

    def _on_worker(self, record: WorkerSeen) -> None:
        worker_fold.on_seen(self.workers, record)

    def _on_tick(self, tick: Tick) -> None:
        tick = self.adjusting.adjusted(tick, self.class_of)
        self._take_status(tick)
        rows = [self._row_of(endpoint.id) for endpoint in tick.endpoints]
        owners = [self.class_of.get(endpoint.id, "") for endpoint in tick.endpoints]
        counted = Counted.of(tick, rows, owners)
        for row, endpoint, ok in zip(rows, tick.endpoints, counted.packed, strict=True):
            self.rows[row].count(endpoint, tick, ok)
        for owner, figures in counted.by_class.items():
            self.classes[owner].figures.add(figures)
        self.total.add(counted.total)
        under_load = self.load_ended_s == tick.end
        self.arrivals = added(self.arrivals, counted.arrivals, timed=under_load)
        self.health.add(counted.read)
        self._take_point(counted)
        self.steps.on_tick(counted)
        self._follow_unsettled(tick)
        for span in (self.window, self.reset, self.unsettled):
            if span is not None:
                span.add_all(counted)
        if self.reset is not None:
            self.reset.add_phases(rows, tick)
        for group, count in tick.errors:
            self._count_error(group, count, tick)
        self._remember(tick)

    def _follow_unsettled(self, tick: Tick) -> None:
        """Until a plateau has settled figures the whole run is what will be judged."""
        if self.load_began_s == tick.start:
            self.unsettled = Span(began_s=tick.start)
        elif self.unsettled is not None and any(s.span.total.count for s in self.steps.all()):
            self.unsettled = None

    def _take_status(self, tick: Tick) -> None:
        self.state, self.stage, self.shape_s = tick.state, tick.stage, tick.shape_s
        self.held, self.target, self.users = tick.held, tick.target, tick.users
        self.users_max = max(self.users_max, tick.users)
        self.spawn_rate = tick.spawn_rate
        self.target_by_class, self.users_by_class = tick.target_by_class, tick.users_by_class
        self.in_flight, self.oldest_in_flight_s = tick.in_flight, tick.oldest_in_flight_s
        if tick.last_response is not None:
            self.last_response_s = tick.last_response
        if self.load_began_s is None:
            self.load_began_s = tick.start
        # What comes in while the run stops is counted, but its time is no time of load.
        under_load = not self.stopping_since_s
        if under_load:
            self.load_ended_s = tick.end
            self.user_s += tick.users * (tick.end - tick.start)
        if tick.state in ("stopping", "stopped"):
            self.stopping_since_s = self.stopping_since_s or tick.end
        self.last_tick_s = tick.end
        worker_fold.on_tick(self.workers, tick, under_load)

    def _row_of(self, endpoint: int) -> int:
        row = self.row_of.get(endpoint)
        if row is None:  # the announcement is missing: a gap, or a journal from elsewhere
            self._on_endpoint(EndpointSeen(id=endpoint, method="", name=f"(unnamed {endpoint})"))
            row = self.row_of[endpoint]
        return row

    def _take_point(self, counted: Counted) -> None:
        tick, sums = counted.tick, counted.total
        self.series.append(
            Point(
                tick.start,
                tick.end,
                sums.count,
                sums.failures,
                sums.bytes,
                users=tick.users,
                target_users=tick.target,
                ok=counted.packed_total,
                failed=pack(sums.failed.sparse()),
                cpu_percent=cpu_of(counted.read),
                lag_max_us=counted.read.lag_max_us,
                rss_bytes=tick.health.rss_bytes,
                adjusted=counted.adjusted_total,
                arrivals=counted.arrivals,
            )
        )

    def _remember(self, tick: Tick) -> None:
        self.recent.append(tick)
        oldest = tick.end - RECENT_S
        while self.recent[0].end <= oldest:
            self.recent.pop(0)

    def _on_error(self, record: ErrorSeen) -> None:
        known = self.errors.get(record.id)
        if known is not None:
            known.varied = known.varied or record.varied
            return
        self.errors[record.id] = ErrorGroup(
            id=record.id,
            row=self._row_of(record.endpoint),
            status=record.status,
            exception=record.exception,
            errno=record.errno,
            text=record.text,
            sample=record.sample,
            varied=record.varied,
            first_wall=record.wall,
            last_wall=record.wall,
            first_step=self.steps.numbered + 1,
        )

    def _count_error(self, group: int, count: int, tick: Tick) -> None:
        error = self.errors.get(group)
        if error is None:
            self._on_error(ErrorSeen(id=group, endpoint=0, text="(unnamed)", sample="(unnamed)"))
            error = self.errors[group]
        error.add(count, tick)

    def _on_exception(self, record: ExceptionSeen) -> None:
        group = self.exceptions.get(record.id)
        if group is None:
            group = self.exceptions[record.id] = ScriptError(
                id=record.id,
                message=record.message,
                traceback=record.traceback,
                first_wall=record.wall,
            )
        group.came_from(record.node)
        group.count += record.count
        group.last_wall = record.wall

    def _on_mark(self, record: Marked) -> None:
        if record.type == "baseline" and "document" in record.facts:
            record = self._pin(record)
        self.marks.append(record)
        if len(self.marks) > MARKS:
            self._thin_marks()
        self.steps.on_mark(record)
        if record.type == "stop":
            self._end_load(record)
        if record.type == "window" and record.why == RESET_STATS:
            self.reset = Span(began_s=record.mono, label=record.why)
        elif record.type == "window":
            self.window = Span(began_s=record.mono, label=record.text or record.why)
        elif record.type == "controls":
            self.controls = record.who if record.new else ""
        elif record.type == "policy":
            self.policy = record.text
        elif record.type == "worker":
            worker_fold.on_mark(self.workers, record)
        elif record.type in ("breach", "stalled", "guard"):
            self.guard.on_mark(record)
            self.proposals.pop(record.proposal_id, None)
        elif record.type == "capacity":
            self.search.on_mark(record)
            self.proposals.pop(record.proposal_id, None)

    def _end_load(self, record: Marked) -> None:
        """With workers the second in which the load ended comes as a whole: its time up to here
        is load."""
        if self.load_ended_s is not None and not self.stopping_since_s:
            self.load_ended_s = self.stopping_since_s = record.mono

    def _pin(self, record: Marked) -> Marked:
        """Take the baseline out of a mark: it is large, and marks are kept by the thousand."""
        document = record.facts["document"]
        self.baseline = document if isinstance(document, dict) else None
        path = str(record.facts.get("path") or record.text)
        self.baseline_path = path if self.baseline is not None else ""
        return msgspec.structs.replace(record, facts={"path": path})

    def _thin_marks(self) -> None:
        """Give up the oldest mark that nobody made by hand; what people said and did stays."""
        for index, mark in enumerate(self.marks):
            if mark.who == "shape" or mark.type in _BY_ITSELF:
                del self.marks[index]
                return
        del self.marks[0]

    def _on_log(self, record: Logged) -> None:
        self.log_lines += 1 + record.dropped
        self.logs.append(record)
        if len(self.logs) > LOG_LINES:
            del self.logs[: len(self.logs) - LOG_LINES]

    def _on_gap(self, record: Gap) -> None:
        self.gaps.append(record)
        worker_fold.on_gap(self.workers, record)

    def _on_proposed(self, record: Proposed) -> None:
        self.proposals[record.proposal_id] = record
        if record.source == "capacity":
            self.search.ignored = False

    def _on_sampled(self, record: TargetSampled) -> None:
        on_sampled(self.target_facts, record)
        for sample in record.samples:
            if sample.value is not None:
                self._take_reading(record, sample.name, sample.unit, sample.value)

    def _take_reading(self, record: TargetSampled, name: str, unit: str, value: float) -> None:
        key = key_of(record.source, name)
        readings = self.target_readings.get(key)
        if readings is None:
            if len(self.target_readings) >= MOST_SERIES:
                return
            readings = self.target_readings[key] = Readings(record.source, name)
        readings.unit = unit
        readings.add(value, record.mono)

    def _on_smoked(self, record: Smoked) -> None:
        self.smoked.append(record)

    def _on_finished(self, record: Finished) -> None:
        self.finished = record
        self.state = "stopped"
        self.users = 0
        self.proposals.clear()
        self.steps.close(self.load_ended_s if self.load_ended_s is not None else record.mono)


_FOLDS: dict[type, Any] = {
    RunStarted: RunState._on_started,
    Loaded: RunState._on_loaded,
    Ready: RunState._on_ready,
    EndpointSeen: RunState._on_endpoint,
    WorkerSeen: RunState._on_worker,
    Tick: RunState._on_tick,
    ErrorSeen: RunState._on_error,
    ExceptionSeen: RunState._on_exception,
    Marked: RunState._on_mark,
    Logged: RunState._on_log,
    Gap: RunState._on_gap,
    Proposed: RunState._on_proposed,
    TargetSampled: RunState._on_sampled,
    Smoked: RunState._on_smoked,
    Finished: RunState._on_finished,
}
