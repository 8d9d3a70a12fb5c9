"""What a row of a Customers sheet does: matching, blanks, `<clear>`, Excel's damage, and what refuses it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, loyalty, upkeep
from store.errors import WorkbookError
from store.fields import FIELDS
from store.review_records import Answer
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from tests.store.workbook.importing import (
    ADA,
    BOB,
    HEADERS,
    answer_all,
    asked,
    counts,
    edit,
    exported,
    held,
    run_import,
    workbook,
)
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

UID = "b1c846a9-18b5-4780-a427-49da15fa80fc"
OTHER = "98a71b8a-0383-4343-a116-02cd5e3eb294"


BY_LABEL = {field.label: field.name for field in FIELDS}


def only(book: Book) -> Customer:
    rows = book.rows("SELECT id FROM customer")
    assert len(rows) == 1
    return customers.get(book, rows[0][0])


def outcome(report: Any) -> str:
    assert len(report.refused) == 1
    return str(report.refused[0].outcome)


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
    assert sorted((entry.points, entry.reason) for entry in entries) == [(20, "Balance of a.xlsx"), (80, "Welcome")]
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


# Who is who


def test_uid_comes_before_number_before_email(book: Book, add: Callable[..., Customer], tmp_path: Path) -> None:
    ada = add("Ada Lovelace", email="ada@example.com", id_number="A1")
    bob = add("Bob Marley", email="bob@example.com", id_number="B1")
    eve = add("Eve Moore", email="eve@example.com")
    rows = [
        {"Customer UID": ada.uid, "Customer ID Number": "", "E-Mail": "bob@example.com", "Notes": "one"},
        {"Customer UID": UID, "Customer ID Number": "b1", "E-Mail": "eve@example.com", "Notes": "two"},
        {"Customer UID": OTHER, "Customer ID Number": "", "E-Mail": "EVE@example.com", "Notes": "three"},
    ]
    report = run_import(book, sheet(tmp_path / "a.xlsx", *rows))
    assert counts(report) == (0, 3, 0, 0)
    assert [customers.get(book, one.id).notes for one in (ada, bob, eve)] == ["one", "two", "three"]
    assert sorted(asked(book)) == [
        ("list", "Customer ID Number", "B1", "b1"),
        ("list", "E-Mail", "ada@example.com", "bob@example.com"),
        ("list", "E-Mail", "bob@example.com", "eve@example.com"),
    ]
    uids = [customers.get(book, one.id).uid for one in (ada, bob, eve)]
    assert uids == [ada.uid, min(bob.uid, UID), min(eve.uid, OTHER)], "of two uids the smaller leads"
    assert counts(run_import(book, tmp_path / "a.xlsx")) == (0, 0, 3, 0)


def test_an_id_number_of_somebody_else_is_refused(book: Book, add: Callable[..., Customer], tmp_path: Path) -> None:
    ada = add("Ada Lovelace", id_number="A1")
    add("Bob Marley", email="bob@example.com", id_number="B1")
    report = run_import(book, sheet(tmp_path / "a.xlsx", {"Customer UID": ada.uid, "Customer ID Number": "b1"}))
    assert outcome(report) == "part:Customer ID Number"
    assert customers.get(book, ada.id).id_number == "A1"


def test_numbers_that_a_spreadsheet_made_alike_stay_apart(
    book: Book, add: Callable[..., Customer], tmp_path: Path
) -> None:
    people = [add("Ada Lee", id_number="00123"), add("Bob Lee", id_number="123"), add("Cy Lee", id_number="0123")]
    rows = [{"Customer UID": one.uid, "Customer ID Number": 123.0, "Notes": one.name} for one in people]
    assert counts(run_import(book, sheet(tmp_path / "a.xlsx", *rows))) == (0, 3, 0, 0)
    assert [customers.get(book, one.id).id_number for one in people] == ["00123", "123", "0123"]


def test_an_email_of_several_needs_the_name(book: Book, add: Callable[..., Customer], tmp_path: Path) -> None:
    ada, ben = add("Ada Lee", email="lee@example.com"), add("Ben Lee", email="lee@example.com")
    row = {"First Name": "Ada", "Last Name": "Lee", "E-Mail": "lee@example.com", "Notes": "Ada's"}
    nameless = {"E-Mail": "lee@example.com", "Notes": "whose?"}
    report = run_import(book, sheet(tmp_path / "a.xlsx", row, nameless))
    assert [customers.get(book, one.id).notes for one in (ada, ben)] == ["Ada's", ""]
    assert outcome(report) == "error:E-Mail"
    assert "several" in report.refused[0].message


@pytest.mark.parametrize("sharing", ["Ada Lee", "Ada Lee, Ben Lee"])
def test_another_name_with_a_known_email_is_somebody_new_and_a_question(
    book: Book, add: Callable[..., Customer], tmp_path: Path, sharing: str
) -> None:
    known = [add(name, email="lee@example.com") for name in sharing.split(", ")]
    before = {str(question) for question in asked(book)}
    stranger = {"First Name": "Cy", "Last Name": "Lee", "E-Mail": "LEE@example.com", "Notes": "Cy's"}
    path = sheet(tmp_path / "a.xlsx", stranger)
    assert counts(run_import(book, path)) == (1, 0, 0, 0)
    assert [customers.get(book, one.id).notes for one in known] == [""] * len(known)
    new = [one for one in asked(book) if str(one) not in before]
    assert {(kind, label) for kind, label, _, _ in new} == {("who", "E-Mail")}
    assert sorted(sorted((ours, theirs)) for _, _, ours, theirs in new) == [[one.name, "Cy Lee"] for one in known]
    assert counts(run_import(book, path)) == (0, 0, 1, 0)


def test_an_email_with_the_phone_or_the_name_is_the_same_person(
    book: Book, add: Callable[..., Customer], tmp_path: Path
) -> None:
    ada = add("Ada Lovelace", email="ada@example.com", phone="+1 555-010-0199")
    rows = [
        {"E-Mail": "ADA@example.com", "First Name": "Augusta", "Last Name": "King", "Phone Number": 15550100199.0},
        {"E-Mail": "ada@example.com", "First Name": "ADA", "Last Name": "Lovelace", "Phone Number": "555 7777"},
        {"E-Mail": "ada@example.com"},
    ]
    for number, row in enumerate(rows):
        report = run_import(
            book, sheet(tmp_path / f"{number}.xlsx", row | {"Address Line 1": "x", "City": f"C{number}"})
        )
        assert counts(report)[0] == 0, row
    assert only(book).id == ada.id
    assert {(label, theirs) for _, label, _, theirs in asked(book)} >= {
        ("First Name", "Augusta"), ("Last Name", "King"), ("Phone Number", "555 7777"),
    }  # fmt: skip
    stranger = {"E-Mail": "ada@example.com", "First Name": "Byron", "Last Name": "King", "Phone Number": "555 8888"}
    assert counts(run_import(book, sheet(tmp_path / "new.xlsx", stranger))) == (1, 0, 0, 0)


def test_a_family_may_share_an_email_when_uids_tell_them_apart(book: Book, tmp_path: Path) -> None:
    ada = ADA | {"Customer UID": UID, "E-Mail": "home@example.com"}
    bob = BOB | {"Customer UID": OTHER, "E-Mail": "home@example.com"}
    path = sheet(tmp_path / "a.xlsx", ada, bob)
    assert counts(run_import(book, path)) == (2, 0, 0, 0)
    assert counts(run_import(book, path)) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"Customer UID": UID}, {"Customer UID": UID.upper(), "E-Mail": "other@example.com"}),
        ({"Customer ID Number": "A1"}, {"Customer ID Number": "a1", "E-Mail": "other@example.com"}),
        ({}, {"E-Mail": "ADA@EXAMPLE.COM"}),
        ({"Customer UID": UID}, {"Customer UID": OTHER}),
    ],
)
def test_the_same_customer_twice_in_a_file(book: Book, tmp_path: Path, first: Any, second: Any) -> None:
    path = sheet(tmp_path / "a.xlsx", ADA | first, ADA | second)
    assert outcome(run_import(book, path)) == "error:duplicate of row 2"
    assert outcome(run_import(book, path)) == "error:duplicate of row 2"


@pytest.mark.parametrize("email", ["JOSÉ@example.com", "ELİF@example.com", "ada@bücher.example", "K\u212a@example.com"])
@pytest.mark.parametrize("number", ["", "É12", "İ1", "ß7"])
def test_letters_beyond_ascii_match_as_the_book_compares_them(
    book: Book, tmp_path: Path, email: str, number: str
) -> None:
    path = sheet(tmp_path / "a.xlsx", ADA | {"E-Mail": email, "Customer ID Number": number})
    assert counts(run_import(book, path)) == (1, 0, 0, 0)
    assert counts(run_import(book, path)) == (0, 0, 1, 0)
    if number:
        email = only(book).email
        moved = sheet(tmp_path / "b.xlsx", ADA | {"E-Mail": "new@example.com", "Customer ID Number": number})
        report = run_import(book, moved)
        assert (counts(report)[0], held(report)) == (0, 1)
        [(kind, label, *two)] = asked(book)  # of two lists the later is in force
        assert (kind, label, sorted(two)) == ("list", "E-Mail", sorted((email, "new@example.com")))
    assert only(book).id_number == number


def test_a_refused_row_makes_no_duplicate_of_its_correction(book: Book, tmp_path: Path) -> None:
    wrong, right = ADA | {"Gender": "Unknown"}, ADA
    report = run_import(book, sheet(tmp_path / "a.xlsx", wrong, right))
    assert counts(report) == (1, 0, 0, 1)
    assert (report.refused[0].row, report.refused[0].value) == (2, "Unknown")
    assert "one of Male, Female, Others" in report.refused[0].message


def test_two_books_make_the_same_customer_of_a_row_without_uid(book: Book, new_book: Book, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", ADA)
    run_import(book, path)
    run_import(new_book, path)
    assert only(book).uid == only(new_book).uid


# Headers


def test_headers_in_any_order_and_case_with_aliases(book: Book, tmp_path: Path) -> None:
    header = ["dob", "EMAIL", " phone ", "Postcode", "Surname *", "first", "Sync", "Shoe Size"]
    row = ["07-Mar-1985", "ada@example.com", "555 0101", "SW1A 1AA", "Lovelace", "Ada", "x", "38"]
    report = run_import(book, workbook(tmp_path / "a.xlsx", {"_sync": [["x"]], "clients": [header, row]}))
    ada = only(book)
    assert (ada.last_name, ada.zip_code, ada.date_of_birth) == ("Lovelace", "SW1A 1AA", date(1985, 3, 7))
    assert ["_sync" in note and "damaged" in note for note in report.notes] == [True, False]
    assert "Shoe Size" in report.notes[1]
    assert "Sync" not in report.notes[1]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ada Lovelace", "Ada", "Lovelace"),
        ("Ada Maria King Lovelace", "Ada Maria King", "Lovelace"),
        ("Lovelace, Ada", "Ada", "Lovelace"),
        ("直人 山田", "直人", "山田"),
    ],
)
def test_one_column_for_both_names(book: Book, tmp_path: Path, name: str, first: str, last: str) -> None:
    run_import(book, sheet(tmp_path / "a.xlsx", {"Name": name, "E-Mail": "a@example.com"}))
    assert (only(book).first_name, only(book).last_name) == (first, last)


def test_one_word_is_no_whole_name(book: Book, tmp_path: Path) -> None:
    report = run_import(book, sheet(tmp_path / "a.xlsx", {"Name": "山田太郎", "E-Mail": "a@example.com"}))
    assert outcome(report) == "error:Last Name"


def test_the_header_may_stand_below_a_title_and_rows_keep_their_numbers(book: Book, tmp_path: Path) -> None:
    rows = [["Our customers"], [], list(ADA), list(ADA.values()), [], ["Bob", "", "b@example.com"]]
    report = run_import(book, workbook(tmp_path / "a.xlsx", {"Customers": rows}))
    assert counts(report) == (1, 0, 0, 1)
    assert report.refused[0].row == 6


def test_the_same_field_twice_refuses_the_file(book: Book, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Customers": [[*ADA, "Phone", "Mobile"], [*ADA.values(), 1, 2]]})
    with pytest.raises(WorkbookError, match=r"Phone Number twice.*Phone.*Mobile"):
        run_import(book, path)


def test_no_usable_header_says_which_there_are(book: Book, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Customers": [["Colour", "Weight"], ["red", 3]]})
    with pytest.raises(WorkbookError, match="Colour, Weight"):
        run_import(book, path)


def test_every_header_that_we_write_is_read(book: Book, tmp_path: Path) -> None:
    report = run_import(book, sheet(tmp_path / "a.xlsx", dict.fromkeys(HEADERS, None) | ADA))
    assert report.notes == []
    assert counts(report) == (1, 0, 0, 0)
