"""Receipts made by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from store import settings
from store.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Book

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def ring(
    book: Book,
    customer_id: int | None,
    total: str,
    *,
    at: datetime = NOON,
    number: str = "",
    store: str = "Downtown",
    items: Sequence[tuple[str, str, str, str]] = (),
    taxes: Sequence[tuple[str, str, str]] = (),
    payments: Sequence[tuple[str, str]] | None = None,
    **money: str,
) -> int:
    """Put a receipt into a book and give its id; amounts in the currency's own units.

    Items are (name, price, quantity, amount), taxes (type, rate, amount), payments (status, amount): one of the
    whole total when none are given.
    """
    digits = settings.minor_digits(book)

    def units(amount: str) -> int:
        return to_minor(Decimal(amount), digits)

    sums = {name: units(amount) for name, amount in money.items()}
    columns: dict[str, Any] = {
        "number": number or f"1-{1001 + book.rows('SELECT count(*) FROM receipt')[0][0]}",
        "customer_id": customer_id,
        "paid_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "total": units(total),
    }
    columns |= sums
    with book.write():
        row = book.execute(
            f"INSERT INTO receipt (store_id, {', '.join(columns)}) "
            f"VALUES ((SELECT id FROM store WHERE name = ?){', ?' * len(columns)})",
            (store, *columns.values()),
        )
        receipt_id = int(row.lastrowid or 0)
        for at_line, (name, price, quantity, amount) in enumerate(items):
            book.execute(
                "INSERT INTO receipt_item (receipt_id, position, item, price, quantity, amount) VALUES (?, ?, ?, ?, ?, ?)",
                (receipt_id, at_line, name, units(price), to_minor(Decimal(quantity), 3), units(amount)),
            )
        for at_line, (kind, rate, amount) in enumerate(taxes):
            book.execute(
                "INSERT INTO receipt_tax (receipt_id, position, type, rate, amount) VALUES (?, ?, ?, ?, ?)",
                (receipt_id, at_line, kind, to_minor(Decimal(rate), 3), units(amount)),
            )
        for at_line, (status, amount) in enumerate([("Success", total)] if payments is None else payments, start=1):
            book.execute(
                "INSERT INTO receipt_payment (receipt_id, number, type, amount, status) VALUES (?, ?, 'CC', ?, ?)",
                (receipt_id, at_line, units(amount), status),
            )
    return receipt_id
