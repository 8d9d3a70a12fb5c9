"""Receipts with their lines, feedback, and the points ledger of a workbook."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store import customers, loyalty, settings, upkeep
from store.review_records import Answer
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from tests.store.workbook.importing import (
    ADA,
    BOB,
    LOYALTY,
    PAYMENTS,
    RECEIPTS,
    answer_all,
    asked,
    counts,
    edit,
    exported,
    held,
    run_import,
    workbook,
)
from tests.store.workbook.importing import (
    customers as sheet,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

ITEMS = ("Receipt Number", "Store", "Item", "Price", "Qty", "Amount")
FEEDBACK = ("E-Mail", "Receipt Number", "Rating", "Comment", "Date")
NOON = datetime(2026, 6, 20, 12, 0)  # noqa: DTZ001  # a cell has no zone
VISA = "4111 1111 1111 1111"
UID = "b1c846a9-18b5-4780-a427-49da15fa80fc"


def receipt(number: str = "1-1", **values: Any) -> list[Any]:
    row = dict.fromkeys(RECEIPTS) | {
        "Receipt Number": number,
        "E-Mail": "ada@example.com",
        "Date": NOON,
        "Total": 172.6,
    }
    return [(row | values)[name] for name in RECEIPTS]


@pytest.fixture
def ada(add: Callable[..., Customer]) -> Customer:
    return add("Ada Lovelace", email="ada@example.com")


def test_a_receipt_is_changed_line_by_line_and_never_doubled(book: Book, ada: Customer, tmp_path: Path) -> None:
    lines = [["1-1", None, "Socks", 8.99, 2, 17.98], ["1-1", None, "Cheese", 20, 0.25, 5]]
    path = workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, receipt()], "Receipt Items": [ITEMS, *lines]})
    assert counts(run_import(book, path), "Receipt Items") == (2, 0, 0, 0)
    lines[1][5] = 5.5
    lines.append(["1-1", None, "Bag", 0.1, 1, 0.1])
    path = workbook(tmp_path / "b.xlsx", {"Receipts": [RECEIPTS, receipt(Total=178.2)], "Items": [ITEMS, *lines]})
    report = run_import(book, path)
    assert (counts(report, "Receipts"), counts(report, "Receipt Items")) == ((0, 1, 0, 0), (1, 1, 1, 0))
    assert book.rows("SELECT position, item, price, quantity, amount FROM receipt_item ORDER BY position") == [
        (1, "Socks", 899, 2000, 1798), (2, "Cheese", 2000, 250, 550), (3, "Bag", 10, 1000, 10),
    ]  # fmt: skip
    assert book.rows("SELECT customer_id, total FROM receipt") == [(ada.id, 17820)]


def test_a_receipt_of_a_stranger_is_refused_with_its_lines(book: Book, ada: Customer, tmp_path: Path) -> None:
    rows = [RECEIPTS, receipt(**{"E-Mail": "who@example.com"}), receipt("1-2", **{"E-Mail": None})]
    path = workbook(tmp_path / "a.xlsx", {"Receipts": rows, "Items": [ITEMS, ["1-1", "", "Socks", 1, 1, 1]]})
    report = run_import(book, path)
    assert counts(report, "Receipts") == (1, 0, 0, 1), "a sale to nobody has no customer and is no fault"
    assert [(row.sheet, row.outcome) for row in report.refused] == [
        ("Receipts", "error:E-Mail"), ("Receipt Items", "error:Receipt Number"),
    ]  # fmt: skip
    assert "row 2 of Receipts" in report.refused[1].message


def test_a_number_of_two_stores_needs_the_store(book: Book, ada: Customer, tmp_path: Path) -> None:
    rows = [RECEIPTS, receipt(Store="Downtown"), receipt(Store="airport")]
    lines = [["1-1", "Airport", "Socks", 1, 1, 1], ["1-1", None, "Hat", 1, 1, 1]]
    report = run_import(book, workbook(tmp_path / "a.xlsx", {"Receipts": rows, "Items": [ITEMS, *lines]}))
    assert counts(report, "Receipts") == (2, 0, 0, 0)
    assert counts(report, "Receipt Items") == (1, 0, 0, 1)
    assert "several stores" in report.refused[0].message


def told(number: str, store: str | None, item: str) -> list[Any]:
    return [number, store, item, 1, 1, 1]


def test_lines_are_of_the_receipt_in_their_own_file(book: Book, ada: Customer, tmp_path: Path) -> None:
    items = ("Receipt Number", "Item", "Amount")
    paths = [
        workbook(
            tmp_path / f"{store}.xlsx",
            {
                "Stores": [["Store"], [store]],
                "Receipts": [RECEIPTS, receipt(Store=store)],
                "Receipt Items": [items, ["1-1", f"Tea of {store}", 2]],
                "Feedback": [FEEDBACK, ["ada@example.com", "1-1", "Positive", store, None]],
            },
        )
        for store in ("Airport", "Harbor")
    ]
    for path in (*paths, *paths):
        assert run_import(book, path).refused == []
    assert book.rows(
        "SELECT store.name, item, comment FROM receipt JOIN store ON store.id = store_id JOIN receipt_item "
        "ON receipt_item.receipt_id = receipt.id JOIN feedback ON feedback.receipt_id = receipt.id ORDER BY 1"
    ) == [("Airport", "Tea of Airport", "Airport"), ("Harbor", "Tea of Harbor", "Harbor")]


def test_lines_of_a_refused_receipt_are_not_those_of_the_books(book: Book, ada: Customer, tmp_path: Path) -> None:
    run_import(book, workbook(tmp_path / "first.xlsx", {"Receipts": [RECEIPTS, receipt()]}))
    sheets = {
        "Receipts": [RECEIPTS, receipt(Store="Nowhere")],
        "Receipt Items": [("Receipt Number", "Item", "Amount"), ["1-1", "Tea", 2]],
    }
    report = run_import(book, workbook(tmp_path / "other.xlsx", sheets))
    assert report.refused[-1].message == "Receipt Number: its receipt, in row 2 of Receipts, was refused"
    assert book.rows("SELECT * FROM receipt_item") == []


def test_a_receipt_of_no_store_may_share_its_number(book: Book, ada: Customer, tmp_path: Path) -> None:
    rows = [RECEIPTS, receipt(Store="Airport"), receipt(), receipt("1-2", Store="Airport")]
    lines = [ITEMS, told("1-1", None, "Hat"), told("1-1", "Airport", "Socks"), told("1-2", None, "Bag")]
    path = workbook(tmp_path / "a.xlsx", {"Receipts": rows, "Items": lines})
    report = run_import(book, path)
    assert (counts(report, "Receipts"), counts(report, "Receipt Items")) == ((3, 0, 0, 0), (3, 0, 0, 0))
    sold = book.rows(
        "SELECT number, coalesce(store.name, ''), item FROM receipt_item JOIN receipt ON receipt.id = receipt_id "
        "LEFT JOIN store ON store.id = store_id ORDER BY 1, 2"
    )
    assert sold == [("1-1", "", "Hat"), ("1-1", "Airport", "Socks"), ("1-2", "Airport", "Bag")]
    again = run_import(book, path)
    assert (counts(again, "Receipts"), counts(again, "Receipt Items")) == ((0, 0, 3, 0), (0, 0, 3, 0))


def test_a_sheet_without_stores_means_the_only_receipt_of_a_number(book: Book, ada: Customer, tmp_path: Path) -> None:
    run_import(book, workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, receipt(Store="Airport")]}))
    header, row = zip(*(pair for pair in zip(RECEIPTS, receipt(), strict=True) if pair[0] != "Store"), strict=True)
    report = run_import(book, workbook(tmp_path / "b.xlsx", {"Receipts": [header, row, row]}))
    assert counts(report, "Receipts") == (0, 0, 1, 1)
    assert report.refused[0].outcome == "error:duplicate of row 2"


@pytest.mark.parametrize("moment", [datetime(2026, 3, 8, 2, 30), datetime(2026, 11, 1, 1, 30)])  # noqa: DTZ001  # as above
def test_an_hour_that_the_clocks_skip_or_repeat_is_taken_once(
    book: Book, ada: Customer, tmp_path: Path, moment: datetime
) -> None:
    settings.put(book, "time_zone", "America/New_York")
    path = workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, receipt(Date=moment)]})
    assert counts(run_import(book, path), "Receipts") == (1, 0, 0, 0)
    assert counts(run_import(book, path), "Receipts") == (0, 0, 1, 0)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("date", ["01-Jan-0001", "31-Dec-9999 23:30", "01-Jan-2199 10:00", "12-Feb-1899 10:00"])
def test_a_time_out_of_this_world_is_refused_in_words(
    book: Book, ada: Customer, tmp_path: Path, zone: str, date: str
) -> None:
    settings.put(book, "time_zone", zone)
    entry = dict.fromkeys(LOYALTY) | {"E-Mail": "ada@example.com", "Points": 1, "Date": date}
    rows = {"Receipts": [RECEIPTS, receipt(Date=date)], "Loyalty": [LOYALTY, list(entry.values())]}
    report = run_import(book, workbook(tmp_path / "a.xlsx", rows))
    assert [row.outcome for row in report.refused] == ["error:Date", "error:Date"]
    assert {row.message for row in report.refused} == {"Date: a year from 1901 to 2198"}


@pytest.mark.parametrize(
    ("cell", "total"),
    [("12,50", 1250), ("1,234.50", 123450), ("1,234", 123400), ("$8.99", 899), (0.285, 29), ("1e2", 10000)],
)
def test_an_amount_is_read_as_it_was_meant(
    book: Book, ada: Customer, tmp_path: Path, cell: str | float, total: int
) -> None:
    run_import(book, workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, receipt(Total=cell)]}))
    assert book.rows("SELECT total FROM receipt") == [(total,)]


@pytest.mark.parametrize("cell", ["1.234,50", "1,2,3", "1_000", "nan", "five", "1e99", True])
def test_an_amount_that_may_mean_two_things_is_refused(book: Book, ada: Customer, tmp_path: Path, cell: Any) -> None:
    report = run_import(book, workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, receipt(Total=cell)]}))
    assert [row.outcome for row in report.refused] == ["error:Total"]


def test_a_fault_is_told_once(book: Book, ada: Customer, tmp_path: Path) -> None:
    rows = [RECEIPTS, receipt("9" * 1001, **{"Customer UID": "mine"})]
    report = run_import(book, workbook(tmp_path / "a.xlsx", {"Receipts": rows}))
    assert report.refused[0].message.count("at most 1000 characters") == 1
    assert report.refused[0].message.count("not a UID") == 1


@pytest.mark.parametrize("column", ["Type", "Auth Code", "Transaction No", "Amount", "Payment No"])
@pytest.mark.parametrize("card", [VISA, "4111-1111-1111-1111", 4111111111111111, "card 378282246310005 ok"])
def test_a_card_number_is_refused_and_not_repeated(
    book: Book, ada: Customer, tmp_path: Path, column: str, card: Any
) -> None:
    row = dict(zip(PAYMENTS, ["1-1", 1, "CC", 5, "448443", "T9FED2F157C"], strict=True)) | {column: card}
    path = workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, receipt()], "Payments": [PAYMENTS, row.values()]})
    report = run_import(book, path)
    assert counts(report, "Receipt Payments") == (0, 0, 0, 1)
    assert report.refused[0].outcome == f"error:{column}"
    said = repr(report)
    assert "card number" in said
    assert "1111" not in said.replace("1-1", "")
    assert "378282246310005" not in said
    assert all(str(card).encode() not in file.read_bytes() for file in tmp_path.iterdir() if "book" in file.name)


def test_digits_that_are_no_card_are_kept(book: Book, ada: Customer, tmp_path: Path) -> None:
    row = ["1-1", 1, "CC", 5, "4111111111111112", "1234567890"]
    path = workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, receipt()], "Payments": [PAYMENTS, row]})
    assert counts(run_import(book, path), "Receipt Payments") == (1, 0, 0, 0)


def test_feedback_is_taken_once(book: Book, ada: Customer, tmp_path: Path) -> None:
    rows = [
        FEEDBACK,
        ["ADA@example.com", "1-1", "positive", "Nice", "20-Jun-2026"],
        ["ada@example.com", None, "?", "", ""],
    ]
    path = workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, receipt()], "Feedback": rows})
    assert counts(run_import(book, path), "Feedback") == (1, 0, 0, 1)
    assert counts(run_import(book, path), "Feedback") == (0, 0, 1, 1)
    assert book.rows("SELECT positive, comment, on_date, receipt_id FROM feedback") == [(1, "Nice", "2026-06-20", 1)]


def test_the_ledger_comes_first_and_the_balance_is_what_the_sheet_says(
    book: Book, ada: Customer, tmp_path: Path
) -> None:
    def entry(uid: str | None, email: str, points: int) -> list[Any]:
        row = dict.fromkeys(LOYALTY) | {
            "Entry UID": uid,
            "E-Mail": email,
            "Points": points,
            "Reason": "Visit",
            "Date": NOON,
        }
        return list(row.values())

    entries = [
        LOYALTY,
        entry(UID, "ada@example.com", 30),
        entry(None, "bob@example.com", 50),
        entry(None, "x@y.example", 1),
    ]
    rows = [ADA | {"Loyalty": "YES", "Loyalty Points": 100, "Reason": "Goodwill"}, BOB | {"Loyalty Points": 50}]
    path = sheet(tmp_path / "a.xlsx", *rows, Loyalty=entries)
    report = run_import(book, path)
    assert (counts(report), held(report)) == ((1, 0, 1, 0), 1)
    assert counts(report, "Loyalty") == (2, 0, 0, 1)
    bob = customers.get(book, book.rows("SELECT id FROM customer WHERE email = 'bob@example.com'")[0][0])
    assert [(e.points, e.reason) for e in loyalty.lines(book, bob.id, offset=0, limit=99)] == [(50, "Visit")]
    assert (customers.get(book, ada.id).points, bob.points) == (30, 50)
    assert asked(book) == [("list", "Loyalty", "NO", "YES"), ("points", "Loyalty Points", "30", "100")]
    answer_all(book, Answer.TAKE)
    assert sorted((e.points, e.reason) for e in loyalty.lines(book, ada.id, offset=0, limit=99)) == [
        (30, "Visit"),
        (70, "Goodwill"),
    ]
    assert customers.get(book, ada.id).points == 100
    assert upkeep.check(book).faults == ()
    again = run_import(book, path)
    assert (counts(again), counts(again, "Loyalty")) == ((0, 0, 2, 0), (0, 0, 2, 1))
    assert (held(again), asked(book)) == (0, [])


def test_a_balance_in_our_own_workbook_is_that_after_its_new_entries(book: Book, ada: Customer, tmp_path: Path) -> None:
    path = edit(exported(book, tmp_path / "a.xlsx"), {ada.uid: {"Loyalty": "YES", "Loyalty Points": 100}})
    file = openpyxl.load_workbook(path)
    entry = dict.fromkeys(LOYALTY) | {"Customer UID": ada.uid, "Points": 30, "Reason": "Visit", "Date": NOON}
    file["Loyalty"].append(list(entry.values()))
    file.save(path)
    for expected in ((0, 1, 0, 0), (0, 0, 1, 0)):
        assert counts(run_import(book, path)) == expected
        assert sorted((e.points, e.reason) for e in loyalty.lines(book, ada.id, offset=0, limit=99)) == [
            (30, "Visit"),
            (70, "Import"),
        ]
        assert customers.get(book, ada.id).points == 100
    assert make_plan(book, open_workbook(path), lambda done, total: None).writes_nothing
    assert asked(book) == []
    assert upkeep.check(book).faults == ()


def test_an_entry_never_changes(book: Book, ada: Customer, tmp_path: Path) -> None:
    entry = dict.fromkeys(LOYALTY) | {"Entry UID": UID, "E-Mail": "ada@example.com", "Points": 30}
    run_import(book, workbook(tmp_path / "a.xlsx", {"Loyalty": [LOYALTY, list(entry.values())]}))
    entry["Points"] = 31
    report = run_import(book, workbook(tmp_path / "b.xlsx", {"Loyalty": [LOYALTY, list(entry.values())]}))
    assert counts(report, "Loyalty") == (0, 0, 0, 1)
    assert customers.get(book, ada.id).points == 30


def test_receipts_before_their_customers_say_what_to_import_first(book: Book, tmp_path: Path) -> None:
    sheets = {
        "Receipts": [RECEIPTS, receipt("1-1", Store="Moon"), receipt("1-2", Store="Moon", Date=None)],
        "Receipt Items": [ITEMS, ["1-1", "Moon", "Socks", 8.99, 2, 17.98]],
        "Loyalty": [LOYALTY, [None, None, "ada@example.com", None, 5]],
        "Feedback": [FEEDBACK, ["ada@example.com", "1-1", "good", "", None]],
    }
    report = run_import(book, workbook(tmp_path / "a.xlsx", sheets))
    first = "E-Mail: no such customer in the book; import the customers first"
    assert {(row.sheet, row.row): row.message for row in report.refused} == {
        ("Receipts", 2): first,
        ("Receipts", 3): f"{first}; Date: required",
        ("Receipt Items", 2): "Receipt Number: its receipt, in row 2 of Receipts, was refused",
        ("Loyalty", 2): first,
        ("Feedback", 2): first,
    }
    assert report.notes[0].startswith("None of the receipts can be imported: their customers are not in the book.")


def test_one_receipt_of_somebody_unknown_is_no_note_about_the_file(book: Book, ada: Customer, tmp_path: Path) -> None:
    rows = [receipt("1-1"), receipt("1-2", **{"E-Mail": "bob@example.com", "Store": "Moon"})]
    report = run_import(book, workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, *rows]}))
    assert counts(report, "Receipts") == (1, 0, 0, 1)
    assert report.notes == []
    report = run_import(book, workbook(tmp_path / "b.xlsx", {"Receipts": [RECEIPTS, receipt("1-3", Store="Moon")]}))
    assert [row.message for row in report.refused] == ["Store: no store is called so; add it to the sheet Stores"]
    assert [note.partition(". ")[0] for note in report.notes] == ["1 store is not in the book: Moon"]


def test_an_e_mail_of_several_customers_is_told_as_such(
    book: Book, add: Callable[..., Customer], ada: Customer, tmp_path: Path
) -> None:
    add("Eve Lovelace", email="ADA@example.com")
    report = run_import(book, workbook(tmp_path / "a.xlsx", {"Receipts": [RECEIPTS, receipt()]}))
    (row,) = report.refused
    assert row.message == ("E-Mail: several customers have this e-mail; a UID, or the name, must say which is meant")


def test_one_store_that_receipts_miss_is_noted_once(book: Book, tmp_path: Path) -> None:
    run_import(book, sheet(tmp_path / "c.xlsx", ADA))
    rows = [["Receipt Number", "E-Mail", "Store", "Date", "Total"]]
    rows += [[f"1-{number}", ADA["E-Mail"], "Moon [b]", "07-Mar-2026 10:00", "5"] for number in (1, 2)]
    report = run_import(book, workbook(tmp_path / "a.xlsx", {"Receipts": rows}))
    (note,) = report.notes
    assert note == (
        "1 store is not in the book: Moon [b]. Add it in Settings (F11), Stores, or import the office's workbook that "
        "brings it, then import this file again."
    )
    assert len(report.refused) == 2


def test_of_many_missing_stores_the_first_are_named(book: Book, tmp_path: Path) -> None:
    rows = [ADA | {"E-Mail": f"a{at}@example.com", "Stores": f"S{at:02} {'x' * 60}"} for at in range(12)]
    report = run_import(book, sheet(tmp_path / "c.xlsx", *rows))
    assert report.notes[0].startswith("12 stores are not in the book: S00 xxx")
    assert " and 2 more. Add them" in report.notes[0]
    assert len(report.notes[0]) < 700
