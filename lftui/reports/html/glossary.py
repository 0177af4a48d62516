"""What the figures mean, for those who did not run the test."""

from __future__ import annotations

from lftui.judge.omission import adjusted_said, stuck_said
from lftui.run_state import RunState

Terms = tuple[tuple[str, str], ...]

GLOSSARY: Terms = (
    (
        "user",
        "A simulated user: it sends a request, waits for the response, thinks, and sends the next.",
    ),
    ("rps", "Requests completed in a second, failed ones included."),
    ("goodput", "Requests completed successfully in a second."),
    ("error ratio", "Failed requests out of all completed ones."),
    (
        "response time",
        "From sending a request to the last byte of its response, measured in µs and kept to three "
        "digits (at most 0.5 % off).",
    ),
    (
        "p50, p90, p95, p99, p99.9",
        "Percentiles: 50 %, 90 %, … of the responses took no longer than this. They are of "
        "successful responses, since a fast failure must not look like a fast target; only where "
        "nothing succeeded, of the failures. p50 is the median.",
    ),
    ("max", "The longest of all response times. One outlier makes it, so it is never judged."),
    (
        "95 % interval",
        "Had the same load run again and again, the interval would hold the true figure 95 times "
        "in 100. It is wide where responses are few or depend on one another. A question mark is "
        "an end that the responses do not reach.",
    ),
    (
        "window",
        "The time that a figure is about: the whole run, the settled load, or one step. Figures of "
        "different windows differ.",
    ),
    (
        "step",
        "A plateau: a time of at least 5 s in which all wanted users ran and their number stayed.",
    ),
    (
        "settled",
        "A step without its first seconds, in which users that have just started still distort it. "
        "The settled load is all of these together; it is what is judged.",
    ),
    (
        "worker",
        "A process that makes part of the load, on this machine or another. One that is lost may "
        "take along what it had measured and not yet sent.",
    ),
    (
        "knee",
        "The number of users from which more load costs more than it brings: a user gets less "
        "throughput, or the p95 leaves its flat part, by more than noise.",
    ),
    (
        "capacity",
        "The highest step that met every threshold, with no lower one that broke any. The shape "
        "capacity searches for it: trial by trial, between what held and what did not.",
    ),
    (
        "scalability",
        "The Universal Scalability Law fitted to the steps: how far users wait for one another, "
        "and where the throughput would peak.",
    ),
    (
        "threshold",
        "A limit set before the run. It is broken where the figure and its whole interval are "
        "beyond it, and kept where both are within it.",
    ),
    (
        "baseline",
        "Figures that were found good before. A figure is worse where it is beyond the tolerance "
        "and beyond noise, over all comparisons together.",
    ),
    (
        "loop lag",
        "By how much the load generator came too late to its own timer. It adds to every response "
        "time; from 50 ms at p99 on the generator counts as the bottleneck.",
    ),
    (
        "closed workload",
        "As many requests are under way as there are users: while the target is slow, users wait "
        "and send less. A standstill therefore shows in few response times, and the throughput "
        "falls instead (coordinated omission). Look at both.",
    ),
    (
        "pass",
        "At least one check was answered, and none failed or warned.",
    ),
    ("warn", "A warning limit is broken, or a limit broke for a while."),
    ("fail", "A critical limit is broken, or a figure is worse than the baseline allows."),
    (
        "inconclusive",
        "The data cannot tell: too few responses, a limit within the noise, or a generator that "
        "was the bottleneck. It is not a pass.",
    ),
)

_OPEN: Terms = (
    (
        "open workload",
        "The load is a rate of iterations (one task of a user) that begin at their time, whether "
        "or not earlier ones have come back. Users are added as they are needed, up to a number.",
    ),
    (
        "late, given up",
        "An arrival that finds no free user waits. It is late where it begins 50 ms or more after "
        "its time, and given up after 5 s. Where more than 1 % of those that were due began late "
        "or not at all, the load was another one than was asked for.",
    ),
)
_ADJUSTED: Terms = (
    (
        "adjusted",
        "Response times of successful requests from when they were due instead of when they were "
        "sent. In an open workload that is the time of the iteration. In a closed one it is known "
        "only of users with a pacing: for each response that took longer than the time between "
        "two requests, those that were not sent meanwhile are added (HdrHistogram's method, by Gil "
        "Tene), as if each had waited for the same answer.",
    ),
)
_STUCK: Terms = (
    (
        "stuck",
        "The share of users' time spent in requests that took more than 10 times the median of "
        "their endpoint and 1 s, beyond that median. While users are stuck they send nothing, so "
        "no percentile shows it.",
    ),
)


def glossary(state: RunState) -> Terms:
    """The words of a run: those of every run, and those that only some have."""
    every = [one for one in GLOSSARY if not (state.is_open and one[0] == "closed workload")]
    return (
        *every,
        *(_OPEN if state.is_open else ()),
        *(_ADJUSTED if adjusted_said(state) else ()),
        *(_STUCK if stuck_said(state) else ()),
    )
