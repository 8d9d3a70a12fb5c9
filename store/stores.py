"""The shops of the business."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from store import folding, store_names, store_states
from store.errors import BookError, FieldError, InvalidSettingsError, StoreError
from store.fields import STORE_MARKS, clean_line
from store.merge.renames import folded
from store.records import Store

if TYPE_CHECKING:
    from store.database import Book


_MOST_NAME, _MOST_CODE = 100, 20
"""Most characters of a store's name and of its code."""
_IN_USE = {
    "customer_store": "Customers belong to {1}: {0}. Take them out of it first.",
    "receipt": "There are receipts of {1}: {0}. A store that has sold cannot be removed.",
}
"""By the table that refers to a store, why it cannot be removed."""


class UnknownStoreError(StoreError):
    """No store has this id, or this name."""

    def __init__(self, sentence: str = "This store is no longer in the book.") -> None:
        super().__init__(sentence)


def all_stores(book: Book) -> tuple[Store, ...]:
    """Every store, by name."""
    return tuple(Store(*row) for row in book.rows("SELECT id, code, name FROM store ORDER BY name, id"))


def named(book: Book, name: str) -> Store:
    """The store that a person calls so: by its name, or else its code, whatever the case and accents.

    Raises UnknownStoreError, with the names there are.
    """
    known, wanted = all_stores(book), folding.fold(name).strip()
    for called in (
        [store for store in known if store.name == name],
        [store for store in known if folding.fold(store.name) == wanted],
        [store for store in known if store.code and folding.fold(store.code) == wanted],
    ):
        if called:
            return called[0]
    names = ", ".join(store.name for store in known) or "none"
    raise UnknownStoreError(f"No store is called {name}. The book's stores: {names}.")


def ensure(book: Book, name: str, code: str = "") -> Store:
    """The store of this name (whatever its case), made if the book has none; an empty code is filled in.

    Raises StoreError when the name is blank or holds what separates names in a workbook.
    """
    line = clean_line(name)
    if not line or STORE_MARKS & set(line):
        raise StoreError(f"A store's name has letters, and neither ; nor |: {name!r} cannot be one.")
    store_states.finish(book)  # who gets a name that another store had
    with book.write():
        known = next((store for store in all_stores(book) if store.name.casefold() == line.casefold()), None)
        if known is None:
            row = book.execute("INSERT INTO store (code, name) VALUES (?, ?)", (code, line))
            return Store(int(row.lastrowid or 0), code, line)
        if code and not known.code:
            book.execute("UPDATE store SET code = ? WHERE id = ?", (code, known.id))
            return Store(known.id, code, known.name)
        return known


def rename(book: Book, store_id: int, name: str, code: str = "") -> Store:
    """Give a store another name and code; its customers and receipts stay its own. Other books get to know the name.

    Raises InvalidSettingsError with faults at 'name' and 'code', and UnknownStoreError.
    """
    line, mark = clean_line(name), clean_line(code)
    store_states.finish(book)
    with book.write():
        others = _others(book, store_id)
        faults = _name_faults(line, others)
        if len(mark) > _MOST_CODE:
            faults.append(FieldError("code", f"at most {_MOST_CODE} characters"))
        elif mark and (same := next((store for store in others if store.code.casefold() == mark.casefold()), None)):
            faults.append(FieldError("code", f"already the code of {same.name}"))
        if faults:
            raise InvalidSettingsError(tuple(faults))
        [(old,)] = book.rows("SELECT name FROM store WHERE id = ?", (store_id,))
        book.execute("UPDATE store SET name = ?, code = ? WHERE id = ?", (line, mark, store_id))
        if line != old:
            store_names.note(book, old, line)
            store_states.begin(book, {folded(old): line})
    with suppress(BookError):  # the note stays
        store_states.finish(book)
    return Store(store_id, mark, line)


def remove(book: Book, store_id: int) -> None:
    """Take a store out of the book. Raises StoreError while it has customers or receipts, and UnknownStoreError."""
    with book.write():
        _others(book, store_id)
        (name,) = book.rows("SELECT name FROM store WHERE id = ?", (store_id,))[0]
        for table, sentence in _IN_USE.items():
            (count,) = book.rows(f"SELECT count(*) FROM {table} WHERE store_id = ?", (store_id,))[0]  # noqa: S608  # ours
            if count:
                raise StoreError(sentence.format(f"{count:,}", name))
        book.execute("DELETE FROM store WHERE id = ?", (store_id,))


def _others(book: Book, store_id: int) -> list[Store]:
    known = all_stores(book)
    if all(store.id != store_id for store in known):
        raise UnknownStoreError
    return [store for store in known if store.id != store_id]


def _name_faults(line: str, others: list[Store]) -> list[FieldError]:
    if not line:
        return [FieldError("name", "required")]
    if STORE_MARKS & set(line):
        return [FieldError("name", "without ; and |, which separate stores in a workbook")]
    if len(line) > _MOST_NAME:
        return [FieldError("name", f"at most {_MOST_NAME} characters")]
    if any(store.name.casefold() == line.casefold() for store in others):
        return [FieldError("name", "another store has this name")]
    return []
