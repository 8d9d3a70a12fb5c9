"""The receipts of the business."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.database import Book


def how_many(book: Book, customer_id: int) -> int:
    """How many receipts a customer has."""
    return int(book.rows("SELECT count(*) FROM receipt WHERE customer_id = ?", (customer_id,))[0][0])
