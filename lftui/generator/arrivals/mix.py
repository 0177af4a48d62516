"""Which class of users carries out the next arrival: by weight."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, Literal, TypeVar

Item = TypeVar("Item")


class Mix(Generic[Item]):
    """Picks items by weight.

    Independent picks keep each class's arrivals a Poisson process of its own. Even arrivals are
    spread evenly as well (smooth weighted round robin, as nginx does it).
    """

    def __init__(
        self,
        items: Sequence[tuple[Item, float]],
        arrivals: Literal["poisson", "even"],
        seed: int | None = None,
    ) -> None:
        self._items = [item for item, _ in items]
        self._weights = [weight for _, weight in items]
        self._sums = list(accumulate(self._weights))
        self._credit = [0.0] * len(items)
        self._random = random.Random(seed)
        self._even = arrivals == "even"

    def pick(self) -> Item:
        """The next one."""
        if len(self._items) == 1:
            return self._items[0]
        if not self._even:
            return self._random.choices(self._items, cum_weights=self._sums)[0]
        for index, weight in enumerate(self._weights):
            self._credit[index] += weight
        most = max(range(len(self._credit)), key=self._credit.__getitem__)
        self._credit[most] -= self._sums[-1]
        return self._items[most]
