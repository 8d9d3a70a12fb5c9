"""Tills that were set up apart number their receipts alike: of two sales of one number none is written over the other."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from store import stores, upkeep
from store.store_unions import STAY_APART
from tests.store.workbook.importing import RECEIPTS, counts, exported, run_import, workbook
from tests.store.workbook.sharing import named, office_workbook, planned, several, update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

FEW = 3
NOON = datetime(2026, 6, 20, 12, 0)  # noqa: DTZ001  # a cell has no zone
LATER = datetime(2026, 6, 20, 15, 30)  # noqa: DTZ001  # as above
ITEMS = ("Receipt Number", "Item", "Price", "Qty", "Amount")
FEEDBACK = ("E-Mail", "Receipt Number", "Rating", "Comment")
REFUSED = (
    "Receipt Number: the book has another sale of this number in this store, of 2026-06-20 12:00; give this one a "
    "number of its own"
)


def sold(**values: Any) -> list[Any]:
    row = dict.fromkeys(RECEIPTS) | {
        "Receipt Number": "1-1", "E-Mail": "ada@example.com", "Date": NOON, "Total": 10, **values,
    }  # fmt: skip
    return [row[name] for name in RECEIPTS]


@pytest.fixture
def till(book: Book, add: Callable[..., Customer], tmp_path: Path) -> Book:
    """A book with one sale to Ada, of two socks."""
    add("Ada Lovelace", email="ada@example.com")
    add("Bob Marley", email="bob@example.com")
    sheets = {"Receipts": [RECEIPTS, sold()], "Receipt Items": [ITEMS, ["1-1", "Socks", 5, 2, 10]]}
    run_import(book, workbook(tmp_path / "first.xlsx", sheets))
    return book


ANOTHER: dict[str, dict[str, Any]] = {
    "for another amount": {"Date": LATER, "Total": 12},
    "to somebody else": {"Date": LATER, "E-Mail": "bob@example.com"},
    "to nobody known": {"Date": LATER, "E-Mail": None},
}
CORRECTED: dict[str, dict[str, Any]] = {
    "the time": {"Date": LATER},
    "the amount": {"Total": 0},
    "the customer": {"E-Mail": "bob@example.com"},
    "both at once": {"Total": 0, "E-Mail": "bob@example.com"},
}


@pytest.mark.parametrize("how", ANOTHER)
def test_another_sale_of_the_number_is_refused_with_all_that_is_of_it(till: Book, tmp_path: Path, how: str) -> None:
    before = till.rows("SELECT * FROM receipt"), till.rows("SELECT * FROM receipt_item")
    sheets = {
        "Receipts": [RECEIPTS, sold(**ANOTHER[how])],
        "Receipt Items": [ITEMS, ["1-1", "Hat", 12, 1, 12]],
        "Feedback": [FEEDBACK, ["bob@example.com", "1-1", "Negative", "too small"]],
    }
    report = run_import(till, workbook(tmp_path / "other.xlsx", sheets))
    assert [counts(report, sheet) for sheet in sheets] == [(0, 0, 0, 1)] * 3
    assert [one.message for one in report.refused] == [
        REFUSED, *["Receipt Number: its receipt, in row 2 of Receipts, was refused"] * 2,
    ]  # fmt: skip
    assert (till.rows("SELECT * FROM receipt"), till.rows("SELECT * FROM receipt_item")) == before
    assert till.rows("SELECT * FROM feedback") == []


@pytest.mark.parametrize("what", CORRECTED)
def test_a_sale_that_is_corrected_is_the_same_sale(till: Book, tmp_path: Path, what: str) -> None:
    sheets = {
        "Receipts": [RECEIPTS, sold(**CORRECTED[what])],
        "Receipt Items": [ITEMS, ["1-1", "Socks", 5, 1, 5], ["1-1", "Hat", 5, 1, 5]],
    }
    report = run_import(till, workbook(tmp_path / "corrected.xlsx", sheets))
    assert [counts(report, sheet) for sheet in sheets] == [(0, 1, 0, 0), (1, 1, 0, 0)]
    assert till.rows("SELECT item, quantity FROM receipt_item ORDER BY position") == [("Socks", 1000), ("Hat", 1000)]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return office_workbook(tmp_path_factory.mktemp("start"), FEW)


@pytest.fixture
def two(tmp_path: Path, start: Path) -> Iterator[tuple[Book, Book]]:
    with several(tmp_path, "ab", start) as (one, other):
        yield one, other


def sell(book: Book, store: str, first: str, hour: int, total: int) -> None:
    """A receipt 1-1 of one line."""
    with book.write():
        row = book.execute(
            "INSERT INTO receipt (store_id, number, customer_id, paid_at, total) VALUES (?, '1-1', ?, ?, ?)",
            (stores.named(book, store).id, named(book, first).id, f"2026-06-20T{hour:02}:53:00Z", total),
        )
        book.execute(
            "INSERT INTO receipt_item (receipt_id, position, item, price, quantity, amount) VALUES (?, 1, ?, ?, 1000, ?)",
            (row.lastrowid, f"Item of {total}", total, total),
        )


def sales(book: Book) -> list[tuple[Any, ...]]:
    return book.rows(
        "SELECT store.name, total, first_name, item, (SELECT count(*) FROM receipt_item WHERE receipt_id = receipt.id) "
        "FROM receipt JOIN store ON store.id = store_id JOIN customer ON customer.id = customer_id "
        "JOIN receipt_item ON receipt_id = receipt.id ORDER BY 1, 2, 4"
    )


def rename(book: Book, old: str, new: str) -> None:
    store = stores.named(book, old)
    stores.rename(book, store.id, new, store.code)


def exchange(books: tuple[Book, Book], folder: Path, name: str) -> None:
    paths = [exported(book, folder / f"{name} {at}.xlsx") for at, book in enumerate(books)]
    for book, path in zip(books, reversed(paths), strict=True):
        run_import(book, path)


BO, CLEO = ("Bo", "Item of 100", 1), ("Cleo", "Item of 999", 1)


def test_a_store_that_becomes_another_keeps_its_sales(two: tuple[Book, Book], tmp_path: Path) -> None:
    one, other = two
    sell(one, "Downtown", "Bo", 10, 100)
    run_import(other, old := exported(one, tmp_path / "old.xlsx"))
    stores.ensure(other, "Center")
    update(other, "Ada", stores=("Center",))
    sell(other, "Center", "Cleo", 11, 999)
    rename(one, "Downtown", "Center")
    plan = planned(other, exported(one, tmp_path / "new.xlsx"))
    assert counts(plan.report, "Receipts") == (0, 0, 1, 0), "each sale is foreseen under the store where it will be"
    assert plan.report.notes == [STAY_APART.format("Downtown", "Center", "Center", "Center", "Center (2)")]
    for at in range(2):
        exchange(two, tmp_path, str(at))
    assert sales(one) == sales(other) == [("Center", 100, *BO), ("Center (2)", 999, *CLEO)]
    run_import(one, old)
    run_import(other, old)
    assert sales(one) == sales(other) == [("Center", 100, *BO), ("Center (2)", 999, *CLEO)]
    assert upkeep.check(other).faults == ()


def test_books_that_join_two_stores_apart_keep_the_same_one(two: tuple[Book, Book], tmp_path: Path) -> None:
    one, other = two
    sell(one, "Downtown", "Bo", 10, 100)
    sell(one, "Airport", "Cleo", 11, 999)
    run_import(other, exported(one, tmp_path / "both.xlsx"))
    update(one, "Ada", stores=("Downtown",))
    rename(one, "Downtown", "Center")
    rename(other, "Airport", "Center")
    for at in range(2):
        exchange(two, tmp_path, str(at))
        assert sales(one) == sales(other) == [("Center", 999, *CLEO), ("Downtown", 100, *BO)]
    for book, said_by in (two, two[::-1]):
        report = planned(book, exported(said_by, tmp_path / "last.xlsx")).report
        assert (counts(report, "Receipts"), counts(report, "Receipt Items")) == ((0, 0, 2, 0), (0, 0, 2, 0))


def test_two_sales_of_a_file_that_are_of_one_store_here(two: tuple[Book, Book], tmp_path: Path) -> None:
    one, other = two
    stores.ensure(other, "Center")
    sell(other, "Center", "Cleo", 11, 999)
    sell(other, "Downtown", "Bo", 10, 100)
    old = exported(other, tmp_path / "old.xlsx")
    rename(one, "Downtown", "Center")
    report = run_import(one, old)
    assert (counts(report, "Receipts"), counts(report, "Receipt Items")) == ((1, 0, 0, 1), (1, 0, 0, 1))
    [(store, total, _, item, lines)] = sales(one)
    assert (store, item, lines) == ("Center", f"Item of {total}", 1)
    assert total == 100, "where both stores are, that of the name of before stays"
    for at in range(2):
        exchange(two, tmp_path, str(at))
    assert sales(one) == sales(other) == [("Center", 100, *BO), ("Center (2)", 999, *CLEO)]
