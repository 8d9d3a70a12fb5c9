"""`regulars export`: from the words of the command line to an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import folding, stores
from store.answer import OK, REFUSED, fail, say
from store.database import open_book
from store.errors import WrongWordsError
from store.exchange import ExportRequest
from store.fields import BY_NAME, COLUMN_LABELS, FIELDS, NAME_ALIASES
from store.records import ListQuery
from store.stores import UnknownStoreError
from store.workbook.exporter import export
from store.workbook.meter import Meter
from store.workbook.target import typed_place

if TYPE_CHECKING:
    import argparse

    from store.database import Book

EVERY_COLUMN = tuple(field.name for field in FIELDS if field.name != "uid")


def export_file(arguments: argparse.Namespace) -> int:
    """Carry out `regulars export`; its exit code. An existing file is replaced."""
    meter = Meter()
    book = open_book(arguments.db, create=False, report=meter)
    try:
        request = _request(book, arguments)
        result = export(book, typed_place(arguments.file), request, report=meter)
    except UnknownStoreError as error:
        return fail(str(error), REFUSED)
    finally:
        meter.clear()
        book.close()
    counts = ", ".join(f"{name} {rows:,}" for name, rows in result.sheets.items())
    say(f"Wrote {result.path}: {counts}.")
    for note in result.notes:
        say(note)
    return OK


def _request(book: Book, arguments: argparse.Namespace) -> ExportRequest:
    if arguments.store is None and not arguments.search and arguments.columns is None:
        return ExportRequest(customers_only=arguments.customers)
    if arguments.all:
        raise WrongWordsError("--all means every sheet; it goes without --store, --search and --columns.")
    query = ListQuery(
        text=arguments.search,
        store_id=None if arguments.store is None else stores.named(book, arguments.store).id,
        columns=EVERY_COLUMN if arguments.columns is None else columns_named(arguments.columns),
    )
    return ExportRequest(query)


def columns_named(labels: str) -> tuple[str, ...]:
    """Columns by their labels, or other words for them, separated by commas: `Name, Phone, Apt, Suite, etc.`.

    A label may hold commas itself, so the longest that fits is taken. Raises StoreError for an unknown one.
    """
    words = {folding.fold(name): "name" for name in NAME_ALIASES}
    words |= {folding.fold(alias): name for name in EVERY_COLUMN for alias in (name, *BY_NAME[name].aliases)}
    words |= {folding.fold(label): name for name, label in COLUMN_LABELS.items()}
    parts = [part.strip() for part in folding.fold(labels).split(",")]
    found: list[str] = []
    at = 0
    while at < len(parts):
        for end in range(len(parts), at, -1):
            if (name := words.get(", ".join(parts[at:end]))) is not None:
                found.append(name)
                at = end
                break
        else:
            if parts[at]:
                known = "; ".join(COLUMN_LABELS.values())
                raise WrongWordsError(f"No column is called {labels.split(',')[at].strip()!r}. There are: {known}.")
            at += 1
    if not found:
        raise WrongWordsError("--columns names no column.")
    return tuple(dict.fromkeys(found))
