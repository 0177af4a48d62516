"""The runs that `lftui attach` and `lftui replay` mean."""

from __future__ import annotations

from lftui.arguments import Arguments
from lftui.links.live import LiveLink
from lftui.links.replay import FASTEST, SLOWEST, ReplayLink
from lftui.plan import PlanError
from lftui.runs.store import store_at


def attach_link(argv: list[str]) -> tuple[LiveLink, bool]:
    """The live run to attach to, and whether lines are wanted in the place of the console.

    Raises:
        PlanError: the words are wrong, or there is no such live run.
    """
    parser = Arguments("attach", "come back to a live run; leaving the console leaves it running")
    parser.add_argument("run", nargs="?", help="the run's id or the beginning of it")
    parser.add_argument("--resume", action="store_true", help="hand a held load back to its shape")
    parser.add_argument("--plain", action="store_true", help="lines instead of the console")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    return LiveLink(store_at(given.runs_dir).live(given.run), given.resume), given.plain


def replay_link(argv: list[str]) -> ReplayLink:
    """The stored run to play back.

    Raises:
        PlanError: the words are wrong, or there is no such run.
    """
    parser = Arguments("replay", "play a stored run back in the console")
    parser.add_argument("run", help="the run's id, the beginning of it, `last`, or a path")
    speed = f"times real time, {SLOWEST:g} to {FASTEST:g}"
    parser.add_argument("--speed", default="1", metavar="X", help=speed)
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    return ReplayLink(store_at(given.runs_dir).find(given.run), _speed(given.speed))


def _speed(text: str) -> float:
    try:
        speed = float(text.rstrip("x"))
    except ValueError:
        speed = 0.0
    if not SLOWEST <= speed <= FASTEST:
        raise PlanError(f"--speed {text}: write a number from {SLOWEST:g} to {FASTEST:g}")
    return speed
