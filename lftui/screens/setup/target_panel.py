"""The Target pane: where the load goes, how that is, and what protects it."""

from __future__ import annotations

from textual.app import ComposeResult

from lftui.choices import Choice
from lftui.choices.offers import Preflight, Seen, TargetRow
from lftui.records import Loaded
from lftui.screens.setup.edits import Edited
from lftui.screens.setup.pane import Pane
from lftui.screens.setup.parts.field import Field
from lftui.screens.setup.parts.radios import Item, Radios
from lftui.screens.setup.parts.tone_text import ToneText, Words
from lftui.widgets.look import look_of

OWN = ""
OTHER = "\0other"
LOOKING = "looking for targets…"
PRODUCTION = "■ PRODUCTION"
_TONES = {"good": "good", "warning": "warning", "critical": "critical", "unknown": "dim"}


def own_host(loaded: Loaded | None) -> str:
    """Where the locustfile itself says that the load goes."""
    if loaded is None:
        return ""
    given = loaded.options.get("host")
    hosts = [str(given)] if given else [one.host for one in loaded.user_classes if one.host]
    return hosts[0] if hosts else ""


def target_items(rows: list[TargetRow], own: str) -> list[Item]:
    """A line for each target, the locustfile's own and any other one behind them."""
    items = [
        Item(
            row.host,
            row.name,
            "" if row.url == row.name else row.url,
            PRODUCTION if row.production else "",
            "critical",
        )
        for row in rows
    ]
    items.append(Item(OWN, "the locustfile's own", own or "none"))
    items.append(Item(OTHER, "other…"))
    return items


def facts_of(row: TargetRow | None) -> list[Words]:
    """Ceilings, headers and what is missing for them."""
    if row is None:
        return []
    lines: list[Words] = []
    ceilings = [f"{row.max_users} users"] if row.max_users is not None else []
    ceilings += [f"{row.max_rps:g} requests/s"] if row.max_rps is not None else []
    if ceilings:
        lines.append([(f"ceiling: {' and '.join(ceilings)}", "")])
    if row.headers:
        lines.append([(f"sends: {', '.join(row.headers)}", "dim")])
    if row.missing:
        lines.append([(f"▲ not set: {', '.join(row.missing)}; set it and start again", "warning")])
    return lines


def preflight_lines(found: Preflight | None, asked: bool) -> list[Words]:
    """How the target is, in two lines, and what to do about the worst."""
    if found is None:
        return [[("looking at it…", "dim")]] if asked else []
    lines: list[Words] = []
    first = [one for one in found.seen if one.name != "health"]
    second = [one for one in found.seen if one.name == "health"]
    if first:
        lines.append(_seen_line(first))
    if second or found.addresses:
        line = _seen_line(second)
        if found.addresses:
            more = f" +{len(found.addresses) - 1}" if len(found.addresses) > 1 else ""
            line.append((f"{'  ' if line else ''}at {found.addresses[0]}{more}", "dim"))
        lines.append(line)
    bad = next((one for one in found.seen if one.level in ("critical", "warning")), None)
    if found.error:
        lines.append([(found.error, "critical")])
    elif bad is not None:
        lines.append([(bad.text, _TONES[bad.level])])
    if bad is not None and bad.remedy:
        lines.append([(bad.remedy, "dim")])
    return lines


def _seen_line(seen: list[Seen]) -> list[tuple[str, str]]:
    signs = {"good": "●", "warning": "▲", "critical": "■", "unknown": "○"}
    line: list[tuple[str, str]] = []
    for number, one in enumerate(seen):
        gap = "  " if number else ""
        line += [(gap, ""), (f"{signs[one.level]} ", _TONES[one.level])]
        line.append((f"{one.name} {one.short}".rstrip(), ""))
    return line


class TargetPane(Pane):
    """Targets, a look at the chosen one, production's own rule, the guard."""

    TITLE = "2 Target"

    def __init__(self) -> None:
        super().__init__(id="target")
        self._confirming: str | None = None
        self._fresh = True

    def compose(self) -> ComposeResult:
        """The list, and what is known of the chosen one."""
        yield Radios(most=7, empty=LOOKING, id="targets")
        yield Field("url", "url", placeholder="https://staging.example")
        yield ToneText("production")
        yield Field("confirm", "host", placeholder="type it here")
        yield ToneText("preflight")
        yield ToneText("target-facts")
        yield ToneText("guard")

    def on_mount(self) -> None:
        """Nothing is production before it is said to be."""
        super().on_mount()
        self._field("confirm").display = False

    def _field(self, name: str) -> Field:
        return next(field for field in self.query(Field) if field.name == name)

    def show(self, rows: list[TargetRow], choice: Choice, loaded: Loaded | None) -> None:
        """The targets that there are, and the chosen one."""
        own = own_host(loaded)
        known = choice.host == OWN or any(row.host == choice.host for row in rows)
        radios = self.query_one("#targets", Radios)
        typing = not choice.host or self._field("url").input.has_focus
        other = not known or (radios.chosen == OTHER and typing)
        radios.show(target_items(rows, own), OTHER if other else choice.host)
        field = self._field("url")
        field.display = other
        # What is typed is newer than what the screen has heard of it: never written over.
        if not known and self._fresh:
            field.fill(choice.host)
        self._fresh = not other
        row = next((row for row in rows if row.host == choice.host), None)
        self.query_one("#target-facts", ToneText).show(facts_of(row))

    def show_preflight(self, found: Preflight | None, asked: bool) -> None:
        """How the target is; nobody has looked at production before it is confirmed."""
        if found is not None and self.has_class("-unconfirmed"):
            found = None
            asked = False
        self.query_one("#preflight", ToneText).show(preflight_lines(found, asked))

    def show_confirmation(self, host: str, typed: str) -> None:
        """Production: its host has to be typed; `host` "" for any other target."""
        self.set_class(bool(host), "-production")
        self.set_class(bool(host) and typed.lower() != host.lower(), "-unconfirmed")
        self.say_title(f"  {PRODUCTION}" if host else "")
        field = self._field("confirm")
        field.display = bool(host)
        if host != self._confirming:
            self._confirming = host
            field.fill(typed)
        lines: list[Words] = []
        if host:
            sign = look_of(self).sign("critical")
            lines = [
                [(f"{sign} PRODUCTION: real people use it.", "critical")],
                [(f"Type {host} to confirm:", "strong")]
                if self.has_class("-unconfirmed")
                else [("confirmed; begin low", "warning")],
            ]
        self.query_one("#production", ToneText).show(lines)

    def refill(self) -> None:
        """The choice came from elsewhere: take its texts over at the next chance."""
        self._confirming, self._fresh = None, True

    def show_guard(self, sentence: str) -> None:
        """What protects the target."""
        self.query_one("#guard", ToneText).show([[(sentence, "dim")]] if sentence else [])

    def refuse_confirmation(self, sentence: str) -> None:
        """Say beside the field that the host is not confirmed."""
        self._field("confirm").refuse(sentence)

    def focus_confirmation(self) -> None:
        """Where the host is typed."""
        field = self._field("confirm")
        field.input.focus()
        self.call_after_refresh(field.scroll_visible, animate=False)

    def on_radios_chosen(self, event: Radios.Chosen) -> None:
        """Another target: what was confirmed is of the one before."""
        event.stop()
        self._confirming = None
        field = self._field("url")
        field.display = event.key == OTHER
        if event.key == OTHER:
            self._take_url(field)
        else:
            self.post_message(Edited({"host": event.key, "confirmed": ""}, {"url": ""}))

    def on_field_edited(self, event: Field.Edited) -> None:
        """A URL or the host to confirm was typed."""
        event.stop()
        if event.field.name == "url":
            self._take_url(event.field)
        else:
            event.field.refuse("")
            self.post_message(Edited({"confirmed": event.text.strip()}))

    def _take_url(self, field: Field) -> None:
        host = field.text.strip()
        error = "" if host else "type the URL of the target"
        self.post_message(Edited({"host": host, "confirmed": ""}, {"url": error}))
