"""`regulars erase`: a customer who asks to be forgotten, and backups that could not be reached until now."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from store import erasure, folding, one_customer, receipts
from store.answer import OK, PARTLY, REFUSED, fail, put, say
from store.database import open_book

if TYPE_CHECKING:
    import argparse

    from store.customer_records import Customer
    from store.database import Book
    from store.erasure_records import Erased

WARNING = (
    "This cannot be undone. The name, the addresses, the notes, the photo and all else that says who it is go for "
    "good: here, in the backups and, with the next exchange, in the shop's other books. Receipts, ratings and the "
    "points ledger stay, of an erased customer."
)
NOTHING_LEFT = "Nothing is left to be cleared."
NOT_THE_NAME = "That is not the name: nothing was erased."
_MOST_TYPED = 1000
"""Characters of an answer that are looked at."""


def erase_customer(arguments: argparse.Namespace) -> int:
    """Carry out `regulars erase`; its exit code."""
    with closing(open_book(getattr(arguments, "db", None), create=False)) as book:
        if arguments.customer is None:
            done = erasure.finish(book)
            if not done.copies and not done.sentences:
                say(NOTHING_LEFT)
            return _told(done)
        customer = one_customer.named(book, arguments.customer)
        if not arguments.yes and not _agreed(book, customer):
            return fail(NOT_THE_NAME, REFUSED)
        done = erasure.erase(book, customer.id)
        say(f"{customer.name} is erased.")
        return _told(done)


def _agreed(book: Book, customer: Customer) -> bool:
    """Whether the person at the keyboard types the customer's name."""
    count = receipts.how_many(book, customer.id)
    say(f"{customer.name}, {customer.email}: {count:,} receipts, {customer.points:,} points.")
    say(WARNING)
    put("Type the customer's name to erase them: ")
    try:
        typed = sys.stdin.readline(_MOST_TYPED)
    except UnicodeDecodeError:
        return False
    return folding.fold(" ".join(typed.split())) == folding.fold(customer.name)


def _told(done: Erased) -> int:
    for path in done.copies:
        say(f"Cleared the backup {path}.")
    for left in done.sentences:
        say(left)
    return PARTLY if done.sentences else OK
