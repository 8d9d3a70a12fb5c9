"""A receipt to send, and a mail's ways through the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import outbox

if TYPE_CHECKING:
    from store.database import Book
    from store.mail_records import Mail, MailServer

PDF = b"%PDF-1.4 a receipt\r\n.\r\n..\x00\xff\n%%EOF"
"""Stands in for a receipt's PDF; with dots at the beginnings of lines, which mean something on the line."""


def add_receipt(book: Book, number: str = "1-2001", item: str = "Flat White") -> int:
    """A receipt of two items, a tax and a payment; its id."""
    cursor = book.execute(
        "INSERT INTO receipt (number, paid_at, total, total_tip) VALUES (?, '2026-11-22T14:30:00Z', 1259, 100)",
        (number,),
    )
    receipt = cursor.lastrowid
    assert receipt is not None
    for position, (name, price, quantity, amount) in enumerate(((item, 350, 2000, 700), ("Scone", 399, 1000, 399))):
        book.execute(
            "INSERT INTO receipt_item (receipt_id, position, item, price, quantity, amount) VALUES (?, ?, ?, ?, ?, ?)",
            (receipt, position, name, price, quantity, amount),
        )
    book.execute(
        "INSERT INTO receipt_tax (receipt_id, position, type, rate, amount) VALUES (?, 0, 'Sales Tax', 5500, 60)",
        (receipt,),
    )
    book.execute(
        "INSERT INTO receipt_payment (receipt_id, number, type, amount, status) VALUES (?, 1, 'Card', 1259, 'Approved')",
        (receipt,),
    )
    return receipt


def queue(book: Book, server: MailServer | None = None, to: str = "ann@example.com") -> Mail:
    """A mail that waits, with the server that is to send it."""
    if server is not None:
        outbox.choose_server(book, server)
    return outbox.queue_receipt(book, add_receipt(book, f"1-{outbox_size(book) + 1}"), to)


def outbox_size(book: Book) -> int:
    """How many mails the outbox holds, of any state."""
    return sum(outbox.counts(book).values())


def again(book: Book, mail: Mail) -> Mail:
    """The mail as it is now."""
    return next(found for found in outbox.mails(book, offset=0, limit=1000) if found.id == mail.id)


def let_time_pass(book: Book) -> None:
    """Make every pause and every claim be over."""
    book.execute("UPDATE outbox_mail SET next_attempt_at = '2026-01-01T00:00:00Z' WHERE next_attempt_at IS NOT NULL")
