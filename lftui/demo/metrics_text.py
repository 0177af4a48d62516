"""OpenMetrics text: families of samples, written out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@dataclass(frozen=True)
class Family:
    """One metric: its samples are pairs of labels and value.

    Attributes:
        name: without the counter's suffix `_total`, which is added where it belongs.
        unit: as OpenMetrics has it, the last part of the name; empty for none.
    """

    name: str
    kind: Literal["gauge", "counter"]
    help: str
    samples: tuple[tuple[Mapping[str, str], float], ...]
    unit: str = ""


def gauge(name: str, value: float, text: str, unit: str = "") -> Family:
    """A gauge with one sample and no labels."""
    return Family(name, "gauge", text, (({}, value),), unit)


def render(families: Iterable[Family]) -> str:
    """The exposition, closed by `# EOF`."""
    lines: list[str] = []
    for family in families:
        lines.append(f"# TYPE {family.name} {family.kind}")
        if family.unit:
            lines.append(f"# UNIT {family.name} {family.unit}")
        lines.append(f"# HELP {family.name} {_escaped(family.help)}")
        suffix = "_total" if family.kind == "counter" else ""
        for labels, value in family.samples:
            lines.append(f"{family.name}{suffix}{_labels(labels)} {value:.10g}")
    lines.append("# EOF")
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
