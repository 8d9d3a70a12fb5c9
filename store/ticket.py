"""Receipts on paper: the ticket of one payment, and the whole receipt, as PDF.

fpdf2 is imported with the first PDF, not with this module, whose `file_name` the program asks for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store.errors import UnknownPaymentError

if TYPE_CHECKING:
    from datetime import datetime

    from store.database import Book

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 60


def payment_pdf(book: Book, receipt_id: int, payment_number: int) -> bytes:
    """The ticket of a receipt's payment. Raises UnknownReceiptError, and UnknownPaymentError."""
    from store import receipts
    from store.ticket_payment import payment_ticket
    from store.ticket_words import Letterhead

    receipt = receipts.get(book, receipt_id)
    if all(payment.number != payment_number for payment in receipt.payments):
        numbers = ", ".join(str(payment.number) for payment in receipt.payments) or "none"
        raise UnknownPaymentError(f"Receipt {receipt.number} has no payment {payment_number}. Its payments: {numbers}.")
    return payment_ticket(receipt, payment_number, Letterhead.of(book))


def receipt_pdf(book: Book, receipt_id: int) -> bytes:
    """A receipt with its order, taxes and payments. Raises UnknownReceiptError."""
    from store import receipts
    from store.ticket_receipt import whole_receipt
    from store.ticket_words import Letterhead

    return whole_receipt(receipts.get(book, receipt_id), Letterhead.of(book))


def file_name(receipt_number: str, payment_number: int | None = None) -> str:
    """A name for the file that any system takes: `receipt-3-1001.pdf`, or `ticket-3-1001-2.pdf` of payment 2."""
    number = _UNSAFE.sub("-", receipt_number)[:_LONGEST].strip("-.") or "x"
    return f"receipt-{number}.pdf" if payment_number is None else f"ticket-{number}-{payment_number}.pdf"


def moment(at: datetime) -> str:
    """`22-11-2026 09:30 AM`, as the manual writes a receipt's date."""
    return f"{at:%d-%m-%Y %I:%M} {'AM' if at.hour < 12 else 'PM'}"
