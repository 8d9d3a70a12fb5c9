"""Taking back what an import did, where its stage is gone: from the record of what every row was before.

What somebody saved after the import is left as they saved it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from store import indexing, programme
from store.workbook import journal
from store.workbook.customer_steps import Shop, write_edit
from store.workbook.outcome import Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.database import Book
    from store.workbook.journal import Run

SLICE = 100
"""Rows that are taken back in one transaction."""
_REFERRING = ("loyalty_entry", "receipt", "feedback")


def take_back(book: Book, run: Run) -> None:
    """Take a cut-off import back in slices; it may be cut off itself, and goes on at the next call."""
    shop = Shop(book, run, Report())
    for kind, restore in _RESTORERS.items():
        while True:
            with book.write():
                if not journal.is_running(book, run):
                    return
                rows = book.rows(
                    "SELECT row_id, before FROM import_change WHERE run_id = ? AND kind = ? "
                    "ORDER BY row_id DESC LIMIT ?",
                    (run.id, kind, SLICE),
                )
                for row_id, before in rows:
                    restore(shop, kind, row_id, None if before is None else json.loads(before))
                    book.execute(
                        "DELETE FROM import_change WHERE run_id = ? AND kind = ? AND row_id = ?", (run.id, kind, row_id)
                    )
            if not rows:
                break
    programme.receipts_went(book)
    journal.end(book, run, journal.TAKEN_BACK)


def _plain(shop: Shop, kind: str, row_id: int, before: dict[str, Any] | None) -> None:
    if before is None:
        shop.book.execute(f"DELETE FROM {kind} WHERE id = ?", (row_id,))  # noqa: S608  # a key of _RESTORERS
        return
    shop.book.execute(
        f"UPDATE {kind} SET {', '.join(f'{name} = ?' for name in before)} WHERE id = ?",  # noqa: S608  # as above
        (*before.values(), row_id),
    )


def _entry(shop: Shop, kind: str, row_id: int, before: dict[str, Any] | None) -> None:
    del kind, before  # entries are only ever made
    book = shop.book
    book.execute(
        "UPDATE customer SET points = customer.points - e.points, row_digest = NULL "
        "FROM (SELECT customer_id, points FROM loyalty_entry WHERE id = ?) AS e WHERE customer.id = e.customer_id",
        (row_id,),
    )
    book.execute("DELETE FROM loyalty_entry WHERE id = ?", (row_id,))


def _customer(shop: Shop, kind: str, row_id: int, before: dict[str, Any] | None) -> None:
    del kind
    book = shop.book
    found = book.rows("SELECT version, ord FROM customer WHERE id = ?", (row_id,))
    if not found:
        return
    version, rank = found[0]
    version -= journal.times_raised(book, shop.run, row_id)
    if before is not None:
        if version == before.pop("version") + 1:
            names = before.pop("stores", None)
            shop.know_stores()
            store_ids = None if names is None else shop.store_ids(names)
            write_edit(shop, row_id, before, store_ids, None)
        return
    in_use = any(book.rows(f"SELECT 1 FROM {table} WHERE customer_id = ? LIMIT 1", (row_id,)) for table in _REFERRING)  # noqa: S608
    if version == 1 and not in_use:
        indexing.unindex(book, rank, indexing.stored_words(book, rank))
        book.execute("DELETE FROM customer WHERE id = ?", (row_id,))


def _store(shop: Shop, kind: str, row_id: int, before: dict[str, Any] | None) -> None:
    in_use = any(
        shop.book.rows(f"SELECT 1 FROM {table} WHERE store_id = ? LIMIT 1", (row_id,))  # noqa: S608  # two constants
        for table in ("customer_store", "receipt")
    )
    if before is not None or not in_use:
        _plain(shop, kind, row_id, before)


def _nothing(shop: Shop, kind: str, row_id: int, before: dict[str, Any] | None) -> None:
    """A count that `_customer` needs until the customers are done."""


_RESTORERS: dict[str, Callable[[Shop, str, int, dict[str, Any] | None], None]] = {
    "feedback": _plain,
    "receipt_payment": _plain,
    "receipt_tax": _plain,
    "receipt_item": _plain,
    "receipt": _plain,
    "loyalty_entry": _entry,
    "customer": _customer,
    journal.RAISED: _nothing,
    "store": _store,
}
"""How each kind of row is taken back, those that refer to others first."""
