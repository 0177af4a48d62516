"""A small process that outlives the console: only another one can tidy up after a `kill -9`.

It parts from the console before anything heavy is imported, waits, and passes on what is sent to
it. Its process id is the one that the shell, `systemd` and the operator know.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable

from lftui.tty.jobs import has_job_control
from lftui.tty.modes import Modes, say_now
from lftui.tty.notice import NOTICE, goes_on

_PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGTSTP)
# These come from the keyboard to the whole process group; the console has got its own already.
_FROM_KEYBOARD = (signal.SIGQUIT, signal.SIGINT, signal.SIGTSTP)
_WAITED_FOR = (*_PASSED_ON, signal.SIGCHLD)
_SI_KERNEL = 0x80


def guard(console: Callable[[Modes], int], fd: int = 0) -> int:
    """Run the console in a process of its own, and leave the terminal as it is now.

    Args:
        console: what that process does; its exit status. Called with the terminal's modes.
        fd: a descriptor of the terminal.

    Returns:
        The console's exit status; 128 and its signal's number where one ended it.
    """
    modes = Modes(fd)
    # Blocked before the processes part: a signal in between would end the wrong one of them.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WAITED_FOR)
    child = os.fork()
    if child == 0:
        _be_the_console(console, modes, before)
    try:
        status = _wait(child)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return _clear_up(status, modes)


def _be_the_console(console: Callable[[Modes], int], modes: Modes, mask: set[int]) -> None:
    """Never returns: what stands above in the stack belongs to the other process."""
    code = 1
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        code = console(modes)
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    except BaseException:
        from lftui.tty.crash import CODE, say_crash

        say_crash()
        code = CODE
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        # No waiting for threads at exit: one that judges a large run may take seconds.
        os._exit(code)


def _wait(child: int) -> int:
    """Until the console has ended; its status as `waitpid` tells it."""
    while True:
        told = signal.sigwaitinfo(_WAITED_FOR)
        if told.si_signo == signal.SIGCHLD:
            status = _changes(child)
            if status is not None:
                return status
        elif told.si_signo not in _FROM_KEYBOARD or told.si_code != _SI_KERNEL:
            os.kill(child, told.si_signo)


def _changes(child: int) -> int | None:
    """Follow what has become of the console; its status once it has ended."""
    while True:
        found, status = os.waitpid(child, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
        if not found:
            return None
        if os.WIFSTOPPED(status):
            _stop_too(child)
        elif not os.WIFCONTINUED(status):
            return status


def _stop_too(child: int) -> None:
    """Stop with the console, so that the shell has its prompt; both go on together."""
    if has_job_control(os.getpid()):
        # All of the job, as the keyboard's signal would: a `make` between us and the shell too.
        os.killpg(os.getpgrp(), signal.SIGTSTP)
        os.kill(os.getpid(), signal.SIGSTOP)  # the one before is blocked here
    changed = os.waitid(os.P_PID, child, os.WEXITED | os.WCONTINUED | os.WNOHANG | os.WNOWAIT)
    if changed is None:
        # `fg` wakes the whole process group, `kill -CONT` this process alone.
        os.kill(child, signal.SIGCONT)


def _clear_up(status: int, modes: Modes) -> int:
    if NOTICE.drawing:
        modes.restore()
        NOTICE.drawing = False
    if not os.WIFSIGNALED(status):
        return os.WEXITSTATUS(status)
    number = os.WTERMSIG(status)
    words = ["lftui: the console was killed", f" ({_name(number)})"]
    if goes_on():
        words.append(f"; {goes_on()}")
    say_now("".join(words))
    return 128 + number


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
