"""Two entries for one person: found, put together, and told apart again."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, duplicates, erasure, loyalty, outbox, review, rows, upkeep
from store.database import open_book
from store.errors import ErasedCustomerError, StoreError, UnknownCustomerError
from store.merge import exchange
from store.records import Actor
from store.review_records import Answer, Kind
from tests.store.tills import ring
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.importing import run_import
from tests.store.workbook.taking_back import exported, sound, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

BIRTHDAY = date(1990, 5, 1)


@pytest.fixture(params=[1, -1], ids=["the first leads", "the last leads"])
def leads(request: pytest.FixtureRequest) -> int:
    """Which of those who are added has the smaller uid."""
    return int(request.param)


@pytest.fixture
def add(book: Book, leads: int) -> Callable[..., Customer]:
    """Add a customer by a name in one string and any other values."""
    numbers = count(5000, leads)

    def add_one(name: str, **values: Any) -> Customer:
        first, _, last = name.rpartition(" ")
        uid = f"{next(numbers):08}-0000-4000-8000-000000000000"
        given = {"uid": uid, "first_name": first, "last_name": last, "email": "ann@example.com"}
        return customers.create(book, given | values)

    return add_one


@pytest.fixture(autouse=True)
def _sound(book: Book) -> Iterator[None]:
    yield
    sound(book)


def likely(book: Book) -> list[tuple[Any, ...]]:
    return [(*sorted((pair.name, pair.other_name)), pair.because) for pair in duplicates.likely(book)]


def without_marks(said: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """What a book says but for how the states and verdicts are written."""
    kept = {name: table for name, table in said.items() if name not in {"row_state", "person_pair"}}
    return kept | {"customer": [row[:-1] for row in said["customer"]]}


def test_pairs_share_what_few_share_the_likeliest_first(book: Book, add: Callable[..., Customer]) -> None:
    add("Ann Lee", email="ann@example.com", phone="555 0101")
    add("Anne Lee", email="ANN@example.com", phone="(555) 0101")
    add("Zoe Fox", email="zoe@example.com", phone="555 0199")
    add("Ben Fox", email="ben@example.com", phone="5550199")
    add("Eva Moss", email="eva@example.com", date_of_birth=BIRTHDAY)
    add("Eva Moss", email="moss@example.com", date_of_birth=BIRTHDAY)
    add("Eva Moss", email="third@example.com", date_of_birth=date(1991, 1, 1))
    add("Tom Hill", email="tom@example.com")
    add("Tom Hill", email="hill@example.com")
    assert likely(book) == [
        ("Ann Lee", "Anne Lee", ("E-Mail", "Phone Number")),
        ("Eva Moss", "Eva Moss", ("Name", "Date of Birth")),
        ("Ben Fox", "Zoe Fox", ("Phone Number",)),
    ]
    assert duplicates.count(book) == 3
    assert duplicates.likely(book, offset=1, limit=1) == duplicates.likely(book)[1:2]
    assert duplicates.likely(book, offset=3) == ()


def test_the_leader_stands_first_in_a_pair(book: Book, add: Callable[..., Customer]) -> None:
    uids = {add(name).uid for name in ("Ann Lee", "Anne Lee")}
    [pair] = duplicates.likely(book)
    assert (pair.uid, pair.other_uid) == tuple(sorted(uids))


def test_the_inactive_and_what_many_share_make_no_pairs(book: Book, add: Callable[..., Customer]) -> None:
    one = add("Ann Lee")
    add("Anne Lee")
    customers.inactivate(book, one.id)
    for at in range(duplicates.SHARED_BY_MOST + 1):
        add(f"N{at} Lee", email=f"n{at}@example.com", phone="000 000")
    assert likely(book) == []


def test_a_pair_that_a_person_judged_is_not_likely(book: Book, add: Callable[..., Customer]) -> None:
    one, other = add("Ann Lee"), add("Anne Lee")
    duplicates.keep_apart(book, one.uid, other.uid)
    assert likely(book) == []
    assert review.counts(book) == {}
    merged = duplicates.merge(book, one.uid, other.uid)
    third = add("Annie Lee")
    assert len(duplicates.likely(book)) == 1
    duplicates.keep_apart(book, third.uid, max(one.uid, other.uid))
    assert likely(book) == []
    assert duplicates.members(book, merged.uid)


def test_two_with_the_same_id_number_are_the_likeliest(
    book: Book, add: Callable[..., Customer], tmp_path: Path
) -> None:
    """The number stands with one; of the other it is in the state alone."""
    mine = add("Ann Lee", id_number="N1", email="a@example.com", phone="555 0101")
    with closing(open_book(tmp_path / "other.db", actor=Actor("Bo", "till-2"))) as other:
        theirs = customers.create(other, {"first_name": "Anna", "last_name": "Lee", "email": "b@example.com",
                                          "id_number": "N1"})  # fmt: skip
        file = exported(other, tmp_path / "other.xlsx")
    run_import(book, file)
    assert len(people(book)) == 1, "the same number is the same person"
    duplicates.separate(book, max(mine.uid, theirs.uid))
    assert len(people(book)) == 2
    book.execute("DELETE FROM person_pair")
    assert [why for *_, why in likely(book)] == [("Customer ID Number",)]


def people(book: Book) -> list[dict[str, Any]]:
    names = ("uid", "first_name", "email", "points", "reason", "active", "id_number", "has_photo")
    return [
        dict(zip(names, row, strict=True)) for row in book.rows(f"SELECT {', '.join(names)} FROM customer ORDER BY id")
    ]


def test_a_merged_customer_has_the_receipts_points_and_feedback_of_both(
    book: Book, add: Callable[..., Customer]
) -> None:
    one, other = add("Ann Lee", loyalty=True, points=20, reason="Welcome"), add("Anne Lee", loyalty=True, points=30)
    receipts = [ring(book, customer.id, "10.00") for customer in (one, other, other)]
    book.execute("INSERT INTO feedback (uid, customer_id, positive) VALUES ('f', ?, 1)", (other.id,))
    mail = outbox.queue_receipt(book, receipts[1], "anne@example.com")
    merged = duplicates.merge(book, one.uid, other.uid)
    assert (merged.points, merged.uid) == (50, min(one.uid, other.uid))
    assert merged.version > max(one.version, other.version)
    assert book.rows("SELECT DISTINCT customer_id FROM receipt") == [(merged.id,)]
    assert book.rows("SELECT customer_id FROM feedback") == [(merged.id,)]
    assert outbox.of_receipt(book, receipts[1]) == (mail,)
    assert loyalty.how_many(book, merged.id) == 2
    [member] = duplicates.members(book, merged.uid)
    assert (member.uid, member.name) == (
        (other.uid, "Anne Lee") if merged.uid == one.uid else (one.uid, "Ann Lee")
    )  # fmt: skip
    assert (member.points, member.receipts) == ((30, 2) if member.uid == other.uid else (20, 1))


@pytest.mark.parametrize("again", [False, True])
def test_separating_gives_everybody_back_what_was_theirs(
    book: Book, add: Callable[..., Customer], *, again: bool
) -> None:
    one = add("Ann Lee", loyalty=True, points=20, reason="Welcome", stores=("Downtown",), notes="tall")
    other = add("Anne Lee", loyalty=True, points=30, reason="Birthday", id_number="N7", phone="555 0101")
    for customer in (one, other, other):
        ring(book, customer.id, "10.00")
    book.execute("INSERT INTO feedback (uid, customer_id, positive) VALUES ('f', ?, 1)", (other.id,))
    before = by_name(book)
    for _ in range(1 + again):
        merged = duplicates.merge(book, one.uid, other.uid)
        [member] = duplicates.members(book, merged.uid)
        parted = duplicates.separate(book, member.uid)
        assert parted.uid == member.uid
        assert by_name(book) == before
        sound(book)
    assert duplicates.likely(book) == ()
    with pytest.raises(StoreError, match="not put together"):
        duplicates.separate(book, member.uid)
    assert book.rows("SELECT count(*) FROM member_state") == [(0,)]


def by_name(book: Book) -> dict[str, Any]:
    """Everybody by first name: columns, stores, receipts, ledger and feedback; ids and versions are none of it."""
    found = {}
    for customer_id, *columns in book.rows(
        "SELECT id, uid, first_name, last_name, email, phone, id_number, notes, points, reason, active, has_photo, "
        "loyalty FROM customer ORDER BY first_name"
    ):
        lines = [
            book.rows(f"SELECT {what} FROM {table} WHERE customer_id = ? ORDER BY 1", (customer_id,))
            for table, what in (
                ("customer_store", "store_id"), ("receipt", "number, owner_uid"),
                ("loyalty_entry", "uid, points, reason, owner_uid"), ("feedback", "uid, owner_uid"),
                ("customer_photo", "image"),
            )
        ]  # fmt: skip
        found[columns[1]] = (columns, lines)
    return found


def test_what_was_written_since_stays_and_who_goes_has_what_they_had(book: Book, add: Callable[..., Customer]) -> None:
    one = add("Ann Lee", phone="555 0101", notes="one")
    other = add("Anne Lee", phone="555 0202", notes="other")
    merged = duplicates.merge(book, one.uid, other.uid)
    questions = review.questions(book)
    assert {question.kind for question in questions} == {Kind.CONFLICT}
    review.answer(book, {question.id: Answer.TAKE for question in questions})
    merged = customers.get(book, merged.id)
    customers.update(book, merged.id, {"first_name": "Anna", "gate_code": "7"}, merged.version, base=merged)
    [member] = duplicates.members(book, merged.uid)
    gone = other if member.uid == other.uid else one
    parted = duplicates.separate(book, member.uid)
    assert (parted.first_name, parted.phone, parted.notes, parted.gate_code) == (
        gone.first_name, gone.phone, gone.notes, "",
    )  # fmt: skip
    stayed = customers.by_uid(book, merged.uid)
    assert (stayed.first_name, stayed.gate_code) == ("Anna", "7")
    assert review.counts(book).get(Kind.CONFLICT, 0) == 0


def test_points_that_came_since_stay_with_who_stays(book: Book, add: Callable[..., Customer]) -> None:
    one, other = add("Ann Lee", loyalty=True, points=20), add("Anne Lee", loyalty=True, points=30)
    merged = duplicates.merge(book, one.uid, other.uid)
    loyalty.adjust(book, merged.id, balance=57, reason="Birthday")
    [member] = duplicates.members(book, merged.uid)
    parted = duplicates.separate(book, member.uid)
    stayed = customers.by_uid(book, merged.uid)
    assert {parted.points, stayed.points} == ({30, 27} if parted.uid == other.uid else {20, 37})
    assert stayed.reason == "Birthday"


def test_the_balances_of_two_lists_add_up(book: Book, tmp_path: Path) -> None:
    """Each list says the balance that it knows; who merges the two says that both are right."""
    row = {"First Name": "Ann", "Last Name": "Lee"}
    run_import(
        book, sheet(tmp_path / "a.xlsx", row | {"E-Mail": "a@example.com", "Loyalty Points": 50, "Reason": "Old"})
    )
    run_import(book, sheet(tmp_path / "b.xlsx", row | {"E-Mail": "b@example.com", "Loyalty Points": 30}))
    one, other = (customers.by_uid(book, person["uid"]) for person in people(book))
    before = {one.email: 50, other.email: 30}
    merged = duplicates.merge(book, one.uid, other.uid)
    assert merged.points == 80
    [person] = rows.by_uid(book, [merged.uid]).values()
    assert exchange.balance(person.view, rows.entries_of(book, person.id)) == 80, "in every book"
    assert Kind.POINTS not in review.counts(book)
    [member] = duplicates.members(book, merged.uid)
    duplicates.separate(book, member.uid)
    assert {person["email"]: person["points"] for person in people(book)} == before


@pytest.mark.parametrize("enrolled", [0, 1])
def test_a_merged_customer_is_in_the_programme_when_one_was(
    book: Book, add: Callable[..., Customer], enrolled: int
) -> None:
    two = [add("Ann Lee", loyalty=enrolled == 0), add("Anne Lee", loyalty=enrolled == 1)]
    merged = duplicates.merge(book, two[0].uid, two[1].uid)
    assert merged.loyalty
    loyalty.adjust(book, merged.id, balance=5, reason="Welcome")
    [member] = duplicates.members(book, merged.uid)
    duplicates.separate(book, member.uid)
    assert [customers.by_uid(book, customer.uid).loyalty for customer in two] == [enrolled == 0, enrolled == 1]


@pytest.mark.parametrize("inactive", [0, 1])
def test_a_merged_customer_is_active_when_one_was(book: Book, add: Callable[..., Customer], inactive: int) -> None:
    two = [add("Ann Lee"), add("Anne Lee")]
    customers.inactivate(book, two[inactive].id)
    merged = duplicates.merge(book, two[0].uid, two[1].uid)
    assert merged.active
    [member] = duplicates.members(book, merged.uid)
    duplicates.separate(book, member.uid)
    assert [person["active"] for person in people(book)].count(0) == 1
    assert not customers.by_uid(book, two[inactive].uid).active


def test_both_id_numbers_are_known_and_each_goes_back(book: Book, add: Callable[..., Customer]) -> None:
    one, other = add("Ann Lee", id_number="N1"), add("Anne Lee", id_number="N2")
    merged = duplicates.merge(book, one.uid, other.uid)
    assert merged.id_number in {"N1", "N2"}
    assert [question.label for question in review.questions(book) if "ID" in question.label]
    [member] = duplicates.members(book, merged.uid)
    duplicates.separate(book, member.uid)
    assert {person["first_name"]: person["id_number"] for person in people(book)} == {"Ann": "N1", "Anne": "N2"}


PHOTOS = [b"\x89PNG " + name for name in (b"red", b"blue", b"green")]


@pytest.mark.parametrize(
    ("one_has", "other_has", "since"),
    [(0, None, None), (None, 1, None), (0, 1, None), (0, 0, None), (None, 1, 2), (0, 1, 2)],
)
def test_photos_go_with_whose_they_are(
    book: Book, add: Callable[..., Customer], one_has: int | None, other_has: int | None, since: int | None
) -> None:
    two = [add("Ann Lee"), add("Anne Lee")]
    had = {}
    for customer, has in zip(two, (one_has, other_has), strict=True):
        had[customer.uid] = None if has is None else PHOTOS[has]
        if has is not None:
            customers.update(book, customer.id, {}, customer.version, base=customer, photo=PHOTOS[has])
    merged = duplicates.merge(book, two[0].uid, two[1].uid)
    assert merged.has_photo
    if since is not None:
        customers.update(book, merged.id, {}, merged.version, base=merged, photo=PHOTOS[since])
        had[merged.uid] = PHOTOS[since]
    [member] = duplicates.members(book, merged.uid)
    duplicates.separate(book, member.uid)
    for uid, photo in had.items():
        assert customers.photo(book, customers.by_uid(book, uid).id) == photo
    assert book.rows("SELECT count(*) FROM member_photo") == [(0,)]


def test_three_entries_come_apart_in_any_order(book: Book, add: Callable[..., Customer]) -> None:
    three = [add(f"{name} Lee", loyalty=True, points=at) for at, name in enumerate(("Ann", "Anne", "Anna"), 1)]
    before = by_name(book)
    first = duplicates.merge(book, three[0].uid, three[1].uid)
    assert first.points == 3
    assert duplicates.merge(book, first.uid, three[2].uid).points == 6
    for left in (2, 3):
        uid = next(person["uid"] for person in people(book) if duplicates.members(book, person["uid"]))
        duplicates.separate(book, duplicates.members(book, uid)[0].uid)
        assert len(people(book)) == left
        assert sum(person["points"] for person in people(book)) == 6
        sound(book)
    assert by_name(book) == before


def test_who_came_as_two_leaves_as_two(book: Book, add: Callable[..., Customer]) -> None:
    three = sorted(
        (add(f"{name} Lee", loyalty=True, points=10) for name in ("Ann", "Anne", "Anna")), key=lambda c: c.uid
    )
    pair = duplicates.merge(book, three[1].uid, three[2].uid)
    duplicates.merge(book, three[0].uid, pair.uid)
    parted = duplicates.separate(book, three[1].uid)
    assert (parted.points, parted.uid) == (20, three[1].uid)
    assert [member.uid for member in duplicates.members(book, parted.uid)] == [three[2].uid]
    assert duplicates.members(book, three[0].uid) == ()


def test_merging_needs_two_customers(book: Book, add: Callable[..., Customer]) -> None:
    one, other = add("Ann Lee"), add("Anne Lee")
    with pytest.raises(StoreError, match="one customer already"):
        duplicates.merge(book, one.uid, one.uid)
    with pytest.raises(UnknownCustomerError):
        duplicates.merge(book, one.uid, "nobody")
    duplicates.merge(book, one.uid, other.uid)
    with pytest.raises(StoreError, match="one customer already"):
        duplicates.merge(book, other.uid, one.uid)
    with pytest.raises(StoreError, match="one customer already"):
        duplicates.keep_apart(book, other.uid, one.uid)
    with pytest.raises(UnknownCustomerError):
        duplicates.separate(book, "nobody")
    with pytest.raises(UnknownCustomerError):
        duplicates.members(book, "nobody")


def test_the_erased_are_nobody(book: Book, add: Callable[..., Customer]) -> None:
    one, other = add("Ann Lee"), add("Anne Lee")
    erasure.erase(book, one.id)
    assert likely(book) == []
    for work in (duplicates.merge, duplicates.keep_apart):
        with pytest.raises(ErasedCustomerError):
            work(book, one.uid, other.uid)


def test_other_books_learn_of_it(book: Book, add: Callable[..., Customer], tmp_path: Path) -> None:
    one, other = add("Ann Lee", loyalty=True, points=20), add("Anne Lee", loyalty=True, points=30, phone="555 0202")
    ring(book, other.id, "10.00")
    with closing(open_book(tmp_path / "other.db", actor=Actor("Bo", "till-2"))) as there:
        run_import(there, exported(book, tmp_path / "0.xlsx"))
        before = by_name(there)
        merged = duplicates.merge(book, one.uid, other.uid)
        run_import(there, exported(book, tmp_path / "1.xlsx"))
        assert by_name(there) == by_name(book)
        assert [question.id for question in review.questions(there)] == [
            question.id for question in review.questions(book)
        ]
        [member] = duplicates.members(there, merged.uid)
        duplicates.separate(there, member.uid)
        assert by_name(there) == before
        run_import(book, exported(there, tmp_path / "2.xlsx"))
        assert by_name(book) == before
        assert upkeep.check(there).faults == ()
        assert without_marks(whole(there))["loyalty_entry"]


def test_a_search_finds_whoever_is_left(book: Book, add: Callable[..., Customer]) -> None:
    from store import search
    from store.records import ListQuery

    def found(text: str) -> int:
        return search.count(book, ListQuery(text=text), cap=None).value

    one, other = add("Ann Lee", email="ann@example.com"), add("Zed Lee", email="zed@example.org")
    merged = duplicates.merge(book, one.uid, other.uid)
    assert found("lee") == 1
    [member] = duplicates.members(book, merged.uid)
    duplicates.separate(book, member.uid)
    assert (found("lee"), found("ann"), found("zed")) == (2, 1, 1)
