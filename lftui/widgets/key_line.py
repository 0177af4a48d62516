"""The keys that can be pressed now, in one or two lines."""

from __future__ import annotations

from rich.cells import cell_len
from textual.geometry import Size

from lftui.widgets.lines import Lines, Part

_NAMES = {
    "escape": "esc",
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "equals_sign": "=",
    "underscore": "_",
    "number_sign": "#",
    "full_stop": ".",
    "comma": ",",
    "colon": ":",
    "semicolon": ";",
    "space": "space",
    "backspace": "bksp",
    "left": "←",
    "right": "→",
}


def key_name(keys: str) -> str:
    """The first of a binding's keys, as it stands on the keyboard."""
    before, plus, last = keys.split(",")[0].rpartition("+")
    name = _NAMES.get(last, last)
    if len(name) > 1 and name[0] == "f" and name[1:].isdigit():
        name = name.upper()
    return f"{before}{plus}".replace("ctrl+", "^") + name


def key_lines(keys: list[tuple[str, str]], width: int, rows: int) -> list[list[Part]]:
    """Keys with what they do, the first the most important; what does not fit is left out."""
    lines: list[list[Part]] = [[]]
    used = 0
    for key, label in keys:
        cells = cell_len(key) + 1 + cell_len(label) + 2
        if used + cells > width + 2:
            if len(lines) == rows:
                break
            lines.append([])
            used = 0
        lines[-1] += [(key, "accent"), (f" {label}  ", "")]
        used += cells
    return lines


class KeyLine(Lines):
    """The footer: what `check_action` allows, as the keymap has it."""

    DEFAULT_CSS = "KeyLine { dock: bottom; height: auto; max-height: 2; padding: 0 1; }"

    def __init__(self, rows: int = 2) -> None:
        super().__init__("", id="keys")
        self._rows = rows

    def on_mount(self) -> None:
        """Follow what can be done."""
        self.screen.bindings_updated_signal.subscribe(self, lambda screen: self.draw_keys())
        self.call_after_refresh(self.draw_keys)

    def on_resize(self) -> None:
        """Other keys fit now."""
        self.draw_keys()

    def draw_keys(self) -> None:
        """Draw the active bindings that are meant to be shown."""
        if not self.is_attached or not self.size.width:
            return
        seen: dict[str, tuple[str, str]] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.action not in seen:
                key = binding.key_display or key_name(binding.key)
                seen[binding.action] = (key, binding.description)
        self.show(key_lines(list(seen.values()), self.size.width - 2, self._rows))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the keys take."""
        return max(1, len(self._lines))
