"""How an exchange by folder stands, as the book knows it, for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import clock, settings
from store.workbook import folder_ledger as ledger
from store.workbook import folder_marks
from store.workbook.folder_records import Exchange, ExportLine, FileLine, Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from store.database import Book

MOST_LINES = 20
"""Lines of the ledger that a page shows."""


def standing(book: Book) -> Exchange:
    """How the exchange stands. The last lines of the ledger come first."""
    with book.read():
        zone, origin = settings.zone(book), str(settings.get(book, "origin"))
        sent_lines = book.rows(
            "SELECT number, name, sent_at, customers, seen_at, seen_by FROM folder_export "
            "WHERE origin = ? AND sent_at IS NOT NULL ORDER BY number DESC LIMIT ?",
            (origin, MOST_LINES),
        )
        taken_lines = book.rows(
            "SELECT name, at, outcome, refused, left_out, coalesce(till, ''), number, message FROM folder_file "
            "LEFT JOIN folder_book ON folder_book.origin = folder_file.origin ORDER BY at DESC, name LIMIT ?",
            (MOST_LINES,),
        )

        def when(text: str | None) -> datetime | None:
            return clock.read(text).astimezone(zone) if text else None

        def at(text: str) -> datetime:
            return clock.read(text).astimezone(zone)

        return Exchange(
            str(settings.get(book, "sync_folder")),
            when(str(settings.get(book, "sync_ran_at"))),
            tuple(
                ExportLine(number, name, at(sent_at), customers, when(seen_at), by)
                for number, name, sent_at, customers, seen_at, by in sent_lines
            ),
            tuple(
                FileLine(name, at(taken_at), Outcome(outcome), *more) for name, taken_at, outcome, *more in taken_lines
            ),
            tuple(gap for one in ledger.known(book).values() if one.origin != origin for gap in ledger.gaps_of(one)),
            0 if settings.get(book, "sync_office") else ledger.unseen(book, origin),
            folder_marks.counted(book),
        )
