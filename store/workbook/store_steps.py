"""Taking the steps of an import that concern stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import store_names
from store.merge.renames import Rename
from store.workbook import journal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.workbook.customer_steps import Shop

STAYS = "The store {} was called {} before the import, and keeps the new name."


def write_renames(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Learn what other books call stores now, and call them so; taking the import back leaves them their names."""
    for settled in store_names.learn(shop.book, [Rename(*step) for step in steps]):
        for name in settled.former:
            journal.stays(shop.book, shop.run, STAYS.format(settled.name, name))


def write_stores(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Make stores, or give one its code."""
    book = shop.book
    for code, name in steps:
        found = book.rows("SELECT id, code FROM store WHERE name = ?", (name,))
        if not found:
            row = book.execute("INSERT INTO store (code, name) VALUES (?, ?)", (code, name))
            journal.made(book, shop.run, "store", {int(row.lastrowid or 0): name})
        elif code and not found[0][1]:
            journal.changed(book, shop.run, "store", found[0][0], {"code": found[0][1], "given": code})
            book.execute("UPDATE store SET code = ? WHERE id = ?", (code, found[0][0]))
