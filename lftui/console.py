"""`lftui` on a terminal: what must be settled before the first byte is drawn.

The guardian's process parts here before anything heavy is imported; Textual reads its own
settings from the environment while it is imported, so those are set first as well.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

from lftui import exit_codes
from lftui.beginning import all_made_stays
from lftui.plan import PlanError
from lftui.safe_text import safe
from lftui.tty.capabilities import Capabilities, capabilities
from lftui.tty.guardian import guard
from lftui.tty.modes import Modes, say_now
from lftui.tty.notice import goes_on
from lftui.tty.signals import Leaving
from lftui.tty.watch import STALLED_S, Watch

Mode = Literal["setup", "attach", "replay"]

_WORDS = ("theme", "settings", "runs-dir")
_SWITCHES = ("ascii", "mouse", "plain")
_OFF = ("", "0", "no", "false", "off")
NO_TERMINAL = "the console needs a terminal, and {what} is none; add --headless to run without one"


def run_console(
    argv: list[str],
    trusted_host: str | None = None,
    mode: Mode = "setup",
    life: int | None = None,
) -> int:
    """Open the console; the exit code.

    Args:
        argv: the options of a run; for `attach` and `replay` the run and their own options.
        trusted_host: the embedded target's address.
        life: a descriptor that a run keeps open as long as it lasts.

    Raises:
        PlanError: there is no terminal to draw on, or an option is wrong.
    """
    given = early_options(argv, os.environ)
    missing = _no_terminal()
    able = capabilities(os.environ, "ascii" in given, "mouse" in given)
    if mode == "attach" and (missing or able.dumb or "plain" in given):
        from lftui.remote import attach

        if not missing and able.dumb:
            say_now(f"lftui: lines instead of the console: {able.reason}")
        return attach(_without_console_options(argv))
    if missing:
        raise PlanError(NO_TERMINAL.format(what=missing))
    if able.dumb:
        return _without_console(argv, trusted_host, mode, able)
    return show(lambda: _application(argv, trusted_host, mode, given, able, life), able)


def show(
    application: Callable[[], tuple[Any, bool]], able: Capabilities, stalled_s: float = STALLED_S
) -> int:
    """Run an application with everything around it that keeps the terminal sane.

    Args:
        application: makes it, in the console's own process: that is where Textual is imported.
            With it, whether it listens to the mouse.
        able: what the terminal can show.
        stalled_s: a terminal that has taken nothing for so long is gone.
    """
    _prepare(able)
    return guard(partial(_be_console, application, stalled_s))


def _be_console(application: Callable[[], tuple[Any, bool]], stalled_s: float, modes: Modes) -> int:
    app: Any = None
    leaving = Leaving(modes, lambda code: app is not None and app.ask_to_leave(code))
    leaving.handle_signals()
    try:
        with all_made_stays():
            app, mouse = application()
    except PlanError as error:
        say_now(f"lftui: {safe(str(error))}")
        return exit_codes.PLAN
    app.on_terminal_gone = leaving.terminal_gone
    Watch(0, app.flow, leaving.terminal_gone, os.getppid(), stalled_s).start()
    import asyncio

    # A loop of our own and not `asyncio.run`: that waits at the end for every thread that was
    # given work, and a judge may be busy for seconds after the operator has left.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    app.run(mouse=mouse, loop=loop)
    if leaving.code is None:
        return app.return_code or 0
    if goes_on():
        say_now(f"lftui: {goes_on()}")
    return leaving.code


def _application(
    argv: list[str],
    trusted_host: str | None,
    mode: Mode,
    given: Mapping[str, str],
    able: Capabilities,
    life: int | None,
) -> tuple[Any, bool]:
    from pathlib import Path

    from lftui.choices.command_line import choice_from
    from lftui.opening import Opening
    from lftui.preferences import read_preferences
    from lftui.services.hub import Services

    folder = Path.cwd()
    preferences, complaint = read_preferences(given.get("settings"), folder)
    services = Services(folder, given.get("runs-dir"), given.get("settings"), trusted_host or "")
    services.life = life
    opening = Opening(
        demo_url=trusted_host or "",
        colors=able.colors,
        ascii=bool(preferences.ascii) or not able.unicode,
        mouse=able.mouse if preferences.mouse is None or "mouse" in given else preferences.mouse,
        preferences=_with_theme(preferences, given),
        complaint=complaint,
    )
    if mode == "setup":
        opening.choice = choice_from(argv)
    else:
        opening.link = _link(argv, mode)
    from lftui.app import LftuiApp

    return LftuiApp(opening, services), opening.mouse


def _with_theme(preferences: Any, given: Mapping[str, str]) -> Any:
    if "theme" not in given:
        return preferences
    import msgspec

    return msgspec.structs.replace(preferences, theme=given["theme"])


def _link(argv: list[str], mode: Mode) -> Any:
    """The run that is shown at once."""
    from lftui.links.opening import attach_link, replay_link

    words = _without_console_options(argv)
    return attach_link(words)[0] if mode == "attach" else replay_link(words)


def _prepare(able: Capabilities) -> None:
    """Set what Textual reads from the environment while it is imported."""
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    if able.colors == "none":
        # Chosen later it is too late: what takes the colors away is chosen with the first theme,
        # and the default theme's would be drawn in greys.
        os.environ["TEXTUAL_THEME"] = "ansi-dark"
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)  # true for one moment, and then believed after every resize


def check_terminal() -> None:
    """Refuse what only a console can do, before anything is started for it.

    Raises:
        PlanError: there is no terminal to draw on.
    """
    missing = _no_terminal()
    if missing:
        raise PlanError(NO_TERMINAL.format(what=missing))


def _no_terminal() -> str:
    """Which stream is no terminal; Textual reads standard input and draws on standard error."""
    for fd, name in ((0, "standard input"), (2, "standard error")):
        if not os.isatty(fd):
            return name
    return ""


def _without_console(
    argv: list[str], trusted_host: str | None, mode: Mode, able: Capabilities
) -> int:
    if mode == "replay":
        raise PlanError(
            f"a replay cannot be shown here ({able.reason}); `lftui report RUN` tells it in words"
        )
    print(f"lftui: no console, but the headless display: {able.reason}", file=sys.stderr)
    from lftui.headless import run_headless

    return run_headless([*argv, "--headless"], trusted_host)


def early_options(argv: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Those options of ours that count before anything is loaded; a switch has an empty text."""
    found: dict[str, str] = {}
    for name in (*_WORDS, *_SWITCHES):
        value = environment.get("LFTUI_" + name.replace("-", "_").upper(), "")
        if value and (name in _WORDS or value.lower() not in _OFF):
            found[name] = value if name in _WORDS else ""
    words = iter(argv)
    for word in words:
        name, equals, value = word.removeprefix("--lftui-").removeprefix("--").partition("=")
        if not word.startswith("--"):
            continue
        if name in _SWITCHES:
            found[name] = ""
        elif name in _WORDS:
            found[name] = value if equals else next(words, "")
    return found


def _without_console_options(argv: Sequence[str]) -> list[str]:
    """The command line without what only the console reads."""
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        name, equals, _ = word.removeprefix("--lftui-").removeprefix("--").partition("=")
        if not word.startswith("--") or name not in ("ascii", "mouse", "theme", "settings"):
            rest.append(word)
        elif name in _WORDS and not equals:
            next(words, None)
    return rest
