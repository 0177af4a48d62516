"""What workers cost a verdict: losses, and users that were asked for and never there.

Nothing is asked of a run without workers. Whatever was measured is measured right, so these are
cautions: they make a warning of a pass, and say nothing about a run that cannot be judged.
"""

from __future__ import annotations

from lftui.judge.outcome import Check
from lftui.judge.workers import is_distributed, losses_said
from lftui.run_state import RunState, Step

_SHORT = 0.02
"""A worker that is lost and replaced within a moment leaves fewer users for that moment: below this
share of a step nobody would see it in the figures."""


def worker_checks(state: RunState) -> list[Check]:
    """A warning for workers that were lost, and one for the step that lacked the most users."""
    if not is_distributed(state):
        return []
    checks = []
    if said := losses_said(state):
        lost = sum(one.lost for one in state.workers.values())
        checks.append(Check("generator", "total", "workers_lost", "warn", float(lost), 0.0, said))
    closed = [step for step in state.steps.all() if step.rate is None]
    short = [step for step in closed if _missing_share(step) >= _SHORT]
    if short:
        worst = max(short, key=_missing_share)
        checks.append(
            Check(
                source="generator",
                scope="total",
                metric="users",
                outcome="warn",
                value=_mean_users(worst),
                limit=float(worst.users),
                reason=_users_said(worst, len(short) - 1),
                users=worst.users,
            )
        )
    return checks


def _mean_users(step: Step) -> float:
    return step.user_s / step.span.covered_s if step.span.covered_s else float(step.users)


def _missing_share(step: Step) -> float:
    return 1.0 - _mean_users(step) / step.users if step.users else 0.0


def _users_said(step: Step, others: int) -> str:
    steps = "one other step" if others == 1 else f"{others:,} other steps"
    more = f", and fewer than asked in {steps}" if others else ""
    ran = f"{_mean_users(step):,.1f} of {step.users:,} users ran on average"
    return f"in step {step.number:,} {ran}{more}"
