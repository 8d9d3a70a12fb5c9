"""Nobody: who was erased on request, in a book that never had them, and whose the lines are that still come of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import changing, erased, persons, rows, wiping
from store.merge import people
from store.merge.state import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.database import Book
    from store.merge.writing import Rows
    from store.rows import Person


def lacking(book: Book, uids: Iterable[str]) -> list[str]:
    """Those of the uids of erased people that no customer of the book has."""
    asked = set(uids)
    return sorted(asked - rows.owners(book, asked).keys())


def make(book: Book, uids: Iterable[str]) -> list[Person]:
    """Have the book have an erased customer for each of these erased uids; those made. Inside a write transaction.

    The uids of one person are one customer's.
    """
    made: list[Person] = []
    for uid in lacking(book, erased.among(book, uids)):
        if rows.owners(book, [uid]):  # by now, with another of theirs
            continue
        theirs = sorted(erased.among(book, persons.group(book, [uid])))
        leaders = rows.owners(book, theirs)
        unshown = dict.fromkeys((one for one in theirs if one not in leaders), NOTHING)
        if there := erased.among(book, leaders.values()):
            person = rows.by_uid(book, there)[people.leading(there)]
            rows.keep(book, person.id, person.uid, person.rows | unshown, {})
        else:
            made.append(_insert(book, people.leading(unshown), unshown))
    return made


def _insert(book: Book, leader: str, theirs: Rows) -> Person:
    columns = {name: value for name, value in wiping.BLANK.items() if name != "row_digest"}
    customer_id = changing.insert(book, {"uid": leader, **columns}, [])
    rows.keep(book, customer_id, leader, theirs, {})
    return rows.by_id(book, [customer_id])[customer_id]
