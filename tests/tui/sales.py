"""A customer's sales on a frozen day, for the tests of the metrics."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from store import metrics, settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from store.database import Book

TODAY = date(2026, 11, 22)
"""A Sunday."""
SALES = (
    ("1-1001", "2025-12-24T10:00:00Z", 1250),
    ("1-1002", "2026-03-10T10:00:00Z", 40000),
    ("2-1003", "2026-10-05T10:00:00Z", 9999),
    ("1-1004", "2026-11-02T10:00:00Z", 123456),
    ("1-1005", "2026-11-18T10:00:00Z", 4000),
    ("1-1006", "2026-11-22T08:00:00Z", 850),
)
"""Of José: number, time, cents; the oldest first. They come to $1,795.55."""
COMMENTS = ((True, "Lovely shop."), (True, "Found everything."), (False, "Closed too early."))


def add_sales(book: Book, customer: int, sales: Iterable[tuple[str, str, int]]) -> None:
    """Receipts without a part, in one transaction."""
    with book.write():
        for number, paid_at, cents in sales:
            book.execute(
                "INSERT INTO receipt (store_id, number, customer_id, paid_at, service_type, employee, total, total_tip, "
                "gratuity, discount, card_service_charge, online_order_service_charge, cash_discount, "
                "item_service_charge) VALUES (1, ?, ?, ?, '', '', ?, 0, 0, 0, 0, 0, 0, 0)",
                (number, customer, paid_at, cents),
            )


def fill_with_sales(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """José's sales and comments, on a day that stands still."""
    monkeypatch.setattr(metrics, "today", lambda _: TODAY)
    settings.put(book, "time_zone", "UTC")
    add_sales(book, 1, SALES)
    for at, (positive, comment) in enumerate(COMMENTS):
        book.execute(
            "INSERT INTO feedback (uid, customer_id, receipt_id, positive, comment, on_date) VALUES (?, 1, ?, ?, ?, ?)",
            (f"feedback {at}", at + 1, positive, comment, f"2026-11-{at + 1:02}"),
        )
