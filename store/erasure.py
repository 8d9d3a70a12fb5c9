"""A person's right to be forgotten: their values go for good, from the book, from its backups and from other books.

What stays is the shop's own: receipts, ratings and the points ledger, of an erased customer. The uids stay as well, so
that no old workbook brings anybody back; they go out with every export, and other books erase whom they name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import copies, persons, rows, scrubbing, settings, wiping
from store.erasure_records import Erased
from store.errors import BookError, ErasureError, UnknownCustomerError
from store.exchange import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from store.database import Book

    Report = Callable[[Progress], None]

UNDER_WAY = (
    "A workbook is being imported into this book, or is looked at before its import. Finish that, or leave it; then "
    "erase the customer."
)
IN_THE_FILE, IN_BACKUPS = "clearing the book's file", "clearing the backups"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many customers a book had of those who were erased, and what would give them away in its file."""

    people: int
    traces: frozenset[str]


def erase(book: Book, customer_id: int, report: Report | None = None) -> Erased:
    """Erase a customer for good, in the book and in every backup that can be reached. Takes its time.

    Raises UnknownCustomerError, ErasureError while an import is under way, and BookError kinds; nothing was changed
    then. All that comes after the customer is gone from the book is no error, but said in the outcome.
    """
    with book.write():
        _refuse_during_import(book)
        person = rows.by_id(book, [customer_id]).get(customer_id)
        if person is None:
            raise UnknownCustomerError
        all_known = not is_due(book)
        # with those of their uids that other books have
        forgotten = forget(book, dict.fromkeys(persons.group(book, person.rows), rows.now()))
    return finish(book, forgotten.traces if all_known else None, report)


def forget(book: Book, uids: Mapping[str, int]) -> Forgotten:
    """Erase the persons with these uids, each at its time in seconds; inside a write transaction.

    `finish` is to follow: until then the values may still stand in unused parts of the file, and in backups.
    """
    scrubbing.begin(book)
    was_due = is_due(book)
    wiped = wiping.wipe(book, uids)
    if uids:
        copies.mark(book, {**dict.fromkeys(wiped.derived, min(uids.values())), **uids})
    if not wiped.people and not was_due:
        settings.put(book, copies.CLEARED, len(_erased(book)))
    return Forgotten(wiped.people, frozenset(wiped.traces))


def is_due(book: Book) -> bool:
    """Whether values of erased people may still stand in unused parts of the book's file."""
    return copies.cleared(book) < len(_erased(book))


def finish(book: Book, texts: Collection[str] | None = None, report: Report | None = None) -> Erased:
    """Clear the file and the backups of all who were erased and may still stand there.

    `texts` are what would give them away, where all of it is known. Nothing is raised for what can be tried again.
    """
    tell = report or (lambda _: None)
    why = _scrub(book, texts, tell) if is_due(book) else ""
    cleared, unreached = copies.clear(book, _erased(book), lambda done, all_: tell(Progress(IN_BACKUPS, done, all_)))
    return Erased(not why, cleared, unreached, why)


def _scrub(book: Book, texts: Collection[str] | None, tell: Report) -> str:
    """Clear the file; why that cannot be done at the moment, as when it is too busy or its disk too full, else ''."""
    erased = len(_erased(book))
    tell(Progress(IN_THE_FILE, 0, 0))
    try:
        if why := scrubbing.scrub(book, texts, lambda: tell(Progress(IN_THE_FILE, 0, 0))):
            return why
        with book.write():
            settings.put(book, copies.CLEARED, erased)
    except BookError as error:
        return str(error)
    return ""


def _erased(book: Book) -> dict[str, int]:
    return dict(book.rows("SELECT uid, at FROM erased_person"))


def _refuse_during_import(book: Book) -> None:
    """A workbook that is read already could bring the values back, and what it brings stands beside the book."""
    from store.workbook import journal
    from store.workbook.stage import clean, is_live, stages_of

    running = frozenset(run.stage for run in journal.running(book))
    if running or any(map(is_live, stages_of(book.path))):
        raise ErasureError(UNDER_WAY)
    clean(book.path, running)
