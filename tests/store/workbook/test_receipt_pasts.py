"""Corrections of receipts among books that exchange exports: old ones do no harm, later ones count, all agree."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store import past_imports, stores, upkeep
from tests.store.workbook.importing import counts, exported, run_import, workbook
from tests.store.workbook.sharing import columns_agreed, office_workbook, planned, saved, several, with_state
from tests.store.workbook.test_other_sales import ITEMS, NOON, REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.database import Book

LATER = datetime(2026, 6, 20, 15, 30)  # noqa: DTZ001  # a cell has no zone
HEADERS = ("Receipt Number", "E-Mail", "Store", "Date", "Employee Name", "Total")
NO_CHANGE = (0, 0, 1, 0)
SOON = 2_000_000_000
"""After all exports of these tests, in seconds."""


def listed(path: Path, **values: Any) -> Path:
    """A list of one sale of two lines."""
    row = dict.fromkeys(HEADERS) | {
        "Receipt Number": "1-1", "E-Mail": "ada@example.com", "Store": "Downtown", "Date": NOON, "Total": 10, **values,
    }  # fmt: skip
    items = [ITEMS, ["1-1", "Tea", 4, 1, 4], ["1-1", "Cake", 6, 1, 6]]
    return workbook(path, {"Receipts": [HEADERS, list(row.values())], "Receipt Items": items})


def edited(path: Path, to: Path, at: int, sheet: str = "Receipts", row: int = 2, **cells: Any) -> Path:
    """An export in which somebody wrote in a row, and which they saved at a time."""
    file = openpyxl.load_workbook(path)
    columns = {cell.value: cell.column for cell in file[sheet][1]}
    for name, value in cells.items():
        file[sheet].cell(row, columns[name.replace("_", " ")]).value = value
    file.save(to)
    return saved(to, at)


def sales(book: Book) -> list[tuple[Any, ...]]:
    return book.rows(
        "SELECT number, paid_at, employee, total, email, group_concat(item || receipt_item.amount, ',') FROM receipt "
        "JOIN customer ON customer.id = customer_id JOIN receipt_item ON receipt_id = receipt.id "
        "GROUP BY receipt.id ORDER BY 1"
    )


def total(book: Book) -> int:
    [[found]] = book.rows("SELECT total FROM receipt")
    return int(found)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return office_workbook(tmp_path_factory.mktemp("start"), 2)


@pytest.fixture
def three(tmp_path: Path, start: Path) -> Iterator[list[Book]]:
    with several(tmp_path, "abc", start) as books:
        for book in books:
            run_import(book, listed(tmp_path / "list.xlsx"))
        yield books
        assert [upkeep.check(book).faults for book in books] == [(), (), ()]


def test_two_corrections_reach_the_other_book(three: list[Book], tmp_path: Path) -> None:
    one, other, _ = three
    run_import(one, edited(exported(one, tmp_path / "0.xlsx"), tmp_path / "time.xlsx", SOON, Date=LATER))
    run_import(one, edited(exported(one, tmp_path / "1.xlsx"), tmp_path / "total.xlsx", SOON, Total=12))
    report = run_import(other, exported(one, tmp_path / "2.xlsx"))
    assert (counts(report, "Receipts"), report.refused) == ((0, 1, 0, 0), [])
    assert sales(other) == sales(one)
    for book, of in ((one, other), (other, one)):
        plan = planned(book, exported(of, tmp_path / "3.xlsx"))
        assert (counts(plan.report, "Receipts"), plan.writes_nothing) == (NO_CHANGE, True)


def test_time_and_total_may_be_corrected_at_once_in_an_export(three: list[Book], tmp_path: Path) -> None:
    one, *_ = three
    run_import(one, edited(exported(one, tmp_path / "0.xlsx"), tmp_path / "both.xlsx", SOON, Date=LATER, Total=12))
    assert [sale[1:4] for sale in sales(one)] == [("2026-06-20T15:30:00Z", "", 1200)]


def test_another_sale_is_refused_in_an_export_too(three: list[Book], tmp_path: Path) -> None:
    one, other, _ = three
    one.execute("DELETE FROM receipt")
    run_import(one, listed(tmp_path / "another.xlsx", Date=LATER, Total=12))
    report = run_import(other, exported(one, tmp_path / "all.xlsx"))
    assert [row.message for row in report.refused][:1] == [REFUSED]
    assert total(other) == 1000


def test_an_old_export_undoes_no_correction(three: list[Book], tmp_path: Path) -> None:
    one, *_ = three
    old = exported(one, tmp_path / "old.xlsx")
    run_import(one, edited(old, tmp_path / "total.xlsx", SOON, Total=12))
    run_import(one, edited(old, tmp_path / "line.xlsx", SOON, "Receipt Items", 3, Item="Pie"))
    assert counts(run_import(one, old), "Receipt Items") == (0, 0, 2, 0)
    run_import(one, listed(tmp_path / "list.xlsx", Employee_Name=None, Total=13))
    assert total(one) == 1300, "a list counts when it is imported"
    assert counts(run_import(one, old), "Receipts") == NO_CHANGE
    assert total(one) == 1300


def test_the_later_of_two_corrections_counts_in_any_order(three: list[Book], tmp_path: Path) -> None:
    old = exported(three[0], tmp_path / "old.xlsx")
    files = [
        edited(old, tmp_path / "12.xlsx", SOON, Total=12),
        edited(old, tmp_path / "14.xlsx", SOON + 60, Total=14),
        edited(old, tmp_path / "13.xlsx", SOON + 30, Total=13, Employee_Name="Kim"),
    ]
    for book, order in zip(three, list(permutations(files))[1::2], strict=True):
        reports = [run_import(book, path) for path in order]
        assert total(book) == 1400
        assert any("1-1" in note for report in reports for note in report.notes) == (order[-1] != files[1])
    exchange(three, tmp_path)
    assert sales(three[0]) == sales(three[1]) == sales(three[2])


def exchange(books: list[Book], folder: Path) -> None:
    for _ in range(2):
        for book in books:
            path = exported(book, folder / "round.xlsx")
            for other in books:
                if other is not book:
                    run_import(other, path)


@pytest.mark.parametrize("seed", range(2))
def test_books_agree_that_corrected_the_same_sale_apart(three: list[Book], tmp_path: Path, seed: int) -> None:
    one, other, third = three
    old = exported(one, tmp_path / "old.xlsx")
    run_import(one, edited(old, tmp_path / "a.xlsx", SOON + seed, Total=12 + seed))
    run_import(other, listed(tmp_path / "b.xlsx", Employee_Name="Kim", **{"E-Mail": "bo@example.com"}))
    run_import(third, edited(old, tmp_path / "c.xlsx", SOON + 1, "Receipt Items", 2, Amount=5 + seed))
    with third.write():
        third.execute("INSERT INTO receipt_item (receipt_id, position, item, price, quantity, amount) "
                      "SELECT id, 3, 'Bun', 1, 1000, 1 FROM receipt")  # fmt: skip
    late = [exported(book, tmp_path / f"late{at}.xlsx") for at, book in enumerate(three)]
    exchange(three, tmp_path)
    agreed = sales(one)
    assert sales(other) == sales(third) == agreed
    assert "Bun" in agreed[0][-1], "no line is lost"
    for book in three:
        for path in (old, *late):
            run_import(book, path)
    exchange(three, tmp_path)
    assert sales(one) == sales(other) == sales(third) == agreed
    assert columns_agreed(one) == columns_agreed(other)


def test_a_receipt_that_is_new_here_brings_its_past(three: list[Book], tmp_path: Path) -> None:
    one, other, _ = three
    old = exported(one, tmp_path / "old.xlsx")
    run_import(one, edited(old, tmp_path / "total.xlsx", SOON, Total=12))
    other.execute("DELETE FROM receipt")
    run_import(other, exported(one, tmp_path / "new.xlsx"))
    assert counts(run_import(other, old), "Receipts") == NO_CHANGE
    assert sales(other) == sales(one)


def test_an_import_that_is_taken_back_leaves_the_receipt_as_it_was(three: list[Book], tmp_path: Path) -> None:
    one, *_ = three
    before = one.rows("SELECT * FROM receipt")
    run_import(one, edited(exported(one, tmp_path / "old.xlsx"), tmp_path / "total.xlsx", SOON, Total=12))
    assert one.rows("SELECT * FROM receipt") != before
    past_imports.take_back(one, past_imports.listed(one)[0].id)
    assert one.rows("SELECT * FROM receipt") == before


def test_a_sheet_that_was_left_out_is_no_correction(three: list[Book], tmp_path: Path) -> None:
    one, *_ = three
    old = exported(one, tmp_path / "old.xlsx")
    run_import(one, edited(old, tmp_path / "total.xlsx", SOON, Total=12))
    file = openpyxl.load_workbook(old)
    file.remove(file["Receipt Items"])
    file.save(tmp_path / "part.xlsx")
    assert counts(run_import(one, saved(tmp_path / "part.xlsx", SOON + 9)), "Receipts") == NO_CHANGE
    assert total(one) == 1200


def test_a_correction_moves_with_its_renamed_store(three: list[Book], tmp_path: Path) -> None:
    one, other, _ = three
    old = exported(other, tmp_path / "old.xlsx")
    run_import(one, edited(old, tmp_path / "both.xlsx", SOON, Date=LATER, Total=12))
    store = stores.named(one, "Downtown")
    stores.rename(one, store.id, "Center", store.code)
    run_import(other, exported(one, tmp_path / "new.xlsx"))
    assert sales(other) == sales(one)
    assert counts(run_import(one, old), "Receipts") == NO_CHANGE


@pytest.mark.parametrize("said", ['[["1-1","Downtown","zz"]]', '[["1-1","Downtown",1,2]]', "7", '[["1-1"]]',
                                  '[["1-1","Downtown","' + "0" * 24 + '",-1,""]]'])  # fmt: skip
def test_forged_marks_make_a_list_of_the_file(three: list[Book], tmp_path: Path, said: str) -> None:
    one, *_ = three

    def forge(state: bytes) -> bytes:
        return state + b'{"receipts":%s}\n' % said.encode()

    report = run_import(one, with_state(exported(one, tmp_path / "0.xlsx"), forge, tmp_path / "1.xlsx"))
    assert report.notes[0].startswith("The hidden sheet _sync of this workbook is damaged")
