"""`regulars ticket`: from the words of the command line to a PDF."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from store import receipts
from store.answer import OK, REFUSED, fail, say
from store.database import open_book
from store.errors import TicketThereError, UnknownPaymentError, UnknownReceiptError
from store.stores import UnknownStoreError
from store.ticket_file import write_ticket
from store.workbook.target import typed_place

if TYPE_CHECKING:
    import argparse


def write_file(arguments: argparse.Namespace) -> int:
    """Carry out `regulars ticket`; its exit code."""
    with closing(open_book(getattr(arguments, "db", None), create=False, recover=False)) as book:
        try:
            receipt_id = receipts.named(book, arguments.receipt, arguments.store or "")
            target = typed_place(arguments.file)
            place = write_ticket(book, receipt_id, arguments.payment, target, force=arguments.force)
        except (UnknownReceiptError, UnknownPaymentError, UnknownStoreError) as error:
            return fail(str(error), REFUSED)
        except TicketThereError as error:
            return fail(f"{error.path} is there already. Name another file, or add --force to replace it.")
    say(f"Wrote {place}.")
    return OK
