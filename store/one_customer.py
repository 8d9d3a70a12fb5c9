"""The one customer whom somebody names on a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import customers, rows
from store.errors import WrongWordsError

if TYPE_CHECKING:
    from store.customer_records import Customer
    from store.database import Book

NOBODY = "No customer has the UID, customer ID number or e-mail {}."
SEVERAL = "{:,} customers have the e-mail {}: {}. Name one by the UID or customer ID number: {}."
_MOST_NAMED = 5


def named(book: Book, words: str) -> Customer:
    """The customer, active or not, with this UID, ID number or e-mail.

    Raises WrongWordsError when there is none, or the e-mail is that of several.
    """
    word = words.strip()
    with book.read():
        if leader := rows.leaders(book, [word.lower()]).get(word.lower()):
            return customers.by_uid(book, leader)
        if (found := customers.with_id_number(book, word)) is not None:
            return found
        ids = [
            at for (at,) in book.rows("SELECT id FROM customer WHERE email = ? AND email <> '' ORDER BY ord", (word,))
        ]
        if not ids:
            raise WrongWordsError(NOBODY.format(word))
        if len(ids) > 1:
            some = [customers.get(book, at) for at in ids[:_MOST_NAMED]]
            names, uids = ", ".join(one.name for one in some), ", ".join(one.uid for one in some)
            raise WrongWordsError(SEVERAL.format(len(ids), word, names, uids))
        return customers.get(book, ids[0])
