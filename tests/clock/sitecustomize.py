"""A clock of a process's own: Python imports this first where its folder is on PYTHONPATH.

CLOCK_AHEAD_S is by how many seconds the clock is ahead; the monotonic one is as it was.
"""

import os
import time

_ahead_s = float(os.environ["CLOCK_AHEAD_S"])
_time, _time_ns = time.time, time.time_ns

time.time = lambda: _time() + _ahead_s
time.time_ns = lambda: _time_ns() + int(_ahead_s * 1e9)
