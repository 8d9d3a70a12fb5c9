"""What a row of a Customers sheet does: blanks, `<clear>`, Excel's damage, and what refuses it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, loyalty, upkeep
from store.fields import FIELDS
from store.review_records import Answer
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from tests.store.workbook.importing import (
    ADA,
    answer_all,
    asked,
    counts,
    edit,
    exported,
    held,
    only,
    outcome,
    run_import,
)
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

UID = "b1c846a9-18b5-4780-a427-49da15fa80fc"
BY_LABEL = {field.label: field.name for field in FIELDS}


# Excel's damage


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("Phone Number", 15385558789.0, "phone", "15385558789"),
        ("Phone Number", "15550101.0", "phone", "15550101"),
        ("Phone Number", "5.55E+09", "phone", "5550000000"),
        ("Phone Number", "  +1 904-555-8745 ", "phone", "+1 904-555-8745"),
        ("Date of Birth", 31178, "date_of_birth", date(1985, 5, 11)),
        ("Date of Birth", datetime(1985, 3, 7), "date_of_birth", date(1985, 3, 7)),  # noqa: DTZ001  # a cell has no zone
        ("Date of Birth", "07-Mar-1985", "date_of_birth", date(1985, 3, 7)),
        ("Date of Birth", "1985-03-07", "date_of_birth", date(1985, 3, 7)),
        ("Date of Birth", "1985-03-07 00:00:00", "date_of_birth", date(1985, 3, 7)),
        ("Loyalty Points", 1292.0, "points", 1292),
        ("Loyalty Points", "1,292", "points", 1292),
        ("Loyalty", True, "loyalty", True),
        ("Loyalty", 1, "loyalty", True),
        ("Loyalty", "yes", "loyalty", True),
        ("Gift Card Number", 6006256432810605, "gift_card", "6006256432810605"),
        ("Customer ID Number", 1234.0, "id_number", "1234"),
        ("Gender", " f ", "gender", "Female"),
        ("Country", "usa", "country", "US"),
        ("Status", "inactive", "active", False),
        ("Notes", "a\r\nb  ", "notes", "a\nb"),
        ("First Name", "  Ada   Maria ", "first_name", "Ada Maria"),
        ("First Name", "A\x1b[31mB", "first_name", "A [31mB"),
    ],
)
def test_a_cell_becomes_the_value_that_was_meant(
    book: Book, tmp_path: Path, header: str, cell: Any, field: str, value: Any
) -> None:
    path = tmp_path / "a.csv" if isinstance(cell, str) else tmp_path / "a.xlsx"
    if path.suffix == ".csv":
        path.write_text("\t".join([*ADA, header]) + "\n" + "\t".join([*ADA.values(), f'"{cell}"']) + "\n", newline="")
        if header in ADA:
            path.write_text("\t".join(ADA) + "\n" + "\t".join([f'"{cell}"', *list(ADA.values())[1:]]), newline="")
    else:
        sheet(path, ADA | {header: cell})
    assert counts(run_import(book, path)) == (1, 0, 0, 0)
    assert getattr(only(book), field) == value


@pytest.mark.parametrize(
    ("cell", "country", "zip_code"),
    [
        (501, "United States", "00501"),
        (501.0, "US", "00501"),
        (1234, "United States", "01234"),
        ("1234", "United States", "01234"),
        ("1234", "Switzerland", "1234"),
        (8001, "Switzerland", "8001"),
        ("SW1A 1AA", "United Kingdom", "SW1A 1AA"),
        (50298, "United States", "50298"),
    ],
)
def test_a_zip_gets_its_zeros_back(book: Book, tmp_path: Path, cell: Any, country: str, zip_code: str) -> None:
    run_import(book, sheet(tmp_path / "a.xlsx", ADA | {"ZipCode": cell, "Country": country}))
    assert only(book).zip_code == zip_code


@pytest.mark.parametrize(
    ("cell", "country"), [("123", "United States"), (501, "France"), (501, None), ("1234567890", "US")]
)
def test_a_zip_that_cannot_be_one_is_refused(book: Book, tmp_path: Path, cell: Any, country: str | None) -> None:
    report = run_import(book, sheet(tmp_path / "a.xlsx", ADA | {"ZipCode": cell, "Country": country}))
    assert outcome(report) == "error:ZipCode"


@pytest.mark.parametrize(
    ("field", "book_value", "header", "cell"),
    [
        ("phone", "+1 538-555-8789", "Phone Number", 15385558789.0),
        ("phone", "5551234567", "Phone Number", "5.55E+09"),
        ("gift_card", "6006256432810605123", "Gift Card Number", 6006256432810605123.0),
        ("gift_card", "6006256432810605123", "Gift Card Number", "6.00626E+18"),
        ("id_number", "00123", "Customer ID Number", 123.0),
        ("email", "Ada@Example.com", "E-Mail", "ada@example.COM"),
        ("zip_code", "01234", "ZipCode", 1234.0),
        ("zip_code", "1234", "ZipCode", 1234.0),
        ("zip_code", "0123", "ZipCode", 123),
        ("phone", "0050171", "Phone Number", 50171.0),
        ("address_line2", "0012", "Apt, Suite, etc.", 12.0),
        ("gift_card", "5.55E+09", "Gift Card Number", "5.55E+09"),
    ],
)
def test_what_excel_does_by_itself_is_no_change(
    book: Book, add: Callable[..., Customer], tmp_path: Path, field: str, book_value: str, header: str, cell: Any
) -> None:
    ada = add("Ada Lovelace", **({"email": "ada@example.com", "country": "US"} | {field: book_value}))
    report = run_import(book, sheet(tmp_path / "a.xlsx", {"Customer UID": ada.uid, header: cell}))
    assert counts(report) == (0, 0, 1, 0)
    assert only(book) == ada


TRULY_OTHER = [
    ("phone", "+1 538-555-8789", "Phone Number", 15385558788.0, "15385558788"),
    ("phone", "5551234567", "Phone Number", "5.56E+09", "5560000000"),
    ("gift_card", "6006256432810605123", "Gift Card Number", 6006256432810705123.0, "6006256432810705000"),
    ("id_number", "00123", "Customer ID Number", 124.0, "124"),
    ("zip_code", "1234", "ZipCode", 1235, "01235"),
    ("address_line2", "Apt 12", "Apt, Suite, etc.", 12.0, "12"),
]
"""A field, what the book has in it, the cell that says something else, and what that cell means."""
FILLS = [
    ("phone", "Phone Number", 15385558788.0, "15385558788"),
    ("gift_card", "Gift Card Number", "5.55E+09", "5550000000"),
    ("zip_code", "ZipCode", 50298, "50298"),
    ("city", "City", 7, "7"),
]


@pytest.mark.parametrize(("field", "book_value", "header", "cell", "meant"), TRULY_OTHER)
def test_a_number_that_differs_in_a_list_is_a_question(
    book: Book, add: Callable[..., Customer], tmp_path: Path, field: str, book_value: str, header: str, cell: Any,
    meant: str,
) -> None:  # fmt: skip
    ada = add("Ada Lovelace", country="US", **{field: book_value})
    report = run_import(book, sheet(tmp_path / "a.xlsx", {"Customer UID": ada.uid, header: cell}))
    assert (counts(report), held(report), outcome(report)) == ((0, 0, 1, 0), 1, f"held:{header}")
    assert getattr(only(book), field) == book_value
    assert asked(book) == [("list", header, book_value, meant)]
    answer_all(book, Answer.TAKE)
    assert getattr(only(book), field) == meant
    assert upkeep.check(book).faults == ()


@pytest.mark.parametrize(("field", "book_value", "header", "cell", "meant"), TRULY_OTHER)
def test_a_number_that_differs_in_our_own_workbook_is_an_edit(
    book: Book, add: Callable[..., Customer], tmp_path: Path, field: str, book_value: str, header: str, cell: Any,
    meant: str,
) -> None:  # fmt: skip
    ada = add("Ada Lovelace", country="US", **{field: book_value})
    path = edit(exported(book, tmp_path / "a.xlsx"), {ada.uid: {header: cell}})
    report = run_import(book, path)
    assert (counts(report), held(report), report.refused) == ((0, 1, 0, 0), 0, [])
    assert getattr(only(book), field) == meant
    assert asked(book) == []


@pytest.mark.parametrize(("field", "header", "cell", "meant"), FILLS)
def test_a_list_fills_a_blank(
    book: Book, add: Callable[..., Customer], tmp_path: Path, field: str, header: str, cell: Any, meant: str
) -> None:
    ada = add("Ada Lovelace")
    report = run_import(book, sheet(tmp_path / "a.xlsx", {"Customer UID": ada.uid, header: cell}))
    assert (counts(report), held(report)) == ((0, 1, 0, 0), 0)
    assert getattr(only(book), field) == meant
    assert asked(book) == []


# Blanks, <clear>, updates


CLEARING = {"Notes": "<CLEAR>", "Stores": "<clear>", "Date of Birth": "<clear>"}


def full_ada(add: Callable[..., Customer]) -> Customer:
    return add("Ada Lovelace", phone="555 0101", notes="Tall", stores=("Airport",), date_of_birth=date(1985, 3, 7))


def test_a_blank_of_a_list_keeps_and_clear_asks(book: Book, add: Callable[..., Customer], tmp_path: Path) -> None:
    ada = full_ada(add)
    row = {"Customer UID": ada.uid, "First Name": None, "Phone Number": "  ", "E-Mail": "", **CLEARING}
    report = run_import(book, sheet(tmp_path / "a.xlsx", row))
    assert (counts(report), held(report)) == ((0, 0, 1, 0), 1)
    now = only(book)
    assert (now.first_name, now.phone, now.notes, now.stores) == ("Ada", "555 0101", "Tall", ("Airport",))
    assert sorted(label for _, label, _, _ in asked(book)) == sorted(CLEARING)
    answer_all(book, Answer.TAKE)
    now = only(book)
    assert (now.phone, now.notes, now.stores, now.date_of_birth) == ("555 0101", "", (), None)
    assert upkeep.check(book).faults == ()


def test_a_blank_waits_and_clear_empties_in_our_own_workbook(
    book: Book, add: Callable[..., Customer], tmp_path: Path
) -> None:
    ada = full_ada(add)
    path = edit(exported(book, tmp_path / "a.xlsx"), {ada.uid: {"Phone Number": "  ", **CLEARING}})
    report = run_import(book, path)
    assert (counts(report), held(report), outcome(report)) == ((0, 1, 0, 0), 1, "held:Phone Number")
    now = only(book)
    assert (now.first_name, now.phone, now.notes, now.stores, now.date_of_birth) == ("Ada", "555 0101", "", (), None)
    assert now.version == ada.version + 1
    assert asked(book) == [("blank", "Phone Number", "555 0101", "")]
    answer_all(book, Answer.TAKE)
    assert only(book).phone == ""
    assert upkeep.check(book).faults == ()


@pytest.mark.parametrize("header", ["First Name", "Last Name", "E-Mail", "Status"])
def test_what_a_customer_needs_cannot_be_cleared(
    book: Book, add: Callable[..., Customer], tmp_path: Path, header: str
) -> None:
    ada = add("Ada Lovelace")
    report = run_import(book, sheet(tmp_path / "a.xlsx", {"Customer UID": ada.uid, "Notes": "x", header: "<clear>"}))
    assert outcome(report) == f"part:{header}"
    now = only(book)
    assert (now.notes, getattr(now, BY_LABEL[header])) == ("x", getattr(ada, BY_LABEL[header]))


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        *((header, cell) for header in ("First Name", "Last Name", "E-Mail") for cell in ("<clear>", None)),
        ("Status", "<clear>"),
    ],
)
def test_what_a_customer_needs_stays_and_the_rest_of_an_edited_row_is_taken(
    book: Book, add: Callable[..., Customer], tmp_path: Path, header: str, cell: str | None
) -> None:
    ada = add("Ada Lovelace")
    path = edit(exported(book, tmp_path / "a.xlsx"), {ada.uid: {"Notes": "x", header: cell}})
    report = run_import(book, path)
    assert (counts(report), outcome(report)) == ((0, 1, 0, 0), f"part:{header}")
    now = only(book)
    assert (now.first_name, now.last_name, now.email, now.active) == ("Ada", "Lovelace", ada.email, True)
    assert now.notes == "x"
    assert asked(book) == []


def test_a_changed_name_moves_in_the_list_and_in_the_index(
    book: Book, add: Callable[..., Customer], tmp_path: Path
) -> None:
    ada, _ = add("Ada Lovelace"), add("Bob Marley", email="bob@example.com")
    path = edit(exported(book, tmp_path / "a.xlsx"), {ada.uid: {"First Name": "Zoë", "Stores": "airport"}})
    run_import(book, path)
    assert [row[0] for row in book.rows("SELECT name_key FROM customer ORDER BY ord")] == ["bob marley", "zoe lovelace"]
    assert customers.get(book, ada.id).stores == ("Airport",)
    assert upkeep.check(book).faults == ()


def test_a_new_balance_is_one_entry_of_the_difference(book: Book, add: Callable[..., Customer], tmp_path: Path) -> None:
    ada = add("Ada Lovelace", loyalty=True, points=80, reason="Welcome")
    path = edit(exported(book, tmp_path / "a.xlsx"), {ada.uid: {"Loyalty Points": 100, "Reason": "Goodwill"}})
    run_import(book, path)
    entries = loyalty.lines(book, ada.id, offset=0, limit=99)
    assert sorted((entry.points, entry.reason) for entry in entries) == [(20, "Goodwill"), (80, "Welcome")]
    assert customers.get(book, ada.id).points == 100
    again = make_plan(book, open_workbook(path), lambda done, total: None)
    assert counts(again.report) == (0, 0, 1, 0)
    assert again.writes_nothing
    assert upkeep.check(book).faults == ()


def test_a_balance_of_a_list_is_a_question(book: Book, add: Callable[..., Customer], tmp_path: Path) -> None:
    ada = add("Ada Lovelace", loyalty=True, points=80, reason="Welcome")
    path = sheet(tmp_path / "a.xlsx", {"Customer UID": ada.uid, "Loyalty Points": 100, "Reason": "Goodwill"})
    report = run_import(book, path)
    assert (counts(report), held(report), outcome(report)) == ((0, 0, 1, 0), 1, "held:Loyalty Points")
    assert customers.get(book, ada.id).points == 80
    assert asked(book) == [("points", "Loyalty Points", "80", "100")]
    answer_all(book, Answer.TAKE)
    entries = loyalty.lines(book, ada.id, offset=0, limit=99)
    assert sorted((entry.points, entry.reason) for entry in entries) == [(20, "Goodwill"), (80, "Welcome")]
    assert entries[0].employee == "Mia"
    assert customers.get(book, ada.id).points == 100
    assert (counts(run_import(book, path)), asked(book)) == ((0, 0, 1, 0), [])
    assert upkeep.check(book).faults == ()


def test_an_edit_in_the_book_outlives_the_list_that_it_came_from(
    book: Book, add: Callable[..., Customer], tmp_path: Path
) -> None:
    """The same list says nothing new, however often it comes; another one that says it too is no other."""
    path = sheet(tmp_path / "a.xlsx", ADA | {"Customer UID": UID, "Notes": "from the office"})
    run_import(book, path)
    ada = only(book)
    customers.update(book, ada.id, {"notes": "from the till"}, ada.version, base=ada)
    for again in (
        path,
        sheet(tmp_path / "b.xlsx", ADA | {"Customer UID": UID, "Notes": "from the office", "City": ""}),
    ):
        report = run_import(book, again)
        assert (counts(report), held(report)) == ((0, 0, 1, 0), 0)
    assert only(book).notes == "from the till"
    other = sheet(tmp_path / "c.xlsx", ADA | {"Customer UID": UID, "Notes": "from the boss"})
    assert held(run_import(book, other)) == 1
    assert only(book).notes == "from the till"
    assert asked(book) == [("list", "Notes", "from the till", "from the boss")]
