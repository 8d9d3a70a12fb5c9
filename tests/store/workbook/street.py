"""Where the books of the random machine are: their folder, their clock, and the workbooks that people save.

What the office does to a sheet is done to the exported file by openpyxl, with every copy under a name of its own.
"""

from __future__ import annotations

import os
import secrets
import uuid
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timezone
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import openpyxl
from pytest import MonkeyPatch  # noqa: PT013  # the class, and no fixture

from store import clock, rows, settings, stores
from store.database import open_book
from store.fields import BY_NAME
from store.records import Actor
from tests.books import Pattern
from tests.store.merge import sheet
from tests.store.merge.sheet import COLUMNS, STORES
from tests.store.workbook.importing import columns_of
from tests.store.workbook.sharing import put_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from store.database import Book
    from tests.store.merge.sheet import Workbook

_LABELS = {name: BY_NAME[name].label for name in COLUMNS}


def pattern() -> Pattern:
    """What all books are copied from."""
    return Pattern(Actor("Mia", "till"), lambda book: [stores.ensure(book, name) for name in STORES])


@dataclass
class Street:
    """Where some books are, and the time that all of them read: `at`, in seconds. To be left when all is done."""

    books: Pattern
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    at: int = 0
    files: dict[str, Path] = field(default_factory=dict)
    """The files that came out of books, by the id of the export."""
    _saved: dict[int, tuple[Workbook, Path]] = field(default_factory=dict)
    _open: list[Book] = field(default_factory=list)
    _patches: MonkeyPatch = field(default_factory=MonkeyPatch)
    _folder: TemporaryDirectory[str] = field(default_factory=TemporaryDirectory)

    def __post_init__(self) -> None:
        """Have nothing depend on chance or on today, neither ids nor times; and nothing wait for the disk."""
        names = (f"{number:032x}" for number in count(1))
        patch = self._patches.setattr
        patch(secrets, "token_hex", lambda size=16: sheet.uid(next(self.numbers)).replace("-", "")[: 2 * size])
        patch(uuid, "uuid4", lambda: uuid.UUID(next(names)))
        patch(os, "fsync", lambda descriptor: None)
        patch(clock, "now", lambda: clock.written(self._moment()))
        patch(rows, "now", lambda: self.at)
        patch("store.origin.time", SimpleNamespace(time=lambda: self.at))
        patch("store.workbook.apply.PAUSE_SECONDS", 0)
        patch("store.workbook.take_back.PAUSE_SECONDS", 0)
        saved = SimpleNamespace(
            datetime=SimpleNamespace(now=lambda tz: self._moment().astimezone(tz)), timezone=timezone
        )
        patch("openpyxl.writer.excel.datetime", saved)
        patch(zipfile, "time", SimpleNamespace(time=lambda: 0, localtime=lambda at: (2026, 1, 1, 0, 0, 0, 3, 1, 0)))

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def folder(self) -> Path:
        """Where it all lies."""
        return Path(self._folder.name)

    def open(self, path: Path) -> Book:
        """A book that lies there, or a new one; it is closed at the end, if not before."""
        if path.exists():
            book = open_book(path, actor=Actor("Mia", path.stem))
        else:
            book = self.books.copy(path)
            with book.write():
                settings.put(book, "origin", secrets.token_hex(16))
        book.execute("PRAGMA synchronous = OFF")
        self._open.append(book)
        return book

    def leave(self) -> None:
        """Close and remove everything."""
        for book in self._open:
            book.close()
        self._patches.undo()
        self._folder.cleanup()

    def keep(self, book: Workbook, path: Path) -> None:
        """Know where the file of an export is."""
        self.files[book.file.id] = path
        self._saved[id(book)] = book, path

    def path_of(self, book: Workbook) -> Path:
        """The file that a workbook is, saved once."""
        if id(book) not in self._saved:
            self._saved[id(book)] = book, self._save(book, f"{next(self.numbers)}.xlsx")
        return self._saved[id(book)][1]

    def _save(self, book: Workbook, name: str) -> Path:
        path = self.folder / name
        self.at = book.file.edited
        if (source := self.files.get(book.file.id)) is None:
            file = openpyxl.Workbook()
            put_rows(file.active, _grid(book, [], {}))
        else:
            file = openpyxl.load_workbook(source)
            customers_sheet = file["Customers"]
            columns = columns_of(customers_sheet)
            there = {str(row[0]): row for row in customers_sheet.iter_rows(min_row=2, values_only=True)}
            put_rows(customers_sheet, _grid(book, list(columns), there))
        file.active.title = "Customers"
        file.save(path)
        return path


def _grid(book: Workbook, headers: list[str], there: Mapping[str, tuple[Any, ...]]) -> list[list[Any]]:
    """The rows of the sheet, the header first: the columns that people move about, then those that they leave alone."""
    names = list(book.columns)
    others = [at for at, header in enumerate(headers) if header not in _LABELS.values()]
    grid: list[list[Any]] = [[*(_LABELS[name] for name in names), *(headers[at] for at in others)]]
    for row in book.rows:
        old = there.get(str(row.get("uid")))
        grid.append([*(row.get(name) for name in names), *(None if old is None else old[at] for at in others)])
    return grid
