"""Whose row a row of a Customers sheet is, and which column is which field."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from store import customers
from store.errors import WorkbookError
from store.merge import people
from tests.store.workbook.importing import (
    ADA,
    BOB,
    HEADERS,
    asked,
    counts,
    edit,
    exported,
    held,
    only,
    outcome,
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


# Who is who


def test_uid_comes_before_number_before_email(book: Book, add: Callable[..., Customer], tmp_path: Path) -> None:
    ada = add("Ada Lovelace", email="ada@example.com", id_number="A1")
    bob = add("Bob Marley", email="bob@example.com", id_number="B1")
    eve = add("Eve Moore", email="eve@example.com")
    rows = [
        {"Customer UID": ada.uid, "Customer ID Number": "", "E-Mail": "bob@example.com", "Notes": "one"},
        {"Customer UID": UID, "Customer ID Number": "b1", "E-Mail": "eve@example.com", "Notes": "two"},
        {"Customer UID": OTHER, "Customer ID Number": "", "E-Mail": "EVE@example.com", "Notes": "three",
         "First Name": "Eve", "Last Name": "Moore"},
    ]  # fmt: skip
    report = run_import(book, sheet(tmp_path / "a.xlsx", *rows))
    assert counts(report) == (0, 3, 0, 0)
    assert [customers.get(book, one.id).notes for one in (ada, bob, eve)] == ["one", "two", "three"]
    assert sorted(asked(book)) == [
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


def test_an_id_number_in_another_case_is_the_same(book: Book, add: Callable[..., Customer], tmp_path: Path) -> None:
    """In a list, and in our own workbook."""
    ada = add("Ada Lovelace", email="ada@example.com", id_number="A1b")
    path = exported(book, tmp_path / "all.xlsx")
    assert counts(run_import(book, sheet(tmp_path / "a.xlsx", ADA | {"Customer ID Number": "a1B"}))) == (0, 0, 1, 0)
    assert counts(run_import(book, edit(path, {ada.uid: {"Customer ID Number": "a1B"}}))) == (0, 0, 1, 0)
    assert (asked(book), customers.get(book, ada.id).id_number) == ([], "A1b")


def test_rows_that_share_an_email_with_many_are_compared_by_what_is_certain(
    book: Book, add: Callable[..., Customer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A family of many: the keys of each are worked out once, not for each row anew."""
    names = [f"N{at} Lee" for at in range(40)]
    for name in names:
        add(name, email="home@example.com")
    worked_out: list[Any] = []
    keys_of = people.keys_of
    monkeypatch.setattr(people, "keys_of", lambda values: keys_of(worked_out.append(values) or values))
    rows = [
        {"First Name": name.split()[0], "Last Name": "Lee", "E-Mail": "HOME@example.com", "Notes": name}
        for name in names
    ]
    assert counts(run_import(book, sheet(tmp_path / "a.xlsx", *rows), dry_run=True)) == (0, 40, 0, 0)
    assert len(worked_out) < 8 * len(rows)


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
