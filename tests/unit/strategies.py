"""What several tests draw from: records of every kind, and whole runs.

A run is played, not typed in: `Play` makes the ticks from single response times as the generator's
meter does, so that a test can compare what was folded with what was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, get_args

import msgspec
from hypothesis import strategies as st

from lftui.metrics import Histogram
from lftui.records import (
    SCHEMA,
    AnyRecord,
    Arrivals,
    Checkpoint,
    Command,
    EndpointSeen,
    EndpointTick,
    EndReason,
    ErrorSeen,
    ExceptionSeen,
    Finished,
    Gap,
    GeneratorHealth,
    Logged,
    Marked,
    MarkType,
    Record,
    RunStarted,
    State,
    TargetSample,
    TargetSampled,
    Tick,
    Unknown,
    WorkerSeen,
    WorkerTick,
    decode_record,
    encode,
    read_lines,
)
from lftui.run_state import RunState

WALL = 1_700_000_000.0
MONO = 5_000.0

# --- single records and commands -----------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WHOLE = st.integers(-(2**31), 2**53)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
RAW = JSON.map(lambda value: msgspec.Raw(msgspec.json.encode(value)))

st.register_type_strategy(msgspec.Raw, RAW)


def of_type(kind: Any) -> st.SearchStrategy[Any]:
    """A strategy for what a field of this type may hold."""
    node = msgspec.inspect.type_info(kind) if not isinstance(kind, msgspec.inspect.Type) else kind
    match node:
        case msgspec.inspect.AnyType():
            return JSON
        case msgspec.inspect.NoneType():
            return st.none()
        case msgspec.inspect.BoolType():
            return st.booleans()
        case msgspec.inspect.IntType():
            return WHOLE
        case msgspec.inspect.FloatType():
            return NUMBER
        case msgspec.inspect.StrType():
            return TEXT
        case msgspec.inspect.RawType():
            return RAW
        case msgspec.inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case msgspec.inspect.UnionType(types=types):
            return st.one_of([of_type(one) for one in types])
        case msgspec.inspect.ListType(item_type=item):
            return st.lists(of_type(item), max_size=3)
        case msgspec.inspect.TupleType(item_types=items):
            return st.tuples(*[of_type(item) for item in items])
        case msgspec.inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(of_type(key), of_type(value), max_size=3)
        case msgspec.inspect.StructType(cls=cls):
            return struct(cls)
    raise NotImplementedError(f"no strategy for {node}")


def struct(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Any instance of a struct, each of its fields left out or given."""
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    info = msgspec.inspect.type_info(cls)
    assert isinstance(info, msgspec.inspect.StructType)
    for field in info.fields:
        (required if field.required else optional)[field.name] = of_type(field.type)
    return st.fixed_dictionaries(required, optional=optional).map(lambda values: cls(**values))


RECORD_KINDS: tuple[type[Any], ...] = get_args(Record)
COMMAND_KINDS: tuple[type[Any], ...] = get_args(Command)
RECORDS: st.SearchStrategy[Any] = st.sampled_from(RECORD_KINDS).flatmap(struct)
COMMANDS: st.SearchStrategy[Any] = st.sampled_from(COMMAND_KINDS).flatmap(struct)

MARK_TYPES: tuple[MarkType, ...] = get_args(MarkType)
END_REASONS: tuple[EndReason, ...] = get_args(EndReason)
STATES: tuple[State, ...] = get_args(State)


# --- whole runs ----------------------------------------------------------------------------------


class Sent(msgspec.Struct, frozen=True):
    """One request: who it went to, µs (None: it was not timed), bytes, whether it failed, and in an
    open workload how many µs after its time it was sent."""

    endpoint: int
    us: int | None
    size: int = 0
    failed: bool = False
    late_us: int = 0


def endpoint_tick(endpoint: int, requests: Sequence[Sent]) -> EndpointTick:
    """What the generator's meter packs of these requests to one endpoint."""
    timed = [sent.us for sent in requests if sent.us is not None]
    return EndpointTick(
        id=endpoint,
        count=len(requests),
        failures=sum(sent.failed for sent in requests),
        sum_us=sum(timed),
        min_us=min(timed, default=None),
        max_us=max(timed, default=0),
        bytes=sum(sent.size for sent in requests),
        ok=_sparse(sent.us for sent in requests if not sent.failed),
        failed=_sparse(sent.us for sent in requests if sent.failed),
        intended=_intended(requests),
    )


def _intended(requests: Sequence[Sent]) -> list[int]:
    """From when they were due; nothing where all were sent just then."""
    if not any(sent.late_us for sent in requests):
        return []
    times = [
        None if sent.us is None else sent.us + sent.late_us for sent in requests if not sent.failed
    ]
    return _sparse(times)


def _sparse(times: Iterable[int | None]) -> list[int]:
    return Histogram.of(us for us in times if us is not None).sparse()


class Play:
    """A run that is played record by record, and folded on the way.

    Attributes:
        state: what is known of it so far.
        records: everything that was said.
        sent: every request of the ticks.
        now: monotonic seconds.
    """

    def __init__(
        self,
        *,
        settle_s: float = 3.0,
        shape: str = "steps",
        plan: dict[str, Any] | None = None,
        began: float = MONO,
        **started: Any,
    ) -> None:
        self.state = RunState()
        self.records: list[AnyRecord] = []
        self.sent: list[Sent] = []
        self.now = began
        self._endpoints: dict[tuple[str, str, str], int] = {}
        self._errors: dict[tuple[int, str], int] = {}
        plan = {"settle_s": settle_s, **(plan or {})}
        self.say(RunStarted(schema=SCHEMA, run_id="r", plan=plan, shape=shape, **started))

    def say(self, record: Any) -> None:
        """The next record, numbered and dated as the supervisor and the generator do."""
        self._take(
            msgspec.structs.replace(
                record, seq=len(self.records) + 1, wall=WALL + self.now - MONO, mono=self.now
            )
        )

    def _take(self, record: AnyRecord) -> None:
        self.records.append(record)
        self.state.apply(record)

    def unknown(self, kind: str) -> None:
        """A record of a kind that only a later version knows."""
        seq, wall = len(self.records) + 1, WALL + self.now - MONO
        data = {"kind": kind, "seq": seq, "wall": wall, "mono": self.now, "news": [1]}
        self._take(Unknown(kind=kind, data=data, seq=seq, wall=wall, mono=self.now))

    def endpoint(self, name: str = "/", method: str = "GET", user_class: str = "") -> int:
        """The id of an endpoint, announced when it is met first."""
        key = (method, name, user_class)
        number = self._endpoints.get(key)
        if number is None:
            number = self._endpoints[key] = len(self._endpoints) + 1
            self.say(EndpointSeen(id=number, method=method, name=name, user_class=user_class))
        return number

    def announce_again(self) -> None:
        """Every endpoint once more, as after a reconnection."""
        for (method, name, user_class), number in self._endpoints.items():
            self.say(EndpointSeen(id=number, method=method, name=name, user_class=user_class))

    def error(self, endpoint: int, text: str = "down", sample: str = "") -> int:
        """The id of an error group, announced when it is met first."""
        number = self._errors.get((endpoint, text))
        if number is None:
            number = self._errors[endpoint, text] = len(self._errors) + 1
            self.say(ErrorSeen(id=number, endpoint=endpoint, text=text, sample=sample or text))
        return number

    def tick(
        self,
        requests: Sequence[Sent] = (),
        *,
        users: int = 10,
        length_s: float = 1.0,
        errors: Sequence[tuple[int, int]] = (),
        **status: Any,
    ) -> None:
        """An interval in which these requests were completed; `status` is more of `Tick`."""
        by_endpoint: dict[int, list[Sent]] = {}
        for sent in requests:
            by_endpoint.setdefault(sent.endpoint, []).append(sent)
        self.sent += requests
        start, self.now = self.now, self.now + length_s
        status = {"state": "running", "target": users, **status}
        self.say(
            Tick(
                start=start,
                end=self.now,
                users=users,
                endpoints=[endpoint_tick(*item) for item in by_endpoint.items()],
                errors=list(errors),
                **status,
            )
        )

    def tick_of(self, endpoints: list[EndpointTick], users: int = 10) -> None:
        """An interval of which only these sums are known: for very many requests."""
        start, self.now = self.now, self.now + 1.0
        self.say(
            Tick(
                start=start,
                end=self.now,
                state="running",
                target=users,
                users=users,
                endpoints=endpoints,
            )
        )

    def seconds(self, count: int, *, rps: int = 2, ms: float = 20, **status: Any) -> None:
        """As many equal seconds, each with `rps` requests of `ms` to one endpoint."""
        endpoint = self.endpoint()
        for _ in range(count):
            self.tick([Sent(endpoint, int(ms * 1000))] * rps, **status)

    def mark(self, type: MarkType, **facts: Any) -> None:
        """A mark; the tick before it is expected to end here."""
        self.say(Marked(type=type, **facts))

    def finish(self, reason: EndReason = "completed") -> None:
        """The last record."""
        self.say(Finished(reason=reason))

    def journal(self) -> bytes:
        """The run as it stands in a journal."""
        return b"".join(encode(record) for record in self.records)


def fold(records: Iterable[AnyRecord], state: RunState | None = None) -> RunState:
    """The state after these records."""
    state = RunState() if state is None else state
    for record in records:
        state.apply(record)
    return state


def fold_journal(data: bytes) -> RunState:
    """The state that a journal's bytes give."""
    return fold(decode_record(line) for line, _ in read_lines(data))


def read_back(state: RunState) -> RunState:
    """The state, written to a checkpoint and read from it."""
    return msgspec.json.decode(msgspec.json.encode(state), type=RunState)


_NAMES = ["/", "/jobs", "/jobs/[id]", "/login", "Größe ▲"]
_CLASSES = ["", "Reader", "Writer"]
_WORKERS: list[list[WorkerTick]] = [
    [],
    [WorkerTick(id="local-1", state="running", users=3, count=2, ok=[7, 2], cpu_percent=95.0)],
    [WorkerTick(id="local-1", state="missing"), WorkerTick(id="farm-1", count=1, lag=[3, 1])],
]
_ARRIVALS = [
    None,
    Arrivals(5.0, due=5, started=5, busy=2, free=1, most=10),
    Arrivals(5.0, due=9, started=3, late=2, dropped=1, waiting=3, busy=10, most=10),
]
_TIMES = st.none() | st.integers(0, 4_000_000_000)


@st.composite
def plays(draw: st.DrawFn, most: int = 25) -> Play:
    """Any run: ticks with requests and errors, marks and whatever else may stand in a journal."""
    play = Play(settle_s=draw(st.sampled_from([0.0, 1.0, 3.0])))
    users = 0
    for what in draw(st.lists(st.sampled_from(["tick"] * 4 + ["mark", "say"]), max_size=most)):
        if what == "mark":
            play.mark(draw(st.sampled_from(MARK_TYPES)), text=draw(TEXT), who=draw(TEXT), new=users)
        elif what == "say":
            _say_something(draw, play)
        else:
            users = draw(st.sampled_from([users, users, 0, 5, 10]))
            _draw_tick(draw, play, users)
    if draw(st.booleans()):
        play.finish(draw(st.sampled_from(END_REASONS)))
    return play


def _draw_tick(draw: st.DrawFn, play: Play, users: int) -> None:
    requests: list[Sent] = []
    errors: dict[int, int] = {}
    for name in draw(st.lists(st.sampled_from(_NAMES), max_size=3)):
        endpoint = play.endpoint(name, "GET", draw(st.sampled_from(_CLASSES)))
        for us in draw(st.lists(_TIMES, max_size=5)):
            failed = draw(st.booleans())
            requests.append(Sent(endpoint, us, draw(st.integers(0, 10_000)), failed))
            if failed:
                group = play.error(endpoint, draw(st.sampled_from(["down", "late <n>"])))
                errors[group] = errors.get(group, 0) + 1
    play.tick(
        requests,
        users=users,
        length_s=draw(st.sampled_from([1.0, 1.0, 1.0, 0.1, 0.37, 7.5])),
        errors=sorted(errors.items()),
        state=draw(st.sampled_from(["running", "running", "spawning", "paused"])),
        held=draw(st.booleans()),
        target_by_class=draw(st.sampled_from([{}, {"Reader": users}])),
        last_response=play.now if requests else None,
        health=GeneratorHealth(cpu_percent=draw(st.floats(0, 100)), lag=[3, 2], lag_max_us=3),
        workers=draw(st.sampled_from(_WORKERS)),
        arrivals=draw(st.sampled_from(_ARRIVALS)),
    )


def _say_something(draw: st.DrawFn, play: Play) -> None:
    kind = draw(
        st.sampled_from(
            [
                Logged,
                Gap,
                ExceptionSeen,
                TargetSampled,
                Checkpoint,
                WorkerSeen,
                "endpoint again",
                "unknown",
            ]
        )
    )
    if kind == "unknown":
        play.unknown(draw(st.sampled_from(["Later", "LaterStill"])))
    elif kind == "endpoint again":
        play.announce_again()
    elif kind is ExceptionSeen:
        play.say(ExceptionSeen(id=draw(st.integers(1, 3)), count=draw(st.integers(0, 9))))
    elif kind is TargetSampled:
        play.say(TargetSampled(source="host", samples=[TargetSample("cpu", draw(NUMBER), "%")]))
    else:
        play.say(draw(struct(kind)))
