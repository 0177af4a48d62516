"""The exit codes of `lftui`, in one place. The table of outcomes stands in `docs/cli.md`."""

PASS = 0
"""Pass or warn."""
FAIL = 1
"""A check failed; Locust's own code for failed requests."""
PLAN = 2
"""The plan is wrong: a bad option, an unreadable locustfile or baseline, a refused target."""
INCONCLUSIVE = 3
"""The generator was the bottleneck, or no check had enough samples."""
BROKEN = 4
"""The generator or the supervisor failed."""
INTERRUPTED = 130
"""Interrupted by the operator; exports are written all the same."""
