"""Dropping the record of imports that are too old to be taken back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from store.workbook import journal

if TYPE_CHECKING:
    from store.database import Book

KEPT = 5
"""Imports whose record is kept, the last ones."""
HOLD_SECONDS = 0.008
"""How long a slice may hold the write lock."""
PAUSE_SECONDS = 0.004
"""How long the lock is free at least between two slices."""
FIRST_SLICE, LARGEST_SLICE = 200, 20_000
"""Changes in one slice; measured time decides."""
_OLD = (
    "SELECT id FROM import_run WHERE id < :oldest AND state IN (:applied, :taken_back) AND award_cursor IS NULL"
)  # fmt: skip


def drop(book: Book) -> None:
    """Drop all records but those of the last imports, in slices so short that a cashier's save hardly waits.

    That a record goes is noted before: a part of one must never pass for the whole.
    """
    oldest = book.rows(
        "SELECT id FROM import_run WHERE state = ? ORDER BY id DESC LIMIT 1 OFFSET ?", (journal.APPLIED, KEPT - 1)
    )
    if not oldest:
        return
    given = {"oldest": oldest[0][0], "applied": journal.APPLIED, "taken_back": journal.TAKEN_BACK}
    if not book.rows(f"SELECT 1 FROM import_change WHERE run_id IN ({_OLD}) LIMIT 1", given):  # noqa: S608  # ours
        return
    with book.write():
        book.execute(f"UPDATE import_run SET counts = json_set(counts, '$.dropped', 1) WHERE id IN ({_OLD})", given)  # noqa: S608
    for run_id, kind in book.rows(f"SELECT DISTINCT run_id, kind FROM import_change WHERE run_id IN ({_OLD})", given):  # noqa: S608
        _drop_kind(book, run_id, kind)


def _drop_kind(book: Book, run_id: int, kind: str) -> None:
    """Drop an import's records of one kind, in the order in which they stand."""
    size = FIRST_SLICE
    while True:
        with book.write():
            start = time.perf_counter()
            last = book.rows(
                "SELECT max(row_id) FROM (SELECT row_id FROM import_change WHERE run_id = ? AND kind = ? "
                "ORDER BY row_id LIMIT ?)",
                (run_id, kind, size),
            )[0][0]
            row = book.execute(
                "DELETE FROM import_change WHERE run_id = ? AND kind = ? AND row_id <= ?", (run_id, kind, last)
            )
        if not row.rowcount:
            return
        held = max(time.perf_counter() - start, 0.0001)
        size = max(1, min(int(row.rowcount * HOLD_SECONDS / held), 2 * size, LARGEST_SLICE))
        time.sleep(PAUSE_SECONDS)
