"""The Load shape pane: which shape, and its parameters."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from lftui.choices import Choice
from lftui.choices.offers import Preset, ShapePreview
from lftui.plan import PlanError
from lftui.records import Loaded
from lftui.screens.setup import processes
from lftui.screens.setup.edits import Edited, PresetChosen
from lftui.screens.setup.pane import Form, Pane
from lftui.screens.setup.parts.field import Field
from lftui.screens.setup.parts.radios import Item, Radios
from lftui.screens.setup.parts.tone_text import ToneText
from lftui.screens.setup.shape_fields import (
    PRESET,
    FieldSpec,
    beside,
    changes_of,
    fault,
    fields_of,
    kind_of,
)
from lftui.shapes import KINDS

_COLUMN = 15


class ShapeForm(Form):
    """The fields of a kind."""

    def show(self, specs: list[FieldSpec]) -> None:
        """Ask for these."""
        self.specs = {spec.name: spec for spec in specs}
        self.fields = {
            spec.name: Field(spec.name, spec.label, spec.value, spec.default) for spec in specs
        }
        for spec in specs:
            self.fields[spec.name].refuse(fault(spec, spec.value))
        self.rebuild(list(self.fields.values()))

    def texts(self) -> dict[str, str]:
        """What stands in them."""
        return {name: field.text for name, field in self.fields.items()}


class ShapePane(Pane):
    """Kinds, shapes of the locustfile, presets of the baseline, and a form."""

    TITLE = "3 Load shape"

    def __init__(self) -> None:
        super().__init__(id="shape")
        self._loaded: Loaded | None = None
        self._choice = Choice()
        self._presets: list[Preset] = []
        self._asked: object = None
        self._fresh = True

    def compose(self) -> ComposeResult:
        """Kinds in a grid, the others in lists."""
        yield Radios(_COLUMN, most=12, id="kinds")
        yield ToneText("kind-help")
        yield ShapeForm(id="shape-form")
        yield Field(processes.NAME, processes.NAME, "", processes.PLACEHOLDER)
        yield ToneText("shape-error")
        yield ToneText("shape-help")

    def show(self, choice: Choice, loaded: Loaded | None, presets: list[Preset]) -> None:
        """The shapes to choose from, and the form of the chosen one."""
        self._choice, self._loaded, self._presets = choice, loaded, presets
        kind = kind_of(choice, loaded)
        self.query_one("#kinds", Radios).show(self._items(kind), kind)
        self.query_one("#kind-help", ToneText).show([[(self._help(kind), "dim")]])
        asked = fields_of(kind, choice, loaded)
        if self._fresh:
            self._fresh = False
            self._processes.fill(processes.processes_text(choice.processes))
            self._processes.refuse("")
        signature = (kind, [spec.name for spec in asked])
        if signature != self._asked:
            self._asked = signature
            self.query_one(ShapeForm).show(asked)

    def refill(self, choice: Choice, loaded: Loaded | None) -> None:
        """Make the form anew from a choice."""
        self._asked, self._fresh = None, True
        self.show(choice, loaded, self._presets)

    @property
    def _processes(self) -> Field:
        return next(field for field in self.query(Field) if field.name == processes.NAME)

    def _items(self, kind: str) -> list[Item]:
        items = [Item(name, name) for name in KINDS]
        shapes = [one.name for one in self._loaded.shapes] if self._loaded else []
        presets = [PRESET + one.name for one in self._presets]
        items += [Item(name, name) for name in [*shapes, *presets]]
        if kind not in {item.key for item in items}:
            items.append(Item(kind, kind))
        return items

    def _help(self, kind: str) -> str:
        if kind in KINDS:
            return KINDS[kind].help
        if kind.startswith(PRESET):
            name = kind.removeprefix(PRESET)
            found = next((one for one in self._presets if one.name == name), None)
            return f"of the baseline: {found.sentence if found else name}"
        shapes = self._loaded.shapes if self._loaded else []
        doc = next((one.doc for one in shapes if one.name == kind), "")
        return f"of the locustfile{': ' + doc.strip().splitlines()[0] if doc.strip() else ''}"

    def on_radios_chosen(self, event: Radios.Chosen) -> None:
        """Another shape."""
        event.stop()
        taken_back = dict.fromkeys(self._errors(), "")
        if event.key == kind_of(self._choice, self._loaded):
            return
        if event.key.startswith(PRESET):
            self.post_message(Edited(errors=taken_back))
            self.post_message(PresetChosen(event.key.removeprefix(PRESET)))
            return
        specs = fields_of(event.key, self._choice, self._loaded)
        texts = {spec.name: spec.value for spec in specs}
        changes = changes_of(event.key, texts, self._choice, self._loaded)
        self.post_message(Edited(changes, taken_back))

    def on_field_edited(self, event: Field.Edited) -> None:
        """A parameter."""
        event.stop()
        if event.field is self._processes:
            self._take_processes(event.field)
            return
        form = self.query_one(ShapeForm)
        name = event.field.name or ""
        error = fault(form.specs[name], event.text)
        event.field.refuse(error)
        good = not any(fault(form.specs[one], text) for one, text in form.texts().items())
        kind = kind_of(self._choice, self._loaded)
        changes = changes_of(kind, form.texts(), self._choice, self._loaded) if good else {}
        self.post_message(Edited(changes, {f"shape {name}": error}))

    def _take_processes(self, field: Field) -> None:
        try:
            changes, error = {"processes": processes.read_processes(field.text)}, ""
        except PlanError as refused:
            changes, error = {}, str(refused)
        field.refuse(error)
        self.post_message(Edited(changes, {processes.NAME: error}))

    def _errors(self) -> list[str]:
        return [f"shape {name}" for name in getattr(self.query_one(ShapeForm), "fields", {})]

    def show_preview(self, preview: ShapePreview) -> None:
        """What the shape itself says of its parameters."""
        form = self.query_one(ShapeForm)
        own: Mapping[str, str] = beside(preview.field_errors, list(form.fields))
        for name, field in form.fields.items():
            field.refuse(fault(form.specs[name], field.text) or own.get(name, ""))
        error = "" if own else preview.error
        self.query_one("#shape-error", ToneText).show(
            [[(f"■ {error}", "critical")]] if error else []
        )

    def on_descendant_focus(self) -> None:
        """What the field under the cursor means."""
        focused = self.screen.focused
        field = focused.query_ancestor(Field) if focused and self._in_field(focused) else None
        spec = self.query_one(ShapeForm).specs.get(field.name or "") if field else None
        said = f"{spec.label}: {spec.help}; empty: {spec.default}" if spec else ""
        if field is not None and field is self._processes:
            said = f"{processes.NAME}: {processes.HELP}"
        self.query_one("#shape-help", ToneText).show([[(said, "dim")]] if said else [])

    @staticmethod
    def _in_field(widget: object) -> bool:
        return any(isinstance(one, Field) for one in getattr(widget, "ancestors", ()))
