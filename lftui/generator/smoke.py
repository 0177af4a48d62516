"""The smoke test: one user of each class, each of its tasks once, in the order they are written.

Locust's own loop picks tasks by chance and waits in between, so the tasks are walked here. What is
around them is as in a run: `test_start`, `on_start` and `on_stop` of users and task sets,
`test_stop`. A task that does not end is cut off with its user; another user does the rest.
"""

from __future__ import annotations

import functools
import time
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any

import gevent
import locust
from gevent import GreenletExit
from locust import TaskSet, User
from locust.exception import (
    InterruptTaskSet,
    RescheduleTask,
    RescheduleTaskImmediately,
    StopTest,
    StopUser,
)
from locust.user.task import LOCUST_STATE_RUNNING, DefaultTaskSet

from lftui.generator.errors import error_text
from lftui.generator.locust_host import LocustHost
from lftui.generator.task_tree import Leaf, is_task_set, leaves, tasks_of
from lftui.generator.watchdog import HubBlocked, user_frame
from lftui.records import Smoked
from lftui.safe_text import Redactor

_LOOK_EVERY_S = 0.05
# A user that is ended may need this many pushes: one for the task, one for each `on_stop`, and
# more where its code catches them.
_PUSHES = 6
_PUSH_AGAIN_S = 1.0
_TEXT = 400


class SmokeWalk:
    """Walks the users' tasks and says what came of each.

    Args:
        host: Locust, its `init` listeners done.
        redactor: takes secrets out of names and error texts.
        announce: is called with each `Smoked`: one a request; one without a method for a task that
            made none, or that raised.
        task_limit_s: how long one task may take, and each `on_start` and `on_stop`.
    """

    def __init__(
        self,
        host: LocustHost,
        redactor: Redactor,
        announce: Callable[[Smoked], None],
        task_limit_s: float,
    ) -> None:
        self._environment = host.environment
        self._runner = host.runner
        self._redactor = redactor
        self._announce = announce
        self._task_limit_s = task_limit_s
        self._task = "test_start"
        self._began = time.monotonic()
        self._said = 0
        self._pushed = False
        self._done: set[str] = set()
        self._why_cut = ""
        self._user: User | None = None
        self.over = False
        self._at_once = False
        # Ours first: a listener that raises hides the request from those behind it.
        locust.events.request._handlers.insert(0, self._on_request)
        TaskSet._sleep = lambda self, seconds: gevent.sleep(0)  # type: ignore[method-assign]

    def run(self) -> None:
        """All of it, from `test_start` to the last user's `on_stop`."""
        self._start()
        for cls in self._environment.user_classes:
            self._walk_class(cls)
        for cls in self._environment.user_classes:
            self._say_left(cls)
        self._task = "test_stop"

    def _start(self) -> None:
        """As a run's start, but with no users: tasks are filtered by tags, `test_start` fires."""
        runner = self._runner
        runner.start(0, 1.0)
        self._see_to_end(runner.spawning_greenlet)
        raised = getattr(runner.spawning_greenlet, "exception", None)
        if self._pushed:
            self._say_cut(GreenletExit())
        elif isinstance(raised, Exception):
            self._say_raised(raised)
        self.over = self.over or self._pushed or raised is not None

    def stop(self, why: str) -> None:
        """End what goes on, in order, and begin nothing more."""
        self.over = self._at_once = True
        self._why_cut = why

    # --- users ---------------------------------------------------------------------------------

    def _walk_class(self, cls: type[User]) -> None:
        """Users of the class, one after the other, until no task is left or none gets further."""
        further = True
        while further and not self.over and self._left(cls):
            before = len(self._done)
            self._user = user = self._new_user(cls)
            if user is None:
                return
            self._see_to_end(gevent.spawn(self._live, user))
            self._user = None
            further = len(self._done) > before

    def _new_user(self, cls: type[User]) -> User | None:
        self._begin(cls.__name__)
        try:
            user = cls(self._environment)
        except Exception as error:
            self._say_raised(error)
            return None
        user._state = LOCUST_STATE_RUNNING
        user._taskset_instance = DefaultTaskSet(user)
        return user

    def _see_to_end(self, greenlet: Any) -> None:
        """Wait for a user; end it when a step of it takes too long, or when all is over."""
        pushes = 0
        while not greenlet.ready():
            greenlet.join(_LOOK_EVERY_S)
            took_s = time.monotonic() - self._began
            hurried = self._at_once and not pushes
            late = took_s > (_PUSH_AGAIN_S if self._pushed else self._task_limit_s)
            if greenlet.ready() or not (late or hurried):
                continue
            if pushes == _PUSHES:
                self.over = True  # it would go on beside the next one
                self._say(error="the user does not end: its code catches what ends it")
                return
            pushes += 1
            if not self._pushed and not self._at_once:
                self._why_cut = f"it had not ended after {self._task_limit_s:g} s"
            self._pushed, self._began = True, time.monotonic()
            greenlet.kill(block=False)

    def _live(self, user: User) -> None:
        """A user's life. Runs in a greenlet whose first argument is the user, as in a run."""
        name = type(user).__name__
        well = True
        try:
            well = self._step(f"{name}.on_start", user.on_start)
            if well:
                assert user._taskset_instance is not None
                self._walk(name, type(user), user._taskset_instance)
        except (StopUser, StopTest):
            pass
        finally:
            if well:  # as in Locust: no on_stop after an on_start that failed
                self._step(f"{name}.on_stop", user.on_stop)

    # --- tasks ---------------------------------------------------------------------------------

    def _walk(self, path: str, holder: type, here: TaskSet, above: tuple[type, ...] = ()) -> None:
        for name, task in tasks_of(holder):
            where = f"{path}.{name}"
            if self.over:
                return
            if is_task_set(task):
                if task not in above:
                    self._walk_set(where, task, here, (*above, task))
            elif where not in self._done:
                self._done.add(where)
                self._step(where, functools.partial(here.execute_task, task), tells=True)

    def _walk_set(
        self, path: str, cls: type[TaskSet], here: TaskSet, above: tuple[type, ...]
    ) -> None:
        if all(leaf.path in self._done for leaf in leaves(cls, path, above)):
            return
        parent: Any = here.user if isinstance(here, DefaultTaskSet) else here
        nested = cls(parent)
        if not self._step(f"{path}.on_start", nested.on_start):
            return
        try:
            self._walk(path, cls, nested, above)
        finally:
            self._step(f"{path}.on_stop", nested.on_stop)

    def _step(self, name: str, call: Callable[[], Any], tells: bool = False) -> bool:
        """Run a piece of the locustfile; whether it came to its own end."""
        self._begin(name)
        try:
            call()
        except (InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately):
            well = False
        except StopUser:
            self._tell_quiet(tells)
            raise
        except StopTest:
            self.over = True
            self._say(error="the locustfile ended the test (StopTest)")
            raise
        except GreenletExit as error:
            self._say_cut(error)
            raise
        except SystemExit as error:
            self._say(error=f"called sys.exit({error.code})")
            raise
        except Exception as error:
            self._say_raised(error)
            return False
        else:
            well = True
        self._tell_quiet(tells)
        return well

    def _left(self, cls: type[User]) -> list[Leaf]:
        return [leaf for leaf in leaves(cls, cls.__name__) if leaf.path not in self._done]

    # --- what is said --------------------------------------------------------------------------

    def _begin(self, name: str) -> None:
        self._task, self._began = name, time.monotonic()
        self._said, self._pushed = 0, False

    def _on_request(
        self,
        request_type: Any,
        name: Any,
        response_time: Any,
        response_length: Any,
        exception: Any = None,
        response: Any = None,
        **_: Any,
    ) -> None:
        """Locust's `request` event."""
        status = getattr(response, "status_code", None)
        number = isinstance(response_time, int | float)
        self._say(
            method=self._redactor.line(str(request_type or ""), 40),
            name=self._redactor.line(str(name)),
            status=status if isinstance(status, int) and status else None,
            response_us=int(response_time * 1000 + 0.5) if number else None,
            bytes=response_length if isinstance(response_length, int) else 0,
            error=self._redactor.line(error_text(exception), _TEXT) if exception else "",
        )

    def _say(self, method: str = "", name: str = "", **more: Any) -> None:
        self._said += 1
        self._announce(Smoked(task=self._task, method=method, name=name, **more))

    def _tell_quiet(self, tells: bool) -> None:
        """A task that has sent nothing has run all the same; one may catch what cuts it off."""
        if self._pushed:
            self._say_cut(GreenletExit())
        elif tells and not self._said:
            self._say()

    def _say_raised(self, error: Exception) -> None:
        # Its traceback is for the log, as in a run; one line is enough here.
        if self._user is not None:
            self._environment.events.user_error.fire(
                user_instance=self._user, exception=error, tb=error.__traceback__
            )
        text = f"{type(error).__name__}: {error}{_place(error)}"
        self._say(error=self._redactor.line(text, _TEXT))

    def _say_cut(self, error: BaseException) -> None:
        if isinstance(error, HubBlocked):
            self.over = True  # only who is told to stop breaks a block
            self._say(error="cut off: it computed without a pause and let nothing else run")
        else:
            self._say(error=f"cut off: {self._why_cut or 'the locustfile ended its own user'}")

    def _say_left(self, cls: type[User]) -> None:
        left = [leaf.path.partition(".")[2] for leaf in self._left(cls)]
        self._begin(cls.__name__)
        if left:
            self._say(error=self._redactor.line(f"not run: {', '.join(left)}", _TEXT))
        elif not any(leaves(cls, cls.__name__)):
            self._say(error="it has no task, or none that the tags leave")


def _place(error: BaseException) -> str:
    """` (locustfile.py:12)`: the innermost line outside of libraries."""
    places = [
        f" ({frame.f_code.co_filename.rpartition('/')[2]}:{line})"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if _is_users(frame)
    ]
    return places[-1] if places else ""


def _is_users(frame: FrameType) -> bool:
    return user_frame(frame) is frame and not frame.f_code.co_filename.startswith("<")
