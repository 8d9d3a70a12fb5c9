"""Changing a customer's columns and all that is worked out of them: rank, folded name, digits, stores, search index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import folding, indexing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.database import Book


def change(
    book: Book,
    customer_id: int,
    changes: Mapping[str, Any],
    store_ids: Sequence[int] | None = None,
    *,
    raise_version: bool = True,
) -> None:
    """Give a customer other values, by column, and other stores (None for the same); inside a write transaction."""
    columns = dict(changes)
    if "phone" in columns:
        columns["phone_digits"] = folding.digits(columns["phone"])
    rank = None
    if {"first_name", "last_name"} & columns.keys():
        names = book.rows("SELECT first_name, last_name FROM customer WHERE id = ?", (customer_id,))[0]
        first, last = columns.get("first_name", names[0]), columns.get("last_name", names[1])
        columns["name_key"] = folding.name_key(first, last)
        rank = indexing.place(book, columns["name_key"])
    # Placing may have moved this very row: its rank is read only now.
    old_rank = int(book.rows("SELECT ord FROM customer WHERE id = ?", (customer_id,))[0][0])
    is_found_otherwise = (
        rank is not None or store_ids is not None or not columns.keys().isdisjoint(indexing.WORD_COLUMNS)
    )
    old_words = indexing.stored_words(book, old_rank) if is_found_otherwise else ""
    new_rank = rank or old_rank
    if new_rank != old_rank:  # else every index that ends in it would be written
        columns["ord"] = new_rank
    setting = [*(["version = version + 1"] if raise_version else ()), *(f"{name} = ?" for name in columns)]
    if setting:
        book.execute(
            f"UPDATE customer SET {', '.join(setting)} WHERE id = ?",  # noqa: S608
            (*columns.values(), customer_id),
        )
    if store_ids is not None:
        put_stores(book, customer_id, store_ids)
    if changes.get("email"):
        indexing.know_domain(book, str(changes["email"]))
    words = indexing.stored_words(book, new_rank) if is_found_otherwise else ""
    if (new_rank, words) != (old_rank, old_words):
        indexing.unindex(book, old_rank, old_words)
        indexing.index(book, new_rank, words)


def next_id(book: Book) -> int:
    """The id of the next new customer: higher than any that a customer has, or had."""
    [[highest, spent]] = book.rows(
        "SELECT (SELECT max(id) FROM customer), (SELECT id FROM spent_id WHERE kind = 'customer')"
    )
    return max(highest or 0, spent or 0) + 1


def insert(book: Book, columns: Mapping[str, Any], store_ids: Sequence[int]) -> int:
    """Add a customer of these columns, which hold the uid and both names, and give the id; as `change`."""
    key = folding.name_key(str(columns["first_name"]), str(columns["last_name"]))
    rank = indexing.place(book, key)
    worked_out = {"ord": rank, "name_key": key, "phone_digits": folding.digits(str(columns["phone"]))}
    all_columns = {"id": next_id(book), **columns, **worked_out}
    row = book.execute(
        f"INSERT INTO customer ({', '.join(all_columns)}) VALUES ({', '.join('?' * len(all_columns))})",  # noqa: S608
        tuple(all_columns.values()),
    )
    customer_id = int(row.lastrowid or 0)
    put_stores(book, customer_id, store_ids)
    if columns["email"]:
        indexing.know_domain(book, str(columns["email"]))
    indexing.index(book, rank, indexing.stored_words(book, rank))
    return customer_id


def put_stores(book: Book, customer_id: int, store_ids: Sequence[int]) -> None:
    """Have a customer belong to these stores and no others."""
    book.execute("DELETE FROM customer_store WHERE customer_id = ?", (customer_id,))
    book.raw().executemany(
        "INSERT INTO customer_store (customer_id, store_id) VALUES (?, ?)",
        [(customer_id, store_id) for store_id in dict.fromkeys(store_ids)],
    )


def remove(book: Book, customer_id: int) -> None:
    """Take a customer out of the book, out of the index too; nothing may refer to it any more."""
    rank = int(book.rows("SELECT ord FROM customer WHERE id = ?", (customer_id,))[0][0])
    indexing.unindex(book, rank, indexing.stored_words(book, rank))
    book.execute("DELETE FROM customer WHERE id = ?", (customer_id,))
