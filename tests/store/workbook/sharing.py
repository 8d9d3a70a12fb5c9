"""What the tests of exchanged workbooks share: small books of the same people, and all that books must agree on."""

from __future__ import annotations

import re
import zipfile
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl

from store import customers, review, rows, stores, upkeep
from store.database import Book, open_book
from store.records import Actor
from store.workbook import sync_sheet
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from tests.store.workbook.importing import counts, exported, held, run_import

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from store.customer_records import Customer
    from store.workbook.plan import Plan

MOST = 12
"""People of a small book."""
_NAMES = ("Ada Ames", "Bo Brand", "Cleo Cruz", "Dan Dole", "Eve Ebner", "Finn Falk", "Gus Gold", "Hana Hall", "Ivo Ising",
          "Joy Jung", "Kim Kerr", "Lou Lang")  # fmt: skip


def person(at: int) -> dict[str, Any]:
    """One of the people: each with other values, and with those that a spreadsheet likes to spoil."""
    first, last = _NAMES[at].split()
    return {
        "first_name": first, "last_name": last, "email": f"{first.lower()}@example.com", "phone": f"0049 555 01{at:02}",
        "id_number": f"000{at:02}" if at % 2 else "", "date_of_birth": date(1980, 3, at + 1), "zip_code": f"012{at:02}",
        "country": "US", "city": _NAMES[-at - 1], "notes": f"note {at}", "stores": ("Downtown",) if at % 3 else (),
        "loyalty": True, "points": 80, "reason": "Welcome",
    }  # fmt: skip


def small_book(path: Path, people: int = MOST) -> Book:
    """A book of some of the people."""
    book = open_book(path, actor=Actor("Mia", path.stem))
    for name in ("Downtown", "Airport"):
        stores.ensure(book, name)
    for at in range(people):
        customers.create(book, person(at))
    return book


def office_workbook(folder: Path, people: int) -> Path:
    """The export of a small book, which other books begin with."""
    book = small_book(folder / "office.db", people)
    path = exported(book, folder / "start.xlsx")
    book.close()
    return path


@contextmanager
def several(folder: Path, names: str, like: Path) -> Iterator[list[Book]]:
    """Books that have all read the same workbook."""
    books = [open_book(folder / f"{name}.db", actor=Actor("Mia", name)) for name in names]
    for book in books:
        run_import(book, like)
    yield books
    for book in books:
        book.close()


def named(book: Book, first: str) -> Customer:
    """The customer with this first name."""
    [[customer_id]] = book.rows("SELECT id FROM customer WHERE first_name = ?", (first,))
    return customers.get(book, customer_id)


def update(book: Book, first: str, **values: Any) -> None:
    """Save something at the till."""
    now = named(book, first)
    customers.update(book, now.id, values, now.version, base=now)


def agreed(book: Book) -> dict[str, Any]:
    """All that books which have read the same workbooks must have in common."""
    columns = ", ".join(("uid", *rows.COLUMNS, "points"))
    return {
        "customers": book.rows(f"SELECT {columns} FROM customer ORDER BY uid"),  # our own columns
        "stores": book.rows(
            "SELECT uid, name FROM customer_store JOIN customer ON customer.id = customer_id "
            "JOIN store ON store.id = store_id ORDER BY 1, 2"
        ),
        "ledger": book.rows(
            "SELECT loyalty_entry.uid, customer.uid, owner_uid, loyalty_entry.points FROM loyalty_entry "
            "JOIN customer ON customer.id = customer_id WHERE NOT opening ORDER BY 1"
        ),
        "questions": sorted(map(str, review.questions(book))),
    }


def columns_agreed(book: Book) -> list[tuple[Any, ...]]:
    """The customers alone, as they are shown."""
    return list(agreed(book)["customers"])


def planned(book: Book, path: Path) -> Plan:
    """What a file would do."""
    return make_plan(book, open_workbook(path), lambda done, total: None)


def assert_says_nothing(book: Book, path: Path, rows_seen: int = MOST) -> None:
    """A file changes and asks nothing, and not one byte is written."""
    plan = planned(book, path)
    assert (counts(plan.report), held(plan.report)) == ((0, 0, rows_seen, 0), 0)
    assert [row.message for row in plan.report.refused] == []
    assert (plan.changed, plan.questions, plan.writes_nothing) == ([], [], True)


def taken(book: Book, path: Path) -> tuple[int, int, int, int]:
    """Import a file; what became of its customers. The book is sound after it."""
    told = counts(run_import(book, path))
    assert upkeep.check(book).faults == ()
    return told


def rewritten(path: Path, change: Callable[[Worksheet], None], to: Path | None = None) -> Path:
    """Open a workbook, do something to its Customers sheet, and save it, as a program with no idea of us does."""
    file = openpyxl.load_workbook(path)
    change(file["Customers"])
    file.save(to or path)
    return to or path


def saved(path: Path, at: int, to: Path | None = None) -> Path:
    """A workbook that says that it was saved at a time in seconds."""
    said_so = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = parts["docProps/core.xml"]
    parts["docProps/core.xml"] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + said_so, core)
    out = to or path
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out


def put_rows(sheet: Worksheet, grid: Sequence[Sequence[Any]]) -> None:
    """Have a sheet hold these rows, and no others."""
    sheet.delete_rows(1, sheet.max_row)
    for at, row in enumerate(grid, 1):
        for column, value in enumerate(row, 1):
            sheet.cell(at, column).value = value


def rows_in(sheet: Worksheet) -> list[list[Any]]:
    """A sheet's cells, the header first."""
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def with_state(path: Path, change: Callable[[bytes], bytes], to: Path, key: bytes | None = None) -> Path:
    """A workbook whose hidden state is another, packed as an exporter would: what a forger can do."""
    state = change(sync_sheet.unpack(open_workbook(path).sync, None).payload)
    return with_cells(path, sync_sheet.pack(state, key), to)


def with_cells(path: Path, cells: Sequence[str], to: Path) -> Path:
    """A workbook whose hidden sheet has other cells; without any there is none."""
    file = openpyxl.load_workbook(path)
    sheet = file["_sync"]
    put_rows(sheet, [[cell] for cell in cells])
    if not cells:
        file.remove(sheet)
    file.save(to)
    return to
