"""The steps: what each plateau showed, and what they show together."""

from __future__ import annotations

from lftui.judge.load import rate_said
from lftui.judge.measured import Reading
from lftui.judge.steps.knee import knee_step
from lftui.judge.steps.step_verdict import StepVerdict
from lftui.judge.steps.trust import METRICS, Trust
from lftui.judge.verdict import Verdict
from lftui.reports.html.caps import Caps
from lftui.reports.html.plots import Plot, Spot
from lftui.reports.html.table import (
    Cell,
    Head,
    Row,
    Table,
    count,
    interval,
    left_out,
    line,
    number,
    outcome,
    share,
)
from lftui.reports.said import NONE, clock, rate
from lftui.run_state import RunState, Step, entry_of

_TEXT = 600
_MARKS = 6


def step_sentences(verdict: Verdict) -> list[str]:
    """Knee, capacity and scalability, as far as the steps show them."""
    found = (verdict.knee, verdict.capacity, verdict.scalability)
    return [line(_sentence(one.sentence), _TEXT) for one in found if one is not None]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def steps_table(state: RunState, verdict: Verdict, caps: Caps) -> Table:
    """Each plateau with the figures that it had once it had settled; of many the last ones."""
    pairs = list(zip(state.steps.all(), verdict.steps, strict=True))
    shown, knee = pairs[-caps.steps :], knee_step(state.steps.all(), verdict.knee)
    rows = [_row(state, step, judged, step.number == knee) for step, judged in shown]
    return Table(
        name="steps",
        caption=(
            f"Each step without its first {state.steps.settle_s:g} s, in which it settles. Times "
            "in ms, percentiles of successful responses, each with its 95 % interval."
        ),
        heads=[
            Head("step"),
            Head("verdict", "text"),
            *([Head("rate", about="iterations a second")] if state.is_open else []),
            Head("users", about="by hand: an operator set this level"),
            Head("begins", about="time of the run"),
            Head("settled", about="seconds that were measured"),
            Head("requests"),
            Head("rps"),
            Head("rps a user"),
            Head("error %"),
            Head("p50"),
            Head("p95"),
            Head("p99"),
            Head("what happened", "text"),
        ],
        rows=rows,
        more=left_out(len(shown), len(pairs), "earlier ones, in the summary"),
        sortable=len(pairs) > 3,
    )


def _row(state: RunState, step: Step, judged: StepVerdict, knee: bool) -> Row:
    total = entry_of("", "", step.span.total, step.span.covered_s)
    began = state.load_began_s if state.load_began_s is not None else step.began_s
    per_user = step.span.total.count / step.user_s if step.user_s > 0 else None
    return Row(
        [
            Cell(f"{step.number:,}", step.number),
            outcome(judged.outcome),
            *([Cell(rate_said(step.rate), step.rate)] if step.rate is not None else []),
            Cell(f"{step.users:,}", step.users, note="by hand" if step.by_hand else ""),
            Cell(clock(step.began_s - began), step.began_s - began),
            Cell(f"{step.span.covered_s:.0f} s", step.span.covered_s),
            count(total.requests),
            number(total.rps),
            Cell(NONE if per_user is None else rate(per_user), per_user),
            share(total.error_ratio),
            *(_trusted(judged.trust.get(metric)) for metric in METRICS),
            Cell(_said(step, judged, knee)),
        ],
        tone="knee" if knee else judged.outcome if judged.outcome in ("fail", "warn") else "",
        note="knee" if knee else "",
    )


def _trusted(trust: Trust | None) -> Cell:
    if trust is None or trust.value is None:
        return Cell(NONE)
    found = Reading(trust.value, trust.low, trust.high, trust.samples)
    return number(trust.value, note=interval(found))


def _said(step: Step, judged: StepVerdict, knee: bool) -> str:
    words = ["the knee" if knee else "", judged.reason, *step.marks[-_MARKS:]]
    if step.users_min is not None and step.users_min < step.users:
        words.append(f"only {step.users_min:,} of {step.users:,} users ran at times")
    return line("; ".join(dict.fromkeys(word for word in words if word)), _TEXT)


def step_plots(state: RunState, verdict: Verdict, caps: Caps) -> list[Plot]:
    """Throughput and p95 over the load; none for fewer than two different levels."""
    pairs = list(zip(state.steps.all(), verdict.steps, strict=True))[-caps.steps :]
    measured = [(step, judged) for step, judged in pairs if step.span.total.count]
    if len({_load(step) for step, _ in measured}) < 2:
        return []
    knee = verdict.knee.load if verdict.knee is not None else None
    rates, times = [], []
    for step, judged in measured:
        total = entry_of("", "", step.span.total, step.span.covered_s)
        at, load = _load(step)
        label = f"step {step.number}: {load}, "
        rates.append(Spot(at, total.rps, label=f"{label}{rate(total.rps)} rps"))
        p95 = judged.trust.get("p95_ms")
        if p95 is not None and p95.value is not None:
            said = f"{label}p95 {p95.value:,.4g} ms"
            times.append(Spot(at, p95.value, p95.low, p95.high, said))
    over, unit = ("rate", "iterations/s") if state.is_open else ("users", "users")
    return [
        Plot(f"Throughput over {over}", "requests/s", unit, rates, marked_at=knee, color=1),
        Plot(f"p95 over {over}", "ms, with 95 % interval", unit, times, marked_at=knee, color=4),
    ]


def _load(step: Step) -> tuple[float, str]:
    """The level of a step, and in words."""
    if step.rate is None:
        return float(step.users), f"{step.users:,} users"
    return step.rate, rate_said(step.rate)
