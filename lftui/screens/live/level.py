"""The level that the keys change: users, or in an open workload the rate of iterations."""

from __future__ import annotations

from lftui.live_view import plan_of
from lftui.records import AddRate, AddUsers, Arrivals
from lftui.run_state import RunState
from lftui.screens.dialogs.rate_asked import RateNow
from lftui.screens.dialogs.users_asked import UsersNow
from lftui.shapes.rates import say_arrival_rate


def is_open(state: RunState) -> bool:
    """Whether the load is a rate of iterations, not a number of users."""
    return bool(plan_of(state).get("open_workload"))


def wanted_rate(state: RunState) -> float:
    """The iterations a second that are wanted now; 0 before the load has begun."""
    arrivals = _latest(state)
    return arrivals.target_rate if arrivals is not None else 0.0


def changed_by(state: RunState, delta: int) -> AddUsers | AddRate:
    """The command that changes the level by so many users, or iterations a second."""
    return AddRate(delta=float(delta)) if is_open(state) else AddUsers(delta=delta)


def level_said(state: RunState) -> str:
    """`30 users`, or `50 iterations a second`."""
    if is_open(state):
        return say_arrival_rate(wanted_rate(state))
    return "1 user" if state.users == 1 else f"{state.users:,} users"


def users_now(state: RunState) -> UsersNow:
    """How the load is, by class too."""
    chosen = [one.name for one in state.loaded.user_classes if one.chosen] if state.loaded else []
    names = chosen or list(state.target_by_class)
    ceiling = plan_of(state).get("max_users")
    return UsersNow(
        users=state.users,
        target=state.target,
        spawn_rate=state.spawn_rate,
        ceiling=int(ceiling) if ceiling is not None else None,
        by_class={name: state.users_by_class.get(name, 0) for name in names},
        target_by_class={name: state.target_by_class.get(name, 0) for name in names},
    )


def rate_now(state: RunState) -> RateNow:
    """How the load of an open workload is."""
    plan = plan_of(state)
    most = (plan.get("open_workload") or {}).get("max_users")
    ceiling = plan.get("max_rps")
    return RateNow(
        wanted=wanted_rate(state),
        users=state.users,
        most=int(most) if most is not None else None,
        ceiling=float(ceiling) if ceiling is not None else None,
    )


def _latest(state: RunState) -> Arrivals | None:
    return next((one.arrivals for one in reversed(state.recent) if one.arrivals is not None), None)
