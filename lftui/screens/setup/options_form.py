"""The locustfile's own options, as a form."""

from __future__ import annotations

from textual.widget import Widget

from lftui.records import OptionFact
from lftui.screens.setup.edits import Edited
from lftui.screens.setup.pane import Form
from lftui.screens.setup.parts.field import Field, Labelled
from lftui.screens.setup.parts.pick import Pick
from lftui.screens.setup.parts.tick import Tick
from lftui.screens.setup.parts.tone_text import ToneText

SWITCHES = ("True", "False")


def is_switch(fact: OptionFact) -> bool:
    """Whether it takes no value: argparse's flags have a truth value as default."""
    return fact.default in SWITCHES and not fact.choices and not fact.secret


def _label(fact: OptionFact) -> str:
    return fact.name.lstrip("-")


def widget_of(fact: OptionFact, value: str | None) -> Widget:
    """The field that asks for an option; `value` None where it was not given."""
    if is_switch(fact):
        on = (fact.default == "True") != (value is not None)
        return Tick(f"{_label(fact)}  {fact.help}".rstrip(), on, name=fact.name)
    hint = "required" if fact.required and not value else fact.help
    if fact.choices and not fact.multiple:
        return Labelled(
            fact.name,
            _label(fact),
            Pick(["", *fact.choices], value or "", fact.name, fact.default),
            hint,
        )
    placeholder = fact.default
    if fact.choices:
        placeholder = " ".join(fact.choices)
    shown = " ".join((value or "").split("\n")) if fact.multiple else value or ""
    return Field(fact.name, _label(fact), shown, placeholder, fact.secret, hint)


class OptionsForm(Form):
    """Asks for each."""

    def show(self, facts: list[OptionFact], given: dict[str, str]) -> None:
        """Offer these options, as far as they were given."""
        self._facts = {fact.name: fact for fact in facts}
        self._given = dict(given)
        widgets = [widget_of(fact, given.get(fact.name)) for fact in facts]
        title = ToneText(classes="title")
        self.rebuild([title, *widgets] if widgets else [])
        if widgets:
            title.show([[("options of the locustfile", "header")]])

    def on_field_edited(self, event: Field.Edited) -> None:
        """A text was typed."""
        event.stop()
        name = event.field.name or ""
        text = event.text
        self._give(name, "\n".join(text.split()) if self._facts[name].multiple else text)

    def on_pick_changed(self, event: Pick.Changed) -> None:
        """A word was picked."""
        event.stop()
        self._give(event.pick.name or "", event.pick.value)

    def on_tick_changed(self, event: Tick.Changed) -> None:
        """A switch was turned: given, when it is not as it is without."""
        event.stop()
        fact = self._facts[event.tick.name or ""]
        self._give(fact.name, "" if event.tick.value != (fact.default == "True") else None)

    def _give(self, name: str, value: str | None) -> None:
        """A switch that is given has no value; a text that is empty is not given."""
        fact = self._facts[name]
        if value or (value is not None and is_switch(fact)):
            self._given[name] = value
        else:
            self._given.pop(name, None)
        error = f"{fact.name} is required" if fact.required and name not in self._given else ""
        self.post_message(Edited({"own_options": dict(self._given)}, {f"option {name}": error}))
