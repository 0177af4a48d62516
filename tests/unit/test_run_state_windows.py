"""Windows: the same figures as the views', computed only for the rows that are asked for."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.records import Marked
from lftui.run_state import recent_span
from lftui.run_state.windows import Window, WindowName
from tests.unit.strategies import Play, Sent


@settings(max_examples=40)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 5), st.integers(1, 10**6), st.booleans()), max_size=6),
        min_size=1,
        max_size=30,
    )
)
def test_the_last_ten_seconds_are_those_of_the_whole_span(
    ticks: list[list[tuple[int, int, bool]]],
) -> None:
    play = Play()
    # Two user classes request the same endpoint: two ids, one row.
    ids = [play.endpoint(f"/{n // 2}", user_class="AB"[n % 2]) for n in range(6)]
    for tick in ticks:
        play.tick([Sent(ids[n], us, 1, failed) for n, us, failed in tick], users=3)
    span, window = recent_span(play.state), Window(play.state, "recent")
    assert window.total.count == span.total.count
    assert window.total.ok == span.total.ok
    assert window.total.failed == span.total.failed
    assert window.covered_s == pytest.approx(span.covered_s)
    assert sorted(window.rows) == sorted(span.rows)
    for row, figures in span.rows.items():
        assert window.row(row) == figures
        assert window.counts()[row] == figures.count


@pytest.mark.parametrize("name", get_args(WindowName))
def test_a_window_of_nothing_is_empty_and_says_which_it_is(name: WindowName) -> None:
    window = Window(Play().state, name)
    assert window.total.count == 0
    assert window.rows == []
    assert window.title


def test_a_fresh_window_begins_at_its_mark() -> None:
    play = Play()
    number = play.endpoint("/a")
    for _ in range(3):
        play.tick([Sent(number, 1000)], users=1)
    play.say(Marked(type="window", text="after the deploy"))
    play.tick([Sent(number, 1000)] * 2, users=1)
    assert Window(play.state, "fresh").total.count == 2
    assert Window(play.state, "run").total.count == 5
