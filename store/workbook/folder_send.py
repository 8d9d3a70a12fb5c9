"""Writing what changed to a folder, as a numbered export; nothing is forgotten before the file is in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import settings
from store.exchange import ExportRequest
from store.workbook import folder_ledger as ledger
from store.workbook import folder_marks
from store.workbook.exporter import export
from store.workbook.folder_files import export_name
from store.workbook.folder_ledger import Look, Planned
from store.workbook.folder_records import ExportSent, Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.database import Book
    from store.exchange import Progress
    from store.workbook.folder_share import Share

_ANYTHING = (
    "SELECT 1 FROM customer UNION ALL SELECT 1 FROM receipt UNION ALL SELECT 1 FROM store "
    "UNION ALL SELECT 1 FROM erased_person LIMIT 1"
)


def what_is_due(book: Book, share: Share, origin: str, *, everything: bool = False) -> int | None:
    """The number after which all changes are due: 0 for everything, None when there is nothing to send.

    Of changes that were not marked nothing is known: then everything is due.
    """
    if everything or not folder_marks.is_on(book) or ledger.is_first(book, origin, share.id):
        return 0 if book.rows(_ANYTHING) else None
    return ledger.last_number(book, origin) if folder_marks.any_change(book) else None


def finish(book: Book, share: Share, origin: str) -> None:
    """Note an export as sent that is in the folder, though the run that put it there was ended. Raises OSError."""
    planned = ledger.unfinished(book, origin)
    if planned is None:
        return
    there = next(
        (found for place in (Place.OUTBOX, Place.DONE) if (found := share.look(place, planned.name)) is not None), None
    )
    if there is not None and (digest := share.copy_in(there, None)) is not None:
        ledger.sent(book, planned, digest, 0)
        _note_own(book, share, planned.name, digest)


def send(
    book: Book, share: Share, origin: str, beside: Path, report: Callable[[Progress], None], *, everything: bool = False
) -> ExportSent | None:
    """Write what is due, if anything is. Raises ExportError, BookError kinds and OSError; then all of it is due still.

    What changes while the file is written is due with the next one.
    """
    with book.write():
        since = what_is_due(book, share, origin, everything=everything)
        folder_marks.begin(book)
        if since is None:
            return None
        number = ledger.last_number(book, origin) + 1
        name = export_name(book.actor.till, origin, number)
        planned = Planned(origin, number, name, since, folder_marks.highest(book))
        ledger.plan(book, planned, share.id)
    request = ExportRequest(number=number, knows=ledger.knows(book), since=since, mark=planned.mark if since else None)
    source = beside / name
    try:
        written = export(book, source, request, report=report)
        digest = share.put(source, Place.OUTBOX, name, origin)
    finally:
        source.unlink(missing_ok=True)
    customers = written.sheets.get("Customers", 0)
    ledger.sent(book, planned, digest, customers)
    _note_own(book, share, name, digest)
    return ExportSent(name, number, customers, whole=not since)


def _note_own(book: Book, share: Share, name: str, digest: str) -> None:
    """Note how the export looks in the folder: edited there, it is told by its look."""
    found = share.look(Place.OUTBOX, name)
    if found is not None:
        ledger.note_look(book, found.path, Look(found.size, found.mtime, 0, digest))


def renew(book: Book) -> str:
    """Take a new id, for a book that was restored; inside a write transaction."""
    from store import origin

    settings.put(book, "origin", "")
    return origin.current(book)
