"""A percentile against a limit, by the share of the responses that are beyond it.

p95 is below 2 s where fewer than 5 % of the responses take longer than that: whether they do is a
question about a share, with an interval of its own. Far from the limit it is answered long before
the percentile itself is known: of a queue whose p95 wanders between 0.8 and 1.2 s, not one
response in a hundred takes 2 s, and that holds from second to second.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lftui.judge.measured import PERCENTILES, Measured
from lftui.judge.outcome import Check, Outcome
from lftui.judge.thresholds.limits import check, figure, metric_name
from lftui.judge.thresholds.threshold import Threshold
from lftui.metrics import (
    Histogram,
    bucket_of,
    min_samples,
    ratio_interval,
    share_design_effect,
    unpack,
)

CONFIDENCE = 0.95


def check_share(rule: Threshold, name: str, measured: Measured) -> Check:
    """A limit against a subject: by the interval of the figure, and where that does not tell, of a
    response time by the share beyond the limit.

    Of failures alone a response time says nothing good: that is left to the check of the figure.
    """
    asked = check(rule, name, measured)
    known = asked.outcome != "inconclusive"
    if known or rule.metric not in PERCENTILES or not measured.figures.ok.count:
        return asked
    outcome = _outcome(rule, measured)
    if outcome == "inconclusive" and asked.samples < min_samples(PERCENTILES[rule.metric]):
        return asked
    about = "" if name == "total" else f" of {name}"
    value, limit = figure(rule.metric, asked.value), figure(rule.metric, rule.limit)
    reason = (
        f"{metric_name(rule.metric)}{about} {value} {_WORDS[outcome]} {rule.severity} limit {limit}"
    )
    return msgspec.structs.replace(asked, outcome=outcome, reason=reason)


_WORDS: Mapping[Outcome, str] = {
    "pass": "keeps the",
    "fail": "broke the",
    "inconclusive": "varies too much to be told from the",
}


def _outcome(rule: Threshold, measured: Measured) -> Outcome:
    top = bucket_of(int(rule.limit * 1000.0))
    slower, all_ = _slower(measured.figures.ok.buckets, top)
    pieces = [Histogram.from_sparse(unpack(one.ok)).buckets for one in measured.batches.whole()]
    counts = [_slower(buckets, top) for buckets in pieces]
    hits, sizes = [hit for hit, _ in counts], [size for _, size in counts]
    effect = share_design_effect(hits, sizes, measured.batches.length_s, CONFIDENCE)
    low, high = ratio_interval(slower, all_, CONFIDENCE, effect)
    allowed = 1.0 - PERCENTILES[rule.metric]
    if high < allowed:
        return "pass" if rule.upper else "fail"
    if low > allowed:
        return "fail" if rule.upper else "pass"
    return "inconclusive"


def _slower(buckets: Mapping[int, int], top: int) -> tuple[int, int]:
    """How many responses took longer than the bucket `top`, and how many there are."""
    slower = sum(count for bucket, count in buckets.items() if bucket > top)
    return slower, sum(buckets.values())
