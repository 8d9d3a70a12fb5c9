"""Which columns fit, and what a row's cells look like."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from store.records import DEFAULT_COLUMNS, CustomerRow, Value
from tests.tui.hostile import ATTACKS
from tui.list_settings import CHOOSABLE
from tui.widgets import table_columns

BASE: dict[str, Value] = {
    "photo": True,
    "name": "Ann Baker",
    "email": "ann@example.com",
    "phone": "+1 (555) 010-1001",
    "points": 1250,
    "reason": "Welcome",
    "gift_card": "6001",
    "stores": ("Downtown",),
}


def row(active: bool = True, **changed: Value) -> CustomerRow:
    return CustomerRow(1, active, tuple((BASE | changed)[name] for name in DEFAULT_COLUMNS), (1,))


def names(width: int, columns: tuple[str, ...] = DEFAULT_COLUMNS) -> list[str]:
    return [column.name for column in table_columns.place(columns, width)]


def drawn(shown: CustomerRow, width: int = 80) -> str:
    return table_columns.line(table_columns.place(DEFAULT_COLUMNS, width), shown, width)


def test_at_80_columns_the_counter_has_name_email_phone_and_points() -> None:
    assert names(80) == ["name", "email", "phone", "points"]


@pytest.mark.parametrize("width", range(80, 200))
def test_the_email_has_room_wherever_it_stands_and_the_image_only_beside_it(width: int) -> None:
    columns = {column.name: column.width for column in table_columns.place(DEFAULT_COLUMNS, width)}
    assert list(columns)[-1] != "photo"
    assert columns["email"] >= 16
    assert columns["name"] >= 24


def test_the_manuals_order_is_kept_where_all_fit() -> None:
    assert names(160) == list(DEFAULT_COLUMNS)


def test_the_phone_comes_right_after_the_name_and_stays_whatever_room_there_is() -> None:
    assert names(60) == ["name", "phone", "points"]
    assert all({"name", "phone"} <= set(names(width)) for width in range(45, 200))


@pytest.mark.parametrize("width", [40, 60, 80, 132, 200])
def test_placed_columns_stay_inside_the_width(width: int) -> None:
    columns = table_columns.place(DEFAULT_COLUMNS, width)
    taken = 1 + sum(column.width for column in columns) + 2 * len(columns) + 3
    assert taken <= width


def test_arranged_columns_are_cut_at_their_end() -> None:
    arranged = ("stores", "name", "gift_card", "address_line1", "phone")
    assert names(72, columns=arranged) == ["stores", "name", "gift_card", "address_line1"]
    assert names(60, columns=arranged) == ["stores", "name", "gift_card"]


@pytest.mark.parametrize("name", ["Ann Baker", "W" * 25 + " " + "M" * 25, "王" * 12 + " " + "漢" * 12])
@pytest.mark.parametrize("width", [80, 132])
def test_a_name_within_the_manuals_limit_is_never_clipped(name: str, width: int) -> None:
    line = drawn(row(name=name), width)
    assert name in line
    assert cell_len(line) == width


@pytest.mark.parametrize("length", range(1, 52))
def test_a_name_takes_room_only_from_what_stands_behind_it_in_its_own_row(length: int) -> None:
    line = drawn(row(name="x" * length, points=1250))
    assert "x" * length + "  " in line
    assert line.endswith("    1,250  ...")
    assert ("+1 (555) 010-1001" in line) is (length <= 24 + 2 + 20)
    assert ("ann@example.com" in line) is (length <= 24 + 20 - len("ann@example.com"))


def test_a_name_in_the_last_column_has_the_rest_of_the_line() -> None:
    last = table_columns.place(("phone", "email", "name"), 80)
    assert "W" * 35 in table_columns.line(last, CustomerRow(1, True, ("555", "a@b.c", "W" * 60), (1,)), 80)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("column", ["name", "email", "phone", "reason", "gift_card"])
def test_whatever_the_data_a_line_has_the_screens_width(attack: str, column: str) -> None:
    line = drawn(row(**{column: attack}), 132)
    assert cell_len(line) == 132
    assert line.isprintable()


def test_an_inactive_customer_is_marked_in_words_even_when_the_name_is_long() -> None:
    for name in ("Ann Baker", "W" * 51, "x" * 300):
        assert "(inactive)" in drawn(row(active=False, name=name))


def test_points_stand_right_and_grouped() -> None:
    columns = table_columns.place(DEFAULT_COLUMNS, 80)
    points = next(column for column in columns if column.name == "points")
    assert table_columns.cell(points, row()) == "1,250".rjust(points.width)
    assert table_columns.cell(points, row(points=10**12)) == "…".rjust(points.width), "half a number is another"


def test_stores_that_do_not_fit_are_counted() -> None:
    assert table_columns.shown_value("stores", ("Downtown", "Airport", "Harbour"), 14) == "Downtown +2"
    assert table_columns.shown_value("stores", ("Downtown", "Airport"), 30) == "Downtown; Airport"


def test_the_sorted_column_carries_an_arrow_unless_it_is_the_books_own_order() -> None:
    columns = table_columns.place(DEFAULT_COLUMNS, 80)
    assert "↑" not in table_columns.header(columns, 80, "name", descending=False)
    assert "Name↓" in table_columns.header(columns, 80, "name", descending=True)
    assert "Points↓" in table_columns.header(columns, 80, "points", descending=True)


def test_every_choosable_column_has_a_heading_that_fits_its_least_width() -> None:
    for name in CHOOSABLE:
        column = table_columns.place(("name", name) if name != "name" else ("name",), 80)[-1]
        assert len(column.heading) <= column.width
