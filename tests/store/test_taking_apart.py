"""Put together, asked, answered, taken apart: each has again what they were, at every till."""

from __future__ import annotations

from contextlib import ExitStack, closing
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, duplicates, persons, review, rows, upkeep
from store.database import open_book
from store.records import Actor
from store.review_records import Answer
from tests.store.workbook.importing import run_import
from tests.store.workbook.taking_back import exported, sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

ANN = {
    "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com", "phone": "555 0101", "id_number": "N1",
    "gift_card": "G-1", "stores": ("Downtown",), "loyalty": True, "points": 20, "reason": "Welcome",
}  # fmt: skip
BEN = {
    "first_name": "Ben", "last_name": "Fox", "email": "ben@example.com", "phone": "555 0202", "id_number": "N2",
    "gift_card": "G-2", "stores": ("Airport",), "loyalty": True, "points": 5, "notes": "short", "reason": "Welcome",
}  # fmt: skip


@pytest.fixture(params=[(1, 2), (2, 1)], ids=["Ann leads", "Ben leads"])
def two(request: pytest.FixtureRequest, book: Book) -> tuple[Customer, Customer]:
    """Ann and Ben, who have nothing in common."""
    ann, ben = request.param
    return _put(book, ann, ANN), _put(book, ben, BEN)


def _put(book: Book, at: int, values: dict[str, Any]) -> Customer:
    return customers.create(book, {"uid": f"0000000{at}-0000-4000-8000-000000000000", **values})


@pytest.fixture(autouse=True)
def _sound(book: Book) -> Iterator[None]:
    yield
    sound(book)


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Callable[[], Book]]:
    """Open the book of another till."""
    with ExitStack() as stack:
        numbers = count(2)

        def open_one() -> Book:
            at = next(numbers)
            return stack.enter_context(closing(open_book(tmp_path / f"{at}.db", actor=Actor("Bo", f"till-{at}"))))

        yield open_one


def people(book: Book) -> list[tuple[Any, ...]]:
    """Everybody with all that is shown of them."""
    columns = ", ".join((*rows.COLUMNS, "points", "has_photo"))
    stores = "(SELECT group_concat(name) FROM customer_store JOIN store ON store.id = store_id WHERE customer_id = customer.id)"
    return book.rows(f"SELECT uid, {columns}, {stores} FROM customer ORDER BY uid")


def states(book: Book) -> dict[str, Any]:
    """Everybody's state."""
    uids = [uid for (uid,) in book.rows("SELECT uid FROM customer")]
    return {uid: person.rows for uid, person in rows.by_uid(book, uids).items()}


def together(book: Book, two: tuple[Customer, Customer]) -> Customer:
    return duplicates.merge(book, two[0].uid, two[1].uid)


def answer_all(book: Book, answer: Answer) -> None:
    while asked := review.questions(book):
        review.answer(book, {question.id: answer for question in asked})


def apart(book: Book, customer: Customer) -> None:
    [member] = duplicates.members(book, customer.uid)
    duplicates.separate(book, member.uid)


@pytest.mark.parametrize("answer", [Answer.KEEP, Answer.TAKE])
def test_answers_to_what_the_merge_asked_are_undone_with_it(
    book: Book, two: tuple[Customer, Customer], answer: Answer
) -> None:
    before = people(book)
    merged = together(book, two)
    asked = len(review.questions(book))
    assert asked > 5
    answer_all(book, answer)
    assert people(book) != before
    apart(book, merged)
    assert people(book) == before
    assert review.questions(book) == ()
    assert together(book, two).uid == merged.uid
    assert len(review.questions(book)) == asked, "and are asked again"


def test_a_photo_and_what_was_written_since_stay_with_who_stays(book: Book, two: tuple[Customer, Customer]) -> None:
    photos = dict(zip((one.uid for one in two), (b"\x89PNG red", b"\x89PNG blue"), strict=True))
    for one in two:
        customers.update(book, one.id, {}, one.version, base=one, photo=photos[one.uid])
    before = {row[0]: row for row in people(book)}
    merged = together(book, two)
    answer_all(book, Answer.KEEP)
    merged = customers.get(book, merged.id)
    since = {"city": "Oslo", "phone": "555 0303", "gift_card": ""}
    customers.update(book, merged.id, since, merged.version, base=merged)
    apart(book, merged)
    gone = next(one for one in two if one.uid != merged.uid)
    after = {row[0]: row for row in people(book)}
    assert after[gone.uid] == before[gone.uid]
    stays, was = customers.by_uid(book, merged.uid), next(one for one in two if one.uid == merged.uid)
    assert (stays.city, stays.phone, stays.gift_card) == ("Oslo", "555 0303", "")
    assert (stays.name, stays.email, stays.id_number, stays.stores) == (was.name, was.email, was.id_number, was.stores)
    assert {uid: customers.photo(book, customers.by_uid(book, uid).id) for uid in photos} == photos


@pytest.mark.parametrize("each", [False, True], ids=["at the end", "at each step"])
def test_other_tills_come_to_the_same(
    book: Book, two: tuple[Customer, Customer], tmp_path: Path, till: Callable[[], Book], *, each: bool
) -> None:
    other, before, numbers = till(), people(book), count()

    def sent() -> None:
        run_import(other, exported(book, tmp_path / f"{next(numbers)}.xlsx"))

    sent()
    merged = together(book, two)
    for step in (lambda: None, lambda: answer_all(book, Answer.KEEP), lambda: apart(book, merged)):
        step()
        if each:
            sent()
            assert people(other) == people(book)
    sent()
    assert people(other) == people(book) == before
    assert states(other) == states(book)
    assert review.questions(other) == ()
    sound(other)
    run_import(other, tmp_path / "0.xlsx")
    run_import(book, exported(other, tmp_path / "back.xlsx"))
    assert people(other) == people(book) == before


def test_a_till_that_learned_of_it_takes_them_apart_as_well(
    book: Book, two: tuple[Customer, Customer], tmp_path: Path, till: Callable[[], Book]
) -> None:
    other, before = till(), people(book)
    run_import(other, exported(book, tmp_path / "0.xlsx"))
    merged = together(book, two)
    answer_all(book, Answer.KEEP)
    run_import(other, exported(book, tmp_path / "1.xlsx"))
    apart(other, merged)
    assert people(other) == before
    run_import(book, exported(other, tmp_path / "2.xlsx"))
    assert people(book) == before
    assert states(other) == states(book)


def test_a_till_that_never_had_them_as_two_leaves_what_it_has(
    book: Book, two: tuple[Customer, Customer], tmp_path: Path, till: Callable[[], Book]
) -> None:
    merged = together(book, two)
    answer_all(book, Answer.KEEP)
    new = till()
    run_import(new, exported(book, tmp_path / "1.xlsx"))
    shown = customers.by_uid(new, merged.uid)
    apart(new, merged)
    stays = customers.by_uid(new, merged.uid)
    assert (stays.name, stays.email, stays.phone) == (shown.name, shown.email, shown.phone)
    assert upkeep.check(new).faults == ()


def test_of_three_each_is_who_they_were(book: Book) -> None:
    three = [
        _put(book, at, {"first_name": name, "last_name": "Lee", "email": f"{name}@example.com", "id_number": f"N{at}"})
        for at, name in enumerate(("Ann", "Ben", "Eva"), 1)
    ]
    before = people(book)
    for other in three[1:]:
        duplicates.merge(book, three[0].uid, other.uid)
        answer_all(book, Answer.KEEP)
    for other in three[1:]:
        duplicates.separate(book, other.uid)
    assert people(book) == before


def test_who_was_entered_meanwhile_with_the_same_email_and_name_is_another(
    book: Book, two: tuple[Customer, Customer]
) -> None:
    merged = together(book, two)
    answer_all(book, Answer.KEEP)
    again = [_put(book, at, {name: one[name] for name in ("first_name", "last_name", "email")})
             for at, one in ((3, ANN), (4, BEN))]  # fmt: skip
    apart(book, merged)
    for one, other in zip(two, again, strict=True):
        assert persons.verdicts(book, [other.uid])[one.uid, other.uid] == persons.TOLD_APART
