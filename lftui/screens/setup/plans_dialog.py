"""Plans by name: save what is chosen, load or delete what was saved."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from lftui.choices import Choice
from lftui.screens.base import Asks
from lftui.screens.setup.needs import PlanNeeds
from lftui.screens.setup.parts.field import Field
from lftui.screens.setup.parts.radios import Item, Radios
from lftui.screens.setup.parts.tone_text import ToneText
from lftui.widgets.look import look_of


class PlansDialog(Asks, ModalScreen[Choice | None]):
    """Gives back the plan that was loaded, or None."""

    CSS = """
    PlansDialog { align: center middle; }
    PlansDialog > Vertical {
        width: 64; max-width: 95%; height: auto; max-height: 90%;
        border: round $primary; background: $surface; padding: 0 1;
    }
    PlansDialog #saved { margin: 1 0; }
    App.-ascii PlansDialog > Vertical { border: ascii $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "save", "save", id="plans.save", tooltip="save what is chosen as this name"),
        Binding("f5", "load", "load", id="plans.load", tooltip="load the plan under the cursor"),
        Binding("delete", "delete", "delete", id="plans.delete", tooltip="delete it; asks first"),
        Binding("escape", "close", "close", id="plans.close", tooltip="back to Setup"),
    ]
    AUTO_FOCUS = "#saved"

    def __init__(self, choice: Choice, needs: PlanNeeds) -> None:
        super().__init__()
        self.choice = choice
        self.needs = needs
        self._doomed = ""

    def compose(self) -> ComposeResult:
        """The saved ones, a name, what can be done."""
        with Vertical() as box:
            box.border_title = Content("Plans")
            yield Radios(most=10, empty="looking…", id="saved")
            yield Field("plan", "name", placeholder="a name for what is chosen now")
            yield ToneText("said")
            yield ToneText("plan-keys")

    def on_mount(self) -> None:
        """Look for them."""
        keys = "enter on a plan loads it · F2 saves as the name · delete · esc"
        self.query_one("#plan-keys", ToneText).show([[(keys, "dim")]])
        self._look()

    @work(exclusive=True)
    async def _look(self) -> None:
        await self._list()

    async def _list(self, chosen: str = "") -> None:
        names = await self.needs.plan_names()
        chosen = chosen if chosen in names else names[0] if names else ""
        items = [Item(name, name) for name in names]
        self.query_one("#saved", Radios).show(items, chosen, "no plan is saved yet")
        if not names:
            self.query_one(Field).input.focus()

    def _say(self, sentence: str, level: str = "critical") -> None:
        sign = look_of(self).sign(level)
        lines = [[(f"{sign} {sentence}", level)]] if sentence else []
        self.query_one("#said", ToneText).show(lines)

    @on(Radios.Chosen)
    def _on_chosen(self, event: Radios.Chosen) -> None:
        event.stop()
        self._doomed = ""
        self._say("")
        if event.again:
            self.action_load()

    @on(Field.Edited)
    def _on_named(self, event: Field.Edited) -> None:
        event.stop()
        event.field.refuse("")

    def action_load(self) -> None:
        """Take the plan under the cursor."""
        name = self.query_one("#saved", Radios).chosen
        if name:
            self._load(name)

    @work(exclusive=True)
    async def _load(self, name: str) -> None:
        choice, problem = await self.needs.load_plan(name)
        if choice is None:
            self._say(problem)
        else:
            self.dismiss(choice)

    def action_save(self) -> None:
        """Save what is chosen."""
        field = self.query_one(Field)
        name = field.text.strip()
        if name:
            self._save(name)
        else:
            field.refuse("give it a name first")
            field.input.focus()

    @work(exclusive=True)
    async def _save(self, name: str) -> None:
        problem = await self.needs.save_plan(name, self.choice)
        if problem:
            self.query_one(Field).refuse(problem)
            return
        await self._list(name)
        self._say(f"saved as {name}; secrets are left out", "good")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the name, delete takes a character."""
        return action != "delete" or self.query_one("#saved", Radios).has_focus

    def action_delete(self) -> None:
        """Delete the plan under the cursor, when the key is pressed twice."""
        name = self.query_one("#saved", Radios).chosen
        if not name:
            return
        if self._doomed != name:
            self._doomed = name
            self._say(f"delete the plan {name}? Press delete again", "warning")
        else:
            self._delete(name)

    @work(exclusive=True)
    async def _delete(self, name: str) -> None:
        self._doomed = ""
        self._say(await self.needs.delete_plan(name))
        await self._list()

    def action_close(self) -> None:
        """Nothing was loaded."""
        self.dismiss(None)
