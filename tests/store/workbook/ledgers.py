"""What the tests of ledgers that are exchanged share: books of last week, and lines that tills make at chosen times."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from store import clock, loyalty
from store.merge import exchange
from tests.store.workbook.importing import exported
from tests.store.workbook.sharing import named, small_book

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

FEW = 3
UID = "5a1e0000-0000-4000-8000-000000000001"
"""A line that two tills make, each without the other."""
NOW = int(time.time())
EARLY, BETWEEN, LATE = (exchange.moment(NOW - days * 86_400) for days in (4, 3, 2))
UNCHANGED = (0, 0, FEW, 0)


def begun(folder: Path) -> Path:
    """The workbook that all books begin with, of last week."""
    then = NOW - 7 * 86_400
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.rows.now", lambda: then)
        patch.setattr(clock, "now", lambda: exchange.moment(then))
        book = small_book(folder / "office.db", FEW)
        path = exported(book, folder / "start.xlsx")
    book.close()
    return path


def enter(book: Book, first: str, points: int, reason: str = "Visit", *, uid: str = "", at: str = "") -> None:
    """A line of the ledger, as the till makes it."""
    with book.write():
        loyalty.enter(book, named(book, first).id, points, reason, uid=uid, at=at)
        book.execute("UPDATE customer SET version = version + 1 WHERE first_name = ?", (first,))


def said(book: Book, first: str) -> tuple[int, str]:
    """Somebody's balance and reason."""
    now = named(book, first)
    return now.points, now.reason


def line(book: Book, uid: str = UID) -> tuple[Any, ...]:
    """A line of the ledger, with whose it is."""
    [found] = book.rows(
        "SELECT first_name, loyalty_entry.points, loyalty_entry.reason, employee, till, at FROM loyalty_entry "
        "JOIN customer ON customer.id = customer_id WHERE loyalty_entry.uid = ?",
        (uid,),
    )
    return tuple(found)
