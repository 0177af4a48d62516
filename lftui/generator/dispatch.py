"""Users by class: a dispatcher that moves each class to its own level.

Locust's dispatcher knows one total and spreads it by weight. An operator also wants "three more of
AdminUser". `UsersDispatcher` is a public seam (`Environment.dispatcher_class`); what is overridden
here is how a dispatch goes from the users there are to the users wanted.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator
from typing import Any, ClassVar

from locust.dispatch import UsersDispatcher

UsersByWorker = dict[str, dict[str, int]]


class ClassDispatcher(UsersDispatcher):
    """Goes to `wanted` users of each class where that is set, else spreads a total by weight.

    `wanted` is set before `runner.start` and read when the dispatch begins; classes it does not
    name keep the users they have.
    """

    wanted: ClassVar[dict[str, int] | None] = None

    def _dispatcher(self) -> Generator[UsersByWorker]:
        wanted = type(self).wanted
        if wanted is None:
            yield from super()._dispatcher()
            return
        self._dispatch_in_progress = True
        if self._rebalance:
            self._rebalance = False
            yield self._users_on_workers
        steps = self._steps(wanted)
        while True:
            with self._wait_between_dispatch_iteration_context():
                changed = 0
                for class_name, change in steps:
                    self._change(class_name, change)
                    changed += 1
                    if changed >= self._user_count_per_dispatch_iteration:
                        break
                yield self._users_on_workers
            if changed < self._user_count_per_dispatch_iteration:
                break
        self._dispatch_in_progress = False

    def _steps(self, wanted: dict[str, int]) -> Generator[tuple[str, int]]:
        """One user more or less at a time, classes in turn, until all are where they should be."""
        left = {name: users - self._get_user_current_count(name) for name, users in wanted.items()}
        while any(left.values()):
            for name, missing in left.items():
                if missing:
                    change = 1 if missing > 0 else -1
                    left[name] -= change
                    yield name, change

    def _change(self, class_name: str, change: int) -> None:
        if change > 0:
            node = next(self._worker_node_generator)
            self._active_users.append((node, class_name))
        else:
            node = self._forget_last(class_name)
        self._users_on_workers[node.id][class_name] += change
        self._current_user_count += change
        self._try_dispatch_fixed = False

    def _forget_last(self, class_name: str) -> Any:
        for index in range(len(self._active_users) - 1, -1, -1):
            node, name = self._active_users[index]
            if name == class_name:
                del self._active_users[index]
                return node
        raise KeyError(class_name)

    def _prepare_rebalance(self) -> None:
        """Spread the users that there are over the workers that there are, each class as it is.

        Locust makes a new ramp by weight of it, which undoes what an operator set by class.
        """
        users: UsersByWorker = {
            worker.id: {cls.__name__: 0 for cls in self._original_user_classes}
            for worker in self._worker_nodes
        }
        workers = itertools.cycle(self._worker_nodes)
        spread = []
        for _, class_name in self._active_users:
            worker = next(workers)
            users[worker.id][class_name] += 1
            spread.append((worker, class_name))
        self._users_on_workers, self._active_users = users, spread
        self._worker_node_generator = workers
        self._rebalance = True

    def planned(self) -> dict[str, int]:
        """Users of each class that have been asked for so far."""
        total: dict[str, int] = {}
        for classes in self._users_on_workers.values():
            for name, users in classes.items():
                total[name] = total.get(name, 0) + users
        return total
