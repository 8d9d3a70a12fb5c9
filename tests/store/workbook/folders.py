"""What the tests of the exchange by folder share: tills with a book each, one folder, and imports in this process."""

from __future__ import annotations

import os
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from store import customers, stores
from store.database import Book, open_book
from store.errors import StoreError
from store.exchange import CameBy, ImportPreview, ImportResult
from store.records import Actor
from store.workbook import folder_take, worker
from store.workbook.folder import sync
from store.workbook.folder_records import Rules
from store.workbook.worker import Order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

    from store.customer_records import Customer
    from store.workbook.folder_records import SyncReport

AT_ONCE = Rules(settle=0.0, unreadable=0.0)
"""Files are whole as soon as they are there."""


class Silent:
    """A watch that ends nobody."""

    def alive(self) -> None:
        """Nothing is watched."""


class Inside:
    """An import session without its child: the same reading, planning and writing, in this process."""

    def __init__(self, book_path: Path, file: Path, actor: Actor, *, came_by: CameBy = CameBy.HAND) -> None:
        self._order = Order(str(book_path), str(file), actor.employee, actor.till, came_by=came_by)
        self._told: list[ImportPreview | ImportResult | StoreError] = []
        self._book: Book | None = None
        self._prepared: Any = None

    def start(self) -> None:
        """Read the file."""
        try:
            self._book = open_book(Path(self._order.book), actor=Actor(self._order.employee, self._order.till))
            worker_journal_refuses(self._book)
            self._prepared = worker._prepare(self._book, self._order, Silent())  # type: ignore[arg-type]
            self._told.append(self._prepared.preview())
        except StoreError as error:
            self._told.append(error)

    def events(self) -> Iterator[ImportPreview | ImportResult | StoreError]:
        """What there is to tell."""
        while self._told:
            yield self._told.pop(0)

    def apply(self) -> None:
        """Write it."""
        self._prepared.write({})
        self._told.append(ImportResult(self._prepared.name, *self._prepared._said()))
        self._prepared = None

    def wait(self, seconds: float) -> None:
        """It is over when it returns."""

    def cancel(self) -> None:
        """Leave nothing behind."""
        if self._prepared is not None:
            self._prepared.drop()
        if self._book is not None:
            self._book.close()
            self._book = None


def worker_journal_refuses(book: Book) -> None:
    """As the child does, refuse a second import."""
    from store.workbook import journal

    journal.refuse_second(book)


def imports_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the exchange import in this process: a child takes half a second to start."""
    monkeypatch.setattr(folder_take, "ImportSession", Inside)
    monkeypatch.setattr(worker, "say", lambda kind, told: None)


@dataclass
class Till:
    """A till: its book, and the folder."""

    path: Path
    folder: Path
    name: str
    rules: Rules = AT_ONCE
    reports: list[SyncReport] = field(default_factory=list)

    def open(self) -> Book:
        """Its book, to be closed."""
        return open_book(self.path, actor=Actor("Mia", self.name))

    def sync(self, **options: Any) -> SyncReport:
        """Exchange once."""
        report = sync(self.path, self.folder, Actor("Mia", self.name), **{"rules": self.rules, **options})
        self.reports.append(report)
        return report

    def add(self, name: str, **values: Any) -> Customer:
        """A customer entered at this till."""
        first, _, last = name.rpartition(" ")
        email = f"{first.lower()}@example.com"
        with closing(self.open()) as book:
            return customers.create(book, {"first_name": first, "last_name": last, "email": email} | values)

    def edit(self, uid: str, **changes: Any) -> None:
        """Change a customer at this till."""
        with closing(self.open()) as book:
            now = customers.by_uid(book, uid)
            customers.update(book, now.id, changes, now.version, base=now)

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Rows of its book."""
        with closing(self.open()) as book:
            return book.rows(sql, parameters)

    def people(self) -> list[tuple[Any, ...]]:
        """All customers, as every book should have them."""
        return self.rows(
            "SELECT uid, first_name, last_name, email, phone, city, points, active FROM customer ORDER BY uid"
        )

    @property
    def origin(self) -> str:
        """Its id."""
        return str(self.rows("SELECT json_extract(value, '$') FROM setting WHERE name = 'origin'")[0][0])

    def exports(self) -> list[Path]:
        """Its exports in the outbox, by number."""
        return sorted((self.folder / "outbox").glob(f"regulars-*-{self.origin[:8]}-*.xlsx"))


def make_till(tmp_path: Path, name: str) -> Till:
    """A till with a book of its own, and the folder that all tills of a test share."""
    folder = tmp_path / "share"
    folder.mkdir(exist_ok=True)
    till = Till(tmp_path / f"{name}.db", folder, name)
    with closing(till.open()) as book:
        stores.ensure(book, "Downtown", "01")
    return till


def meet(*tills: Till) -> None:
    """Have every till know every other."""
    for till in (*tills, *tills):
        till.sync()


def names(folder: Path) -> list[str]:
    """The names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def offices(found: Iterable[str], *tills: Till) -> list[str]:
    """Those of some names that are not of these tills' exports."""
    own = [f"-{till.origin[:8]}-" for till in tills]
    return [name for name in found if not any(part in name for part in own)]


def edited(source: Path, target: Path, *, row: int = 2, **cells: Any) -> Path:
    """What an office does: open an export, change cells of a row by their headers, save it elsewhere."""
    workbook = openpyxl.load_workbook(source)
    sheet = workbook["Customers"]
    headers = {cell.value: cell.column for cell in sheet[1]}
    for header, value in cells.items():
        sheet.cell(row, headers[header.replace("E_Mail", "E-Mail").replace("_", " ")]).value = value
    workbook.save(target)
    return target


def aged(path: Path, seconds: float) -> Path:
    """A file that was written so long ago."""
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path
