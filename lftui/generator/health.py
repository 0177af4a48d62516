"""The generator measures itself: loop lag, CPU, memory, open files.

Loop lag is how much later than asked a 10 ms timer fires. It is the error that the hub adds to
every response time it takes, so it is kept as a histogram and shown beside them.
"""

from __future__ import annotations

import os
import time

import gevent

from lftui.generator import native
from lftui.metrics import bucket_of
from lftui.records import GeneratorHealth

BEAT_S = 0.010
_SLOW_SAMPLE_S = 2.0


class Health:
    """Samples the process; `beat` is when the hub was last seen alive (monotonic seconds)."""

    def __init__(self) -> None:
        self.beat = time.monotonic()
        self._lag: dict[int, int] = {}
        self._lag_max = 0
        self._cpu = time.process_time()
        self._since = time.monotonic()
        self._rss = 0
        self._open_files = 0

    def start(self) -> None:
        """Begin the timer in the hub and the slow samples in a native thread."""
        gevent.spawn(self._measure_lag)
        native.start_thread(self._sample_slowly)

    def take(self, pack_us: int, backlog: int) -> GeneratorHealth:
        """The readings since the last call; CPU in percent of one core."""
        now, cpu = time.monotonic(), time.process_time()
        spent = max(now - self._since, 1e-6)
        lag, self._lag = self._lag, {}
        reading = GeneratorHealth(
            cpu_percent=round(100 * (cpu - self._cpu) / spent, 1),
            rss_bytes=self._rss,
            open_files=self._open_files,
            lag=[number for bucket in sorted(lag) for number in (bucket, lag[bucket])],
            lag_max_us=self._lag_max,
            pack_us=pack_us,
            backlog=backlog,
        )
        self._lag_max, self._cpu, self._since = 0, cpu, now
        return reading

    def _measure_lag(self) -> None:
        while True:
            asked = time.monotonic()
            gevent.sleep(BEAT_S)
            self.beat = time.monotonic()
            lag = max(int((self.beat - asked - BEAT_S) * 1e6), 0)
            bucket = bucket_of(lag)
            self._lag[bucket] = self._lag.get(bucket, 0) + 1
            self._lag_max = max(self._lag_max, lag)

    def _sample_slowly(self) -> None:
        # psutil reads /proc, and counting 5,000 descriptors takes milliseconds: not in the hub.
        import psutil

        process = psutil.Process(os.getpid())
        while True:
            try:
                self._rss = process.memory_info().rss
                self._open_files = process.num_fds()
            except (psutil.Error, OSError):
                return
            native.sleep(_SLOW_SAMPLE_S)
