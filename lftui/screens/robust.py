"""What the application does about bad terminals, slow links and its own failures."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver

from lftui.exit_codes import BROKEN, PLAN
from lftui.plan import PlanError
from lftui.safe_text import safe
from lftui.screens.terminal_driver import ConsoleDriver
from lftui.tty.crash import say_crash
from lftui.tty.jobs import has_job_control
from lftui.tty.modes import say_now
from lftui.tty.notice import NOTICE

# Textual's queue holds 30 texts, and a loop that puts in one more stands still until the terminal
# reads again. A frame is three texts at most.
_FULL = 20
_LOOK_AGAIN_S = 0.25
LEAVE_PATIENCE_S = 1.0


class Robust(App[int]):
    """Part of the application: leaves in time, draws nothing in vain, fails with few words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+z",
            "suspend_process",
            "Suspend",
            show=False,
            priority=True,
            id="app.suspend",
            tooltip="Back to the shell; `fg` comes back",
        )
    ]

    on_terminal_gone: Callable[[str], None] | None = None
    """Called from any thread when the terminal can no longer be read."""
    _first_error: BaseException | None = None
    _missed = False

    def get_driver_class(self) -> type[Driver]:
        """Our own driver, unless Textual's environment variable names another."""
        found = super().get_driver_class()
        return ConsoleDriver if found.__name__ == "LinuxDriver" else found

    # --- a slow link ---------------------------------------------------------------------------

    @property
    def terminal_busy(self) -> bool:
        """Whether the terminal has not taken yet what was drawn last: no time for a redraw."""
        queued, waiting, _ = self._backlog()
        return bool(queued or waiting)

    def flow(self) -> tuple[int, int]:
        """What waits for the terminal, and the bytes that it has taken so far."""
        queued, waiting, taken = self._backlog()
        return queued + waiting, taken

    def _backlog(self) -> tuple[int, int, int]:
        driver = self._driver
        if isinstance(driver, ConsoleDriver):
            return driver.queued, driver.output.waiting, driver.output.taken
        return 0, 0, 0

    def _display(self, screen: Any, renderable: Any) -> None:
        """Leave a frame out where it would stop the loop; all of it is drawn later."""
        if renderable is not None and self._backlog()[0] >= _FULL:
            if not self._missed:
                self._missed = True
                self.set_timer(_LOOK_AGAIN_S, self._catch_up)
            return
        super()._display(screen, renderable)

    def _catch_up(self) -> None:
        if self._backlog()[0]:
            self.set_timer(_LOOK_AGAIN_S, self._catch_up)
            return
        self._missed = False
        self.repaint()

    def repaint(self) -> None:
        """Draw the whole screen anew, whatever the terminal shows."""
        if self._screen_stack:
            screen = self.screen
            screen.refresh(screen.size.region, layout=True)

    def _set_pointer_shape(self, shape: str) -> None:
        """Leave the mouse pointer alone: few terminals know the sequence, some print it."""

    # --- leaving -------------------------------------------------------------------------------

    def exit(self, *arguments: Any, **named: Any) -> None:
        """Leave; what a slow link has not taken of the screen is not waited for."""
        super().exit(*arguments, **named)
        driver = self._driver
        if isinstance(driver, ConsoleDriver):
            driver.output.cut()

    def ask_to_leave(self, code: int) -> bool:
        """Leave with this exit status; from any thread. False where there is nobody to ask."""
        driver, loop = self._driver, self._loop
        if isinstance(driver, ConsoleDriver):
            driver.output.give_up_after(LEAVE_PATIENCE_S)
        if loop is None or loop.is_closed():
            return False
        loop.call_soon_threadsafe(partial(self.exit, return_code=code))
        return True

    def run_goes_on(self, run: str) -> None:
        """Remember which run goes on without this console, for its last words; "" for none."""
        NOTICE.run = run

    def action_suspend_process(self) -> None:
        """Stop in favor of the shell, where there is one to come back from."""
        if has_job_control(os.getpid()):
            super().action_suspend_process()
        else:
            self.notify(
                "no shell is waiting behind this console, so nothing could bring it back",
                markup=False,
            )

    # --- failing -------------------------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        if self._first_error is None:
            # A worker's failure is wrapped; what is inside tells where it happened.
            self._first_error = getattr(error, "error", None) or error
        super()._handle_exception(error)
        self._return_code = PLAN if isinstance(self._first_error, PlanError) else BROKEN

    def _fatal_error(self) -> None:
        # Without Textual's traceback: it prints locals, and those may hold tokens and headers.
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        if self._first_error is None:
            super()._print_error_renderables()
            return
        self._exit_renderables.clear()
        if self.is_headless:
            return  # a test, which is told the error itself
        if isinstance(self._first_error, PlanError):
            say_now(f"lftui: {safe(str(self._first_error))}")
        else:
            say_crash(self._first_error)
