"""Live: what load is on, is the target all right, can the figures be trusted, what is the next
key, how does it stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from lftui.records import Command, Stop
from lftui.screens import messages
from lftui.screens.base import ConsoleScreen
from lftui.screens.dialogs.quit import LeaveDialog, Left
from lftui.screens.live.banners import banner_rows, banners
from lftui.screens.live.bar import Bar
from lftui.screens.live.can import View, is_live, is_replay, why_not
from lftui.screens.live.chart_pair import ChartPair
from lftui.screens.live.endpoint_notes import note as endpoint_note
from lftui.screens.live.endpoints import EndpointsSource
from lftui.screens.live.footer import footer_rows
from lftui.screens.live.header import header_row
from lftui.screens.live.keys import Named, bindings, live_commands, name_of
from lftui.screens.live.panel_area import PanelArea
from lftui.screens.live.panels import PANELS, TARGET, PanelSpec
from lftui.screens.live.replaying import Replaying
from lftui.screens.live.row_detail import RowDetail
from lftui.screens.live.status import status_row
from lftui.screens.live.steering import Steering, alone_said, load_said
from lftui.screens.live.tabs import tabs_row
from lftui.screens.live.tiles import tile_rows
from lftui.screens.live.viewing import Viewing
from lftui.screens.live.worker_keys import WorkerKeys
from lftui.snapshot import Snapshot
from lftui.widgets.chart.chart import Chart
from lftui.widgets.look import Look
from lftui.widgets.table.table import LiveTable

ENDPOINTS = PanelSpec(
    name="endpoints",
    number=1,
    title=lambda snapshot, seen: "Endpoints",
    source=lambda snapshot, look: EndpointsSource(snapshot, look),
    note=endpoint_note,
    needs_verdict=True,
)
ALL_PANELS: Sequence[PanelSpec] = (ENDPOINTS, *PANELS)
_SAID_SNAPSHOTS = 5


class LiveScreen(Steering, WorkerKeys, Viewing, Replaying, ConsoleScreen):
    """Draws the latest snapshot; keys become messages."""

    HELP = """\
# Live

`+` `-` change the users by the step size, in an open workload the rate; `[` `]` change that. A
change by hand holds the load shape where it is; `h` hands the load back to it. `n` begins the next
stage, or does what the guard proposes. `p` takes the load off and brings it back; figures are kept.

`5` is what the target says of itself; beside it the chart of the chosen row takes the place of the
response times.

`w` chooses what the figures are about; `x` measures afresh, nothing is deleted.
`W` adds a worker to a run that has some; `delete` in the Workers panel (`6`) sends the chosen one
away. `s` stops in order, `K` at once, `d` leaves the run running: `lftui attach` comes back to it.
"""
    CSS_PATH = "live.tcss"
    AUTO_FOCUS = "LiveTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings([(one.number, one.name) for one in ALL_PANELS])
    ]

    def __init__(self) -> None:
        super().__init__()
        self._local = ""
        self._local_until = 0
        self._seen: dict[str, int] = {}
        self._judged_seq = -1

    def compose(self) -> ComposeResult:
        """From what load is on down to the next key."""
        yield Bar("header")
        yield Bar("tiles")
        yield Bar("banners")
        yield ChartPair()
        yield Bar("tabs")
        yield PanelArea(ALL_PANELS)
        yield Bar("status")
        yield Bar("footer")

    # --- drawing -------------------------------------------------------------------------------

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot."""
        look, width = self.look, self.size.width
        if not width:
            return
        self.note_shown()
        if snapshot.number > self._local_until:
            self._local = ""
        figures = snapshot.figures()
        title = figures.title if snapshot.state.started is not None else ""
        self._bar("header").show_rows([header_row(snapshot, title, look, width)])
        self._bar("tiles").show_rows(tile_rows(snapshot.state, figures, look, width))
        self._bar("banners").show_rows(banner_rows(banners(snapshot), look, width))
        self._draw_panel(snapshot, look, width)
        self._draw_charts(snapshot)
        self._draw_keys(snapshot, look, width)
        self.follow_window(snapshot)

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        # Under a dialog the run goes on, and so does what can be seen of it.
        if self.is_mounted and self._in_sight():
            self.take_back_question(snapshot)
            self.show(snapshot)

    def _in_sight(self) -> bool:
        stack = self.app.screen_stack
        above = stack[stack.index(self) + 1 :] if self in stack else [self]
        return all(isinstance(screen, ModalScreen) for screen in above)

    def on_resize(self) -> None:
        """Other parts fit."""
        self.call_after_refresh(self.redraw)

    def redraw(self) -> None:
        """Draw the latest snapshot again."""
        self._on_snapshot(self.snapshot)

    def _bar(self, name: str) -> Bar:
        return self.query_one(f"#{name}", Bar)

    def _draw_charts(self, snapshot: Snapshot) -> None:
        """The charts of the load; beside the Target panel that of its chosen metric."""
        area = self.query_one(PanelArea)
        key = area.table.cursor_key if area.chosen == TARGET.name else None
        self.query_one(ChartPair).show(snapshot.state, key or "")

    def _draw_panel(self, snapshot: Snapshot, look: Look, width: int) -> None:
        area = self.query_one(PanelArea)
        self._seen[area.chosen] = area.spec.count(snapshot)
        tabs = [
            (one.number, one.name, look.plain(one.title(snapshot, self._seen.get(one.name, 0))))
            for one in ALL_PANELS
        ]
        row, hits = tabs_row(tabs, area.chosen, width)
        self._bar("tabs").show_rows([row], [hits])
        area.show(snapshot, look)
        if area.spec.needs_verdict and snapshot.state.last_seq != self._judged_seq:
            self._judged_seq = snapshot.state.last_seq
            self.post_message(messages.Judge())

    def _draw_keys(self, snapshot: Snapshot, look: Look, width: int) -> None:
        self._bar("status").show_rows([status_row(snapshot, self._local, look, width)])
        active: dict[str, str] = {}
        for one in self.active_bindings.values():
            if one.enabled and one.binding.id:
                active.setdefault(one.binding.id, one.binding.key)
        rows, hits = footer_rows(active, snapshot, self.view, look, width)
        self._bar("footer").show_rows(rows, hits)

    # --- what can be done now ------------------------------------------------------------------

    @property
    def view(self) -> View:
        """What of the screen decides about keys."""
        area = self.query_one(PanelArea)
        return View(
            tab=area.chosen,
            typing=area.typing,
            reading=isinstance(self.focused, Chart),
            one_chart=self.query_one(ChartPair).one,
            filtered=bool(area.table.filter_text),
            worker=self.worker_chosen(area),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        return not self.is_mounted or not why_not(action, self.snapshot, self.view)

    def commands(self) -> list[Named]:
        """Everything that can be done now, for the palette."""
        tabs = [(one.name, one.name.capitalize()) for one in ALL_PANELS]
        return live_commands(self.snapshot, self.view, tabs)

    def on_key(self, event: events.Key) -> None:
        """Say why a key does nothing now."""
        found = self._bindings.key_to_bindings.get(event.key, [])
        reasons = [why_not(name_of(one.action), self.snapshot, self.view) for one in found]
        if reasons and all(reasons) and not self.view.typing:
            self._say(reasons[0])

    def _say(self, text: str) -> None:
        self._local = text
        self._local_until = self.snapshot.number + _SAID_SNAPSHOTS
        row = status_row(self.snapshot, text, self.look, self.size.width)
        self._bar("status").show_rows([row])

    def send(self, command: Command) -> None:
        """Let the application send a command; its answer takes the place of what was said."""
        self._local = ""
        super().send(command)

    def on_descendant_focus(self) -> None:
        """Other keys can be used."""
        self.call_after_refresh(self.redraw)

    # --- the mouse, and enter ------------------------------------------------------------------

    @on(LiveTable.Moved)
    def _on_moved(self) -> None:
        if self.query_one(PanelArea).chosen == TARGET.name:
            self._draw_charts(self.snapshot)

    @on(LiveTable.Opened)
    def _on_opened(self, event: LiveTable.Opened) -> None:
        area = self.query_one(PanelArea)
        if area.chosen == ENDPOINTS.name:
            from lftui.screens.live.endpoint_detail import EndpointDetail

            self.app.push_screen(EndpointDetail(event.key))
        elif area.spec.detail is not None:
            self.app.push_screen(RowDetail(area.spec, event.key))

    @on(Bar.Chosen)
    async def _on_clicked(self, event: Bar.Chosen) -> None:
        if any(event.name == one.name for one in ALL_PANELS):
            self.action_tab(event.name)
            return
        for one in self.active_bindings.values():
            if one.binding.id == event.name:
                await self.app.run_action(one.binding.action, one.node)
                return

    # --- away ----------------------------------------------------------------------------------

    def action_escape(self) -> None:
        """Out of the filter or a chart first."""
        if self.query_one(PanelArea).clear_filter():
            return
        self.action_leave()

    def action_leave(self) -> None:
        """Ask where load is on; after the end to the report."""
        snapshot = self.snapshot
        if is_live(snapshot):
            steers = snapshot.link.controls != "theirs"
            state = snapshot.state
            dialog = LeaveDialog(f"{load_said(state)}.", f"{alone_said(state)}.", steers)
            self.ask(dialog, self._left)
        elif snapshot.state.finished is not None and not is_replay(snapshot):
            self.post_message(messages.Open("report"))
        else:
            # Not to this screen: of this name is also what Textual says of the mouse.
            self.app.post_message(messages.GoBack())

    def _left(self, how: Left | None) -> None:
        if how == "stop":
            self.send(Stop())
        elif how == "detach":
            self.post_message(messages.Detach())
