"""Receipts put straight into a book, as an import would leave them, and the worst that could."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.hostile import STORABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Book

ITEMS = (("Linen shirt", 3900, 2000, 7800), ("Loose tea, Earl Grey", 4000, 485, 1940))
"""Name, price in cents, quantity in thousandths, amount in cents."""
TAXES = (("State tax", 6250, 609),)
"""Type, rate in thousandths of a percent, amount in cents."""
PAYMENTS = ((1, "CC", 0, 5000, "Success", "850228", "T6226A0CFAB"), (2, "Cash", 0, 5349, "Success", "", ""))
"""Number, type, card charge, amount, status, auth code, transaction number."""


def add_receipt(
    book: Book,
    number: str = "3-1001",
    *,
    customer: int | None = 2,
    total: int = 10349,
    items: Sequence[tuple[str, int, int, int]] = ITEMS,
    taxes: Sequence[tuple[str, int, int]] = TAXES,
    payments: Sequence[tuple[int, str, int, int, str, str, str]] = PAYMENTS,
    texts: tuple[str, str] = ("Retail", "Kim"),
) -> int:
    """A receipt of 22 November 2026, 09:30 in the morning; its id."""
    receipt_id = book.execute(
        "INSERT INTO receipt (store_id, number, customer_id, paid_at, service_type, employee, total, total_tip, gratuity, "
        "discount, card_service_charge, online_order_service_charge, cash_discount, item_service_charge) "
        "VALUES (1, ?, ?, '2026-11-22T09:30:00Z', ?, ?, ?, 0, 0, 0, 0, 0, 0, 0)",
        (number, customer, *texts, total),
    ).lastrowid
    for at, item in enumerate(items):
        book.execute(
            "INSERT INTO receipt_item (receipt_id, position, item, price, quantity, amount) VALUES (?, ?, ?, ?, ?, ?)",
            (receipt_id, at, *item),
        )
    for at, tax in enumerate(taxes):
        book.execute(
            "INSERT INTO receipt_tax (receipt_id, position, type, rate, amount) VALUES (?, ?, ?, ?, ?)",
            (receipt_id, at, *tax),
        )
    for payment in payments:
        book.execute(
            "INSERT INTO receipt_payment (receipt_id, number, type, card_service_charge, amount, status, auth_code, "
            "transaction_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (receipt_id, *payment),
        )
    return int(receipt_id)


def add_hostile_receipt(book: Book) -> int:
    """A receipt with an attack in every text, sums that do not add up, and mails that failed for hostile reasons."""
    attacks = list(STORABLE.values())
    known = book.rows("SELECT count(*) FROM receipt")[0][0]
    receipt_id = add_receipt(
        book,
        f"{attacks[0]}{known}{attacks[1]}",
        customer=1,
        total=10**17,
        items=[(attack, 10 ** (at % 17), 1000 + at, 10 ** (at % 17)) for at, attack in enumerate(attacks)],
        taxes=[(attack, 10 ** (at % 9), 5) for at, attack in enumerate(attacks)],
        payments=[
            (at, attack, 1, 10 ** (at % 17), attacks[at - 1], attacks[at - 2], attacks[at - 3])
            for at, attack in enumerate(attacks, 1)
        ],
        texts=(attacks[4], "".join(attacks)),
    )
    for at, attack in enumerate(attacks):
        add_mail(book, receipt_id, recipient=attack, state=("queued", "sent", "failed")[at % 3], error=attacks[at - 1])
    return receipt_id


def add_mail(
    book: Book, receipt_id: int, *, recipient: str = "ann@example.com", state: str = "queued", error: str = ""
) -> int:
    """A mail in the outbox, an hour after its receipt; its id."""
    made = book.execute(
        "INSERT INTO outbox_mail (message_id, receipt_id, recipient, message, state, attempts, last_error, created_at, "
        "next_attempt_at, sent_at) VALUES (hex(randomblob(8)), ?, ?, x'', ?, ?, ?, '2026-11-22T10:30:00Z', ?, ?)",
        (
            receipt_id, recipient, state, int(bool(error)), error,
            "2026-11-22T10:45:00Z" if state == "queued" else None, "2026-11-22T10:31:00Z" if state == "sent" else None,
        ),
    )  # fmt: skip
    return int(made.lastrowid)
