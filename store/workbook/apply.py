"""Writing a staged import into the book, in slices so short that a cashier's save hardly waits, and all or nothing.

Each slice's transaction also moves the run's cursor. If the importer dies, the next to open the book finishes from
the cursor; if the stage is gone, it takes the import back.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from store import awards, erasure, store_states
from store.database import BUSY_SECONDS, CHECKPOINT_PAGES
from store.errors import BookError, BusyBookError, StoreError, WorkbookError
from store.exchange import CameBy, Progress
from store.workbook import folder_marks, journal, old_records
from store.workbook.alone import is_alone
from store.workbook.customer_steps import Shop, prepare_customers, write_customers
from store.workbook.entry_steps import write_entries
from store.workbook.merge_steps import (
    write_answers,
    write_erasures,
    write_merges,
    write_nobodies,
    write_pairs,
    write_regroups,
)
from store.workbook.outcome import Report
from store.workbook.receipt_steps import write_feedback, write_receipt_edits, write_receipts
from store.workbook.stage import Stage, StageBusyError, Step, clean
from store.workbook.store_steps import move_first, write_renames, write_stores
from store.workbook.take_back import take_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from store.database import Book
    from store.workbook.journal import Run

HOLD_SECONDS = 0.008
"""How long a slice may hold the write lock."""
ALONE_SECONDS = 1.0
"""As long when no other process has the book open: big slices write less. Who opens it now needs longer for a save."""
LOOK_SECONDS = 0.25
"""How often to look whether others have opened the book."""
PAUSE_SECONDS = 0.008
"""How long the lock is free at least between two slices."""
FIRST_SLICE, SMALLEST_SLICE, LARGEST_SLICE = 32, 4, 10_000
"""Steps in one slice; measured time decides."""
CACHE_KIB = 64 * 1024
"""Pages kept at hand: rows in name order touch every other index all over."""
LOG_PAGES, ALONE_LOG_PAGES = 2500, 20_000
"""Pages in the write-ahead log from which it is folded into the book: a cashier's save shall not have to do it.
The second where nobody else has the book open."""
MOST_FOLDS = 4
"""What others wrote while the log was folded is folded next: so often before it waits for the next slice."""
HUGE_LOG_PAGES = 8 * LOG_PAGES
"""Pages in the log from which the rest is folded under the lock: with saves all the time it might never start anew."""

_WRITERS: dict[Step, Callable[[Shop, Any], None]] = {
    Step.RENAME: write_renames,
    Step.STORE: write_stores,
    Step.PAIRS: write_pairs,
    Step.CUSTOMER: write_customers,
    Step.MERGE: write_merges,
    Step.REGROUP: write_regroups,
    Step.ERASE: write_erasures,
    Step.NOBODY: write_nobodies,
    Step.ENTRY: write_entries,
    Step.RECEIPT: write_receipts,
    Step.RECEIPT_EDIT: write_receipt_edits,
    Step.FEEDBACK: write_feedback,
    Step.ANSWER: write_answers,
}
_FAULTS = (ValueError, LookupError, TypeError, ArithmeticError)
"""What a step that is none raises: a stage is only as sound as the file behind it."""
_PREPARERS: dict[Step, Callable[[Shop, list[Sequence[Any]]], Any]] = {Step.CUSTOMER: prepare_customers}


def _silent(_: Progress) -> None:
    """Nobody watches."""


def apply(
    book: Book,
    stage: Stage,
    report: Report,
    progress: Callable[[int, int], None],
    *,
    only_thread: bool = False,
    seen: tuple[int, int] | None = None,
) -> None:
    """Write a staged import. `report` is the plan's; rows that no longer fit are moved to its refused.

    With `only_thread` nothing else of this process uses the book: then slices grow while no other process does. `seen`
    is the version of the book that the plan is for; while it is that, what the plan says is not asked again.

    Raises WorkbookError while another import is under way, and BookError kinds; then the book is as it was.
    """
    recover(book)
    about = stage.about()
    planned = seen[0] if seen is not None and seen == book.changes() else None
    run = journal.begin(book, stage.path.name, about, len(stage))
    shop, all_known = Shop(book, run, report, planned=planned), not erasure.is_due(book)
    try:
        _take_steps(shop, stage, progress, only_thread=only_thread)
    except (StoreError, sqlite3.Error, *_FAULTS):
        take_back(book, run)
        raise
    report.settle(shop.answers)
    _end(book, run, report.counts_by_sheet())
    try:
        awarded = awards.finish(book)
    except BookError:  # the import itself is done, and the mark stays
        report.notes.append("Points for receipts are not all given yet: they are when the book is next opened.")
    else:
        report.notes += [str(awarded)] if awarded.receipts else []
    with suppress(BookError):  # the next import drops what is left
        old_records.drop(book)
    if shop.traces is not None:
        report.notes += erasure.finish(book, shop.traces if all_known else None).sentences
    book.checkpoint()


def _end(book: Book, run: Run, sheets: dict[str, dict[str, int]] | None = None) -> None:
    with book.write():
        journal.end(book, run, journal.APPLIED, sheets)
        awards.mark(book, run.id)


def recover(book: Book, report: Callable[[Progress], None] = _silent, *, only_thread: bool = False) -> None:
    """Finish or take back imports whose importers died, clear away their files, and give the points that are due.

    A live import is left alone.

    `report` is told at once what is finished, and then how far it is; `only_thread` is as in `apply`.
    """
    for run in journal.running(book):
        path = book.path.with_name(run.stage)
        try:
            stage = Stage.open(path)
        except StageBusyError:
            continue
        except WorkbookError:
            report(Progress(f"taking back the import of {run.file_name} that was cut off", 0, 0))
            take_back(book, run, report, only_thread=only_thread)
            continue
        if run.taking_back:
            take_back(book, run, report, only_thread=only_thread)
            stage.discard()
            continue
        try:
            _finish(book, run, stage, report, only_thread=only_thread)
        except BusyBookError:
            stage.close()
            continue
        stage.discard()
    clean(book.path, frozenset(run.stage for run in journal.running(book)))
    with suppress(BookError):  # the note of what is left stays
        store_states.finish(book)
    with suppress(BookError):  # the marks stay; a book whose disk is full opens all the same
        awards.finish(book, report, giving_way=True)


def _finish(book: Book, run: Run, stage: Stage, report: Callable[[Progress], None], *, only_thread: bool) -> None:
    """Take the steps that are left; what cannot be finished is taken back, so that the book opens either way."""
    current = [now for now in journal.running(book) if now.id == run.id]
    if not current:
        return
    phase = f"finishing the import of {run.file_name} that was cut off"
    report(Progress(phase, current[0].cursor, len(stage)))
    try:
        shop = Shop(book, current[0], Report())
        all_known = not erasure.is_due(book)
        _take_steps(shop, stage, lambda done, total: report(Progress(phase, done, total)), only_thread=only_thread)
    except (WorkbookError, sqlite3.DatabaseError, *_FAULTS):
        take_back(book, run)
    else:
        _end(book, run)
        if shop.traces is not None:
            erasure.finish(book, shop.traces if all_known else None, report)


def _take_steps(shop: Shop, stage: Stage, progress: Callable[[int, int], None], *, only_thread: bool = False) -> None:
    connection = shop.book.raw()
    # The stage is on the disk and the cursor moves with the rows: a slice that a power cut takes is taken again.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute(f"PRAGMA cache_size={-CACHE_KIB}")
    log = _LogKeeper(shop.book)
    try:
        _take_slices(shop, stage, progress, log, only_thread=only_thread)
    finally:
        log.close()
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        connection.execute("PRAGMA cache_size=-2000")


def _take_slices(
    shop: Shop, stage: Stage, progress: Callable[[int, int], None], log: _LogKeeper, *, only_thread: bool
) -> None:
    book, run = shop.book, shop.run
    done, total, size, free_since = run.cursor, len(stage), FIRST_SLICE, 0.0
    alone, look_at = False, 0.0
    came_by = CameBy(stage.about().get("came_by", CameBy.HAND))
    steps = _Slices(stage.steps(done))
    while (taken := steps.take(size)) is not None:
        kind, part = taken
        if kind is Step.RENAME:
            for _ in move_first(shop, part):
                log.after_slice(alone=alone)
                time.sleep(PAUSE_SECONDS)
        ready = _PREPARERS[kind](shop, part) if kind in _PREPARERS else part
        time.sleep(max(0.0, PAUSE_SECONDS - (time.perf_counter() - free_since)))
        with book.write():
            start = time.perf_counter()
            with folder_marks.coming(book, came_by):
                _WRITERS[kind](shop, ready)
            journal.move(book, run, done + len(part))
        free_since = time.perf_counter()
        if kind is Step.RENAME:
            for _ in store_states.slices(book, lambda: folder_marks.coming(book, came_by)):
                log.after_slice(alone=alone)
                time.sleep(PAUSE_SECONDS)
        if kind in {Step.RENAME, Step.STORE}:
            shop.know_stores()
        done += len(part)
        held = max(free_since - start, 0.0001)
        if only_thread and free_since >= look_at:
            alone, look_at = is_alone(book), free_since + LOOK_SECONDS
        fitting = int(len(part) * (ALONE_SECONDS if alone else HOLD_SECONDS) / held)
        size = min(max(SMALLEST_SLICE, min(fitting, 2 * size)), LARGEST_SLICE)
        if steps.kind is not kind:  # which take another time
            size = SMALLEST_SLICE
        log.after_slice(alone=alone)
        progress(done, total)


class _Slices:
    """Staged steps in slices of one kind each."""

    def __init__(self, steps: Iterator[tuple[Step, Sequence[Any]]]) -> None:
        self._steps = steps
        self._next = next(steps, None)

    @property
    def kind(self) -> Step | None:
        """The kind of the steps that are next; None at the end."""
        return None if self._next is None else self._next[0]

    def take(self, size: int) -> tuple[Step, list[Sequence[Any]]] | None:
        """At most `size` steps of the kind that is next; None at the end."""
        if self._next is None:
            return None
        kind, first = self._next
        part = [first]
        self._next = None
        for entry in islice(self._steps, size):
            if entry[0] is not kind or len(part) >= size:
                self._next = entry
                break
            part.append(entry[1])
        else:
            self._next = next(self._steps, None)
        return kind, part


class _LogKeeper:
    """Keeps the write-ahead log short and on the disk, between slices, so that no cashier's save has to do it."""

    def __init__(self, book: Book) -> None:
        self._connection = book.raw()
        self._log = os.open(f"{book.path}-wal", os.O_RDWR)  # SQLite holds no locks on this one: it may be closed
        self._every = 4
        self._since = 0

    def close(self) -> None:
        """Let go of the log."""
        os.close(self._log)

    def after_slice(self, *, alone: bool) -> None:
        """Fold when enough slices were written; how many are enough follows from how the log grows."""
        if not alone:
            os.fsync(self._log)
        self._since += 1
        if self._since < self._every:
            return
        pages, left = self._fold()
        if pages > 0:
            most = ALONE_LOG_PAGES if alone else LOG_PAGES
            self._every = max(1, min(64, self._since * most // pages))
        for _ in range(MOST_FOLDS):
            if left == 0:
                break
            _, left = self._fold()
        self._since = self._every - 1 if left else 0
        if left and pages > HUGE_LOG_PAGES:
            self._fold("RESTART")

    def _fold(self, how: str = "PASSIVE") -> tuple[int, int]:
        """Fold as far as nobody is in the way; how many pages the log has, and how many of them are not folded.

        A log of which all is folded starts anew with the next write.
        """
        self._connection.execute("PRAGMA busy_timeout=0")
        try:
            _, pages, folded = self._connection.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
        finally:
            self._connection.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
        return pages, pages - folded
