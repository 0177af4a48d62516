"""Which files to write of a run, where, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from lftui.export_formats import FORMATS
from lftui.plan import PlanError
from lftui.screens.base import Asks
from lftui.widgets.check import Check
from lftui.widgets.lines import Lines

_FIRST = ("html", "summary", "csv")


class ExportDialog(Asks, ModalScreen[None]):
    """Formats, a folder, and then the paths of what was written.

    Args:
        shelf: writes exports (`lftui.services.shelf`).
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", id="export.close"),
        Binding("ctrl+s,f5", "write", "write", id="export.write", priority=True),
        Binding("y", "copy", "copy the path", id="export.copy"),
    ]

    def __init__(self, shelf: Any, run_id: str) -> None:
        super().__init__()
        self._shelf = shelf
        self._run_id = run_id

    def compose(self) -> ComposeResult:
        """The form; below it what became of it."""
        with Vertical(classes="dialog", id="export"):
            yield Lines((f"Export {self._run_id}", "header"))
            with VerticalScroll(id="formats"):
                for form in FORMATS:
                    yield Check(Content(form.label), form.name in _FIRST, id=f"as-{form.name}")
            yield Lines("into the folder")
            yield Input(str(self._folder()), id="folder", select_on_focus=False)
            yield Check(Content("replace files that are there"), False, id="replace")
            yield Lines(
                ("space chooses, enter or F5 writes, esc closes", "dim"), id="export-status"
            )
            yield OptionList(id="paths", compact=True)

    def on_mount(self) -> None:
        """Nothing is written yet."""
        self.query_one("#paths", OptionList).display = False
        self.query_one("#folder", Input).cursor_blink = False
        self.query_one(f"#as-{FORMATS[0].name}").focus()

    def _folder(self) -> Path:
        try:
            folder: Path = self._shelf.exports_folder(self._run_id)
        except PlanError:
            return Path.cwd()
        return folder

    @on(Input.Submitted)
    def action_write(self) -> None:
        """Write what is chosen."""
        folder = Path(self.query_one("#folder", Input).value.strip() or ".").expanduser()
        wanted = {
            form.name: str(folder / form.file)
            for form in FORMATS
            if self.query_one(f"#as-{form.name}", Check).value
        }
        if not wanted:
            self._say("nothing is chosen: space chooses a format", "warning")
            return
        self._say(f"writing {len(wanted)} exports… (a long journal takes some seconds)", "accent")
        # In the run's own folder of exports are earlier ones of the same run, and nothing else.
        replace = self.query_one("#replace", Check).value or folder == self._folder()
        self._write(wanted, replace)

    @work(exclusive=True)
    async def _write(self, wanted: dict[str, str], replace: bool) -> None:
        try:
            written, failures = await self._shelf.export(self._run_id, wanted, replace)
        except PlanError as error:
            self._say(f"nothing was written: {error}", "critical")
            return
        paths = self.query_one("#paths", OptionList)
        paths.clear_options()
        paths.add_options([Option(Content(self._shown(path))) for path in written])
        paths.display = bool(written)
        if failures:
            self._say("; ".join(failures), "critical")
        else:
            self._say(f"wrote {len(written)} files; y copies the path, esc closes", "good")
        if written:
            paths.highlighted = 0
            paths.focus()
        self._written = [str(path) for path in written]

    def _shown(self, path: str) -> str:
        """The path within the folder that stands above it: in 80 columns a whole one is broken."""
        folder = Path(self.query_one("#folder", Input).value.strip() or ".").expanduser()
        return path.removeprefix(f"{folder}/")

    _written: list[str] = []

    def action_copy(self) -> None:
        """The path under the cursor into the terminal's clipboard (OSC 52)."""
        at = self.query_one("#paths", OptionList).highlighted
        if at is not None and at < len(self._written):
            self.app.copy_to_clipboard(self._written[at])
            self._say(f"copied {self._written[at]}", "good")

    def action_close(self) -> None:
        """Done."""
        self.dismiss(None)

    def _say(self, text: str, tone: str) -> None:
        self.query_one("#export-status", Lines).show([(text, tone)])
