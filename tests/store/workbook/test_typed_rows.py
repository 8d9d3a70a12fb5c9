"""Rows that somebody typed below those of an exported sheet, without a UID: whose they are is told by the file alone."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store import customers
from store.database import open_book
from store.records import Actor
from store.workbook import file_people
from tests.store.workbook.importing import columns_of, edit, exported, run_import
from tests.store.workbook.sharing import agreed, named
from tests.store.workbook.taking_back import sound

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

NOON = "2026-06-20 12:00"
FAMILY = "family@example.com"
GIFT = {"E-Mail": FAMILY, "Points": 20, "Reason": "Gift"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def opened(folder: Path, name: str) -> Book:
    return open_book(folder / f"{name}.db", actor=Actor("Mia", name))


def of(folder: Path, name: str, *people: str, email: str = FAMILY, **values: Any) -> Path:
    """What a book exports of these people, who share an e-mail."""
    book = opened(folder, name)
    for at, first in enumerate(people):
        given = {"first_name": first, "last_name": "Mom", "email": email, "phone": f"0049 555 {name}{at}"[:20]}
        customers.create(book, given | {"loyalty": True, "points": 10, "reason": "Welcome"} | values)
    path = exported(book, folder / f"{name}.xlsx")
    book.close()
    return path


def typed(path: Path, sheet: str, *rows: dict[str, Any]) -> Path:
    """The workbook with these rows below the others."""
    file = openpyxl.load_workbook(path)
    below = file[sheet]
    at = columns_of(below)
    for row in rows:
        number = below.max_row + 1
        for header, value in row.items():
            if header not in at:
                at[header] = below.max_column + 1
                below.cell(1, at[header]).value = header
            below.cell(number, at[header]).value = value
    file.save(path)
    return path


def test_an_entry_is_of_whom_the_file_has_whoever_else_the_book_has(folder: Path) -> None:
    edited, other = typed(of(folder, "1", "Ann"), "Loyalty", GIFT), of(folder, "2", "Ben")
    said = []
    for order in permutations([edited, other]):
        book = opened(folder, f"first-{order[0].stem}")
        refused = [run_import(book, path).refused for path in order]
        assert refused == [[], []]
        assert (named(book, "Ann").points, named(book, "Ben").points) == (30, 10)
        assert sound(book)
        said.append(agreed(book))
        book.close()
    assert said[0] == said[1]


def test_of_several_in_the_file_the_name_tells_and_without_it_none_is_taken(folder: Path) -> None:
    path = typed(of(folder, "1", "Ann", "Ben"), "Loyalty", {**GIFT, "Customer": "ben MOM"}, {**GIFT, "Points": 5})
    book = opened(folder, "till")
    [refused] = run_import(book, path).refused
    assert refused.message.endswith("several customers have this e-mail; a UID, or the name, must say which is meant")
    assert (named(book, "Ann").points, named(book, "Ben").points) == (10, 30)


def test_whom_the_file_does_not_have_the_book_may_have(folder: Path) -> None:
    book = opened(folder, "till")
    run_import(book, of(folder, "2", "Ben", email="ben@example.com"))
    run_import(book, typed(of(folder, "1", "Ann"), "Loyalty", {**GIFT, "E-Mail": "Ben@example.com"}))
    assert (named(book, "Ann").points, named(book, "Ben").points) == (10, 30)


def test_an_e_mail_that_the_same_file_changes_is_theirs_as_well(folder: Path) -> None:
    path = of(folder, "1", "Ann")
    book = opened(folder, "till")
    run_import(book, path)
    edit(path, {named(book, "Ann").uid: {"E-Mail": "ann@new.example"}})
    new = {**GIFT, "E-Mail": "ann@new.example", "Reason": "New"}
    assert run_import(book, typed(path, "Loyalty", GIFT, new)).refused == []
    assert named(book, "Ann").points == 10 + 20 + 20


def test_a_balance_that_is_edited_beside_it_is_the_balance_with_it_in_every_book(folder: Path) -> None:
    path, other = of(folder, "1", "Ann"), of(folder, "2", "Ben")
    book = opened(folder, "till")
    run_import(book, path)
    ann = named(book, "Ann").uid
    edit(typed(path, "Loyalty", GIFT), {ann: {"Loyalty Points": 50}})
    late = opened(folder, "late")
    run_import(late, other)
    for one in (book, late):
        run_import(one, path)
        assert named(one, "Ann").points == 50
        assert sorted(points for (points,) in one.rows("SELECT points FROM loyalty_entry WHERE points > 10")) == [
            20,
            20,
        ]


@pytest.mark.parametrize(
    ("sheet", "row"),
    [
        ("Receipts", {"Receipt Number": "7-1", "E-Mail": FAMILY, "Date": NOON, "Total": 9.5}),
        ("Feedback", {"E-Mail": FAMILY, "Comment": "Fine", "Rating": "Positive", "Date": "2026-06-20"}),
    ],
)
def test_so_is_a_receipt_and_feedback(folder: Path, sheet: str, row: dict[str, Any]) -> None:
    path, other = of(folder, "1", "Ann"), of(folder, "2", "Ben")
    book = opened(folder, "till")
    run_import(book, other)
    assert run_import(book, typed(path, sheet, row)).refused == []
    table = {"Receipts": "receipt", "Feedback": "feedback"}[sheet]
    assert book.rows(f"SELECT first_name FROM {table} JOIN customer ON customer.id = customer_id") == [("Ann",)]


def test_many_are_found_as_one_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = typed(of(folder, "1", "Ann"), "Loyalty", *({**GIFT, "Reason": f"Gift {at}"} for at in range(3)))
    said = []
    for few in (0, 12):
        monkeypatch.setattr(file_people, "_FEW", few)
        book = opened(folder, f"few-{few}")
        run_import(book, path)
        said.append(agreed(book))
        assert named(book, "Ann").points == 70
    assert said[0] == said[1]
