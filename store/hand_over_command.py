"""`regulars hand-over`: everything that the book has of one customer, as a workbook for them."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from store import one_customer
from store.answer import OK, say
from store.database import open_book
from store.hand_over import hand_over
from store.workbook.target import typed_place

if TYPE_CHECKING:
    import argparse


def write_file(arguments: argparse.Namespace) -> int:
    """Carry out `regulars hand-over`; its exit code."""
    with closing(open_book(getattr(arguments, "db", None), create=False)) as book:
        customer = one_customer.named(book, arguments.customer)
        place = hand_over(book, customer.id, typed_place(arguments.file))
    say(f"Wrote all that the book has of {customer.name} to {place}.")
    return OK
