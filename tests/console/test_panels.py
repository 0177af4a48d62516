"""The panels of the Live screen in the table that shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual.app import App, ComposeResult

from lftui.records import ErrorSeen, Logged, TargetSample, TargetSampled
from lftui.screens.live.panels import PANELS
from lftui.screens.live.panels.error_kinds import Kind
from lftui.screens.live.panels.errors import ErrorRows
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from lftui.widgets.table.source import Cell, Source
from lftui.widgets.table.table import LiveTable
from tests.unit.panel_texts import HOSTILE, judged, panel
from tests.unit.strategies import Play, Sent


class OneTable(App[None]):
    """A table, as high as the screen."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def compose(self) -> ComposeResult:
        yield LiveTable()

    def lines(self, source: Source) -> list[str]:
        """What the table shows of a source, line by line."""
        table = self.query_one(LiveTable)
        table.show(source)
        drawn = (table.render_line(y) for y in range(table.size.height))
        return ["".join(segment.text for segment in strip).rstrip() for strip in drawn]


def a_run() -> Play:
    """Two steps, failures, a baseline, a log, and names from a hostile target."""
    document = {"endpoints": {"/healthz": {"expected_response_time_ms": {"p50": 1, "p95": 2}}}}
    play = Play(baseline=document, baseline_path="b.json")
    job, bad = play.endpoint("/healthz", user_class="Reader"), play.endpoint(HOSTILE)
    play.say(ErrorSeen(id=1, endpoint=bad, status=503, text=HOSTILE, sample=HOSTILE))
    for users in (10, 20):
        for _ in range(20):
            sent = [*[Sent(job, 20_000)] * 30, Sent(bad, 5_000, failed=True)]
            play.tick(sent, users=users, errors=[(1, 1)])
    play.say(TargetSampled(source=HOSTILE, samples=[TargetSample(HOSTILE, 40.0, "%")]))
    play.mark("note", text=HOSTILE, who="ann")
    play.say(Logged(source="locustfile", level="warning", text=HOSTILE))
    return play


def shown(snapshot: Snapshot, size: tuple[int, int], look: Look) -> dict[str, list[str]]:
    """Every panel's table on a screen of this size."""

    async def run() -> dict[str, list[str]]:
        app = OneTable(look)
        async with app.run_test(size=size):
            return {one.name: app.lines(one.source(snapshot, look)) for one in PANELS}

    return asyncio.run(run())


def test_every_panel_fits_eighty_columns_and_shows_what_is_needed() -> None:
    """Head and rows of each panel, no line longer than the screen, hostile text as text."""
    found = shown(judged(a_run().state), (80, 24), Look())
    for name, words in {
        "errors": ("count", "share", "503", "[bold red]"),
        "baseline": ("p95 change", "■", "/healthz", "not in baseline"),
        "steps": ("settled", "▸2", "p99"),
        "workers": ("generator", "class Reader", "lag p99"),
        "log": ("▲", "locustfile", "[bold red]"),
        "notes": ("ann", "note: [bold red]"),
    }.items():
        text = "\n".join(found[name])
        assert all(word in text for word in words), (name, text)
        assert all(len(line) <= 80 for line in found[name]), name
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_in_ascii_mode_nothing_else_is_drawn() -> None:
    """The rows of each panel at 120 columns, where only ASCII can be shown."""
    for lines in shown(judged(a_run().state), (120, 24), Look(ascii=True)).values():
        assert len(lines[1].split()) > 2
        assert all(line.isascii() for line in lines[1:]), lines


def test_empty_panels_say_why_in_the_table() -> None:
    """A screen without any run: each panel says why it is empty."""
    for name, lines in shown(Snapshot(), (80, 24), Look()).items():
        empty = panel(name).source(Snapshot(), Look()).empty
        assert any(empty in line for line in lines), (name, lines)


class Counting(ErrorRows):
    """Counts the rows that are made into text."""

    formatted = 0

    def row(self, item: Kind) -> list[Cell]:
        self.formatted += 1
        return super().row(item)


def test_of_hundreds_of_rows_only_those_in_sight_are_made_into_text() -> None:
    """A screen of 24 lines: a head and 23 rows, of 400 kinds of failures."""
    play = Play()
    groups: Sequence[int] = [play.error(play.endpoint(f"/{n}"), f"down {n}") for n in range(400)]
    play.tick([Sent(1, 5, failed=True)], errors=[(group, 1) for group in groups])

    async def run() -> int:
        look = Look()
        source = Counting(Snapshot(state=play.state), look)
        app = OneTable(look)
        async with app.run_test(size=(80, 24)):
            assert len(app.lines(source)) == 24
        return source.formatted

    assert 23 <= asyncio.run(run()) <= 2 * 24
