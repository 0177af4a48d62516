"""What there is to say of a step, and of all of them together."""

from __future__ import annotations

from lftui.judge.load import rate_said
from lftui.judge.measured import Measured
from lftui.judge.steps.knee import knee_step as knee_of
from lftui.judge.steps.step_verdict import StepVerdict
from lftui.judge.steps.trust import METRICS, Trust, trust, trust_sentence
from lftui.live_view import clock, ms
from lftui.run_state import Step
from lftui.run_state.steps import SHORTEST_S
from lftui.screens.live.panels.spec import Line
from lftui.screens.live.panels.texts import percent, rate, several, sure
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look


def steps_of(snapshot: Snapshot) -> list[Step]:
    """The steps, the newest first; the one that lasts also while it is too short to count."""
    steps = snapshot.state.steps
    current = [steps.current] if steps.current is not None else []
    return [*current, *reversed(steps.done)]


def judged_steps(snapshot: Snapshot) -> dict[int, StepVerdict]:
    """The judge's word on each step by its number, as far as there is one."""
    verdict = snapshot.verdict
    return {one.number: one for one in verdict.steps} if verdict is not None else {}


def knee_step(snapshot: Snapshot) -> int | None:
    """The first step at which the knee was seen."""
    knee = snapshot.verdict.knee if snapshot.verdict is not None else None
    return knee_of(snapshot.state.steps.all(), knee)


def trusts_of(step: Step, judged: StepVerdict | None) -> dict[str, Trust]:
    """How far its percentiles can be trusted: the judge's word, or worked out now (1 ms) where
    more came in since."""
    samples = step.span.total.response_times.count
    known = judged.trust if judged is not None else {}
    if known and all(one.samples == samples for one in known.values()):
        return known
    if not samples:
        return {metric: Trust(metric) for metric in METRICS}
    return trust(Measured(step.span.total, step.span.covered_s, step.span.total_batches))


def load_of(step: Step) -> str:
    """`20 users`; of an open workload `40/s`."""
    return several(step.users, "user") if step.rate is None else rate_said(step.rate)


def settles_s(step: Step) -> float:
    """Seconds until its figures begin."""
    return max(0.0, step.settle_s - step.duration_s)


def waiting(step: Step, trusts: dict[str, Trust]) -> str:
    """How far the step that lasts has come: `settles, 2 s`, `p99 in 40 s`."""
    if settles_s(step) > 0:
        return f"settles, {_whole(settles_s(step))} s"
    if step.duration_s < SHORTEST_S:
        return f"counts in {_whole(SHORTEST_S - step.duration_s)} s"
    sentence = trusts["p99_ms"].sentence
    return sentence.replace(" can be trusted in", " in").replace(" in about", " in")


def standing(step: Step, trusts: dict[str, Trust]) -> str:
    """The step that lasts in one sentence."""
    about = f"step {step.number} at {load_of(step)}"
    if settles_s(step) > 0:
        return f"{about} settles: its figures begin in {_whole(settles_s(step))} s"
    if step.duration_s < SHORTEST_S:
        return f"{about} is too short to count yet: {_whole(SHORTEST_S - step.duration_s)} s more"
    return f"{about}: {briefly(trusts)}"


def briefly(trusts: dict[str, Trust]) -> str:
    """`p50 and p95 can be trusted; p99 in about 40 s`: once said, the verb need not be repeated."""
    first, *others = trust_sentence(trusts).split("; ")
    others = [one.replace(" can be trusted in", " in") for one in others]
    return "; ".join([first, *others])


def _whole(seconds: float) -> int:
    return max(1, round(seconds))


def shown_together(snapshot: Snapshot) -> list[Line]:
    """Knee, capacity and scalability, as soon as the steps show them."""
    verdict = snapshot.verdict
    if verdict is None:
        return []
    lines: list[Line] = []
    found = snapshot.state.search.found
    if found is not None:
        lines.append((found.sentence, "" if found.is_capacity else "warning"))
    if verdict.knee is not None:
        lines.append((f"▲ {verdict.knee.sentence}", "warning"))
    if verdict.capacity is not None:
        lines.append((verdict.capacity.sentence, ""))
    if verdict.scalability is not None:
        lines.append((verdict.scalability.sentence, ""))
    return lines


def measured_lines(step: Step, judged: StepVerdict | None) -> list[Line]:
    """Its figures with their intervals."""
    span, figures = step.span, step.span.total
    if not span.covered_s:
        reached = "its users run" if step.rate is None else "its rate is reached"
        return [(f"no figures: they begin {step.settle_s:g} s after {reached}", "dim")]
    rps = figures.rps(span.covered_s)
    closed = step.rate is None and step.user_s > 0
    per_user = f", {rate(figures.count / step.user_s)} a user" if closed else ""
    lines: list[Line] = [
        (f"settled for {clock(span.covered_s)}: {several(figures.count, 'request')}", ""),
        (f"throughput {rate(rps)} rps{per_user}", ""),
        (f"errors {percent(figures.error_ratio)} ({figures.failures:,})", ""),
    ]
    for metric, one in trusts_of(step, judged).items():
        low, high = (ms(one.low) if one.low is not None else "?"), ms(one.high)
        between = f", 95 % sure from {low} to {high if one.high is not None else '?'}"
        known = between if one.low is not None or one.high is not None else ", too few responses"
        lines.append((f"{metric.removesuffix('_ms')} {sure(one)}{known}", ""))
    if step.users_min is not None and step.users_min < step.users:
        lines.append((f"▲ only {step.users_min} of {step.users} users ran at times", "warning"))
    return lines


def judged_lines(judged: StepVerdict | None, look: Look) -> list[Line]:
    """The judge's word on it, limit by limit."""
    if judged is None:
        return [("not judged yet", "dim")]
    lines: list[Line] = []
    if judged.outcome is not None:
        why = f": {judged.reason}" if judged.reason else ""
        text = f"{look.sign(judged.outcome)} {judged.outcome}{why}"
        lines.append((text, look.tone_of(judged.outcome)))
    said = {judged.reason, ""}  # a limit of each level may be told in the same words
    for check in judged.checks:
        if check.reason not in said:
            said.add(check.reason)
            text = f"  {look.sign(check.outcome)} {check.reason}"
            lines.append((text, look.tone_of(check.outcome)))
    if not judged.checks:
        lines.append(("no thresholds were given for it", "dim"))
    if judged.health.bottleneck:
        reason = judged.health.reason
        lines.append((f"▲ the generator was the bottleneck: {reason}", "warning"))
    return lines
