"""Name ranks and the search index stay true to the customers, whatever is done to them."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import customers, indexing, stores, upkeep
from store.database import Book, open_book
from store.errors import StoreError
from store.folding import name_key

NAMES = st.sampled_from(["Ann", "ann", "Ánn", "Bo", "O'Neil", "Zed", "de la Cruz", "山田", "Aa", "!", "Ö"])
PHONES = st.sampled_from(["", "555 0101", "+44 20 7946 0018", "123456", "555-0101 x12"])
STORES = st.lists(st.sampled_from(["Downtown", "Airport", "Harbour"]), unique=True, max_size=3).map(tuple)
VALUES = st.fixed_dictionaries(
    {"first_name": NAMES, "last_name": NAMES},
    optional={
        "phone": PHONES, "stores": STORES, "loyalty": st.booleans(), "gift_card": st.sampled_from(["", "GC-1 2", "99"]),
        "email": st.sampled_from(["a@b.co", "x.y@mail.example.org", "A@B.CO"]),
    },
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(["create", "create", "create", "edit", "turn"]), st.integers(0, 50), VALUES),
    max_size=60,
)  # fmt: skip


def assert_true(book: Book) -> None:
    """The order is the names', and check has nothing to say."""
    keys = [key for (key,) in book.rows("SELECT name_key FROM customer ORDER BY ord")]
    assert keys == sorted(keys)
    assert upkeep.check(book).faults == ()


def step(book: Book, action: str, number: int, values: dict[str, Any]) -> None:
    """One thing somebody does."""
    ids = [at for (at,) in book.rows("SELECT id FROM customer ORDER BY id")]
    if action == "create" or not ids:
        customers.create(book, {"email": "n@o.pe"} | values)
    else:
        now = customers.get(book, ids[number % len(ids)])
        if action == "turn":
            (customers.inactivate if now.active else customers.restore)(book, now.id)
        else:
            customers.update(book, now.id, values, now.version, base=now)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_order_and_index_survive_any_work(steps: list[tuple[str, int, dict[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(open_book(Path(folder) / "book.db")) as book:
        book.execute("PRAGMA synchronous=OFF")
        for name in ("Downtown", "Airport", "Harbour"):
            stores.ensure(book, name)
        for action, number, values in steps:
            step(book, action, number, values)
        assert_true(book)


def test_the_same_name_many_times_opens_closed_gaps(book: Book) -> None:
    book.execute("PRAGMA synchronous=OFF")
    for first in ("Aaa", "Zzz"):
        customers.create(book, {"first_name": first, "last_name": "Lee", "email": "a@b.co"})
    with book.write():
        made = [customers.create(book, {"first_name": "John", "last_name": "Smith", "email": "a@b.co"}).id
                for _ in range(150)]  # fmt: skip
    assert [at for (at,) in book.rows("SELECT id FROM customer WHERE name_key = 'john smith' ORDER BY ord")] == made
    assert_true(book)


def test_names_before_the_first_find_room(book: Book) -> None:
    book.execute("PRAGMA synchronous=OFF")
    customers.create(book, {"first_name": "Zed", "last_name": "Lee", "email": "a@b.co"})
    book.execute("UPDATE customer SET ord = 3")
    indexing.rebuild(book)
    for letter in "YXWVUTS":
        customers.create(book, {"first_name": letter, "last_name": "Lee", "email": "a@b.co"})
    assert_true(book)


@pytest.mark.parametrize("by", [1, -1])
def test_rows_that_stand_close_change_places_one_after_the_other(book: Book, by: int) -> None:
    for number in range(4):
        customers.create(book, {"first_name": f"N{number}", "last_name": "Lee", "email": "a@b.co"})
    ranks = [rank for (rank,) in book.rows("SELECT ord FROM customer ORDER BY ord")]
    close = [ranks[0] + at for at in range(4)]
    indexing._move(book, list(zip(ranks, close, strict=True)))
    indexing._move(book, [(rank, rank + by) for rank in close])
    assert [rank for (rank,) in book.rows("SELECT ord FROM customer ORDER BY ord")] == [rank + by for rank in close]
    assert_true(book)


KEYS = st.lists(st.text("abc", min_size=1, max_size=3), max_size=80)


@settings(max_examples=60, deadline=None)
@given(st.lists(KEYS, min_size=1, max_size=4))
def test_bulk_places_are_in_order_and_free(batches: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(open_book(Path(folder) / "book.db")) as book:
        book.execute("PRAGMA synchronous=OFF")
        for batch in batches:
            keys = sorted(name_key(key, "x") for key in batch)
            with book.write():
                ranks = indexing.place_many(book, keys)
                assert ranks == sorted(set(ranks))
                for rank, key in zip(ranks, keys, strict=True):
                    book.execute(
                        "INSERT INTO customer (uid, ord, name_key, first_name, last_name) VALUES (?, ?, ?, ?, 'x')",
                        (f"u{rank}-{key}-{len(batches)}", rank, key, key.removesuffix(" x")),
                    )
                    indexing.index(book, rank, indexing.stored_words(book, rank))
        assert_true(book)


def test_words_from_a_row_are_those_of_the_view(book: Book, add: Any) -> None:
    add("Siobhán O'Brien", phone="+44 20 7946 0018", stores=("Downtown", "harbour"), gift_card="GC-1", id_number="A1")
    columns = ", ".join(indexing.WORD_COLUMNS)
    row = book.rows(f"SELECT {columns} FROM customer")[0]
    store_ids = [at for (at,) in book.rows("SELECT store_id FROM customer_store ORDER BY store_id")]
    rank = book.rows("SELECT ord FROM customer")[0][0]
    assert indexing.words_of(row, store_ids) == indexing.stored_words(book, rank)


def test_a_rebuilt_index_finds_everybody(book: Book, add: Any) -> None:
    from store import search
    from store.records import ListQuery

    add("Ann Lee", email="ann@shop.example.org")
    book.execute("INSERT INTO customer_search (customer_search) VALUES ('delete-all')")
    book.execute("DELETE FROM email_domain")
    assert search.count(book, ListQuery("ann")).value == 0
    indexing.rebuild(book)
    assert search.count(book, ListQuery("ann")).value == 1
    assert search.count(book, ListQuery("shop.ex")).value == 1
    assert_true(book)


def test_stores_are_one_whatever_the_case(book: Book) -> None:
    assert stores.ensure(book, "DOWNTOWN") == stores.ensure(book, "Downtown")
    assert stores.ensure(book, "New").code == ""
    assert stores.ensure(book, "new", "09").code == "09"
    assert stores.ensure(book, "new", "10").code == "09"
    assert stores.ensure(book, "Café") == stores.ensure(book, " CAFÉ ")


@pytest.mark.parametrize("name", ["", " ", "A;B", "A|B"])
def test_a_store_has_a_name_that_a_workbook_can_tell(book: Book, name: str) -> None:
    with pytest.raises(StoreError, match="cannot be one"):
        stores.ensure(book, name)
