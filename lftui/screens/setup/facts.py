"""What Setup knows by now."""

from __future__ import annotations

import msgspec

from lftui.choices import Choice
from lftui.choices.offers import Preflight, Preset, ScenarioRow, ShapePreview, TargetRow
from lftui.records import Loaded


class Facts(msgspec.Struct):
    """Grows while the services answer; `None` is *not yet*.

    Attributes:
        known: what each locustfile offers, or what is wrong with it.
        confirmation: the host that has to be typed; "" where none has to be.
        asked_host: what the pre-flight is about.
        settings_problem: what is wrong with the settings file.
        problems: what would refuse the run.
    """

    scenarios: list[ScenarioRow] = []
    known: dict[str, Loaded | str] = {}
    targets: list[TargetRow] = []
    presets: list[Preset] = []
    preview: ShapePreview | None = None
    preflight: Preflight | None = None
    asked_host: str = ""
    confirmation: str = ""
    guard: str = ""
    settings_problem: str = ""
    problems: list[str] = []

    def found(self, path: str) -> Loaded | str | None:
        """What is known of a locustfile."""
        return self.known.get(path)

    def loaded(self, path: str) -> Loaded | None:
        """What a locustfile offers, where that is known."""
        found = self.known.get(path)
        return found if isinstance(found, Loaded) else None


def of_another_file(choice: Choice, path: str) -> Choice:
    """The choice with another locustfile: what was chosen of the first is not in it."""
    from lftui.shapes import KINDS

    ours = choice.shape.partition(":")[0].strip() in KINDS
    return msgspec.structs.replace(
        choice,
        locustfile=path,
        classes=[],
        weights={},
        fixed_counts={},
        tags=[],
        exclude_tags=[],
        own_options={},
        shape=choice.shape if ours else "",
        preset="",
    )


def fitting(choice: Choice, loaded: Loaded) -> Choice:
    """The choice without what its locustfile, which has changed, offers no more."""
    names = {one.name for one in loaded.user_classes}
    options = {one.name for one in loaded.own_options}
    return msgspec.structs.replace(
        choice,
        classes=[name for name in choice.classes if name in names],
        weights={name: value for name, value in choice.weights.items() if name in names},
        fixed_counts={n: value for n, value in choice.fixed_counts.items() if n in names},
        own_options={n: value for n, value in choice.own_options.items() if n in options},
    )
