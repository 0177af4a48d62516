"""The figures of a baseline, as pydantic models: of an endpoint, and of it at one load."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from lftui.baseline.names import MOST_MS, TIMES, metric_of
from lftui.baseline.wording import number

MOST_LOADS = 200
DEFAULT_TOLERANCE = 0.10

Milliseconds = Annotated[float, Field(ge=0, le=MOST_MS)]
Rate = Annotated[float, Field(ge=0, le=1e9)]
Share = Annotated[float, Field(ge=0, le=1)]
Interval = Annotated[list[float | None], Field(min_length=2, max_length=2)]


class Part(BaseModel):
    """A piece of the document: types are taken at their word, unknown keys stay."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, allow_inf_nan=False)


class ResponseTimes(Part):
    """Milliseconds; each at least as high as those before it."""

    p50: Milliseconds | None = None
    p90: Milliseconds | None = None
    p95: Milliseconds | None = None
    p99: Milliseconds | None = None
    p999: Milliseconds | None = None
    max: Milliseconds | None = None

    @field_validator("p90", "p95", "p99", "p999", "max")
    @classmethod
    def _rise(cls, value: float | None, info: ValidationInfo) -> float | None:
        for name, lower in info.data.items():
            if value is not None and lower is not None and value < lower:
                raise ValueError(f"{number(value)} is below {name}, which is {number(lower)}")
        return value


class Figures(Part):
    """What is expected of an endpoint.

    Attributes:
        samples: the responses that the percentiles stand on; given where they were measured.
        requests: the requests that the error rate stands on.
        intervals: 95 % intervals of those figures that were measured, by `p50`, …,
            `error_rate`, `throughput_rps`; an end that is not known is null.
        duration_s: how long it was measured.
    """

    expected_response_time_ms: ResponseTimes = ResponseTimes()
    expected_throughput_rps: Rate | None = None
    expected_error_rate: Share | None = None
    samples: Annotated[int, Field(ge=0)] | None = None
    requests: Annotated[int, Field(ge=0)] | None = None
    intervals: dict[str, Interval] = {}
    duration_s: Annotated[float, Field(ge=0)] | None = None

    @field_validator("intervals")
    @classmethod
    def _ordered(cls, value: dict[str, Interval]) -> dict[str, Interval]:
        for name, (low, high) in value.items():
            if low is not None and high is not None and low > high:
                raise ValueError(
                    f"{name} begins at {number(low)} and ends at {number(high)}, before it"
                )
        return value

    def figure(self, metric: str) -> float | None:
        """What is expected of a metric, by lftui's name; None where nothing is."""
        if metric in TIMES:
            value: float | None = getattr(self.expected_response_time_ms, TIMES[metric])
            return value
        if metric == "error_ratio":
            return self.expected_error_rate
        return self.expected_throughput_rps if metric == "rps" else None

    def interval(self, metric: str) -> Interval | None:
        """The interval of a measured figure; None where the figure is a target."""
        for name, interval in self.intervals.items():
            if metric_of(name) == metric:
                return interval
        return None


class Load(Figures):
    """The figures at one number of users."""

    users: Annotated[int, Field(ge=1)] | None = None


class Entry(Figures):
    """One endpoint.

    Attributes:
        tolerance: a number, or one by metric; checked by `lftui.baseline.document`.
        loads: the figures by number of users.
    """

    description: str | None = None
    tolerance: Any = None
    loads: dict[str, Load] = {}

    def at(self, users: int) -> Load | None:
        """The figures at this number of users."""
        return self.loads.get(str(users))


class ExpectedMetrics(Part):
    """What a preset expects of all endpoints together, and of the target."""

    total_rps: Rate | None = None
    error_rate: Share | None = None
    cpu_usage: Share | None = None
    memory_usage: Share | None = None


class Preset(Part):
    """A load scenario."""

    users: Annotated[int, Field(ge=1)] | None = None
    duration_minutes: Annotated[float, Field(gt=0)] | None = None
    expected_metrics: ExpectedMetrics = ExpectedMetrics()
