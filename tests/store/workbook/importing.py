"""What the tests of imports share: workbooks made of lists, and an import in this process without its child."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import openpyxl

from store import customers as records
from store import review
from store.exchange import ExportRequest
from store.fields import FIELDS
from store.workbook import journal
from store.workbook.apply import apply
from store.workbook.exporter import export
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from store.workbook.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from store.customer_records import Customer
    from store.database import Book
    from store.review_records import Answer
    from store.workbook.journal import Run
    from store.workbook.outcome import Report

HEADERS = tuple(field.label for field in FIELDS)
RECEIPTS = ("Receipt Number", "Customer UID", "E-Mail", "Customer", "Store", "Date", "Total")
PAYMENTS = ("Receipt Number", "Payment No", "Type", "Amount", "Auth Code", "Transaction No")
LOYALTY = ("Entry UID", "Customer UID", "E-Mail", "Customer", "Points", "Reason", "Employee", "Till", "Date")
ADA = {"First Name": "Ada", "Last Name": "Lovelace", "E-Mail": "ada@example.com"}
BOB = {"First Name": "Bob", "Last Name": "Marley", "E-Mail": "bob@example.com"}


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """A workbook of sheets, each a list of rows with the header first."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def customers(path: Path, *rows: Mapping[str, Any], **sheets: Sequence[Sequence[Any]]) -> Path:
    """A workbook whose Customers sheet has the columns that the rows name."""
    headers = list(dict.fromkeys(name for row in rows for name in row))
    grid = [headers, *[[row.get(name) for name in headers] for row in rows]]
    return workbook(path, {"Customers": grid, **sheets})


def run_import(book: Book, path: Path, *, dry_run: bool = False) -> Report:
    """Plan a file and, unless it is a dry run or there is nothing to do, write it."""
    read = open_workbook(path)
    plan = make_plan(book, read, lambda done, total: None)
    if dry_run or plan.writes_nothing:
        return plan.report
    stage = staged(book, read.name, plan)
    try:
        apply(book, stage, plan.report, lambda done, total: None)
    finally:
        stage.discard()
    return plan.report


def staged(book: Book, name: str, plan: Any) -> Stage:
    """A plan's stage, complete."""
    stage = Stage.create(book.path)
    for kind, steps in plan.steps:
        stage.add(kind, steps)
    stage.finish({"file_name": name, "file_digest": "0", "sheets": {}})
    return stage


class _CutOffError(Exception):
    """The importer dies here."""


def cut_off(book: Book, path: Path) -> None:
    """Leave an import behind as a killed importer does: begun, its stage complete, its rows not all written."""
    read = open_workbook(path)
    plan = make_plan(book, read, lambda done, total: None)
    stage = staged(book, read.name, plan)

    def die(done: int, total: int) -> None:
        raise _CutOffError

    with suppress(_CutOffError):
        apply(book, stage, plan.report, die)
    stage.close()
    assert [run.file_name for run in journal.running(book)] == [path.name]


@contextmanager
def under_way(book: Book, name: str, done: int, steps: int, *, alive: bool = True) -> Iterator[Run]:
    """An import that has written so many of its steps; its importer holds the stage, or is dead."""
    stage = Stage.create(book.path)
    stage.finish({"file_name": name, "file_digest": "0", "sheets": {}})
    run = journal.begin(book, stage.path.name, stage.about(), steps)
    journal.move(book, run, done)
    if not alive:
        stage.close()
    try:
        yield run
    finally:
        if journal.is_running(book, run):
            journal.end(book, run, journal.APPLIED, {})
        stage.discard()


def exported(book: Book, path: Path) -> Path:
    """Everything of a book as a workbook, with the state that tells an edit from an old value."""
    export(book, path, ExportRequest())
    return path


def edit(path: Path, edits: Mapping[str, Mapping[str, Any]]) -> Path:
    """Change cells of an exported Customers sheet, as a person does in Excel: by the row's UID, then by header."""
    file = openpyxl.load_workbook(path)
    sheet = file["Customers"]
    columns, rows = columns_of(sheet), rows_of(sheet)
    for uid, cells in edits.items():
        for header, value in cells.items():
            sheet.cell(rows[uid], columns[header]).value = value
    file.save(path)
    return path


def columns_of(sheet: Worksheet) -> dict[str, int]:
    """The number of each column by its header."""
    return {str(cell.value): cell.column for cell in sheet[1]}


def rows_of(sheet: Worksheet) -> dict[str, int]:
    """The number of each row by its UID, which stands in the first column."""
    return {str(row[0].value): row[0].row for row in sheet.iter_rows(min_row=2)}


def asked(book: Book) -> list[tuple[str, str, str, str]]:
    """What is open in the review: kind, field, what is in force and what is offered."""
    return [(str(one.kind), one.label, one.ours, one.theirs) for one in review.questions(book)]


def answer_all(book: Book, answer: Answer) -> None:
    """Answer every open question in the same way."""
    questions = review.questions(book)
    told = review.answer(book, {one.id: answer for one in questions})
    assert (told.done, told.gone) == (len(questions), 0)


def only(book: Book) -> Customer:
    """The book's one customer."""
    [[customer_id]] = book.rows("SELECT id FROM customer")
    return records.get(book, customer_id)


def outcome(report: Report) -> str:
    """What became of the one row of which the report has something to say."""
    [row] = report.refused
    return row.outcome


def held(report: Report) -> int:
    """Customers' rows of which a part waits for an answer."""
    return report.said()[0].held


def counts(report: Report, sheet: str = "Customers") -> tuple[int, int, int, int]:
    """Created, updated, unchanged and refused rows of a sheet."""
    tally = next(tally for of, tally in report.tallies.items() if of == sheet)
    return tally.created, tally.updated, tally.unchanged, tally.refused


def dump(book: Book, *, journal: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """All that the book says of customers and receipts; with `journal` the record of imports too."""
    columns = "uid, name_key, version, first_name, last_name, email, phone, gender, date_of_birth, id_number, notes, "
    columns += "loyalty, points, reason, gift_card, zip_code, country, enrolled, active"
    said = {
        "customer": f"SELECT {columns} FROM customer ORDER BY uid",
        "customer_store": "SELECT uid, name FROM customer_store JOIN customer ON customer.id = customer_id "
        "JOIN store ON store.id = store_id ORDER BY 1, 2",
        "store": "SELECT code, name FROM store ORDER BY name",
        "entry": "SELECT l.uid, c.uid, l.points, l.reason FROM loyalty_entry l JOIN customer c ON c.id = customer_id ORDER BY 1",
        "receipt": "SELECT number, paid_at, total FROM receipt ORDER BY 1, 2",
        "receipt_item": "SELECT number, position, item, price, quantity, amount FROM receipt_item i "
        "JOIN receipt r ON r.id = receipt_id ORDER BY 1, 2",
        "feedback": "SELECT uid, positive, comment FROM feedback ORDER BY uid",
        "tally": "SELECT name, value FROM tally ORDER BY 1",
    }
    if journal:
        said["run"] = "SELECT state, stage FROM import_run ORDER BY id"
    return {name: book.rows(sql) for name, sql in said.items()}
