"""A book of millions of receipts, in which one customer has thousands and another ten."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from store import customers
from store.database import Book, open_book

if TYPE_CHECKING:
    from pathlib import Path

FEW = 10
"""Receipts of the customer beside whom the other is measured."""
SHARE = 500
"""One receipt in so many is of the customer who has most: 10,000 of 5,000,000."""
MANY_NAME, FEW_NAME = "Zzmany", "Zzfew"
"""First names by which a search finds the two, and nobody else."""
_DAYS = 426
_INDEXES = ("receipt_customer_id_paid_at", "receipt_number_store_id")
"""Made anew at the end: the receipts do not come in their order."""
_NUMBERS = "WITH RECURSIVE number (n) AS (SELECT :first UNION ALL SELECT n + 1 FROM number WHERE n < :last)"
_RECEIPTS = f"""{_NUMBERS}
INSERT INTO receipt (id, number, store_id, customer_id, paid_at, service_type, employee, total, total_tip)
SELECT n, '9-' || n, 1,
    CASE WHEN n % :share = 0 THEN :many WHEN n % :apart = 1 THEN :few ELSE 1 + n * 7919 % :others END,
    strftime('%Y-%m-%dT%H:%M:%SZ', :since + n * :step, 'unixepoch'), 'Retail', 'Mei Tan', 1175 + n % 9000, n % 3 * 100
FROM number"""
_LINES = (
    f"""{_NUMBERS} INSERT INTO receipt_item (receipt_id, position, item, price, quantity, amount)
    SELECT n, 0, 'Running socks', 1000, 1000, 1000 FROM number""",
    f"""{_NUMBERS}, tax (position, type, rate, amount) AS (VALUES (0, 'State tax', 6250, 63), (1, 'City tax', 1500, 15))
    INSERT INTO receipt_tax (receipt_id, position, type, rate, amount)
    SELECT n, position, type, rate, amount FROM number CROSS JOIN tax""",
    f"""{_NUMBERS} INSERT INTO receipt_payment (receipt_id, number, type, amount, status, auth_code)
    SELECT n, 1, 'CC', 1175 + n % 9000, iif(n % 97, 'Success', 'Voided'), '448443' FROM number""",
    f"""{_NUMBERS} INSERT INTO receipt_payment (receipt_id, number, type, amount, status)
    SELECT n, 2, 'CC', -300, 'Refunded' FROM number WHERE n % 50 = 0""",
)


def add(path: Path, receipts: int) -> None:
    """Give a book of customers so many receipts more, with their items, taxes and payments."""
    book = open_book(path)
    try:
        with book.write():
            _fill(book, receipts)
        book.checkpoint(truncate=True)
    finally:
        book.close()


def _fill(book: Book, receipts: int) -> None:
    others = book.rows("SELECT max(id) FROM customer")[0][0]
    many, few = (
        customers.create(book, {"first_name": name, "last_name": "Buyer", "email": "buyer@example.com"}).id
        for name in (MANY_NAME, FEW_NAME)
    )
    first = book.rows("SELECT coalesce(max(id), 0) + 1 FROM receipt")[0][0]
    made = dict(book.rows("SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
    for name in _INDEXES:
        book.execute(f"DROP INDEX {name}")
    numbers = {"first": first, "last": first + receipts - 1}
    seconds = _DAYS * 86_400
    places = {"share": SHARE, "many": many, "apart": max(receipts // FEW, 1), "few": few, "others": others}
    step = seconds / receipts
    book.execute(_RECEIPTS, numbers | places | {"since": time.time() - seconds - first * step, "step": step})
    for sql in _LINES:
        book.execute(sql, numbers)
    for name in _INDEXES:
        book.execute(made[name])
