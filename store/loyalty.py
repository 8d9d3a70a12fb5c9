"""The points ledger: entries are only ever added, and a customer's balance is their sum."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from store import clock, fields
from store.customer_records import LoyaltyEntry
from store.errors import FieldError, UnknownCustomerError

if TYPE_CHECKING:
    from store.database import Book


def adjust(book: Book, customer_id: int, *, balance: int, reason: str) -> int:
    """Set a customer's balance, and give it back; what is kept is the difference from the balance at this moment.

    Raises FieldError at 'points' or 'reason', and UnknownCustomerError.
    """
    points = fields.BY_NAME["points"].read(str(balance))
    why = str(fields.BY_NAME["reason"].read(reason))
    if not why:
        raise FieldError("reason", "required")
    with book.write():
        found = book.rows("SELECT points, loyalty FROM customer WHERE id = ?", (customer_id,))
        if not found:
            raise UnknownCustomerError
        now, enrolled = int(found[0][0]), found[0][1]
        if not enrolled:
            raise FieldError("points", "switch Loyalty on first")
        difference = int(str(points)) - now
        if difference:
            enter(book, customer_id, difference, why)
            book.execute(
                "UPDATE customer SET reason = ?, version = version + 1, row_digest = NULL WHERE id = ?",
                (why, customer_id),
            )
        return now + difference


def enter(book: Book, customer_id: int, points: int, reason: str, *, uid: str = "", at: str = "") -> None:
    """Add an entry and keep the cached balance; for services that are inside a write transaction of their own."""
    book.execute(
        "INSERT INTO loyalty_entry (uid, customer_id, points, reason, employee, till, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            uid or str(uuid.uuid4()), customer_id, points, reason,
            book.actor.employee, book.actor.till, at or clock.now(),
        ),
    )  # fmt: skip
    book.execute("UPDATE customer SET points = points + ? WHERE id = ?", (points, customer_id))


def ledger(book: Book, customer_id: int) -> tuple[LoyaltyEntry, ...]:
    """A customer's entries, newest first."""
    rows = book.rows(
        "SELECT uid, customer_id, points, reason, employee, till, at FROM loyalty_entry "
        "WHERE customer_id = ? ORDER BY at DESC, id DESC",
        (customer_id,),
    )
    return tuple(
        LoyaltyEntry(uid, customer, points, reason, employee, till, clock.read(at))
        for uid, customer, points, reason, employee, till, at in rows
    )
