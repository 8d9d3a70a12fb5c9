"""Moving what refers to a store to the one that it becomes, at a stretch or a few at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import indexing

if TYPE_CHECKING:
    from store.database import Book

ALL = -1


def customers(book: Book, kept: int, going: int, most: int = ALL) -> int:
    """Make customers of one store those of the other, and findable so; how many. Inside a write transaction."""
    some = book.rows(
        "SELECT customer_id, ord FROM customer_store JOIN customer ON id = customer_id WHERE store_id = ? LIMIT ?",
        (going, most),
    )
    words = {ord_: indexing.stored_words(book, ord_) for _, ord_ in some}
    connection = book.raw()
    connection.executemany(
        "INSERT OR IGNORE INTO customer_store (customer_id, store_id) VALUES (?, ?)", [(of, kept) for of, _ in some]
    )
    connection.executemany(
        "DELETE FROM customer_store WHERE customer_id = ? AND store_id = ?", [(of, going) for of, _ in some]
    )
    for _, ord_ in some:
        indexing.unindex(book, ord_, words[ord_])
        indexing.index(book, ord_, indexing.stored_words(book, ord_))
    return len(some)


def receipts(book: Book, kept: int, going: int, most: int = ALL) -> int:
    """Make receipts of one store the other's, but for those of a number that it has as well; how many."""
    moved = book.execute(
        "UPDATE receipt SET store_id = :kept WHERE id IN ("
        "SELECT id FROM receipt WHERE store_id = :going AND NOT EXISTS (SELECT 1 FROM receipt AS other "
        "WHERE other.store_id = :kept AND other.number = receipt.number) LIMIT :most)",
        {"kept": kept, "going": going, "most": most},
    )
    return int(moved.rowcount)


def some(book: Book, kept: int, going: int, most: int) -> bool:
    """Move at most so many; whether there were any. Inside a write transaction."""
    return bool(customers(book, kept, going, most) or receipts(book, kept, going, most))
