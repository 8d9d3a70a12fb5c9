"""Random books: an export makes the same book elsewhere, and whatever a spreadsheet does to it by itself is no edit."""

from __future__ import annotations

import random
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store import customers, settings, stores, upkeep
from store.database import Book, open_book
from store.demo.shop import make_shop
from store.errors import FieldError
from store.exchange import ExportRequest
from store.fields import BY_NAME, FIELDS, Kind, countries
from store.records import Actor
from store.workbook import sync_sheet, sync_state
from store.workbook.exporter import export
from store.workbook.reader import open_workbook
from tests.store.workbook.importing import counts, run_import

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEEDS, MANY_SEEDS = 5, 40
PEOPLE = 60
LETTERS = "aZ0 9.,-+()#'\"=@;|<>&_x/\\éßİıǅﬁΐ山😀\u0301\u200d\u202e\u00a0\u2028\x1b\t\n5e+E"
CODES = "0019aZßÉ5eE"
DIGITS = ("phone", "id_number", "gate_code", "gift_card", "zip_code")


def typed(rng: random.Random, kind: Kind, name: str) -> str:
    """What somebody may type in a field, right or wrong."""
    length = rng.choice((0, 1, 4, 5, 9, 24, 60))
    if kind is Kind.CODE or name == "zip_code":
        return "".join(rng.choice(CODES) for _ in range(length))
    if kind is Kind.PHONE or name == "gift_card":
        return "".join(rng.choice("0123456789") for _ in range(rng.choice((4, 7, 10, 11, 15, 16, 28))))
    if kind is Kind.DATE:
        return f"{rng.randint(1, 9999):04}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    if kind is Kind.COUNTRY:
        return rng.choice(("US", "", *countries()))
    if kind in {Kind.CHOICE, Kind.TOGGLE}:
        return rng.choice(("", *BY_NAME[name].choices))
    return "".join(rng.choice(LETTERS) for _ in range(length))


def person(rng: random.Random, number: int) -> dict[str, Any]:
    local = rng.choice(("ann", "O'Brien", "josé", "JOSÉ", "a+b"))
    values: dict[str, Any] = {"first_name": "Ann", "last_name": f"N{number}", "email": f"{local}{number}@example.com"}
    for field in FIELDS:
        if field.kind in {Kind.UID, Kind.EMAIL, Kind.STORES, Kind.WHOLE, Kind.STATUS}:
            continue
        try:
            value = field.read(typed(rng, field.kind, field.name))
        except FieldError:
            continue
        values[field.name] = value
    values["stores"] = tuple(rng.sample(("Café", "O'Hare, T2", "Harbor"), rng.randint(0, 3)))
    if values.get("loyalty"):
        values["points"] = rng.choice((0, 7, 10**12))
    return values


def random_book(path: Path, seed: int) -> Book:
    rng = random.Random(seed)
    book = open_book(path, actor=Actor("Mei", "Till 1"))
    settings.put(book, "time_zone", rng.choice(("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC")))
    make_shop(book, customers=25, receipts=40, seed=seed)
    for name in ("Café", "O'Hare, T2", "Harbor"):
        stores.ensure(book, name)
    for number in range(PEOPLE):
        values = person(rng, number)
        if customers.id_number_fault(book, values.get("id_number", "")) is not None:
            del values["id_number"]
        made = customers.create(book, values)
        if rng.random() < 0.1:
            customers.inactivate(book, made.id)
    number = book.rows("SELECT number FROM receipt WHERE store_id IS NOT NULL ORDER BY id LIMIT 1")[0][0]
    book.execute("INSERT INTO receipt (number, paid_at) VALUES (?, '2026-10-25T00:30:00Z')", (number,))
    book.execute("INSERT INTO receipt_item (receipt_id, position, item, price, quantity, amount) "
                 "VALUES ((SELECT max(id) FROM receipt), 1, 'Bag', 10, 333, 3)")  # fmt: skip
    return book


def assert_the_same_elsewhere(tmp_path: Path, seed: int) -> None:
    first, second = tmp_path / f"first-{seed}.xlsx", tmp_path / f"second-{seed}.xlsx"
    with closing(random_book(tmp_path / f"ours-{seed}.db", seed)) as ours:
        export(ours, first, ExportRequest())
        assert_untouched(ours, first)
        zone = settings.get(ours, "time_zone")
    with closing(open_book(tmp_path / f"theirs-{seed}.db")) as theirs:
        settings.put(theirs, "time_zone", zone)
        report = run_import(theirs, first)
        assert [(row.outcome, row.value, row.message) for row in report.refused] == []
        export(theirs, second, ExportRequest())
        assert upkeep.check(theirs).faults == ()
    assert cells_of(first) == cells_of(second)
    assert state_of(first) == state_of(second)


def state_of(path: Path) -> tuple[dict[str, Any], list[Any], dict[Any, Any]]:
    """What a workbook's hidden sheet holds of people, the ledger and who is who, whichever book wrote it."""
    read = open_workbook(path)
    sync = sync_state.read(sync_sheet.unpack(read.sync, None).payload, read.name)
    return {uid: (base.values, base.told) for uid, base in sync.people.items()}, sorted(sync.entries), sync.pairs


def cells_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """A workbook's cells, but for how the shop is set up; those of receipts and their parts in any order."""
    book = openpyxl.load_workbook(path)
    sheets = {sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
    del sheets["Settings"], sheets["_sync"]  # each book's own: an import passes the first over
    return {title: rows if title == "Customers" else sorted(rows, key=repr) for title, rows in sheets.items()}


def assert_untouched(book: Book, path: Path) -> None:
    """An import of the file changes nothing, and writes not one byte."""
    book.checkpoint(truncate=True)
    before = book.path.read_bytes()
    report = run_import(book, path)
    assert [(row.outcome, row.value, row.message) for row in report.refused] == []
    changed = {sheet: tally for sheet, tally in report.tallies.items() if tally.created or tally.updated}
    assert changed == {}
    assert counts(report)[2] > PEOPLE // 2
    assert book.path.with_name(f"{book.path.name}-wal").stat().st_size == 0
    assert book.path.read_bytes() == before


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_random_book_is_the_same_elsewhere(tmp_path: Path, seed: int) -> None:
    assert_the_same_elsewhere(tmp_path, seed)


@pytest.mark.slow
def test_many_random_books_are_the_same_elsewhere(tmp_path: Path) -> None:
    for seed in range(1000, 1000 + MANY_SEEDS):
        assert_the_same_elsewhere(tmp_path, seed)


def _as_number(rng: random.Random, text: str) -> Any:
    """Digits as a number, which loses zeros before and digits after the fifteenth; or as that number is shown."""
    if not (text.isascii() and text.isdigit()):
        return text
    bare = text.lstrip("0") or "0"
    number = float(bare[:15].ljust(len(bare), "0"))
    if int(text) < 10**11:
        return rng.choice((number, int(number), f"{int(number)}.0"))
    return rng.choice((number, f"{number:.5E}"))


def _spaced(rng: random.Random, text: str) -> str:
    return rng.choice((f" {text}", f"{text} ", f"\u00a0{text}  "))


def _as_date(rng: random.Random, cell: Any) -> Any:
    if not isinstance(cell, datetime):
        return cell
    serial = (cell - datetime(1899, 12, 30)).days  # noqa: DTZ001  # a cell has no zone
    forms = [serial, float(serial), cell.strftime("%Y-%m-%d 00:00:00"), cell.date().isoformat()]
    forms += [f"{cell.day}-{cell:%b}-{cell.year:04}", f"{serial}" if 10_000 <= serial < 100_000 else serial]
    return rng.choice(forms)


DAMAGE: dict[Kind, Callable[[random.Random, Any], Any]] = {
    Kind.UID: lambda rng, cell: rng.choice((cell.upper(), f" {cell}")),
    Kind.EMAIL: lambda rng, cell: rng.choice((cell.swapcase(), _spaced(rng, cell))) if cell.isascii() else cell,
    Kind.DATE: _as_date,
    Kind.WHOLE: lambda rng, cell: rng.choice((float(cell), str(cell), f"{cell:,}", f"{cell}.0")),
    Kind.TOGGLE: lambda rng, cell: rng.choice((cell == "YES", cell.lower(), int(cell == "YES"))),
    Kind.CHOICE: lambda rng, cell: rng.choice((cell.lower(), cell.upper())),
    Kind.STATUS: lambda rng, cell: cell.lower(),
    Kind.COUNTRY: lambda rng, cell: rng.choice((cell.upper(), _spaced(rng, cell))),
    Kind.STORES: lambda rng, cell: "|".join(rng.sample(names := cell.upper().split("; "), len(names))),
    Kind.LINE: _spaced,
}


def _damaged(rng: random.Random, header: str, cell: Any) -> Any:
    field = next(field for field in FIELDS if field.label == header)
    if cell is None or rng.random() < 0.4:
        return cell
    if field.name in DIGITS and rng.random() < 0.7:
        return _as_number(rng, str(cell))
    if field.kind in DAMAGE:
        return DAMAGE[field.kind](rng, cell)
    return None if field.kind is Kind.NOTES else cell


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_a_spreadsheet_does_by_itself_is_no_edit(tmp_path: Path, seed: int) -> None:
    """Every kind of damage on random cells, the columns and the rows in another order."""
    rng = random.Random(seed)
    with closing(random_book(tmp_path / "book.db", seed)) as book:
        export(book, tmp_path / "all.xlsx", ExportRequest())
        file = openpyxl.load_workbook(tmp_path / "all.xlsx")
        header, *rows = [tuple(row) for row in file["Customers"].iter_rows(values_only=True)]
        order = rng.sample(range(len(header)), len(header))
        edited = openpyxl.Workbook()
        sheet = edited.active
        assert sheet is not None
        sheet.title = "customers"
        sheet.append([header[at] for at in order])
        for row in rng.sample(rows, len(rows)):
            sheet.append([_damaged(rng, header[at], row[at]) for at in order])
        edited.save(tmp_path / "edited.xlsx")
        assert_untouched(book, tmp_path / "edited.xlsx")


def test_one_true_edit_among_the_damage_is_seen(tmp_path: Path) -> None:
    with closing(random_book(tmp_path / "book.db", 1)) as book:
        export(book, tmp_path / "all.xlsx", ExportRequest())
        file = openpyxl.load_workbook(tmp_path / "all.xlsx")
        sheet = file["Customers"]
        column = next(cell.column for cell in sheet[1] if cell.value == "City")
        sheet.cell(7, column, "Elsewhere")
        file.save(tmp_path / "all.xlsx")
        assert counts(run_import(book, tmp_path / "all.xlsx"))[1] == 1
