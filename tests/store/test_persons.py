"""Who is who in a book: verdicts, and customers that are put together and told apart as the verdicts say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from store import customers, id_numbers, identity, persons, rows
from store.merge import people, state
from store.merge.people import FOUND, Verdict
from tests.store.tills import ring
from tests.store.workbook.taking_back import sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.customer_records import Customer
    from store.database import Book

A, B, C, D = (f"0000000{at}-0000-4000-8000-000000000000" for at in range(1, 5))
SAID = 1_800_000_000


@pytest.fixture
def put(book: Book) -> Callable[..., Customer]:
    """Add a customer with this uid."""

    def put_one(uid: str, **values: Any) -> Customer:
        given = {"uid": uid, "first_name": f"N{uid[7]}", "last_name": "Lee", "email": f"n{uid[7]}@example.com"}
        return customers.create(book, given | values)

    return put_one


@pytest.fixture(autouse=True)
def _sound(book: Book) -> Iterator[None]:
    yield
    sound(book)
    told = book.rows(
        "SELECT DISTINCT leader_uid FROM row_state "
        "EXCEPT SELECT uid FROM customer WHERE merge_state = CAST('*' AS BLOB)"
    )
    assert told == [], "no state without its customer"


def judge(book: Book, *pairs: tuple[str, str], same: bool = True, at: int = SAID) -> None:
    persons.judge(book, {people.pair(*pair): Verdict(at, "o", same) for pair in pairs})


def regroup(book: Book, *uids: str) -> list[str]:
    with book.write():
        return sorted(person.uid for person in persons.regroup(book, uids))


def shown(book: Book) -> dict[str, list[str]]:
    """Everybody's uids by the leader's."""
    found: dict[str, list[str]] = {uid: [uid] for (uid,) in book.rows("SELECT uid FROM customer")}
    for uid, leader in book.rows("SELECT uid, leader_uid FROM row_state WHERE uid <> leader_uid ORDER BY uid"):
        found[leader].append(uid)
    return found


def test_of_two_verdicts_the_later_holds(book: Book) -> None:
    judge(book, (A, B), same=False)
    judge(book, (A, B), at=SAID - 1)
    assert persons.verdicts(book, [B]) == {(A, B): Verdict(SAID, "o", False)}
    judge(book, (B, A), at=SAID + 1)
    assert persons.verdicts(book, [A])[A, B].same
    assert persons.verdicts(book, [C]) == {}


def test_who_is_entered_beside_a_look_alike_is_told_apart(book: Book, put: Callable[..., Customer]) -> None:
    put(A, first_name="Ann", email="ann@example.com")
    put(B, first_name="Ann", email="ann@example.com")
    put(C, first_name="Bob", email="ann@example.com")
    assert persons.verdicts(book, [A, B, C]) == {(A, B): persons.TOLD_APART}


def test_the_smallest_uid_leads_and_its_customer_stays(book: Book, put: Callable[..., Customer]) -> None:
    other, first = put(B, loyalty=True, points=5), put(A, loyalty=True, points=7)
    ring(book, other.id, "1.00")
    judge(book, (A, B))
    assert regroup(book, B) == [A]
    assert shown(book) == {A: [A, B]}
    merged = customers.by_uid(book, A)
    assert (merged.id, merged.points, merged.version > first.version) == (first.id, 12, True)
    assert book.rows("SELECT customer_id, owner_uid FROM receipt") == [(first.id, B)]
    assert regroup(book, A, B) == [], "all is as the verdicts say"


def test_a_smaller_uid_that_is_no_customer_takes_the_lead(book: Book, put: Callable[..., Customer]) -> None:
    """What a file brings of somebody may have the smaller uid."""
    customer = put(B, loyalty=True, points=5)
    ring(book, customer.id, "1.00")
    with book.write():
        person = rows.by_uid(book, [B])[B]
        kept = persons.put_together(book, [person], {A: state.born(A, {"first_name": "Ann", "last_name": "Lee"})})
        persons.show(book, kept, kept.rows)
    assert shown(book) == {A: [A, B]}
    assert customers.by_uid(book, A).id == customer.id
    assert book.rows("SELECT owner_uid FROM receipt UNION ALL SELECT owner_uid FROM loyalty_entry") == [(B,), (B,)]
    judge(book, (A, B), same=False)
    assert regroup(book, B) == [A, B]
    assert customers.by_uid(book, B).points == 5
    assert customers.by_uid(book, A).points == 0
    assert book.rows("SELECT owner_uid FROM receipt UNION ALL SELECT owner_uid FROM loyalty_entry") == [(None,)] * 2


def test_people_hang_together_by_uids_that_the_book_does_not_have(book: Book, put: Callable[..., Customer]) -> None:
    put(A)
    put(D)
    judge(book, (A, B), (B, C), (C, D))
    assert persons.group(book, [A]) == {A, B, C, D}
    assert regroup(book, A) == [A]
    assert shown(book) == {A: [A, D]}
    assert regroup(book, A, D) == [], "and stay together"
    judge(book, (B, C), same=False, at=SAID + 1)
    assert regroup(book, D) == [A, D]
    assert shown(book) == {A: [A], D: [D]}


def test_who_is_taken_out_of_one_may_be_put_to_another(book: Book, put: Callable[..., Customer]) -> None:
    for uid, points in ((A, 1), (B, 2), (C, 4)):
        ring(book, put(uid, loyalty=True, points=points).id, "1.00")
    judge(book, (A, C))
    regroup(book, A)
    judge(book, (A, C), same=False, at=SAID + 1)
    judge(book, (B, C))
    assert regroup(book, A) == [A, B]
    assert shown(book) == {A: [A], B: [B, C]}
    assert [customers.by_uid(book, uid).points for uid in (A, B)] == [1, 6]
    assert book.rows("SELECT owner_uid FROM receipt ORDER BY id") == [(None,), (None,), (C,)]


def test_several_come_apart_at_once(book: Book, put: Callable[..., Customer]) -> None:
    for uid, points in ((A, 1), (B, 2), (C, 4), (D, 8)):
        put(uid, loyalty=True, points=points)
    judge(book, (A, B), (A, C), (A, D))
    regroup(book, A)
    assert shown(book) == {A: [A, B, C, D]}
    judge(book, (A, B), (A, C), (A, D), same=False, at=SAID + 1)
    judge(book, (C, D))
    assert regroup(book, A) == [A, B, C]
    assert shown(book) == {A: [A], B: [B], C: [C, D]}
    assert [customers.by_uid(book, uid).points for uid in (A, B, C)] == [1, 2, 12]


def test_an_id_number_of_several_is_shown_by_the_smallest_uid(book: Book, put: Callable[..., Customer]) -> None:
    put(B, id_number="N1")
    put(A)
    with book.write():
        person = rows.by_uid(book, [A])[A]
        row = state.born(A, {**person.values, "id_number": "N1"})
        persons.show(book, person, {A: row})
    assert customers.by_uid(book, A).id_number == "N1"
    assert customers.by_uid(book, B).id_number == ""
    with book.write():
        id_numbers.settle(book, rows.by_uid(book, [B])[B])
    assert customers.by_uid(book, B).id_number == "", "whoever leads shows it"
    with book.write():
        person = rows.by_uid(book, [A])[A]
        persons.show(book, person, {A: state.born(A, {"first_name": "Ann", "last_name": "Lee"})})
    assert customers.by_uid(book, B).id_number == "N1", "the state kept it, and nobody else shows it now"


def test_an_id_number_that_is_given_up_is_shown_by_who_has_it_too(book: Book, put: Callable[..., Customer]) -> None:
    put(C, id_number="N1")
    put(B)
    put(A)
    with book.write():
        for uid in (B, A):
            person = rows.by_uid(book, [uid])[uid]
            persons.show(book, person, {uid: state.born(uid, {**person.values, "id_number": "n1"})})
    assert [customers.by_uid(book, uid).id_number for uid in (A, B, C)] == ["n1", "", ""]
    assert sorted(id_numbers.hiders(book, "N1")) == [B, C]
    ann = customers.by_uid(book, A)
    customers.update(book, ann.id, {"id_number": ""}, ann.version, base=ann)
    assert [customers.by_uid(book, uid).id_number for uid in (A, B, C)] == ["", "n1", ""]
    judge(book, (A, B))
    regroup(book, A)
    assert [customers.by_uid(book, uid).id_number for uid in (A, C)] == ["", "N1"], "who cleared it wrote last"


@pytest.mark.parametrize("first", [True, False])
def test_who_is_brought_in_shows_an_id_number_that_another_has_if_the_uid_is_smaller(
    book: Book, put: Callable[..., Customer], first: bool
) -> None:
    there, new = (B, A) if first else (B, C)
    put(there, id_number="N1")
    with book.write():
        row = state.born(new, {"first_name": "Ann", "last_name": "Lee", "email": "a@example.com", "id_number": "n1"})
        person = persons.bring_in(book, {new: row})
    shown_by = {uid: customers.by_uid(book, uid).id_number for uid in (there, new)}
    assert shown_by == ({there: "", new: "n1"} if first else {there: "N1", new: ""})
    assert person.values.get("id_number", "") == shown_by[new]
    assert rows.by_uid(book, [new])[new].rows == {new: row}


def test_what_a_person_says_later_holds_whatever_the_clock_says(book: Book, put: Callable[..., Customer]) -> None:
    put(A)
    put(B)
    judge(book, (A, B), same=False, at=SAID + 10_000_000)
    with book.write():
        identity.one(book, list(rows.by_uid(book, [A, B]).values()), rows.dot(book))
    assert persons.verdicts(book, [A])[A, B].same
    with book.write():
        identity.part(book, rows.by_uid(book, [A])[A], B, rows.dot(book))
    assert shown(book) == {A: [A], B: [B]}


def test_who_is_told_apart_takes_along_no_link_to_who_stays(book: Book, put: Callable[..., Customer]) -> None:
    """A uid that the book does not show links the two: of its links those are cut that lead across."""
    put(A)
    put(C)
    judge(book, (A, C))
    persons.judge(book, {(B, C): Verdict(0, FOUND, True), (A, B): Verdict(0, FOUND, True)})
    regroup(book, A)
    with book.write():
        identity.part(book, rows.by_uid(book, [A])[A], C, rows.dot(book))
    assert shown(book) == {A: [A], C: [C]}
    assert regroup(book, A, C) == []
    assert A not in persons.group(book, [C])


def test_two_who_are_told_apart_stay_two_when_a_third_is_found_to_be_both(
    book: Book, put: Callable[..., Customer]
) -> None:
    for uid in (A, B, C, D):
        put(uid)
    judge(book, (A, B), same=False)
    persons.judge(book, dict.fromkeys([(A, C), (B, C), (C, D)], Verdict(0, "", True)))
    assert persons.group(book, [D]) == {A, C, D}
    assert persons.reached(book, [D]) == {A, B, C, D}
    assert regroup(book, D) == [A]
    assert shown(book) == {A: [A, C, D], B: [B]}
    judge(book, (A, C), same=False)
    assert set(regroup(book, A)) >= {A, B}
    assert shown(book) == {A: [A], B: [B, C, D]}, "who is free goes to the other, with whoever hangs on them"


def test_who_must_go_goes_before_their_customer_is_put_to_another(book: Book, put: Callable[..., Customer]) -> None:
    """One of a customer's uids is another's now, who leads: not all of that customer is."""
    for uid in (A, B, C):
        put(uid)
    persons.judge(book, {(B, C): Verdict(0, "", True)})
    regroup(book, B)
    assert shown(book) == {A: [A], B: [B, C]}
    judge(book, (A, B), same=False)
    persons.judge(book, {(A, C): Verdict(0, "", True)})
    regroup(book, A)
    assert shown(book) == {A: [A, C], B: [B]}
