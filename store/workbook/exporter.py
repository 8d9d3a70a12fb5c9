"""Exporting: the list as it is shown, or everything, as a workbook or a CSV file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from store.exchange import ExportRequest, ExportResult, Progress
from store.fields import BY_NAME
from store.workbook import folder_marks, tables
from store.workbook.headers import is_exporters_own
from store.workbook.sync_lines import lines, new_export, prepare
from store.workbook.target import check_target, partial_path, replacing
from store.workbook.values import Values
from store.workbook.whole_book import whole_book
from store.workbook.writer import Column, Sheet, Written, write_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from store.database import Book
    from store.fields import Field
    from store.records import ListQuery
    from store.workbook.sync_lines import Export
    from store.workbook.tables import Source, Table

    Report = Callable[[Progress], None]

SUFFIXES = (".xlsx", ".csv")
CHUNK = 500
"""Rows that are in memory at a time."""
_FIELDS_OF_COLUMN: dict[str, tuple[str, ...]] = {"name": ("first_name", "last_name"), "photo": ()}
ONLY_CUSTOMERS = "A .csv file has one sheet: only the customers were written."


def export(
    book: Book, target: Path, request: ExportRequest, *, report: Report | None = None, partial: Path | None = None
) -> ExportResult:
    """Write what is asked for, as one snapshot of the book; an existing file is replaced when all is written.

    An import that is under way is waited for: a part of the customers would pass for all of them.
    The target's ending says the format. `report` is told the progress a chunk at a time, and may raise to stop.
    `partial` is where the file grows (a name in the target's folder). Raises ExportError, and BookError kinds.
    """
    target = target.absolute()
    check_target(target, SUFFIXES, book.path)
    report = report or (lambda _: None)
    made = new_export(prepare(book), request.number, dict(request.knows), request.since)
    with whole_book(book, report):
        run = _Run(book, request, report, made, customers_only=target.suffix.lower() == ".csv")
        with replacing(target, partial or partial_path(target)) as stream:
            written = run.write(stream)
    sheets = {name: rows for name, rows in written.sheets.items() if not is_exporters_own(name)}
    return ExportResult(str(target), sheets, run.notes(written))


def list_fields(columns: Sequence[str]) -> tuple[Field, ...]:
    """The fields that list columns stand for.

    A photo is no cell; the name becomes two columns, since nobody could tell again where the last name begins.
    """
    names = (name for column in columns for name in _FIELDS_OF_COLUMN.get(column, (column,)))
    return tuple(BY_NAME[name] for name in dict.fromkeys(names))


@dataclass(slots=True)
class _Part:
    """A sheet to be written: how many rows it has and where they come from."""

    table: Table
    total: int
    rows: Iterator[list[tuple[Any, ...]]]


class _Run:
    """One export inside one snapshot."""

    def __init__(
        self, book: Book, request: ExportRequest, report: Report, made: Export, *, customers_only: bool
    ) -> None:
        self._book = book
        self._made = made
        self._changed = None if request.mark is None else folder_marks.changed(book, request.mark)
        self._ids: list[int] | None = None if request.query is None else []
        if self._changed is not None:
            self._ids = list(self._changed.customers)
        self._names: tuple[str, ...] = tuple(BY_NAME)
        self._request = request
        self._report = report
        self._csv = customers_only
        self._everything = request.query is None and not request.customers_only
        self._values = Values(book)
        self._unit = f"{10**self._values.money_digits}.0"
        self._parts = list(self._plan())
        self._total = sum(part.total for part in self._parts)
        self._done = 0

    def _plan(self) -> Iterator[_Part]:
        names = self._values.store_names
        if self._request.query is not None:
            yield self._list(self._request.query)
            return
        yield self._whole(tables.customers(names))
        if self._request.customers_only or self._csv:
            return
        shared = bool(
            self._request.number  # the books that will read it may have the same number in another store
            or self._book.rows("SELECT 1 FROM receipt GROUP BY number HAVING count(*) > 1 LIMIT 1")
        )
        for table in tables.EVERYTHING_ELSE:
            kept = tuple(source for source in table.sources if shared or not source.when_shared)
            yield self._whole(replace(table, sources=kept))

    def _list(self, query: ListQuery) -> _Part:
        from store import search

        fields = (BY_NAME["uid"], *list_fields(query.columns))
        self._names = tuple(field.name for field in fields)
        table = tables.customers(self._values.store_names, fields)
        return _Part(table, search.count(self._book, query, cap=None).value, self._listed(table, query))

    def _listed(self, table: Table, query: ListQuery) -> Iterator[list[tuple[Any, ...]]]:
        """The list's rows a page at a time: it says who and in which order, the table says what is written."""
        from store import search

        sql = (
            f"SELECT {self._columns(table)} FROM json_each(?) AS listed"  # noqa: S608  # our own words
            f" CROSS JOIN customer ON customer.id = listed.value AND {table.kept} ORDER BY listed.key"
        )
        ids_only = replace(query, columns=())
        page = search.page(self._book, ids_only, limit=CHUNK)
        while page.rows:
            listed = ",".join(str(row.id) for row in page.rows)
            if self._ids is not None:
                self._ids += [row.id for row in page.rows]
            yield self._book.rows(sql, (f"[{listed}]",))
            if not page.has_after:
                return
            page = search.page(self._book, ids_only, after=page.rows[-1], limit=CHUNK)

    def _whole(self, table: Table) -> _Part:
        only, ids = self._only(table)
        total = self._book.rows(f"SELECT count(*) FROM {table.first_table}{only}", ids)[0][0]  # noqa: S608  # our own
        return _Part(table, total, self._streamed(table, only, ids))

    def _only(self, table: Table) -> tuple[str, tuple[str, ...]]:
        """Which rows of a sheet the export has: a WHERE clause and what it is given; '' for all."""
        conditions = [table.kept] if table.kept else []
        given: tuple[str, ...] = ()
        if self._changed is not None and table.chosen:
            conditions.append(f"{table.chosen} IN (SELECT value FROM json_each(?))")  # noqa: S608  # our own column
            given = (json.dumps(asdict(self._changed)[table.chosen_by]),)
        return f" WHERE {' AND '.join(conditions)}" if conditions else "", given

    def _streamed(self, table: Table, only: str, ids: tuple[str, ...]) -> Iterator[list[tuple[Any, ...]]]:
        sql = f"SELECT {self._columns(table)} FROM {table.tables}{only} ORDER BY {table.order}"  # noqa: S608  # our own
        with self._book.faults():
            cursor = self._book.execute(sql, ids)
            while rows := cursor.fetchmany(CHUNK):
                yield rows

    def _columns(self, table: Table) -> str:
        return ", ".join(source.sql.replace(tables.UNIT, self._unit) for source in table.sources)

    def _sheet(self, part: _Part) -> Sheet:
        columns = tuple(map(self._column, part.table.sources))
        return Sheet(str(part.table.sheet), columns, self._told(part.rows))

    def _column(self, source: Source) -> Column:
        return replace(source.column, show=self._values.ways[source.shown]) if source.shown else source.column

    def _told(self, chunks: Iterator[list[tuple[Any, ...]]]) -> Iterator[list[tuple[Any, ...]]]:
        self._report(Progress("writing", self._done, self._total))
        for chunk in chunks:
            yield chunk
            self._done += len(chunk)
            self._report(Progress("writing", self._done, self._total))

    def write(self, stream: BinaryIO) -> Written:
        """Write all sheets, in the format that was asked for."""
        sheets = [self._sheet(part) for part in self._parts]
        if self._csv:
            return write_csv(stream, sheets[0])
        from store.workbook.xlsx import write_xlsx

        if self._everything:
            sheets.append(tables.settings_sheet(self._book))
        sheets.append(self._state())
        return write_xlsx(stream, sheets, money_digits=self._values.money_digits)

    def _state(self) -> Sheet:
        """The hidden sheet that ties the rows to their states; made when all rows before it are written."""
        from store import exchange_key
        from store.workbook import sync_sheet

        def chunks() -> Iterator[list[tuple[str, ...]]]:
            receipts = self._changed.receipts if self._changed is not None else None
            payload = lines(self._book, self._made, self._ids, self._names, receipts if self._everything else ())
            yield [(cell,) for cell in sync_sheet.pack(payload, exchange_key.key_of(self._book))]

        return sync_sheet.sheet(chunks())

    def notes(self, written: Written) -> tuple[str, ...]:
        """What the person who asked should know about the file."""
        left_out = (
            f"{header}: {count:,} {'value was' if count == 1 else 'values were'} left out, too long for a cell or an"
            " order to it. The book keeps them, and importing this file changes nothing about them."
            for header, count in written.left_out.items()
        )
        return (*((ONLY_CUSTOMERS,) if self._csv and self._everything else ()), *left_out)
