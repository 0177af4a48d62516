"""One source watched: a sample a reading, gaps while it is down, and each trouble told once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from lftui.monitor.reading import Reading, SourceError
from lftui.monitor.watch import Monitoring, SourceWatch
from lftui.monitor_settings import Monitor, Source
from lftui.records import AnyRecord, Logged, TargetSampled

SOURCE = Source.model_validate(
    {
        "metrics": "http://h",
        "rows": [{"name": "cpu_usage", "metric": "c"}, {"name": "queue", "metric": "q"}],
    }
)


class Scripted:
    """A reader that does what the test says."""

    def __init__(self) -> None:
        self.answer: Callable[[], Reading] = lambda: Reading({"cpu_usage": 40.0, "queue": 2.0})
        self.waits: asyncio.Event | None = None
        self.reading = self.most = self.times = 0

    async def read(self, now: float) -> Reading:
        self.times += 1
        self.reading += 1
        self.most = max(self.most, self.reading)
        try:
            if self.waits is not None:
                await self.waits.wait()
            return self.answer()
        finally:
            self.reading -= 1

    async def close(self) -> None:
        raise OSError("closing fails as well")


class Watched:
    """A watch with everything that it has said."""

    def __init__(self, timeout_s: float = 30.0, every_s: float = 1.0) -> None:
        self.said: list[AnyRecord] = []
        self.reader = Scripted()
        self.now = 0.0
        self.watch = SourceWatch(
            "api", SOURCE, self.reader, self.said.append, every_s, timeout_s, lambda: self.now
        )

    async def read(self, answer: Callable[[], Reading] | None = None, times: int = 1) -> None:
        if answer is not None:
            self.reader.answer = answer
        for _ in range(times):
            await self.watch.read()
            self.now += 2.0

    @property
    def logs(self) -> list[str]:
        found = [one for one in self.said if isinstance(one, Logged)]
        assert {one.source for one in found} <= {"monitor"}
        return [f"{one.level}: {one.text}" for one in found]

    @property
    def values(self) -> list[list[float | None]]:
        found = [one for one in self.said if isinstance(one, TargetSampled)]
        assert {one.source for one in found} <= {"api"}
        return [[sample.value for sample in one.samples] for one in found]


def failing(error: Exception) -> Callable[[], Reading]:
    def answer() -> Reading:
        raise error

    return answer


def well() -> Reading:
    return Reading({"cpu_usage": 41.0, "queue": 3.0})


def test_a_source_that_is_down_leaves_gaps_and_is_told_once_each_way() -> None:
    async def run() -> None:
        one = Watched()
        await one.read()
        await one.read(failing(SourceError("no connection: refused")), times=3)
        await one.read(failing(ZeroDivisionError("[bold]\x1b]0;t\x07")), times=2)
        await one.read(well, times=2)
        await one.read(failing(SourceError("it answers 503")))
        gap = [None, None]
        assert one.values == [[40, 2], gap, gap, gap, gap, gap, [41, 3], [41, 3], gap]
        assert one.logs == [
            "warning: api gives no figures: no connection: refused; it is asked again",
            "info: api is back after 10 s",
            "warning: api gives no figures: it answers 503; it is asked again",
        ]

    asyncio.run(run())


def test_units_and_a_row_that_is_not_there_are_told() -> None:
    async def run() -> None:
        one = Watched()
        fault = "the query is refused: \x1b[31m"
        await one.read(lambda: Reading({"cpu_usage": 1.0}, {"queue": fault}), times=3)
        await one.read(well)
        assert one.values == [[1, None]] * 3 + [[41, 3]]
        assert len(one.logs) == 2
        assert one.logs[0].startswith("warning: api: queue has no figures: the query is refused:")
        assert "\x1b" not in one.logs[0]
        assert one.logs[1] == "info: api: queue has figures again"
        first = one.said[1]
        assert isinstance(first, TargetSampled)
        assert [sample.unit for sample in first.samples] == ["%", ""]

    asyncio.run(run())


def test_a_source_that_does_not_answer_is_given_up_and_never_asked_twice_at_once() -> None:
    async def run() -> None:
        one = Watched(timeout_s=0.01, every_s=0.005)
        one.watch._clock = asyncio.get_running_loop().time
        one.reader.waits = asyncio.Event()
        task = asyncio.create_task(one.watch.run())
        while one.reader.times < 4:  # noqa: ASYNC110 - the watch knows of no event
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert one.reader.most == 1
        assert one.logs == [
            "warning: api gives no figures: no answer within 0.01 s; it is asked again"
        ]
        assert set(map(tuple, one.values)) == {(None, None)}

    asyncio.run(run())


def test_a_target_that_is_elsewhere_has_no_figures_of_this_machine() -> None:
    async def run() -> None:
        said: list[AnyRecord] = []
        settings = Monitor.model_validate({"sources": {"machine": {"host": True}}})
        elsewhere = Monitoring(settings, said.append, ["192.0.2.7"])
        elsewhere.begin()
        await elsewhere.close()
        (told,) = said
        assert isinstance(told, Logged)
        assert told.text == "machine is not read: the target does not run on this machine"

    asyncio.run(run())


def sampled(said: list[AnyRecord]) -> set[str]:
    """The sources that have said something."""
    return {one.source for one in said if isinstance(one, TargetSampled)}


def test_this_machine_and_a_process_of_it_are_read() -> None:
    async def run() -> None:
        said: list[AnyRecord] = []
        measures = ["cpu_usage", "memory", "memory_usage", "threads", "open_files", "processes"]
        settings = Monitor.model_validate(
            {
                "sources": {
                    "machine": {"host": True},
                    "us": {
                        "process": os.getpid(),
                        "rows": [{"name": m} for m in measures],
                    },
                    "nobody": {"process": "no-such-process-here"},
                }
            }
        )
        monitoring = Monitoring(settings, said.append, ["127.0.0.1"])
        monitoring.begin()
        while len(sampled(said)) < 3:  # noqa: ASYNC110 - nor do these
            await asyncio.sleep(0.01)
        await monitoring.close()
        found = {
            (one.source, sample.name): sample
            for one in said
            if isinstance(one, TargetSampled)
            for sample in one.samples
        }
        memory = found["machine", "memory_usage"].value
        assert memory is not None
        assert 0 < memory < 100
        assert found["machine", "cpu_usage"].value is None  # of one reading there is no growth
        assert (found["us", "processes"].value, found["us", "memory"].unit) == (1.0, "B")
        assert (found["us", "memory"].value or 0) > 1_000_000
        assert found["nobody", "cpu_usage"].value is None
        (told,) = [one.text for one in said if isinstance(one, Logged)]
        assert told.startswith("nobody gives no figures: no process no-such-process-here runs here")

    asyncio.run(run())


def test_a_source_whose_reader_cannot_be_made_is_told_and_the_others_are_read() -> None:
    async def run() -> None:
        said: list[AnyRecord] = []
        document = {
            "json": "http://h",
            "headers": {"A": "env:GONE"},
            "rows": [{"name": "q", "path": "a"}],
        }
        settings = Monitor.model_validate({"sources": {"odd": document, "machine": {"host": True}}})
        monitoring = Monitoring(settings, said.append, (), {})
        monitoring.begin()
        while not sampled(said):  # noqa: ASYNC110 - the watch knows of no event
            await asyncio.sleep(0.01)
        await monitoring.close()
        assert sampled(said) == {"machine"}
        (told,) = [one.text for one in said if isinstance(one, Logged)]
        assert told.startswith("odd is not read: PlanError: the settings: monitor.sources.odd")

    asyncio.run(run())
