"""What the guard has said: the rules that are broken now, those switched off, its last act."""

from __future__ import annotations

import msgspec

from lftui.records import Marked


class GuardFacts(msgspec.Struct):
    """Folded from the marks `breach`, `stalled` and `guard`.

    Attributes:
        broken: by the rule's name the mark that says since when it is broken.
        off: the names of the rules that are switched off; None while the plan's word stands.
        acted: the last thing that it did.
    """

    broken: dict[str, Marked] = {}
    off: list[str] | None = None
    acted: Marked | None = None

    def on_mark(self, marked: Marked) -> None:
        """Take a mark of one of these types."""
        facts = marked.facts
        rule = facts.get("rule")
        if marked.type in ("breach", "stalled"):
            if not isinstance(rule, str):
                return
            if facts.get("mended"):
                self.broken.pop(rule, None)
            else:
                self.broken.setdefault(rule, marked)
        elif "off" in facts:
            off = facts["off"]
            self.off = [str(name) for name in off] if isinstance(off, list) else []
            for name in self.off:
                self.broken.pop(name, None)
        elif "action" in facts:
            self.acted = marked
