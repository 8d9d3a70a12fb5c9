"""The shops of the business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import StoreError
from store.fields import STORE_MARKS, clean_line
from store.records import Store

if TYPE_CHECKING:
    from store.database import Book


def all_stores(book: Book) -> tuple[Store, ...]:
    """Every store, by name."""
    return tuple(Store(*row) for row in book.rows("SELECT id, code, name FROM store ORDER BY name, id"))


def ensure(book: Book, name: str, code: str = "") -> Store:
    """The store of this name (whatever its case), made if the book has none; an empty code is filled in.

    Raises StoreError when the name is blank or holds what separates names in a workbook.
    """
    line = clean_line(name)
    if not line or STORE_MARKS & set(line):
        raise StoreError(f"A store's name has letters, and neither ; nor |: {name!r} cannot be one.")
    with book.write():
        known = next((store for store in all_stores(book) if store.name.casefold() == line.casefold()), None)
        if known is None:
            row = book.execute("INSERT INTO store (code, name) VALUES (?, ?)", (code, line))
            return Store(int(row.lastrowid or 0), code, line)
        if code and not known.code:
            book.execute("UPDATE store SET code = ? WHERE id = ?", (code, known.id))
            return Store(known.id, code, known.name)
        return known
