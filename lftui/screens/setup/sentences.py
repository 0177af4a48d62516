"""What will run, in words."""

from __future__ import annotations

from lftui.choices import Choice
from lftui.choices.offers import ScenarioRow, ShapePreview, TargetRow
from lftui.plan import say_duration
from lftui.records import Loaded
from lftui.screens.setup.parts.tone_text import Words
from lftui.screens.setup.processes import processes_said
from lftui.screens.setup.target_panel import own_host
from lftui.shapes.rates import say_arrival_rate, say_number

_CLASSES = 3


def what(choice: Choice, rows: list[ScenarioRow], loaded: Loaded | None) -> str:
    """The scenario, and the classes where not all take part."""
    name = next((row.name for row in rows if row.path == choice.locustfile), choice.locustfile)
    if not choice.classes:
        return name or "no scenario"
    shown = ", ".join(choice.classes[:_CLASSES])
    more = f" and {len(choice.classes) - _CLASSES} more" if len(choice.classes) > _CLASSES else ""
    return f"{name} ({shown}{more})"


def where(choice: Choice, rows: list[TargetRow], loaded: Loaded | None) -> str:
    """The target, by name and URL."""
    row = next((row for row in rows if row.host == choice.host), None)
    if row is not None and row.name != row.url:
        return f"{row.name} {row.url}"
    return choice.host or own_host(loaded) or "no target"


def load(preview: ShapePreview | None) -> str:
    """`steps: …, peak 60 users, about 12,000 requests`; of an open workload
    `rate: …, about 15,000 iterations, at most 750 users`."""
    if preview is None:
        return "…"
    if preview.error:
        return f"load: {preview.error}"
    parts = [preview.sentence]
    if preview.total_s is not None and say_duration(preview.total_s) not in preview.sentence:
        parts.append(f"{say_duration(preview.total_s)} in all")
    parts += _of_rate(preview) if preview.unit == "rate" else _of_users(preview)
    return ", ".join(part for part in parts if part)


def _of_users(preview: ShapePreview) -> list[str]:
    parts = [f"peak {preview.peak:,.0f} user{'' if preview.peak == 1 else 's'}"]
    if preview.requests_guess is not None:
        parts.append(f"about {preview.requests_guess:,} requests")
    return parts


def _of_rate(preview: ShapePreview) -> list[str]:
    peak = say_arrival_rate(preview.peak)
    parts = [] if peak in preview.sentence else [f"peak {peak}"]
    if preview.iterations is not None:
        parts.append(_iterations(preview.iterations))
    if preview.max_users:
        parts.append(f"at most {preview.max_users:,} user{'' if preview.max_users == 1 else 's'}")
    return parts


def _iterations(count: float) -> str:
    return f"about {count:,.0f} iteration{'' if round(count) == 1 else 's'}"


def summary(
    choice: Choice,
    scenarios: list[ScenarioRow],
    targets: list[TargetRow],
    loaded: Loaded | None,
    preview: ShapePreview | None,
    guard: str,
) -> list[Words]:
    """One sentence: what will run, where, with which load, and what protects it."""
    line: list[tuple[str, str]] = [
        (what(choice, scenarios, loaded), "strong"),
        (" → ", "dim"),
        (where(choice, targets, loaded), "strong"),
        (" · ", "dim"),
        (load(preview), "critical" if preview is not None and preview.error else ""),
    ]
    tags = [f"tags {', '.join(choice.tags)}"] if choice.tags else []
    tags += [f"without {', '.join(choice.exclude_tags)}"] if choice.exclude_tags else []
    for more in tags:
        line += [(" · ", "dim"), (more, "")]
    if processes := processes_said(choice.processes):
        line += [(" · ", "dim"), (processes, "")]
    if guard:
        line += [(" · ", "dim"), (guard, "dim")]
    return [line]


def preview_title(preview: ShapePreview | None) -> str:
    """The chart's title."""
    if preview is None or preview.error or not preview.points:
        return "Preview: users over time"
    total = f"total {say_duration(preview.total_s)}" if preview.total_s is not None else "no end"
    if preview.unit == "rate":
        text = f"Preview: iterations a second over time, {total}, peak {say_number(preview.peak)}"
        count = preview.iterations
        return text if count is None else f"{text}, {_iterations(count)}"
    text = f"Preview: users over time, {total}, peak {preview.peak:,.0f}"
    if preview.requests_guess is not None:
        text += f", about {preview.requests_guess:,} requests"
    return text
