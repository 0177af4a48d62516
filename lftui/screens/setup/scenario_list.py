"""The Scenario pane: which locustfile, and what of it."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from lftui.choices import Choice
from lftui.choices.offers import ScenarioRow
from lftui.records import Loaded
from lftui.screens.setup.classes_form import ClassesForm
from lftui.screens.setup.edits import Edited
from lftui.screens.setup.options_form import OptionsForm
from lftui.screens.setup.pane import Form, Pane
from lftui.screens.setup.parts.radios import Item, Radios
from lftui.screens.setup.parts.tags import Tags
from lftui.screens.setup.parts.tone_text import ToneText, Words

LOOKING = "looking for locustfiles…"
NONE = "no locustfile here: give one with -f FILE, or run `lftui init`"
_DOC_LINES = 3


def scenario_items(rows: list[ScenarioRow], known: Mapping[str, Loaded | str]) -> list[Item]:
    """A line for each scenario: how many classes, or that it is broken."""
    items = []
    for row in rows:
        found = known.get(row.path)
        note = "" if row.origin == "here" else row.origin
        if isinstance(found, str):
            items.append(Item(row.path, row.name, note, "■ broken", "critical"))
        elif found is None:
            items.append(Item(row.path, row.name, "loading…"))
        else:
            number = len(found.user_classes)
            classes = f"{number} class{'' if number == 1 else 'es'}"
            items.append(Item(row.path, row.name, ", ".join(filter(None, (classes, note)))))
    return items


def about(path: str, found: Loaded | str | None) -> list[Words]:
    """What is said of the chosen scenario: its docstring, or what is wrong with it."""
    if not path:
        return []
    if found is None:
        return [[(f"reading {path}…", "dim")]]
    if isinstance(found, str):
        return [
            [("■ ", "critical"), (found, "critical")],
            [("correct the file: it is read again", "dim")],
        ]
    first = found.doc.strip().partition("\n\n")[0].splitlines()[:_DOC_LINES]
    lines: list[Words] = [[(line.strip(), "")] for line in first]
    lines += [[("▲ ", "warning"), (warning, "warning")] for warning in found.warnings[:3]]
    return lines


class TagsForm(Form):
    """Which tasks, by their tags."""

    def show(self, loaded: Loaded, choice: Choice) -> None:
        """Offer the tags of the classes."""
        names = sorted({tag for one in loaded.user_classes for tag in one.tags})
        if not (names or choice.tags or choice.exclude_tags):
            self.rebuild([])
            return
        title = ToneText(classes="title")
        self.rebuild([title, Tags(names, choice.tags, choice.exclude_tags)])
        title.show([[("tags", "header"), ("  space: + only, - without", "dim")]])

    def on_tags_changed(self, event: Tags.Changed) -> None:
        """Which ones now."""
        event.stop()
        tags = event.tags
        changes = {"tags": tags.chosen("+"), "exclude_tags": tags.chosen("-")}
        self.post_message(Edited(changes))


class ScenarioPane(Pane):
    """Scenarios, and the forms of the chosen one."""

    TITLE = "1 Scenario"

    def __init__(self) -> None:
        super().__init__(id="scenario")
        self._shown: object = None

    def compose(self) -> ComposeResult:
        """The list, and what belongs to the chosen one."""
        yield Radios(most=6, empty=LOOKING, id="scenarios")
        yield ToneText("about")
        yield ClassesForm(id="classes")
        yield TagsForm(id="tags")
        yield OptionsForm(id="options")

    def show_list(
        self,
        rows: list[ScenarioRow],
        known: Mapping[str, Loaded | str],
        chosen: str,
        asked: bool,
    ) -> None:
        """The scenarios that there are."""
        self.query_one("#scenarios", Radios).show(
            scenario_items(rows, known), chosen, NONE if asked else LOOKING
        )

    def show_chosen(self, path: str, found: Loaded | str | None, choice: Choice) -> None:
        """The chosen one; its forms are kept while it is the same."""
        self.query_one("#about", ToneText).show(about(path, found))
        if found is self._shown and found is not None:
            return
        self._shown = found
        self.refill(found, choice)

    def refill(self, found: Loaded | str | None, choice: Choice) -> None:
        """Make the forms anew from a choice."""
        loaded = found if isinstance(found, Loaded) else None
        self.query_one(ClassesForm).show(loaded.user_classes if loaded else [], choice)
        if loaded is None:
            self.query_one(TagsForm).rebuild([])
        else:
            self.query_one(TagsForm).show(loaded, choice)
        self.query_one(OptionsForm).show(loaded.own_options if loaded else [], choice.own_options)

    def on_radios_chosen(self, event: Radios.Chosen) -> None:
        """Another locustfile: what was chosen of the one before does not fit it."""
        event.stop()
        self.post_message(Edited({"locustfile": event.key}))
