"""The table's order, window and lines, without a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from lftui.widgets.look import Look
from lftui.widgets.table.fitting import fitted
from lftui.widgets.table.layout import lay_out
from lftui.widgets.table.lines import DrawnLine, changed
from lftui.widgets.table.order import HOLD_S, RESORT_S, RowOrder
from lftui.widgets.table.paint import segments
from lftui.widgets.table.source import Cell, Column
from lftui.widgets.table.view import TableView

COLUMNS = (
    Column("method", "method", 6, fixed=True),
    Column("name", "name", fixed=True, keep="end"),
    Column("reqs", "reqs", 7, "right", high_first=True),
    Column("p50", "p50", 8, "right", from_width=100, high_first=True),
    Column("p95", "p95", 8, "right", high_first=True),
    Column("trend", "trend", 10, from_width=120, sortable=False),
)


class Rows:
    """Rows of a name and one figure."""

    columns: Sequence[Column] = COLUMNS
    empty = "No request was completed yet."

    def __init__(self, values: dict[str, float | None], pinned: Sequence[str] = ()) -> None:
        self.values = values
        self.pinned = pinned
        self.asked: list[str] = []

    def keys(self) -> list[str]:
        return [*self.pinned, *self.values]

    def cells(self, key: str) -> list[Cell]:
        self.asked.append(key)
        figure = (f"{self.values.get(key)}", "p95")
        return ["GET", key, "12", "1 ms", figure, "▁▂▃"]

    def sort_value(self, key: str, column: str) -> Any:
        return key if column == "name" else self.values[key]

    def text(self, key: str) -> str:
        return f"GET {key}"


def numbered(count: int, offset: int = 0) -> Rows:
    return Rows({f"/r{number:04}": float((number * 7 + offset) % count) for number in range(count)})


def shown(
    view: TableView, width: int = 80, height: int = 11, look: Look | None = None
) -> list[str]:
    lines = view.lines(width, height, look or Look(), focused=True)
    return ["".join(text for text, _ in line.pieces) for line in lines]


# --- order -----------------------------------------------------------------------------------------


def test_a_column_orders_rows_and_those_without_a_value_come_last_either_way():
    rows = Rows({"a": 2.0, "b": None, "c": 3.0})
    order = RowOrder()
    for reverse, expected in ((True, ["c", "a", "b"]), (False, ["a", "c", "b"])):
        order.sort = ("p95", reverse)
        order.request()
        order.update(rows, 0.0)
        assert order.keys == expected


def test_a_pinned_row_is_first_in_every_order_and_counted_in_none():
    order = RowOrder()
    order.sort = ("p95", True)
    order.update(Rows({"a": 1.0, "b": 2.0}, pinned=["total"]), 0.0)
    assert order.keys == ["total", "b", "a"]
    assert (order.matching, order.total) == (2, 2)


def test_the_order_stands_still_while_the_operator_moves_and_new_rows_come_in_at_the_end():
    order = RowOrder()
    order.sort = ("p95", True)
    order.update(Rows({"a": 2.0, "b": 1.0}), 100.0)
    order.touch(110.0)
    order.update(Rows({"new": 9.0, "a": 1.0, "b": 2.0}), 110.0 + HOLD_S - 0.1)
    assert order.keys == ["a", "b", "new"]
    order.update(Rows({"new": 9.0, "a": 1.0, "b": 2.0}), 110.0 + HOLD_S)
    assert order.keys == ["new", "b", "a"]


def test_asked_for_the_order_is_fresh_at_once_although_somebody_reads():
    order = RowOrder()
    order.sort = ("p95", True)
    order.update(Rows({"a": 2.0, "b": 1.0}), 0.0)
    order.touch(1.0)
    order.request()
    order.update(Rows({"a": 1.0, "b": 2.0}), 1.0)
    assert order.keys == ["b", "a"]


def test_by_itself_an_order_by_figures_changes_every_few_seconds_only():
    order = RowOrder()
    order.sort = ("p95", True)
    order.update(Rows({"a": 2.0, "b": 1.0}), 0.0)
    order.update(Rows({"a": 1.0, "b": 2.0}), RESORT_S - 0.1)
    assert order.keys == ["a", "b"]
    order.update(Rows({"a": 1.0, "b": 2.0}), RESORT_S)
    assert order.keys == ["b", "a"]


def test_a_clock_that_goes_back_as_in_a_replay_does_not_hold_the_order_forever():
    order = RowOrder()
    order.update(Rows({"a": 1.0, "b": 1.0}), 1000.0)
    order.touch(1000.0)
    order.update(Rows({"b": 1.0, "a": 1.0}), 5.0)
    assert order.keys == ["b", "a"]


def test_a_row_that_is_gone_is_gone_at_once():
    order = RowOrder()
    order.update(Rows({"a": 1.0, "b": 1.0}), 0.0)
    order.touch(0.0)
    order.update(Rows({"b": 1.0}), 1.0)
    assert order.keys == ["b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("JOBS", ["/jobs", "/jobs/list"]),
        ("list jobs", ["/jobs/list"]),
        ("nothing", []),
        (" ", None),
    ],
)
def test_a_filter_wants_all_of_its_words_in_any_case(text: str, expected: list[str] | None):
    rows = Rows(dict.fromkeys(["/jobs", "/list", "/jobs/list"], 1.0))
    order = RowOrder()
    order.filter_text = text
    order.update(rows, 0.0)
    assert order.keys == (rows.keys() if expected is None else expected)
    assert order.total == 3


# --- window and cursor -----------------------------------------------------------------------------


def test_of_a_thousand_rows_only_those_in_sight_are_formatted():
    rows = numbered(1000)
    view = TableView()
    view.take(rows, 0.0)
    lines = shown(view, 120, 40)
    assert len(lines) == 40
    assert rows.asked == rows.keys()[:39]


def test_the_row_under_the_cursor_keeps_its_line_when_the_rows_change_places():
    view = TableView()
    view.sort(("p95", True), 0.0)
    view.take(numbered(200), 0.0)
    shown(view)
    view.move(50)
    key = view.cursor
    line = next(y for y in range(1, 11) if view.key_at(y) == key)
    shown(view)
    view.take(numbered(200, offset=60), 100.0)
    assert view.cursor == key
    assert view.key_at(line) == key
    assert view.order.index(key) != 50


def test_an_untouched_cursor_stays_on_the_first_row_whichever_that_is():
    view = TableView()
    view.sort(("p95", True), 0.0)
    view.take(Rows({"a": 2.0, "b": 1.0}), 0.0)
    view.take(Rows({"a": 1.0, "b": 2.0}), 100.0)
    assert view.cursor == "b"
    assert view.key_at(1) == "b"


def test_where_the_cursors_row_is_filtered_out_the_cursor_is_on_the_row_in_its_place():
    view = TableView()
    view.take(Rows(dict.fromkeys(["a1", "b1", "c1", "d2"], 1.0)), 0.0)
    view.move_to("b1")
    view.filter("2", 0.0)
    assert view.cursor == "d2"
    view.filter("no such", 0.0)
    assert view.cursor is None
    assert "no row matches 'no such'" in "".join(shown(view))


def test_the_header_says_how_many_rows_match_and_else_which_are_in_sight():
    view = TableView()
    view.take(numbered(1000), 0.0)
    assert "1-10 of 1000" in shown(view)[0]
    view.edge(last=True)
    assert "991-1000 of 1000" in shown(view)[0]
    view.filter("r000", 0.0)
    assert "10 of 1000 match 'r000'" in shown(view)[0]


def test_without_rows_the_reason_stands_in_the_middle():
    view = TableView()
    view.take(Rows({}), 0.0)
    lines = shown(view, 60, 11)
    assert lines[5].strip() == "No request was completed yet."
    assert lines[5].index("N") == (60 - len("No request was completed yet.")) // 2


def test_a_table_that_grows_keeps_the_cursor_in_sight():
    view = TableView()
    view.take(numbered(100), 0.0)
    shown(view, height=30)
    view.move(25)
    shown(view, height=5)
    assert view.cursor in [view.key_at(y) for y in range(1, 5)]


# --- columns and lines -----------------------------------------------------------------------------


def test_columns_come_with_the_width_and_the_name_takes_what_is_left():
    names = {
        width: [COLUMNS[place.column].key for place in lay_out(COLUMNS, width).places]
        for width in (80, 100, 120)
    }
    assert names[80] == ["method", "name", "reqs", "p95"]
    assert names[100] == ["method", "name", "reqs", "p50", "p95"]
    assert names[120] == [one.key for one in COLUMNS]
    last = lay_out(COLUMNS, 80).places[-1]
    assert last.x + last.width == 80


def test_scrolled_to_the_right_method_and_name_stay_and_hidden_columns_appear():
    plain, scrolled = lay_out(COLUMNS, 50), lay_out(COLUMNS, 50, 1)
    assert plain.more
    keys = [COLUMNS[place.column].key for place in scrolled.places]
    assert keys[:2] == ["method", "name"]
    assert "p50" in keys
    assert "reqs" not in keys
    assert scrolled.places[1].width == plain.places[1].width


def test_the_header_shows_the_order_and_that_there_is_more_to_the_side():
    view = TableView()
    view.take(numbered(3), 0.0)
    view.sort(("p95", True), 0.0)
    assert "p95▾" in shown(view)[0]
    assert shown(view)[0].endswith("›    p95▾")
    view.sort(("p95", False), 0.0)
    assert "p95▴" in shown(view)[0]
    assert "p95^" in shown(view, look=Look(ascii=True))[0]


def test_a_click_on_a_title_orders_by_it_and_the_next_one_turns_the_order_round():
    view = TableView()
    view.take(numbered(3), 0.0)
    header = shown(view)[0]
    for expected in (("p95", True), ("p95", False)):
        view.sort_at(header.index("p95"), 0.0)
        assert view.order.sort == expected


def test_cycling_goes_through_the_columns_in_sight_and_back_to_the_rows_own_order():
    view = TableView()
    view.take(numbered(3), 0.0)
    shown(view)
    seen = []
    for _ in range(5):
        view.cycle_sort(0.0)
        seen.append(view.order.sort)
    assert seen == [("method", False), ("name", False), ("reqs", True), ("p95", True), None]


ANY = st.text(max_size=60) | st.sampled_from(
    [
        "👩‍👩‍👧" * 9,
        "長い名前" * 30,
        "x" * 10_000,
        "é́́" * 40,
        "[bold red]x[/]",
        "\x1b]0;t\x07",
        "שלום\u202e",
    ]
)


@given(ANY, st.integers(0, 40), st.sampled_from(["left", "right"]), st.sampled_from(["start", "end"]),
       st.booleans())  # fmt: skip
def test_any_text_fills_its_cells_exactly(
    text: str, width: int, align: str, keep: str, ascii_: bool
):
    found = fitted(text, width, align, keep, ascii_)
    assert cell_len(found) == width
    assert found.isprintable()
    assert found.isascii() or not ascii_


@given(st.lists(ANY, min_size=1, max_size=6, unique=True), st.integers(1, 150), st.integers(1, 12),
       st.integers(0, 6), st.booleans(), ANY)  # fmt: skip
def test_every_line_is_as_wide_as_the_table(
    names: list[str], width: int, height: int, skipped: int, ascii_: bool, words: str
):
    view = TableView()
    view.take(Rows(dict.fromkeys(names, 1.0)), 0.0)
    view.filter(words[:3], 0.0)
    look = Look(ascii=ascii_)
    for _ in range(skipped):
        shown(view, width, height, look)
        view.shift(1)
    for line in view.lines(width, height, look, focused=True):
        assert sum(cell_len(text) for text, _ in line.pieces) == width
        if ascii_:
            assert all(text.isascii() for text, _ in line.pieces)
        drawn = segments(line, Style(), look)
        said = "".join(one.text for one in drawn).replace("\u200e", "")
        assert said == "".join(text for text, _ in line.pieces)
        assert sum(one.cell_length for one in drawn) == width


def test_of_a_long_path_the_end_stays_and_of_other_text_the_beginning():
    assert fitted("/api/v1/jobs", 8, keep="end") == "…v1/jobs"
    assert fitted("no response", 5) == "no r…"
    assert fitted("no response", 5, in_ascii=True) == "no r~"


def test_only_the_part_of_a_row_that_differs_is_drawn_again():
    old = DrawnLine((("GET ", ""), ("/jobs ", ""), (" 12", ""), (" 3", "good")))
    new = DrawnLine((("GET ", ""), ("/jobs ", ""), (" 13", ""), (" 3", "good")))
    assert changed(old, old) is None
    assert changed(old, new) == (10, 3)
    assert changed(old, DrawnLine(old.pieces, cursor=True)) == (0, 15)


def test_neighbors_of_one_style_are_one_segment_and_blanks_cost_none():
    line = DrawnLine(((" ", ""), ("GET", ""), ("  ", ""), ("  12", ""), (" 3 ", "bad"), ("  ", "")))
    look = Look(styles={"bad": "red"})
    assert [one.text for one in segments(line, Style(), look)] == [" GET    12 ", "3   "]
    reverse = segments(line, Style(), Look(styles={"bad": "reverse"}))
    assert [one.text for one in reverse] == [" GET    12 ", "3", "   "]


def test_without_any_style_the_cursor_is_still_seen():
    line = DrawnLine((("▸", ""), ("GET", "")), cursor=True)
    assert all(one.style and one.style.reverse for one in segments(line, Style(), Look()))


def test_figures_behind_a_name_that_runs_backwards_keep_their_direction():
    line = DrawnLine((("שלום", ""), (" 12", "")))
    assert "".join(one.text for one in segments(line, Style(), Look())) == "שלום\u200e 12"
