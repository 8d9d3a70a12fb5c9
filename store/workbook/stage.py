"""What an import is about to write: a file of its own beside the book, on the disk before the book is touched.

A stage holds steps in the order in which they are to be taken. As long as its importer lives, it holds SQLite's
exclusive lock on the file, so that another program sees at once whether an import is under way or was cut off.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
import uuid
from contextlib import suppress
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from store.errors import NotNowError, WorkbookError
from store.fields import FIELDS
from store.workbook.target import take_away

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

BATCH = 64
"""Steps that are kept together in one row of the stage."""
MOST_AT_HAND = 100_000
"""Steps of new customers, from the first on, that whoever staged them has at hand and need not read again."""
YOUNG_SECONDS = 5
"""An empty stage this young may be one whose importer has not locked it yet."""


class Step(StrEnum):
    """What is to be done with a staged row; the order here is the order in which a plan takes them."""

    RENAME = "rename"
    STORE = "store"
    PAIRS = "pairs"
    CUSTOMER = "customer"
    MERGE = "merge"
    REGROUP = "regroup"
    ERASE = "erase"
    NOBODY = "nobody"
    ENTRY = "entry"
    RECEIPT = "receipt"
    RECEIPT_EDIT = "receipt edit"
    FEEDBACK = "feedback"
    ANSWER = "answer"


CUSTOMER_COLUMNS = tuple(field.name for field in FIELDS if field.name != "stores")
"""The fields that have a column of their own, in the order of a CUSTOMER step's last values."""
CUSTOMER_STEP = (
    "sheet_row", "name_key", "phone_digits", "row_digest", "merge_state", "stores", "entry_uid", "entry_points",
    "entry_reason", "at",
    *CUSTOMER_COLUMNS,
)  # fmt: skip
"""What a CUSTOMER step holds; the digest in hexadecimal digits."""


class StageBusyError(WorkbookError):
    """The stage's importer is alive."""


class Stage:
    """A staged import, locked for as long as this object is open."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._rows = 0
        self._at_hand: dict[int, Sequence[Sequence[Any]]] = {}
        """Batches by their first step's number; of nothing but texts and numbers, which are the same read again."""

    @classmethod
    def create(cls, book_path: Path) -> Stage:
        """A new, empty stage beside a book. Raises NotNowError when no file can be made there."""
        path = book_path.with_name(f"{_prefix(book_path)}{uuid.uuid4().hex}")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            raise NotNowError(
                f"No file can be made in {book_path.parent} ({error.strerror}). An import needs room beside the book."
            ) from None
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=MEMORY")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("CREATE TABLE batch (first INTEGER PRIMARY KEY, kind TEXT, rows INTEGER, steps TEXT)")
        connection.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)")
        return cls(path, connection)

    @classmethod
    def open(cls, path: Path) -> Stage:
        """A stage that its importer left behind. Raises StageBusyError while that importer lives."""
        connection = None
        try:
            connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", timeout=0, isolation_level=None, uri=True)
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            stage = cls(path, connection)
            stage._rows = connection.execute("SELECT coalesce(sum(rows), 0) FROM batch").fetchone()[0]
            stage.about()
        except sqlite3.DatabaseError as error:
            if connection is not None:
                connection.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise StageBusyError("Another import is running in this book. Wait until it has ended.") from None
            raise WorkbookError("What was left of an import cannot be read.") from None
        return stage

    def add(self, kind: Step, steps: Iterable[Sequence[Any]]) -> None:
        """Put steps of one kind at the end."""
        rest = iter(steps)
        while batch := list(islice(rest, BATCH)):
            self._connection.execute(
                "INSERT INTO batch VALUES (?, ?, ?, ?)",
                (self._rows, kind, len(batch), json.dumps(batch, ensure_ascii=False, separators=(",", ":"))),
            )
            if kind is Step.CUSTOMER and self._rows < MOST_AT_HAND:
                self._at_hand[self._rows] = batch
            self._rows += len(batch)

    def add_more(self, kind: Step, steps: Sequence[Sequence[Any]]) -> None:
        """Put steps at the end of a stage that is finished already."""
        if steps:
            self._connection.execute("BEGIN EXCLUSIVE")
            self.add(kind, steps)
            self._connection.execute("COMMIT")

    def finish(self, about: dict[str, Any]) -> None:
        """Everything is staged: bring it to the disk, and keep the lock."""
        self._connection.executemany(
            "INSERT INTO about VALUES (?, ?)", [(name, json.dumps(value)) for name, value in about.items()]
        )
        self._connection.execute("COMMIT")
        _sync_folder(self.path.parent)

    def about(self) -> dict[str, Any]:
        """What `finish` was given."""
        return {name: json.loads(value) for name, value in self._connection.execute("SELECT name, value FROM about")}

    def __len__(self) -> int:
        """How many steps there are."""
        return self._rows

    def steps(self, start: int = 0) -> Iterator[tuple[Step, Sequence[Any]]]:
        """The steps from the one with this number on, with their kinds."""
        batches = self._connection.execute(
            "SELECT first, kind FROM batch WHERE first + rows > ? ORDER BY first", (start,)
        )
        for first, name in batches:
            kind = Step(name)
            for step in self._batch(first)[max(0, start - first) :]:
                yield kind, step

    def _batch(self, first: int) -> Sequence[Sequence[Any]]:
        if (batch := self._at_hand.pop(first, None)) is not None:
            return batch
        [text] = self._connection.execute("SELECT steps FROM batch WHERE first = ?", (first,)).fetchone()
        steps: list[Sequence[Any]] = json.loads(text)
        return steps

    def close(self) -> None:
        """Let go of the file; it stays."""
        self._connection.close()

    def discard(self) -> None:
        """Remove the file: it was applied, or nobody wants it."""
        take_away(self.path)
        self._connection.close()
        take_away(self.path)  # where no open file can be removed


def is_live(path: Path) -> bool:
    """Whether a stage's importer lives."""
    try:
        Stage.open(path).close()
    except StageBusyError:
        return True
    except WorkbookError:
        return False
    return False


def _prefix(book_path: Path) -> str:
    return f".{book_path.name}.import-"


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def stages_of(book_path: Path) -> list[Path]:
    """Every stage that stands beside a book."""
    prefix = _prefix(book_path)
    return [path for path in book_path.parent.iterdir() if path.name.startswith(prefix)]


def clean(book_path: Path, keep: frozenset[str]) -> None:
    """Remove the stages whose importers are dead, but for those named in `keep`."""
    for path in stages_of(book_path):
        if path.name in keep:
            continue
        with suppress(FileNotFoundError):
            status = path.stat()
            if status.st_size == 0 and time.time() - status.st_mtime < YOUNG_SECONDS:
                continue
            try:
                stage = Stage.open(path)
            except StageBusyError:
                continue
            except WorkbookError:
                take_away(path)
            else:
                stage.discard()
