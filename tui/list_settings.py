"""How this till arranged its list: columns and sorting, kept in the book for each till."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from store import fields, settings
from store.records import DEFAULT_COLUMNS, ListQuery

if TYPE_CHECKING:
    from store.database import Book

CHOOSABLE: tuple[str, ...] = (
    *DEFAULT_COLUMNS,
    *(name for name in fields.COLUMN_LABELS if name not in {*DEFAULT_COLUMNS, "first_name", "last_name"}),
)
"""Every column a list may have: the manual's, then all other fields. The name stands in one column."""


def arranged(book: Book, query: ListQuery) -> ListQuery:
    """The query with this till's columns and sorting; what a book of another version no longer knows is left out."""
    kept = settings.get(book, _own(book, "columns"))
    columns = tuple(name for name in kept if name in CHOOSABLE) if isinstance(kept, list) else ()
    order = str(settings.get(book, _own(book, "order")))
    return replace(
        query,
        columns=with_name(columns) if columns else DEFAULT_COLUMNS,
        order=order if order in SORTABLE else "name",
        descending=bool(settings.get(book, _own(book, "descending"))),
    )


def keep(book: Book, query: ListQuery) -> None:
    """Remember the query's columns and sorting for this till."""
    with book.write():
        settings.put(book, _own(book, "columns"), list(query.columns if query.columns != DEFAULT_COLUMNS else ()))
        settings.put(book, _own(book, "order"), query.order)
        settings.put(book, _own(book, "descending"), query.descending)


def with_name(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns with the name among them: a list of customers without names is of no use."""
    return columns if "name" in columns else ("name", *columns)


SORTABLE: tuple[str, ...] = tuple(name for name in CHOOSABLE if name not in {"photo", "stores", "notes"})
"""Columns that a list can be sorted by."""


def _own(book: Book, name: str) -> str:
    return f"{name}@{book.actor.till}"
