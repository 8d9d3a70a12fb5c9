"""The record of an import in the book: that it runs, how far it is, and what every row was before it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import clock
from store.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.database import Book
    from store.records import Actor

APPLYING, APPLIED, TAKEN_BACK = "applying", "applied", "taken back"
RAISED = "customer version"
"""The kind of change that counts how often an import raised a customer's version by the ledger alone."""


@dataclass(frozen=True, slots=True)
class Run:
    """An import that is under way: its row in the book, its stage's file name, the steps already taken and all."""

    id: int
    stage: str
    cursor: int = 0
    file_name: str = ""
    steps: int = 0

    @property
    def place(self) -> str:
        """How far it is: `37,345 of 100,000`."""
        return f"{self.cursor:,} of {self.steps:,}"


def begin(book: Book, stage: str, about: dict[str, Any], steps: int = 0) -> Run:
    """Record that an import of so many steps starts. Raises WorkbookError while another one is under way."""
    with book.write():
        refuse_second(book)
        actor: Actor = book.actor
        row = book.execute(
            "INSERT INTO import_run (uid, file_name, file_digest, employee, till, started_at, state, stage, counts) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                str(uuid.uuid4()), about["file_name"], about["file_digest"], actor.employee, actor.till, clock.now(),
                APPLYING, stage, json.dumps({"steps": steps, "sheets": about["sheets"]}),
            ),
        )  # fmt: skip
        return Run(int(row.lastrowid or 0), stage, 0, about["file_name"], steps)


def refuse_second(book: Book) -> None:
    """Raise WorkbookError while an import is under way."""
    if now := running(book):
        raise WorkbookError(
            f"The import of {now[0].file_name} is under way in this book ({now[0].place} rows). "
            "Wait until it has ended, then import this file."
        )


def running(book: Book) -> list[Run]:
    """The imports that began and did not end; more than one only if a book was put together by hand."""
    return [
        Run(*row)
        for row in book.rows(
            "SELECT id, stage, cursor, file_name, coalesce(json_extract(counts, '$.steps'), 0) FROM import_run "
            "WHERE state = ? ORDER BY id",
            (APPLYING,),
        )
    ]


def is_running(book: Book, run: Run) -> bool:
    """Whether an import has still not ended."""
    return bool(book.rows("SELECT 1 FROM import_run WHERE id = ? AND state = ?", (run.id, APPLYING)))


def move(book: Book, run: Run, cursor: int) -> None:
    """Record, inside the transaction that takes the steps, that all before `cursor` are taken."""
    book.execute("UPDATE import_run SET cursor = ? WHERE id = ?", (cursor, run.id))


def end(book: Book, run: Run, state: str, sheets: dict[str, dict[str, int]] | None = None) -> None:
    """Record that an import has ended, and with what counts."""
    with book.write():
        book.execute(
            "UPDATE import_run SET state = :state, finished_at = :now, stage = '', counts = CASE WHEN :sheets IS NULL "
            "THEN counts ELSE json_set(counts, '$.sheets', json(:sheets)) END WHERE id = :id",
            {
                "state": state, "now": clock.now(), "id": run.id,
                "sheets": None if sheets is None else json.dumps(sheets),
            },
        )  # fmt: skip


def created(book: Book, run: Run, kind: str, ids: Iterable[int]) -> None:
    """Record rows that the import made."""
    book.raw().executemany(
        "INSERT OR IGNORE INTO import_change (run_id, kind, row_id, before) VALUES (?, ?, ?, NULL)",
        [(run.id, kind, row_id) for row_id in ids],
    )


def changed(book: Book, run: Run, kind: str, row_id: int, before: dict[str, Any]) -> None:
    """Record what a row was before the import changed it; the first record of a row counts."""
    book.execute(
        "INSERT OR IGNORE INTO import_change (run_id, kind, row_id, before) VALUES (?, ?, ?, ?)",
        (run.id, kind, row_id, json.dumps(before, ensure_ascii=False)),
    )


def raised(book: Book, run: Run, ids: Iterable[int]) -> None:
    """Record that the import raised these customers' versions once more, without changing a field of theirs."""
    book.raw().executemany(
        "INSERT INTO import_change (run_id, kind, row_id, before) VALUES (?, ?, ?, '1') "
        "ON CONFLICT (run_id, kind, row_id) DO UPDATE SET before = CAST(before AS INTEGER) + 1",
        [(run.id, RAISED, customer_id) for customer_id in ids],
    )


def times_raised(book: Book, run: Run, customer_id: int) -> int:
    """How often `raised` was said of a customer."""
    found = book.rows(
        "SELECT before FROM import_change WHERE run_id = ? AND kind = ? AND row_id = ?", (run.id, RAISED, customer_id)
    )
    return int(found[0][0]) if found else 0
