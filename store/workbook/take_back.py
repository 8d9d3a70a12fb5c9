"""Taking back what an import did, from the record of what every row was before.

What somebody wrote after the import is left as they wrote it, and named. It goes in slices so short that a cashier's
save hardly waits; each slice drops what it took from the record, so that one that is cut off goes on from there.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from store import programme, store_names
from store.exchange import Progress
from store.review_records import TakenBack
from store.workbook import journal, store_steps, take_back_ledger, take_back_made, take_back_people, take_back_rows
from store.workbook.alone import is_alone
from store.workbook.take_back_work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.database import Book
    from store.workbook.journal import Run
    from store.workbook.take_back_work import Record

HOLD_SECONDS = 0.015
"""How long a slice may hold the write lock."""
PAUSE_SECONDS = 0.002
"""How long the lock is free at least between two slices."""
ALONE_SECONDS = 0.5
"""As long when no other process has the book open: big slices write less."""
LOOK_SECONDS = 0.25
"""How often to look whether others have opened the book."""
CACHE_KIB = 64 * 1024
"""Pages kept at hand: rows in the order of their ids touch every index all over."""
FIRST_SLICE, LARGEST_SLICE = 8, 1000
"""Rows in one slice; measured time decides."""
WENT_OUT = "The book was exported since: what this import brought may come back with the workbooks of others."
ERASED = "People erased by this import: {:,}. Nobody brings them back."

_RESTORERS: dict[str, Callable[[Work, str, Sequence[Record]], None]] = {
    journal.RENAMING: store_steps.go_on,
    "feedback": take_back_rows.feedback,
    "receipt_payment": take_back_rows.receipt_lines,
    "receipt_tax": take_back_rows.receipt_lines,
    "receipt_item": take_back_rows.receipt_lines,
    "receipt": take_back_rows.receipts,
    "loyalty_entry": take_back_ledger.entries,
    journal.PERSON: take_back_people.joined,
    take_back_people.MADE: take_back_made.created,
    journal.VERDICT: take_back_made.verdicts,
    journal.RAISED: take_back_rows.reasons,
    journal.AFTER: take_back_rows.nothing,
    journal.BROUGHT: take_back_rows.nothing,
    "store": take_back_rows.stores,
}
"""How each kind of row is taken back, those that refer to others first."""


def _silent(_: Progress) -> None:
    """Nobody watches."""


def take_back(
    book: Book, run: Run, report: Callable[[Progress], None] = _silent, *, only_thread: bool = False
) -> TakenBack:
    """Take an import back, or go on with one that was cut off; what came of it, from its beginning on.

    With `only_thread` nothing else of this process uses the book: then slices grow while no other process does.

    Raises BookError kinds; the next call, or the next to open the book, goes on.
    """
    connection = book.raw()
    connection.execute("PRAGMA synchronous=NORMAL")  # a slice that a power cut takes is taken again
    connection.execute(f"PRAGMA cache_size={-CACHE_KIB}")
    try:
        _take_slices(book, run, report, only_thread=only_thread)
    finally:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA cache_size=-2000")
    return outcome(book, run.id)


def _take_slices(book: Book, run: Run, report: Callable[[Progress], None], *, only_thread: bool) -> None:
    phase = f"taking back the import of {run.file_name}"
    with book.write():
        if not journal.is_running(book, run):
            return
        journal.turn_back(book, run)
        work = _work(book, run)
    work.read_records()
    alone, look_at = False, 0.0
    for kind in _RESTORERS:
        size = FIRST_SLICE
        while True:
            with book.write():
                start = time.perf_counter()
                records = _some(book, run, kind, size)
                if not records or not journal.is_running(book, run):
                    break
                _take_slice(work, kind, records)
            now = time.perf_counter()
            if only_thread and now >= look_at:
                alone, look_at = is_alone(book), now + LOOK_SECONDS
            fitting = int(len(records) * (ALONE_SECONDS if alone else HOLD_SECONDS) / max(now - start, 0.0001))
            size = max(1, min(fitting, 2 * size, LARGEST_SLICE))
            report(Progress(phase, *journal.place(book, run)))
            time.sleep(PAUSE_SECONDS)
    with book.write():
        if journal.is_running(book, run):
            programme.receipts_went(book)
            journal.end(book, run, journal.TAKEN_BACK)


def _work(book: Book, run: Run) -> Work:
    recorded = [
        run_id
        for (run_id,) in book.rows("SELECT id FROM import_run ORDER BY id")
        if book.rows("SELECT 1 FROM import_change WHERE run_id = ? AND kind <> ? LIMIT 1", (run_id, journal.KEPT))
    ]
    return Work(
        book,
        run,
        tuple(other for other in recorded if other > run.id),
        tuple(other for other in recorded if other < run.id),
        kept={uid for told in _kept(book, run.id) for uid in told[1:]},
        called=store_names.now(book),
    )


def _some(book: Book, run: Run, kind: str, size: int) -> list[Record]:
    return [
        (row_id, None if before is None else json.loads(before))
        for row_id, before in book.rows(
            "SELECT row_id, before FROM import_change WHERE run_id = ? AND kind = ? ORDER BY row_id DESC LIMIT ?",
            (run.id, kind, size),
        )
    ]


def _take_slice(work: Work, kind: str, records: Sequence[Record]) -> None:
    restored, removed = work.restored, work.removed
    _RESTORERS[kind](work, kind, records)
    work.forget(kind, [row_id for row_id, _ in records])
    journal.count(
        work.book, work.run, {"restored": work.restored - restored, "removed": work.removed - removed}, len(records)
    )


def _kept(book: Book, run_id: int) -> list[list[str]]:
    """Of all that had to stay: the sentence, and the uids of whom it concerns."""
    found = book.rows(
        "SELECT before FROM import_change WHERE run_id = ? AND kind = ? ORDER BY row_id", (run_id, journal.KEPT)
    )
    return [json.loads(told) for (told,) in found]


def outcome(book: Book, run_id: int) -> TakenBack:
    """What taking an import back came to so far."""
    [[restored, removed, went_out]] = book.rows(
        "SELECT coalesce(json_extract(counts, '$.restored'), 0), coalesce(json_extract(counts, '$.removed'), 0), "
        "coalesce(json_extract(counts, '$.went_out'), 0) FROM import_run WHERE id = ?",
        (run_id,),
    )
    erased = sum(
        int(told)
        for (told,) in book.rows(
            "SELECT before FROM import_change WHERE run_id = ? AND kind = ?", (run_id, journal.ERASED)
        )
    )
    kept = tuple(dict.fromkeys(told[0] for told in _kept(book, run_id)))
    notes = (ERASED.format(erased) if erased else "", WENT_OUT if went_out else "")
    return TakenBack(restored, removed, kept, tuple(filter(None, notes)))
