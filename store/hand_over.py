"""All that a book has of one person, as a workbook that they can read: their right to see it, and to take it along."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store import customers, erased, hand_over_fields, photos, rows
from store.errors import ErasedCustomerError, ExportError, UnknownCustomerError
from store.fields import clean_line
from store.shop_days import today
from store.workbook import tables
from store.workbook.headers import LABELS
from store.workbook.headers import Sheet as Named
from store.workbook.target import check_target, chosen_place, partial_path, replacing
from store.workbook.values import Values
from store.workbook.whole_book import whole_book
from store.workbook.writer import Column, Picture, Sheet, Style
from store.workbook.xlsx import LONGEST_CELL, fits, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from store.database import Book
    from store.exchange import Progress
    from store.hand_over_fields import Said
    from store.rows import Person
    from store.workbook.tables import Source, Table
    from store.workbook.writer import Cell

SUFFIXES = (".xlsx",)
DETAILS, PHOTO, MAILS, IMPORTS = "Details", "Photo", "Mails", "Imports"
"""The sheets that an export does not have."""
CHUNK = 500
"""Rows that are in memory at a time."""
LEFT_OUT = "{:,} values could not be written, for no cell holds them."
_SOMEBODY = "Customer"
_FIELD, _VALUE, _OTHER, _SOURCE = "Field", "Value", "Also Said", "Where From"
_PART = LONGEST_CELL // 2
_MINE: tuple[tuple[Table, str], ...] = (
    (
        replace(tables.LOYALTY, tables=tables.LOYALTY.tables.removesuffix(" AND NOT loyalty_entry.opening")),
        "loyalty_entry.customer_id = :id",
    ),
    (tables.RECEIPTS, "receipt.customer_id = :id"),
    *(
        (table, f"{table.chosen} IN (SELECT id FROM receipt WHERE customer_id = :id)")  # noqa: S608  # our own column
        for table in (tables.ITEMS, tables.TAXES, tables.PAYMENTS)
    ),
    (tables.FEEDBACK, "feedback.customer_id = :id"),
)
"""The sheets of an export, and which of their rows are a person's."""
_WHO = frozenset({"email", "customer", "customer_uid", "uid"})
_MAIL_SQL = """
    SELECT coalesce(receipt.number, ''), recipient, outbox_mail.state, created_at, coalesce(sent_at, '')
    FROM outbox_mail LEFT JOIN receipt ON receipt.id = receipt_id
    WHERE receipt.customer_id = :id OR (
        receipt.customer_id IS NULL AND recipient IN (SELECT value FROM json_each(:addresses))
    ) ORDER BY outbox_mail.id"""


def file_name(book: Book, customer_id: int) -> str:
    """The name proposed: `Ada Lovelace 2026-03-09.xlsx`. Raises UnknownCustomerError, and ErasedCustomerError."""
    customer = customers.get(book, customer_id)
    if erased.among(book, [customer.uid]):
        raise ErasedCustomerError
    name = "".join(char for char in clean_line(customer.name) if char not in '/\\:*?"<>|')
    return f"{name[:60].strip(' .') or _SOMEBODY} {today(book)}{SUFFIXES[0]}"


def hand_over(
    book: Book,
    customer_id: int,
    target: Path,
    *,
    report: Callable[[Progress], None] | None = None,
    partial: Path | None = None,
) -> Path:
    """Write everything of a customer as a workbook, in plain words; where it is. A folder gets a file of their name.

    An existing file is replaced when all is written; until then it grows in `partial`, in the same folder. Raises
    UnknownCustomerError, ErasedCustomerError, ExportError, and BookError kinds.
    """
    place = chosen_place(target, lambda: file_name(book, customer_id))
    check_target(place, SUFFIXES, book.path)
    with whole_book(book, report or (lambda _: None)):
        person = rows.by_id(book, [customer_id]).get(customer_id)
        if person is None:
            raise UnknownCustomerError
        if erased.among(book, person.rows):
            raise ErasedCustomerError
        run = _Run(book, person)
        with replacing(place, partial or partial_path(place)) as stream:
            written = write_xlsx(stream, list(run.sheets()), money_digits=run.values.money_digits)
            if lost := sum(written.left_out.values()):
                raise ExportError(LEFT_OUT.format(lost))
    return place


class _Run:
    """The sheets of one person, inside one snapshot."""

    def __init__(self, book: Book, person: Person) -> None:
        self._book = book
        self._person = person
        self.values = Values(book)
        self._unit = f"{10**self.values.money_digits}.0"

    def sheets(self) -> Iterator[Sheet]:
        yield self._fields()
        yield from self._photos()
        for table, condition in _MINE:
            yield self._rows_of(table, condition)
        yield self._mails()
        yield self._imports()

    def _fields(self) -> Sheet:
        columns = (
            Column(_FIELD, width=24),
            Column(_VALUE, width=48),
            Column(_OTHER, width=40),
            Column(_SOURCE, width=40),
        )
        told = (line for said in hand_over_fields.fields_of(self._book, self._person) for line in _lines(said))
        return Sheet(DETAILS, columns, [list(told)])

    def _photos(self) -> Iterator[Sheet]:
        marks = ", ".join("?" * len(self._person.rows))
        kept = self._book.rows(
            "SELECT image FROM customer_photo WHERE customer_id = ? UNION "  # noqa: S608  # question marks only
            f"SELECT image FROM member_photo WHERE uid IN ({marks})",
            (self._person.id, *self._person.rows),
        )
        for number, (image,) in enumerate(kept, 1):
            name = PHOTO if number == 1 else f"{PHOTO} {number}"
            yield Sheet(name, (Column(PHOTO, width=80),), [], picture=_picture(image))

    def _rows_of(self, table: Table, condition: str) -> Sheet:
        hidden = {LABELS[table.sheet][name] for name in _WHO & LABELS[table.sheet].keys()}
        sources = [source for source in table.sources if source.column.header not in hidden]
        columns = tuple(replace(source.column, show=self._way(source)) for source in sources)
        picked = ", ".join(source.sql.replace(tables.UNIT, self._unit) for source in sources)
        sql = f"SELECT {picked} FROM {table.tables} WHERE {condition} ORDER BY {table.order}"  # noqa: S608  # our own
        return Sheet(str(table.sheet), columns, self._chunks(sql))

    def _way(self, source: Source) -> Callable[[Any], Cell]:
        return self.values.ways[source.shown] if source.shown else _legible

    def _chunks(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        cursor = self._book.execute(sql, {"id": self._person.id})
        while found := cursor.fetchmany(CHUNK):
            yield found

    def _mails(self) -> Sheet:
        addresses = {str(self._person.values.get("email", "")), *_emails(self._person)} - {""}
        columns = (
            Column(LABELS[Named.RECEIPTS]["number"], width=16), Column("Recipient", width=32), Column("State"),
            self._moments("Written"), self._moments("Sent"),
        )  # fmt: skip
        found = self._book.rows(_MAIL_SQL, {"id": self._person.id, "addresses": json.dumps(sorted(addresses))})
        return Sheet(MAILS, columns, [found])

    def _imports(self) -> Sheet:
        columns = (
            self._moments("Date"), Column("File", width=32), Column("Employee", width=18), Column("Till"),
            Column("Import", width=24), Column(_FIELD, width=24), Column("Before", width=48),
        )  # fmt: skip
        told = [tuple(map(_legible, entry)) for entry in hand_over_fields.imports_of(self._book, self._person)]
        return Sheet(IMPORTS, columns, [told])

    def _moments(self, header: str) -> Column:
        way = self.values.ways["moment"]
        return Column(header, Style.TIME, 18, show=lambda text: way(text) if text else None)


def _emails(person: Person) -> set[str]:
    return {
        str(one.value)
        for row in person.rows.values()
        for one in (*row.fields.get("email", ()), *row.offers.get("email", ()))
    }


def _lines(said: Said) -> Iterator[tuple[Cell, ...]]:
    """A field as rows of the sheet: a long text goes on in the next."""
    texts = [_parts(text) for text in said]
    for at in range(max(map(len, texts))):
        yield tuple(parts[at] if at < len(parts) else "" for parts in texts)


def _parts(text: str) -> Sequence[str]:
    return [str(_legible(text[at : at + _PART])) for at in range(0, len(text), _PART)] or [""]


def _legible(value: Any) -> Cell:
    """A value as a cell, what no cell holds replaced."""
    if not isinstance(value, str) or fits(value):
        return value  # type: ignore[no-any-return]  # a column's own
    plain = value.encode("utf-16", "replace").decode("utf-16").replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    return plain if fits(plain) else f"“{plain.strip()}”"


def _picture(image: bytes) -> Picture:
    from PIL import Image

    jpeg = photos.prepare(image)
    with Image.open(io.BytesIO(jpeg)) as opened:
        return Picture(jpeg, opened.width, opened.height)
