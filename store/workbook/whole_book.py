"""Reading a book when no import is half way: half of a file must never pass for all of it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from store.errors import ExportError
from store.exchange import Progress
from store.workbook import journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.database import Book

LOOK_SECONDS = 0.2
"""How often the import is looked at."""
STILL_SECONDS = 60.0
"""How long it may stand still before nobody waits for it any longer."""


@contextmanager
def whole_book(
    book: Book, report: Callable[[Progress], None], *, still_seconds: float = STILL_SECONDS
) -> Iterator[None]:
    """One snapshot of the book, taken when no import is under way; `report` is told whose end is waited for.

    An import whose importer died is finished here. Raises ExportError when one stands still for too long.
    """
    while True:
        _wait(book, report, still_seconds)
        with book.read():
            if not journal.running(book):
                yield
                return


def _wait(book: Book, report: Callable[[Progress], None], still_seconds: float) -> None:
    seen, since = None, time.monotonic()
    while running := journal.running(book):
        run = running[0]
        if run != seen:
            seen, since = run, time.monotonic()
        elif time.monotonic() - since > still_seconds:
            raise ExportError(
                f"{run.doing} in this book and stands still at {run.place} rows. "
                "Nothing was written; export when it has ended."
            )
        report(Progress(f"waiting for the import of {run.file_name} to end", run.cursor, run.steps))
        from store.workbook import apply

        apply.recover(book, report, only_thread=True)
        time.sleep(LOOK_SECONDS)
