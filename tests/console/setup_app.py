"""A small application around Setup, and services that answer at once with what a test gives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any, TypeVar

import msgspec
from textual import on
from textual.app import App
from textual.message import Message
from textual.pilot import Pilot
from textual.reactive import reactive
from textual.screen import Screen

from lftui.choices import Choice
from lftui.choices.offers import Preflight, Preset, ScenarioRow, Seen, ShapePreview, TargetRow
from lftui.plan import parse_duration
from lftui.records import Loaded, OptionFact, ShapeFact, Smoked, UserClassFact
from lftui.screens import messages
from lftui.screens.setup.parts.tone_text import ToneText
from lftui.screens.setup.screen import SetupScreen
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.themes import THEMES, styles_of

_Asked = TypeVar("_Asked", bound=Message)
PROD = "api.example"
BROKEN = "bad.py:2: this is no Python: [/foo]"


def shop() -> Loaded:
    """A scenario with two classes, tags, options of every kind and a shape."""
    browse = UserClassFact(
        name="BrowseUser",
        weight=3,
        tasks={"page": 0.75, "post": 0.25},
        tags=["read", "write"],
        doc="Reads [bold red]pages[/foo].",
        host="http://shop.example",
    )
    admin = UserClassFact(name="AdminUser", fixed_count=1, tasks={"admin": 1.0})
    options = [
        OptionFact(name="--flavor", default="sweet", choices=["sweet", "sour"], help="which one"),
        OptionFact(name="--api-token", default="***", secret=True),
        OptionFact(name="--dry", default="False", help="no writes"),
        OptionFact(name="--depth", default="3"),
    ]
    return Loaded(
        files=["shop.py"],
        doc="Browses the shop.",
        user_classes=[browse, admin],
        own_options=options,
        shapes=[],
    )


def waves() -> Loaded:
    """A scenario with a shape of its own."""
    return Loaded(
        files=["waves.py"],
        user_classes=[UserClassFact(name="WaveUser", tasks={"go": 1.0})],
        shapes=[ShapeFact(name="DoubleWave", doc="Two waves.")],
    )


class FakeSetup:
    """`SetupNeeds`, from memory."""

    def __init__(self) -> None:
        self.files: dict[str, Loaded | str] = {
            "shop.py": shop(),
            "bad.py": BROKEN,
            "waves.py": waves(),
        }
        self.rows = [
            TargetRow("staging", "staging", "https://staging.example", max_users=200),
            TargetRow("live", "live", f"https://{PROD}", production=True),
        ]
        self.last: Choice | None = None
        self.plans: dict[str, Choice] = {}
        self.wrong = ""
        self.news: list[str] = []
        self.smoked: list[Smoked] = []
        self.held: asyncio.Event | None = None
        self.described: list[str] = []
        self.looked_at: list[str] = []
        self.given = ""

    async def _wait(self) -> None:
        if self.held is not None:
            await self.held.wait()

    async def scenarios(self, given: str = "") -> list[ScenarioRow]:
        self.given = given
        await self._wait()
        return [ScenarioRow(path, path.removesuffix(".py")) for path in self.files]

    async def describe(self, path: str, argv: Sequence[str] = ()) -> Loaded | str:
        self.described.append(path)
        return self.files[path]

    async def changed(self) -> list[str]:
        news, self.news = self.news, []
        return news

    async def complete(self, choice: Choice, loaded: Loaded) -> Choice:
        return choice

    async def settings(self) -> tuple[object, str]:
        return None, self.wrong

    async def targets(self) -> list[TargetRow]:
        return self.rows

    async def confirmation(self, choice: Choice, loaded: Loaded | None = None) -> str:
        return PROD if choice.host == "live" else ""

    async def preflight(self, host: str, confirmed: str = "") -> Preflight:
        self.looked_at.append(host)
        seen = [
            Seen("DNS", "good", "10.0.0.1", "10.0.0.1"),
            Seen("TCP", "good", "1 ms", "connected in 1 ms"),
            Seen("TLS", "warning", "9 d", "the certificate ends in 9 days", "Renew it."),
            Seen("health", "good", "200 12 ms", "200 in 12 ms"),
        ]
        return Preflight(url=host, addresses=["10.0.0.1"], seen=seen)

    async def guard(self, choice: Choice, loaded: Loaded | None = None) -> str:
        return "guard: p95>5s for 10s → stop"

    async def presets(self, choice: Choice) -> list[Preset]:
        return [Preset("peak_load", 200, 5.0, "200 users for 5m")]

    async def choose_preset(self, choice: Choice, name: str) -> Choice:
        return msgspec.structs.replace(choice, preset=name, users=200, run_time="5m", shape="")

    async def preview(self, choice: Choice, loaded: Loaded | None = None) -> ShapePreview:
        from lftui.choices.shape_words import field_errors

        if choice.shape == "DoubleWave":
            return ShapePreview([(0.0, 0), (60.0, 10)], "DoubleWave of the locustfile", 60.0, 10)
        seconds = parse_duration(choice.run_time) if choice.run_time else None
        shape, error, fields = field_errors(
            choice.shape or "constant", choice.users, choice.spawn_rate, seconds
        )
        if shape is None:
            return ShapePreview(error=error, field_errors=fields)
        return ShapePreview(
            shape.preview(), shape.sentence(), shape.duration_s, shape.peak or shape.peak_rate,
            shape.unit, shape.iterations(), (choice.max_users or 750) * (shape.unit == "rate"),
            requests_guess=1234,
        )  # fmt: skip

    async def check(self, choice: Choice, loaded: Loaded | None = None) -> list[str]:
        return ["over the ceiling of 200 users"] if (choice.users or 0) > 200 else []

    async def smoke(self, choice: Choice) -> AsyncIterator[Smoked]:
        for row in self.smoked:
            yield row
            await asyncio.sleep(0)

    async def last_plan(self) -> tuple[Choice | None, str]:
        return self.last, ""

    async def plan_names(self) -> list[str]:
        return sorted(self.plans)

    async def save_plan(self, name: str, choice: Choice) -> str:
        if "/" in name:
            return f"'{name}' is no name of a plan; use letters, digits and dashes"
        self.plans[name] = choice
        return ""

    async def load_plan(self, name: str) -> tuple[Choice | None, str]:
        return self.plans.get(name), "" if name in self.plans else "there is no such plan"

    async def delete_plan(self, name: str) -> str:
        del self.plans[name]
        return ""


class SetupApp(App[None]):
    """Nothing happens in it: what is asked is kept in `asked`, for the test to look at."""

    snapshot: reactive[Snapshot] = reactive(Snapshot(), always_update=True, init=False)

    def __init__(self, first: Screen[Any], ascii: bool = False, **services: Any) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "lftui-dark"
        self.look = Look(ascii, styles_of("lftui-dark"))
        self.set_class(ascii, "-ascii")
        self.services = SimpleNamespace(**services)
        self.first = first
        self.asked: list[Message] = []

    async def on_mount(self) -> None:
        await self.push_screen(self.first)

    @on(messages.StartRun)
    @on(messages.Warm)
    @on(messages.Open)
    @on(messages.GoBack)
    def _on_asked(self, message: Message) -> None:
        self.asked.append(message)

    def of(self, kind: type[_Asked]) -> list[_Asked]:
        """The messages of a kind."""
        return [one for one in self.asked if isinstance(one, kind)]

    @property
    def started(self) -> list[Choice]:
        """What was to be run."""
        return [one.choice for one in self.of(messages.StartRun)]

    def text(self, selector: str) -> str:
        """What a block of text on the screen says."""
        return self.screen.query_one(selector, ToneText).text

    def shown(self) -> str:
        """The whole screen, as text."""
        width, height = self.size
        lines = self.screen._compositor.render_strips()
        return "\n".join(strip.crop(0, width).text for strip in lines[:height])


async def until(pilot: Pilot[Any], condition: Callable[[], bool]) -> None:
    """Wait for a condition, not for a time."""
    for _ in range(1000):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError("it never became true")


def in_setup(
    test: Callable[[SetupApp, Pilot[Any]], Awaitable[None]],
    choice: Choice | None = None,
    needs: Any = None,
    size: tuple[int, int] = (120, 40),
    ascii: bool = False,
) -> None:
    """Run a test on Setup that knows everything that the services say."""

    async def run() -> None:
        screen = SetupScreen(choice)
        app = SetupApp(screen, ascii, setup=needs or FakeSetup())
        async with app.run_test(size=size) as pilot:
            known = screen.facts
            await until(pilot, lambda: screen.asked_scenarios)
            await until(pilot, lambda: len(known.known) == len(known.scenarios))
            await until(pilot, lambda: known.preview is not None)
            if needs is None or isinstance(needs, FakeSetup):
                await until(pilot, lambda: bool(known.targets))
            await pilot.pause()
            await test(app, pilot)

    asyncio.run(run())
