"""A ticket's PDF as a file: written whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store import receipts, ticket
from store.errors import ExportError, TicketError, TicketThereError, WrongEndingError
from store.workbook.target import check_target, chosen_place, partial_path, replacing

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

_ENDINGS = (".pdf",)


def write_ticket(
    book: Book,
    receipt_id: int,
    payment_number: int | None,
    target: Path,
    *,
    force: bool = False,
    partial_name: str = "",
) -> Path:
    """Write the payment's ticket, or the whole receipt where no payment is named; where it now is.

    A folder as target gets a file of `ticket.file_name`. With `force` an older file is replaced. What is not finished
    stands beside it as `partial_name`. Raises UnknownReceiptError, TicketError and, without `force`, TicketThereError.
    """
    try:
        place = chosen_place(target, lambda: ticket.file_name(receipts.get(book, receipt_id).number, payment_number))
        partial = place.with_name(partial_name) if partial_name else partial_path(place)
        check_target(place, _ENDINGS, book.path)
        if place.exists() and not force:
            raise TicketThereError(str(place))
        content = (
            ticket.receipt_pdf(book, receipt_id)
            if payment_number is None
            else ticket.payment_pdf(book, receipt_id, payment_number)
        )
        with replacing(place, partial) as stream:
            stream.write(content)
            _let_others_read(stream.fileno())
    except WrongEndingError:
        raise
    except ExportError as error:
        raise TicketError(str(error)) from None
    return place


def _let_others_read(descriptor: int) -> None:
    """Give a file the mode that its owner's other files have: a ticket is handed on."""
    if not hasattr(os, "fchmod"):
        return
    mask = os.umask(0)
    os.umask(mask)
    os.fchmod(descriptor, 0o666 & ~mask)
