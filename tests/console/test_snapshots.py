"""What the screens look like. Each docstring says what a reviewer must see in the file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from lftui.choices import Choice
from lftui.judge.verdict import judge
from lftui.opening import Opening
from lftui.run_state import RunState
from lftui.screens.checks import ChecksScreen
from lftui.screens.report.screen import ReportScreen
from lftui.screens.runs.screen import RunsScreen
from lftui.screens.runs.trend import TrendScreen
from lftui.screens.setup.screen import SetupScreen
from lftui.snapshot import ReplayFacts
from lftui.validation.checks import Finding
from lftui.widgets.lines import Lines
from lftui.widgets.table.table import LiveTable
from tests.console.fake import FakeLink, Recording, folded, recorded
from tests.console.setup_app import FakeSetup
from tests.console.shelved import shelve
from tests.console.snap import Driver, SnapApp, live, matches, settled, shown, until
from tests.unit.test_closing_view import eventful

SMALL, NORMAL, WIDE = (80, 24), (120, 40), (200, 60)
SIZES = {"80x24": SMALL, "120x40": NORMAL, "200x60": WIDE}
OLD, NEW, TORN = (f"2026010{n}-000000-main-{4 * letter}" for n, letter in enumerate("abc", 1))


@pytest.fixture(autouse=True)
def _universal_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A working directory with three stored runs, one of them torn off."""
    shelve_recorded(tmp_path, OLD, "manual")
    shelve_recorded(tmp_path, NEW, "steps")
    shelve(tmp_path / "runs", TORN, eventful(), ended=False)
    return tmp_path


def shelve_recorded(folder: Path, run: str, name: Recording) -> None:
    """A stored run that was really one."""
    play: Any = SimpleNamespace(records=recorded(name), state=folded(name))
    shelve(folder / "runs", run, play)


# --- Setup ---------------------------------------------------------------------------------------


def setup(folder: Path, size: tuple[int, int], choice: Choice, *keys: str, **opening: Any) -> None:
    """Setup with everything known, on its own file."""

    async def run() -> list[str]:
        app = SnapApp(folder, Opening(**opening), lambda: SetupScreen(choice))
        app.services.setup = FakeSetup()  # type: ignore[assignment]
        async with app.run_test(size=size) as pilot:
            screen = app.screen
            assert isinstance(screen, SetupScreen)
            known = screen.facts
            await until(pilot, lambda: screen.asked_scenarios)
            await until(pilot, lambda: len(known.known) == len(known.scenarios))
            await until(pilot, lambda: known.preview is not None and known.targets)
            await pilot.press(*keys)
            return await settled(app, pilot)

    kind = "_rate" if choice.shape.startswith("rate") else ""
    name = f"setup{kind}_{size[0]}x{size[1]}" + ("_ascii" if opening.get("ascii") else "")
    matches(name, asyncio.run(run()), size)


STEPS = Choice(
    locustfile="shop.py",
    host="staging",
    shape="steps:start=10,step=10,every=1m,to=60",
)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
def test_setup(tmp_path: Path, size: tuple[int, int]) -> None:
    """Three lists (one at a time at 80 columns, with tabs over them): scenarios with the broken one
    marked by a sign, the target with what its health is, the shape with its fields. Below them a
    preview of the users, one sentence about the whole plan, and Start."""
    setup(tmp_path, size, STEPS)


def test_setup_of_an_open_workload(tmp_path: Path) -> None:
    """The same of a rate: its fields, iterations a second in the preview and the sentence."""
    shape = "rate-ramp:from=10,to=50,over=5m,hold=1m"
    setup(tmp_path, NORMAL, Choice(locustfile="shop.py", host="staging", shape=shape))


# --- Live ----------------------------------------------------------------------------------------


def snap(
    folder: Path,
    name: str,
    fake: FakeLink,
    size: tuple[int, int] = SMALL,
    *keys: str,
    until: Callable[[RunState], object] | None = None,
    then: Callable[[FakeLink], Any] | None = None,
    judged: bool = False,
    **opening: Any,
) -> list[str]:
    """The console on this link when the run is so and the keys are pressed, on its own file."""

    async def scene(app: SnapApp, pilot: Driver, fake: FakeLink) -> None:
        if until is not None:
            await fake.play_until(until)
        if then is not None:
            await then(fake)
        if judged:
            app.follower.judged(judge(fake.state), fake.state.last_s)
        await pilot.pause()
        app._draw()
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()

    rows = live(folder, fake, scene, size, **opening)
    matches(name, rows, size)
    return rows


def at_thirty(state: RunState) -> bool:
    """Thirty users have been there for a while."""
    return state.users == 30 and state.recent[-4].users == 30


def test_live_while_the_generator_starts(tmp_path: Path) -> None:
    """STARTING, no figure that could be taken for one, empty charts and table that say what they
    wait for; no key for a load that is not on."""
    fake = FakeLink()
    fake.set_facts(kind="starting", controls="none", run_id="", journal="")
    snap(tmp_path, "live_starting_80x24", fake)


@pytest.mark.parametrize("size", SIZES)
def test_live_running(tmp_path: Path, size: str) -> None:
    """What load is on and on what target; the tiles with a sign each; throughput with users over
    time (and response times with their limits from 120 columns on); endpoints with figures flush
    right; what happened last; the keys, the most important first."""
    fake = FakeLink("manual")
    snap(tmp_path, f"live_running_{size}", fake, SIZES[size], until=at_thirty, judged=True)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
def test_live_with_a_broken_limit(tmp_path: Path, size: tuple[int, int]) -> None:
    """The proposal of the guard with the key that accepts it, and the broken limit, as banners;
    p95 with ■; the limit as a line in the chart; `n` first among the keys."""
    name = f"live_critical_{size[0]}x{size[1]}"
    fake = FakeLink("steps")
    snap(tmp_path, name, fake, size, until=lambda state: state.proposals, judged=True)


def test_live_stalled(tmp_path: Path) -> None:
    """STALLED in the first line and in a banner, with how long and how many wait, and the key that
    takes the load off; figures of the last 10 s are gone, not zero."""

    async def silent(fake: FakeLink) -> None:
        last = fake.state.last_response_s
        for second in range(12):
            await fake.answer(
                fake.tick(
                    endpoints=[],
                    errors=[],
                    last_response=last,
                    in_flight=30,
                    oldest_in_flight_s=second + 1.0,
                )
            )

    fake = FakeLink("manual")
    snap(tmp_path, "live_stalled_80x24", fake, until=at_thirty, then=silent)


def test_live_without_its_generator(tmp_path: Path) -> None:
    """LOST generator, what is kept, and how to go on; the figures of the whole run stay."""

    async def lose(fake: FakeLink) -> None:
        await fake.answer(
            msgspec.structs.replace(
                finished(fake),
                reason="generator_lost",
                message="the generator was killed by signal 9",
            )
        )

    fake = FakeLink("manual")
    snap(tmp_path, "live_generator_lost_80x24", fake, until=at_thirty, then=lose, judged=True)


def test_live_without_its_supervisor(tmp_path: Path) -> None:
    """LOST in the first line; the banner says that the load ends by itself, and where all is kept;
    no key that nobody could obey."""
    fake = FakeLink("interrupted")

    async def lose(fake: FakeLink) -> None:
        await fake.play_all()
        fake.set_facts(status="lost", controls="none", silent_s=7.0)

    snap(tmp_path, "live_supervisor_lost_80x24", fake, then=lose)


def test_live_read_only(tmp_path: Path) -> None:
    """READ-ONLY in the first line, who has the controls, and the key that takes them; no other key
    that steers."""
    fake = FakeLink("manual")
    fake.set_facts(controls="theirs", holder="bob@bastion")
    snap(tmp_path, "live_read_only_80x24", fake, until=at_thirty)


def test_live_held_by_hand(tmp_path: Path) -> None:
    """HELD with ▲; a banner says at how many users and that `h` hands back; so does the footer."""
    snap(tmp_path, "live_held_80x24", FakeLink("steps"), until=lambda state: state.held)


def test_live_paused(tmp_path: Path) -> None:
    """PAUSED, 0 users, the figures kept; `p` brings the load back."""
    fake = FakeLink("manual")
    snap(
        tmp_path,
        "live_paused_80x24",
        fake,
        until=lambda state: state.state == "paused" and state.users == 0,
    )


@pytest.mark.parametrize("size", [SMALL, NORMAL])
def test_live_ended(tmp_path: Path, size: tuple[int, int]) -> None:
    """How it ended, the figures of the whole run, and `q` that opens the report; nothing steers."""
    name = f"live_ended_{size[0]}x{size[1]}"
    snap(tmp_path, name, FakeLink("manual"), size, then=FakeLink.play_all, judged=True)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
def test_steps_with_the_knee(tmp_path: Path, size: tuple[int, int]) -> None:
    """A row for each plateau with users, throughput per user and percentiles; the knee marked by a
    word and told in a sentence; how long until p99 can be trusted."""
    name = f"live_steps_{size[0]}x{size[1]}"
    snap(tmp_path, name, FakeLink("steps"), size, "4", then=FakeLink.play_all, judged=True)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
def test_a_level_is_proposed(tmp_path: Path, size: tuple[int, int]) -> None:
    """How the last level did, the next one, and the keys for yes and not now, as a banner and first
    among the keys; which trial it was in the first line."""
    name = f"live_proposed_{size[0]}x{size[1]}"
    fake = FakeLink("capacity")
    snap(tmp_path, name, fake, size, until=lambda state: state.proposals, judged=True)


def test_a_level_is_on_trial(tmp_path: Path) -> None:
    """Trial, level and how much of the step is measured, in the first line."""

    def measured(state: RunState) -> bool:
        now, here = state.search.now, state.last_tick_s
        if now is None or now.number != 2 or now.since_s is None or here is None:
            return False
        return here >= now.since_s + 2

    fake = FakeLink("capacity")
    snap(tmp_path, "live_trial_120x40", fake, NORMAL, until=measured, judged=True)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
def test_steps_of_a_search(tmp_path: Path, size: tuple[int, int]) -> None:
    """Which step was which trial, and what it said of its level; the capacity in a sentence."""
    name = f"live_search_{size[0]}x{size[1]}"
    fake = FakeLink("capacity")
    found = lambda state: state.search.found  # noqa: E731
    snap(tmp_path, name, fake, size, "4", until=found, judged=True)


def at_forty(state: RunState) -> bool:
    """The rate that was set by hand has lasted."""
    step = state.steps.current
    return step is not None and step.rate == 40 and step.duration_s > 7


def without_users(state: RunState) -> bool:
    """The target stands still, and all users wait for it."""
    now = state.recent[-1].arrivals if state.recent else None
    return now is not None and now.waiting > 180


def made_up_for(state: RunState) -> bool:
    """The target is back, and nothing waits any more."""
    now = state.recent[-1].arrivals if state.recent else None
    dropped = state.arrivals.dropped if state.arrivals is not None else 0
    return now is not None and dropped > 0 and not now.waiting


def test_live_of_an_open_workload(tmp_path: Path) -> None:
    """The rate wanted in the first line; reached and wanted in a tile, users busy, free and at most
    in another; begun and wanted in the chart; p99 as measured and adjusted, with how that came
    about; the rate among the keys."""
    snap(tmp_path, "live_open_80x24", FakeLink("arrivals"), until=at_forty, judged=True)


def test_live_of_a_rate_that_is_not_reached(tmp_path: Path) -> None:
    """RATE NOT REACHED in reverse: users busy, iterations that wait, what to do; the rate's tile
    with ▲; begun falls away from wanted in the chart."""
    fake = FakeLink("arrivals")
    snap(tmp_path, "live_open_120x40", fake, NORMAL, until=without_users, judged=True)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
def test_steps_of_an_open_workload(tmp_path: Path, size: tuple[int, int]) -> None:
    """A row for each rate: what of it began, late, given up; the rates are what steps are told by."""
    name = f"live_open_steps_{size[0]}x{size[1]}"
    snap(tmp_path, name, FakeLink("arrivals"), size, "4", until=made_up_for, judged=True)


def test_an_endpoint_of_an_open_workload(tmp_path: Path) -> None:
    """The adjusted percentiles below those measured, in one line how they came about."""
    fake = FakeLink("arrivals")
    keys = ("down", "enter")
    snap(tmp_path, "endpoint_open_120x40", fake, NORMAL, *keys, until=made_up_for, judged=True)


def test_errors_by_their_meaning(tmp_path: Path) -> None:
    """Groups with count, share and endpoint, the first one under the cursor with what to do about
    it; the count in the tab."""
    fake = FakeLink("errors")
    snap(tmp_path, "live_errors_120x40", fake, NORMAL, "2", then=FakeLink.play_all)


def test_the_baseline(tmp_path: Path) -> None:
    """Each endpoint against the baseline, with the change and a sign and a word for the outcome;
    few samples are inconclusive and not good or bad."""
    fake = FakeLink("errors")
    snap(tmp_path, "live_baseline_120x40", fake, NORMAL, "3", then=FakeLink.play_all, judged=True)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
def test_one_endpoint(tmp_path: Path, size: tuple[int, int]) -> None:
    """Its name and verdict, its own chart, percentiles up to p99.99 with a `?` where there are too
    few responses, the histogram beside them."""
    name = f"endpoint_{size[0]}x{size[1]}"
    fake = FakeLink("manual")
    snap(tmp_path, name, fake, size, "down", "enter", then=FakeLink.play_all, judged=True)


def test_the_users_dialog(tmp_path: Path) -> None:
    """The users there now and the ceiling, a field for all, for the rate and for each class, and in
    one sentence what enter will do."""
    snap(tmp_path, "dialog_users_80x24", FakeLink("manual"), SMALL, "u", until=at_thirty)


def test_the_quit_dialog(tmp_path: Path) -> None:
    """What load is on, what becomes of a run that is left, and the safe answer chosen."""
    snap(tmp_path, "dialog_quit_80x24", FakeLink("manual"), SMALL, "q", until=at_thirty)


def test_without_color_words_and_signs_say_it_all(tmp_path: Path) -> None:
    """The same characters as with color: whatever is critical has its sign and its word."""
    plain = snap(
        tmp_path,
        "live_no_color_80x24",
        FakeLink("steps"),
        until=lambda state: state.proposals,
        judged=True,
        colors="none",
    )
    assert any("■" in row for row in plain)


def test_live_in_ascii(tmp_path: Path) -> None:
    """Charts of `*` and `-`, signs as `*` `!` `#`, arrows as `->`; nothing wider or missing."""
    rows = snap(
        tmp_path,
        "live_ascii_120x40",
        FakeLink("steps"),
        NORMAL,
        until=lambda state: state.proposals,
        judged=True,
        ascii=True,
    )
    assert "".join(rows).isascii()


def test_a_replay(tmp_path: Path) -> None:
    """REPLAY with its speed and where it stands; keys to pause, seek and change the speed, and none
    that steers."""
    fake = FakeLink("steps")
    where = ReplayFacts(position_s=21.0, length_s=58.0, speed=10.0)
    fake.set_facts(kind="replay", controls="none", replay=where)
    snap(tmp_path, "live_replay_80x24", fake, until=lambda state: state.stage == 1)


def finished(fake: FakeLink) -> Any:
    """The last word of the recording."""
    return next(one for one in reversed(fake._coming) if type(one).__name__ == "Finished")


# --- Report, Runs, Checks ------------------------------------------------------------------------


def screen(
    folder: Path,
    name: str,
    first: Callable[[], Any],
    ready: Callable[[SnapApp], object],
    size: tuple[int, int],
    checks: Any = None,
    **opening: Any,
) -> list[str]:
    """A screen without a run, on its own file."""

    async def run() -> list[str]:
        app = SnapApp(folder, Opening(**opening), first)
        if checks is not None:
            app.services.checks = checks
            app.services.setup = FakeSetup()  # type: ignore[assignment]
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: ready(app))
            return await settled(app, pilot)

    rows = asyncio.run(run())
    matches(name, rows, size)
    return rows


@pytest.mark.parametrize("size", [SMALL, NORMAL])
def test_a_report(shelf: Path, size: tuple[int, int]) -> None:
    """The verdict first, then totals and endpoints, in a page that reads like one."""
    name = f"report_{size[0]}x{size[1]}"
    screen(shelf, name, lambda: ReportScreen(NEW), has("Endpoints"), size)


def test_a_report_of_an_open_workload(tmp_path: Path) -> None:
    """Inconclusive, since the rate was not reached, and why; what became of the arrivals among the
    totals; a column of adjusted p95 and what that is; steps by their rate."""
    shelve_recorded(tmp_path, NEW, "arrivals")
    screen(
        tmp_path, "report_open_120x40", lambda: ReportScreen(NEW), has("Endpoints"), NORMAL
    )  # fmt: skip


def test_stored_runs_of_an_open_workload(tmp_path: Path) -> None:
    """Its rate in the place of users, and `load` above both."""
    shelve_recorded(tmp_path, OLD, "manual")
    shelve_recorded(tmp_path, NEW, "arrivals")

    def ready(app: SnapApp) -> bool:
        return len(app.screen.query_one(LiveTable).keys) == 2

    screen(tmp_path, "runs_open_80x24", RunsScreen, ready, SMALL)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
def test_the_stored_runs(shelf: Path, size: tuple[int, int]) -> None:
    """The torn one first, then the newest; what each was and how it went; the keys."""

    def ready(app: SnapApp) -> bool:
        return len(app.screen.query_one(LiveTable).keys) == 3

    screen(shelf, f"runs_{size[0]}x{size[1]}", RunsScreen, ready, size)


def test_a_trend(shelf: Path) -> None:
    """What changed in words, a row of blocks for each figure, the runs with ids to copy."""
    screen(shelf, "trend_80x24", lambda: TrendScreen(NEW), has("The newest run"), SMALL)


class FixedChecks:
    """Finds the same everywhere."""

    async def check(self, choice: Choice) -> Any:
        """A finding of each kind."""
        yield Finding("versions", "Python", "pass", "CPython 3.11")
        yield Finding("versions", "Locust", "pass", "2.43")
        yield Finding("scenarios", "shop", "pass", "2 user classes, 3 tasks")
        yield Finding("scenarios", "bad", "fail", "bad.py:2: [/foo] is no Python", "Correct it.")
        yield Finding("target", "TLS", "warn", "the certificate ends in 9 days", "Renew it.")
        yield Finding("limits", "open files", "pass", "65,536")


def test_the_checks(tmp_path: Path) -> None:
    """A sign for every finding, what to do under each that is not good, and the sum at the end."""
    choice = Choice(locustfile="shop.py", host="https://staging.example")

    def ready(app: SnapApp) -> bool:
        return any("1 failed" in row for row in shown(app))

    screen(tmp_path, "checks_80x24", lambda: ChecksScreen(choice), ready, SMALL, FixedChecks())


def has(words: str) -> Callable[[SnapApp], bool]:
    """Whether a text of the page has these words, in sight or further down."""
    return lambda app: any(words in one.text for one in app.screen.query(Lines))
