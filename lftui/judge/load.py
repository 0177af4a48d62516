"""How much load: users in a closed workload, iterations a second in an open one."""

from __future__ import annotations

from typing import Literal

Unit = Literal["users", "rate"]


def load_said(load: float, unit: Unit) -> str:
    """`120 users`, `120/s`."""
    return f"{load:.0f} users" if unit == "users" else rate_said(load)


def rate_said(rate: float) -> str:
    """Iterations a second: `0.5/s`, `120/s`, `12,000/s`."""
    return f"{rate:,.0f}/s" if rate >= 1000 else f"{rate:.4g}/s"


def at_load(users: int | None, rate: float | None) -> str:
    """` at 120 users` or ` at 120/s`, behind what was measured there; empty for no load."""
    if rate is not None:
        return f" at {rate_said(rate)}"
    return "" if users is None else f" at {users} users"
