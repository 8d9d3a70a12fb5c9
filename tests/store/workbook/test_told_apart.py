"""Customers who look alike and are not one: told apart by people, by their list, or like all who have a placeholder."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, duplicates, review
from store.database import Book, open_book
from store.records import Actor
from store.review_records import Answer, Kind
from tests.store.workbook.importing import counts, exported, outcome, run_import
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.sharing import planned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TWINS = {"last_name": "Twin", "email": "fam@example.com", "phone": "0049 555 777"}
LISTED = {"Last Name": "Twin", "E-Mail": "fam@example.com", "Phone Number": "0049 555 777"}
ONE, TWO, THREE = (f"{digit * 8}-1111-4111-8111-111111111111" for digit in "123")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str], Book]]:
    """Open a book by name."""
    books: list[Book] = []

    def open_one(name: str) -> Book:
        books.append(open_book(tmp_path / f"{name}.db", actor=Actor("Mia", name)))
        return books[-1]

    yield open_one
    for book in books:
        book.close()


def made(book: Book, *names: str, **values: Any) -> None:
    for name in names:
        customers.create(book, {"first_name": name, **values})


def shown(book: Book) -> list[Any]:
    return book.rows("SELECT uid, first_name, last_name, email, phone, notes FROM customer ORDER BY uid")


def names(book: Book) -> list[str]:
    return [name for (name,) in book.rows("SELECT first_name FROM customer ORDER BY first_name")]


def who_is_asked(book: Book) -> list[set[str]]:
    return [{one.ours, one.theirs} for one in review.questions(book) if one.kind is Kind.WHO]


def test_whom_a_person_told_apart_stay_apart_when_another_till_knows_one_of_them(
    opened: Callable[[str], Book], tmp_path: Path
) -> None:
    ours, theirs = opened("ours"), opened("theirs")
    made(ours, "Ann", "Ben", **TWINS)
    [question] = review.questions(ours)
    review.answer(ours, {question.id: Answer.KEEP})
    made(theirs, "Ann", **TWINS)
    path = exported(theirs, tmp_path / "theirs.xlsx")
    said = planned(ours, path)
    run_import(ours, path)
    assert len(names(ours)) == 2
    assert {one.id for one in said.questions} == {one.id for one in review.questions(ours)}
    run_import(theirs, exported(ours, tmp_path / "ours.xlsx"))
    assert shown(theirs) == shown(ours)


def test_those_of_one_book_are_asked_about_when_a_third_is_like_both(
    opened: Callable[[str], Book], tmp_path: Path
) -> None:
    """Nobody said anything: the book alone told them apart, and whoever is left over may be either."""
    ours, theirs = opened("ours"), opened("theirs")
    made(ours, "Ann", "Ben", **TWINS)
    made(theirs, "Cid", **TWINS)
    run_import(ours, exported(theirs, tmp_path / "theirs.xlsx"))
    assert len(names(ours)) == 2
    assert len(who_is_asked(ours)) == 1


def test_customers_with_placeholders_are_nobody_elses(opened: Callable[[str], Book], tmp_path: Path) -> None:
    nobody = {"email": "none@shop.example", "phone": "0000000"}
    ours, theirs = opened("ours"), opened("theirs")
    made(ours, "Ann", "Ben", last_name="Lee", **nobody)
    made(theirs, "Ann", "Cid", last_name="Lee", **nobody)
    path = exported(theirs, tmp_path / "theirs.xlsx")
    said = planned(ours, path)
    assert (counts(said.report), len(said.questions)) == ((2, 0, 0, 0), 0)
    run_import(ours, path)
    assert names(ours) == ["Ann", "Ann", "Ben", "Cid"]
    assert review.questions(ours) == ()
    assert duplicates.likely(ours) == ()


def test_a_uid_that_nobody_has_is_not_somebody_by_an_email_alone(opened: Callable[[str], Book], tmp_path: Path) -> None:
    """The customer whose it is may yet come."""
    book = opened("ours")
    made(book, "Ann", last_name="Mom", email="fam@example.com")
    before = shown(book)
    row = {"Customer UID": ONE, "E-Mail": "fam@example.com", "Notes": "likes tea"}
    report = run_import(book, sheet(tmp_path / "list.xlsx", row))
    assert outcome(report) == "error:Customer UID"
    assert (shown(book), book.rows("SELECT 1 FROM person_pair")) == (before, [])


def test_rows_with_uids_are_told_apart_by_their_list_whichever_of_them_the_book_had(
    opened: Callable[[str], Book], tmp_path: Path
) -> None:
    ann = {"Customer UID": ONE, "First Name": "Ann", **LISTED}
    ben = {"Customer UID": TWO, "First Name": "Ben", **LISTED, "Notes": "likes tea"}
    files = [
        sheet(tmp_path / "both.xlsx", ann, ben), sheet(tmp_path / "ann.xlsx", ann), sheet(tmp_path / "ben.xlsx", ben),
    ]  # fmt: skip
    found = []
    for at, order in enumerate(permutations(files)):
        book = opened(f"book {at}")
        for path in order:
            run_import(book, path)
        assert planned(book, files[0]).writes_nothing
        found.append((shown(book), [one.id for one in review.questions(book)]))
    assert [row[1:] for row in found[0][0]] == [
        ("Ann", "Twin", "fam@example.com", "0049 555 777", ""),
        ("Ben", "Twin", "fam@example.com", "0049 555 777", "likes tea"),
    ]
    assert found == [found[0]] * len(found)


def test_of_two_rows_that_are_like_a_third_customer_one_is_found_to_be_that(
    opened: Callable[[str], Book], tmp_path: Path
) -> None:
    rows = [{"Customer UID": uid, "First Name": name, **LISTED} for uid, name in ((ONE, "Ann"), (TWO, "Ben"))]
    files = (
        sheet(tmp_path / "both.xlsx", *rows),
        sheet(tmp_path / "third.xlsx", {"Customer UID": THREE, **rows[0]} | {"Customer UID": THREE}),
    )
    found = []
    for at, order in enumerate(permutations(files)):
        book = opened(f"book {at}")
        for path in order:
            run_import(book, path)
        found.append(shown(book))
    assert [row[:2] for row in found[0]] == [(ONE, "Ann"), (TWO, "Ben")]
    assert found[0] == found[1]


def test_what_was_asked_before_is_no_news_when_another_uid_leads(opened: Callable[[str], Book], tmp_path: Path) -> None:
    book = opened("ours")
    run_import(book, sheet(tmp_path / "a.xlsx", {"Customer UID": TWO, "First Name": "Ann", **LISTED, "Notes": "tea"}))
    run_import(book, sheet(tmp_path / "b.xlsx", {"Customer UID": TWO, "Notes": "milk"}))
    [open_question] = review.questions(book)
    said = planned(book, sheet(tmp_path / "c.xlsx", {"Customer UID": ONE, "First Name": "Ann", **LISTED}))
    assert [*said.questions] == []
    run_import(book, tmp_path / "c.xlsx")
    [now] = review.questions(book)
    assert ([row[0] for row in shown(book)], now.theirs) == ([ONE], open_question.theirs)
    assert now.id != open_question.id
