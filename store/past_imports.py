"""The imports that ended, and taking one back."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from store import clock, origin
from store.errors import TakeBackError
from store.review_records import PastImport, TakenBack
from store.workbook import journal, old_records
from store.workbook import take_back as taking
from store.workbook.headers import Sheet
from store.workbook.journal import Run
from store.workbook.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.database import Book
    from store.exchange import Progress

KEPT = old_records.KEPT
"""Of how many imports the record is kept."""
WENT_OUT = taking.WENT_OUT
UNKNOWN = "There is no import {} in this book."
BEFORE = "The import of {} was taken back before."
TOO_OLD = "The import of {} cannot be taken back any more: the book keeps the record of the last {} imports."
NOTHING = "The import of {} left nothing that could be taken back."
_COUNTED = ("created", "updated")
_SQL = """
    SELECT id, file_name, employee, till, started_at, state, finished_at, state = 'applied'
        AND json_extract(counts, '$.dropped') IS NULL
        AND EXISTS (SELECT 1 FROM import_change WHERE run_id = import_run.id AND kind NOT IN ('kept', 'erased')),
        counts
    FROM import_run WHERE state <> 'applying'"""


def listed(book: Book, *, limit: int = 20) -> tuple[PastImport, ...]:
    """The imports that ended, newest first."""
    return tuple(_read(book, "true ORDER BY id DESC LIMIT ?", limit))


def one(book: Book, run_id: int) -> PastImport:
    """An import that ended. Raises TakeBackError for one that is not in the book, or runs."""
    found = next(_read(book, "id = ?", run_id), None) if abs(run_id) <= sys.maxsize else None
    if found is None:
        raise TakeBackError(UNKNOWN.format(run_id))
    return found


def _read(book: Book, condition: str, given: int) -> Iterator[PastImport]:
    sent = origin.sent_at(book)
    for run_id, name, employee, till, started, state, ended, can, counts in book.rows(
        f"{_SQL} AND {condition}", (given,)
    ):
        known = json.loads(counts)
        sheets = known.get("sheets", {})
        refused = sum(sheet.get("refused", 0) for sheet in sheets.values())
        customers = sheets.pop(str(Sheet.CUSTOMERS), {})
        created, updated = (customers.get(what, 0) for what in _COUNTED)
        others = sum(sheet.get(what, 0) for sheet in sheets.values() for what in _COUNTED)
        went_out = sent is not None and ended is not None and sent >= clock.read(ended).timestamp()
        yield PastImport(
            run_id, name, employee, till, started, state, created, updated, refused, bool(can), went_out, others,
            known.get("answered", 0),
        )  # fmt: skip


def in_words(one: PastImport) -> str:
    """`30 customers created, 0 updated, 277 rows of other sheets, 2 rows refused`."""
    created = "1 customer" if one.created == 1 else f"{one.created:,} customers"
    others = f", {_rows(one.others)} of other sheets" if one.others else ""
    answered = "" if not one.answered else ", 1 question answered" if one.answered == 1 else (
        f", {one.answered:,} questions answered"
    )  # fmt: skip
    return f"{created} created, {one.updated:,} updated{others}, {_rows(one.refused)} refused{answered}"


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


def take_back(
    book: Book, run_id: int, report: Callable[[Progress], None] | None = None, *, only_thread: bool = False
) -> TakenBack:
    """Take an import back, in slices so short that a cashier's save hardly waits; `report` is told how far it is.

    With `only_thread` nothing else of this process uses the book. One that is cut off goes on when the book is next
    opened. Raises TakeBackError with the reason where there is no
    taking back, NotNowError while an import is under way, and BookError kinds.
    """
    stage = Stage.create(book.path)  # as long as it is locked, nobody else takes this to be cut off
    try:
        stage.finish({})
        run = _begin(book, run_id, stage.path.name)
        done = taking.take_back(book, run, report or (lambda _: None), only_thread=only_thread)
    finally:
        if any(run.stage == stage.path.name for run in journal.running(book)):
            stage.close()
        else:
            stage.discard()
    book.checkpoint()
    return done


def _begin(book: Book, run_id: int, stage: str) -> Run:
    with book.write():
        past = one(book, run_id)
        journal.refuse_second(book, "take this one back")
        if past.state != journal.APPLIED:
            raise TakeBackError(BEFORE.format(past.file_name))
        if not past.can_be_taken_back:
            recent = any(other.id == run_id for other in listed(book, limit=KEPT))
            raise TakeBackError((NOTHING if recent else TOO_OLD).format(past.file_name, KEPT))
        book.execute(
            "UPDATE import_run SET stage = ?, counts = json_set(counts, '$.went_out', ?) WHERE id = ?",
            (stage, int(past.went_out), run_id),
        )
        run = Run(run_id, stage, file_name=past.file_name)
        journal.turn_back(book, run)
    return run


def taken_back(book: Book, run_id: int) -> TakenBack:
    """What came of taking an import back, as far as the book still knows."""
    return taking.outcome(book, run_id)
