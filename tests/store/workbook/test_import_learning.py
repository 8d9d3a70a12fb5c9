"""What a workbook brings beside what its rows change: erasures, verdicts and answers can be imported, and are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import customers, duplicates, erasure, persons, review
from store.review_records import Answer
from tests.store.workbook.importing import answer_all, exported, run_import
from tests.store.workbook.sharing import named, office_workbook, planned, several

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.database import Book


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[Book]]:
    """Two books of the same five people."""
    with several(tmp_path, "ab", office_workbook(tmp_path, 5)) as books:
        yield books


def brought(here: Book, there: Book, path: Path) -> tuple[str, ...]:
    """What a book learns of another's workbook, of which no row changes anything; then it has learnt it."""
    path = exported(here, path)
    plan = planned(there, path)
    assert not plan.writes_nothing
    assert plan.how_many == 0
    run_import(there, path)
    assert planned(there, path).writes_nothing
    return plan.brings


def test_who_is_erased_elsewhere_is_told(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    erasure.erase(one, named(one, "Bo").id)
    assert brought(one, other, tmp_path / "a.xlsx") == ("1 customer is erased, for good",)
    empty = customers.create(one, {"first_name": "New", "last_name": "One", "email": "n@example.com"})
    erasure.erase(one, empty.id)
    assert brought(one, other, tmp_path / "b.xlsx") == ("who was erased elsewhere, and is not in this book",)


def test_who_stay_two_is_told(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    duplicates.keep_apart(one, named(one, "Ada").uid, named(one, "Cleo").uid)
    assert brought(one, other, tmp_path / "a.xlsx") == ("1 decision made elsewhere about who is who",)
    assert persons.verdicts(one, [named(one, "Ada").uid]) == persons.verdicts(other, [named(other, "Ada").uid])


def test_an_answer_that_keeps_what_shows_is_told(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    for book, city in ((one, "Oslo"), (other, "Rome")):
        ada = named(book, "Ada")
        customers.update(book, ada.id, {"city": city}, ada.version, base=ada)
    run_import(other, exported(one, tmp_path / "1.xlsx"))
    run_import(one, exported(other, tmp_path / "2.xlsx"))
    assert len(review.questions(one)) == len(review.questions(other)) == 1
    answer_all(one, Answer.KEEP)
    assert brought(one, other, tmp_path / "3.xlsx") == ("1 answer given elsewhere",)
    assert not review.questions(other)


def test_what_rows_change_is_not_told_twice(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    ada = named(one, "Ada")
    customers.update(one, ada.id, {"city": "Oslo"}, ada.version, base=ada)
    assert planned(other, exported(one, tmp_path / "a.xlsx")).brings == ()
