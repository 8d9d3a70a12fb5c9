"""Finding who is certainly somebody: by what no two people share, whatever else thousands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from store import customers, look_alikes, persons, rows
from store.merge import people, state
from store.merge.people import Keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.customer_records import Customer
    from store.database import Book

MANY = 250
HOME = "home@example.com"


@pytest.fixture
def put(book: Book) -> Callable[..., Customer]:
    """Add a customer."""

    def put_one(**values: Any) -> Customer:
        return customers.create(book, {"first_name": "Ann", "last_name": "Lee", "email": HOME} | values)

    return put_one


def who(book: Book, **keys: str) -> set[str]:
    found = look_alikes.sharing(book, Keys(**keys).certain)
    return {uid for uids in found.values() for uid in uids}


@pytest.mark.parametrize("entered_first", [True, False])
def test_what_hundreds_share_hides_nobody(book: Book, put: Callable[..., Customer], entered_first: bool) -> None:
    """Hundreds share the e-mail, and hundreds the phone: the one with both is found, wherever they stand."""
    wanted = {"email": "shop@example.com", "phone": "030 000"}
    one = put(**wanted) if entered_first else None
    book.raw().executemany(
        "INSERT INTO customer (ord, uid, first_name, last_name, name_key, email, phone, phone_digits) "
        "VALUES (?, ?, ?, 'Ray', ?, ?, ?, ?)",
        [
            (10**9 + at, f"{at:08}-0000-4000-8000-000000000000", f"N{at}", f"n{at} ray",
             "shop@example.com" if at % 2 else f"n{at}@example.com", "030 000" if not at % 2 else str(at),
             "030000" if not at % 2 else str(at))
            for at in range(MANY)
        ],
    )  # fmt: skip
    one = one or put(**wanted)
    assert who(book, email="shop@example.com", phone="030000") == {one.uid}
    assert who(book, email="shop@example.com", name="ann lee") == {one.uid}
    assert who(book, email="shop@example.com") == set()
    assert persons.verdicts(book, [one.uid]) == {}


def test_the_id_number_tells_though_another_shows_it(book: Book, put: Callable[..., Customer]) -> None:
    one, other = put(id_number="n1"), put(first_name="Bob", email="bob@example.com")
    with book.write():
        person = rows.by_id(book, [other.id])[other.id]
        persons.show(book, person, {other.uid: state.born(other.uid, {**person.values, "id_number": "N1"})})
    shown = [number for (number,) in book.rows("SELECT id_number FROM customer WHERE id_number IS NOT NULL")]
    assert len(shown) == 1
    assert who(book, number="n1") == {one.uid, other.uid}


def test_each_row_of_a_customer_counts_for_itself(book: Book, put: Callable[..., Customer]) -> None:
    """What two entries that were merged have between them is nobody's."""
    one, other = put(phone="030 11111"), put(first_name="Bob", email="bob@example.com", phone="030 22222")
    with book.write():
        kept = persons.put_together(book, list(rows.by_id(book, [one.id, other.id]).values()), {})
        persons.show(book, kept, kept.rows)
    assert len(book.rows("SELECT 1 FROM customer")) == 1
    assert who(book, email="BOB@example.com".lower(), phone="03022222") == {other.uid}
    assert who(book, email=HOME, phone="03011111") == {one.uid}
    assert who(book, email=HOME, phone="03022222") == set()
    assert who(book, email="bob@example.com", phone="03011111") == set()


def test_a_name_that_is_none_is_no_key(book: Book, put: Callable[..., Customer]) -> None:
    put()
    book.execute("UPDATE customer SET first_name = '', name_key = 'lee'")
    assert who(book, email=HOME, name="lee") == set()


def test_who_is_saved_is_told_apart_from_whoever_is_the_same(book: Book, put: Callable[..., Customer]) -> None:
    one, other = put(), put(first_name="Bob", phone="030 11111")
    assert persons.verdicts(book, [one.uid]) == {}
    customers.update(book, one.id, {"phone": "030 11111"}, one.version, base=one)
    assert persons.verdicts(book, [one.uid]) == {people.pair(one.uid, other.uid): persons.TOLD_APART}


def test_thousands_who_share_an_email_are_looked_at_once(book: Book) -> None:
    """Each with a name of their own: not each beside every other."""
    looked: list[str] = []
    book.raw().executemany(
        "INSERT INTO customer (ord, uid, first_name, last_name, name_key, email) VALUES (?, ?, ?, 'Ray', ?, 'no@x.de')",
        [(at + 1, f"{at:08}-0000-4000-8000-000000000000", f"N{at}", f"n{at} ray") for at in range(1000)],
    )
    keys = [("name", "no@x.de", f"n{at} ray") for at in range(1000)]
    book.raw().set_trace_callback(looked.append)
    found = look_alikes.sharing(book, keys)
    book.raw().set_trace_callback(None)
    assert {key: len(uids) for key, uids in found.items()} == dict.fromkeys(keys, 1)
    assert len(looked) < 20
