"""Points when an import is taken back: who stays keeps those that they came with, and what goes otherwise is named."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, duplicates, loyalty, past_imports
from tests.store.tills import ring
from tests.store.workbook.importing import run_import
from tests.store.workbook.taking_back import another_book, exported, run_of, sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

LOW, MID, HIGH = (f"{at}0000000-0000-4000-8000-000000000000" for at in (1, 5, 9))
ANN: dict[str, Any] = {
    "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com", "phone": "555 0101", "loyalty": True,
    "points": 80, "reason": "Welcome",
}  # fmt: skip
BEN = {**ANN, "first_name": "Ben", "last_name": "Fox", "email": "ben@example.com", "phone": "555 0202", "points": 5}
ANNA = {**ANN, "first_name": "Anna", "points": 7}
EDITED = "{} stays: edited since the import."
MERGED = "{} stays: put together with another customer since the import."
USED = "{} stays: has points, receipts or feedback since the import."


@pytest.fixture(autouse=True)
def _sound(book: Book) -> Iterator[None]:
    yield
    sound(book)


def put(book: Book, uid: str, values: dict[str, Any]) -> Customer:
    return customers.create(book, {"uid": uid, **values})


def edit(book: Book, uid: str, **changes: Any) -> None:
    now = customers.by_uid(book, uid)
    customers.update(book, now.id, changes, now.version, base=now)


def give(book: Book, uid: str, points: int) -> None:
    now = customers.by_uid(book, uid)
    loyalty.adjust(book, now.id, balance=now.points + points, reason="Birthday")


def visit(book: Book, uid: str) -> None:
    ring(book, customers.by_uid(book, uid).id, "9.00", number="9-9")


def balances(book: Book) -> dict[str, int]:
    return dict(book.rows("SELECT first_name || ' ' || last_name, points FROM customer"))


def back(book: Book) -> tuple[str, ...]:
    return past_imports.take_back(book, run_of(book)).kept


@pytest.mark.parametrize(
    ("since", "sentence", "points"),
    [(partial(edit, city="Kiel"), EDITED, 80), (partial(give, points=3), USED, 83), (visit, USED, 80)],
    ids=["edited", "given points", "a receipt"],
)
def test_whom_the_import_made_and_who_stays_keeps_her_points(
    book: Book, tmp_path: Path, since: Callable[[Book, str], None], sentence: str, points: int
) -> None:
    def work(other: Book) -> None:
        put(other, LOW, ANN)
        put(other, HIGH, BEN)
        give(other, LOW, 9)
        give(other, LOW, -9)

    run_import(book, another_book(tmp_path, work))
    since(book, LOW)
    assert back(book) == (sentence.format("Ann Lee"),)
    assert balances(book) == {"Ann Lee": points}
    assert customers.by_uid(book, LOW).reason == "Birthday"


@pytest.mark.parametrize("uid", [LOW, HIGH])
def test_who_was_put_together_with_somebody_since_keeps_them_as_well(book: Book, tmp_path: Path, uid: str) -> None:
    put(book, MID, BEN)
    run_import(book, another_book(tmp_path, lambda other: put(other, uid, ANN)))
    merged = duplicates.merge(book, MID, uid)
    [kept] = back(book)
    assert kept in {sentence.format(merged.name) for sentence in (USED, MERGED)}
    assert customers.by_uid(book, MID if uid == HIGH else uid).points == 85
    [member] = duplicates.members(book, merged.uid)
    duplicates.separate(book, member.uid)
    assert balances(book) == {"Ann Lee": 80, "Ben Fox": 5}


def test_points_that_went_of_who_stays_are_named(book: Book, tmp_path: Path) -> None:
    put(book, LOW, ANN)
    put(book, HIGH, BEN)

    def work(other: Book) -> None:
        for uid, points in ((LOW, 12), (HIGH, -2)):
            edit(other, uid, city="Oslo")
            give(other, uid, points)

    run_import(book, another_book(tmp_path, work, like=exported(book, tmp_path / "0.xlsx")))
    for uid in (LOW, HIGH):
        edit(book, uid, notes="tall")
    assert back(book) == (
        "Ben Fox stays: edited since the import.",
        "Ann Lee stays: edited since the import.",
        "Ben Fox: -2 points of this import were taken out. The balance is 5 now.",
        "Ann Lee: 12 points of this import were taken out. The balance is 80 now.",
    )
    assert balances(book) == {"Ann Lee": 80, "Ben Fox": 5}


def test_who_has_nothing_but_points_of_it_has_them_no_more_and_is_not_named(book: Book, tmp_path: Path) -> None:
    put(book, LOW, ANN)
    like = exported(book, tmp_path / "0.xlsx")
    run_import(book, another_book(tmp_path, lambda other: give(other, LOW, 12), like=like))
    assert balances(book) == {"Ann Lee": 92}
    edit(book, LOW, notes="tall")
    assert back(book) == ()
    assert balances(book) == {"Ann Lee": 80}


@pytest.mark.parametrize("uid", [LOW, HIGH])
def test_who_was_part_of_somebody_by_the_import_and_was_taken_apart_since_keeps_them(
    book: Book, tmp_path: Path, uid: str
) -> None:
    put(book, MID, ANNA)
    run_import(book, another_book(tmp_path, lambda other: put(other, uid, ANN)))
    assert len(balances(book)) == 1
    [member] = duplicates.members(book, min(MID, uid))
    duplicates.separate(book, member.uid)
    assert balances(book) == {"Anna Lee": 7, "Ann Lee": 80}
    assert EDITED.format("Ann Lee") in back(book)
    assert balances(book) == {"Anna Lee": 7, "Ann Lee": 80}


def test_who_came_as_two_in_one_and_was_taken_apart_since_keeps_them(book: Book, tmp_path: Path) -> None:
    def work(other: Book) -> None:
        put(other, LOW, ANN)
        put(other, HIGH, BEN)
        duplicates.merge(other, LOW, HIGH)

    file = another_book(tmp_path, work)
    run_import(book, file)
    assert back(book) == ()
    assert balances(book) == {}
    run_import(book, file)
    duplicates.separate(book, HIGH)
    assert len(back(book)) == 2
    assert customers.by_uid(book, LOW).points == 80
    assert customers.by_uid(book, HIGH).points == 5


def test_who_is_still_part_of_somebody_edited_since_keeps_them(book: Book, tmp_path: Path) -> None:
    put(book, MID, ANNA)
    run_import(book, another_book(tmp_path, lambda other: put(other, LOW, ANN)))
    edit(book, LOW, city="Kiel")
    [name] = balances(book)
    assert back(book) == (EDITED.format(name),)
    assert balances(book) == {name: 87}
