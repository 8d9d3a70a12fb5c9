"""Taking the steps of an import that concern stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import store_moves, store_names
from store.merge.renames import Rename
from store.workbook import journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.database import Book
    from store.workbook.customer_steps import Shop
    from store.workbook.journal import Run
    from store.workbook.take_back_work import Record, Work

MOST_MOVED = 100
"""Customers, or receipts, that one transaction moves from a store to the one that it becomes."""
STAYS = "The store {} was called {} before the import, and keeps the new name."


def move_first(shop: Shop, steps: Sequence[Sequence[Any]]) -> Iterator[None]:
    """Move what is of stores that become one, a little in each transaction, before `write_renames` does the rest.

    That it was begun is recorded: without its stage the import is taken back, and the stores are renamed all the same.
    """
    renames = _in_one(steps)
    for one in store_names.settling(shop.book, renames):
        for going, _ in one.going:
            is_left = True
            while is_left:
                with shop.book.write():
                    journal.renaming(shop.book, shop.run, renames)
                    is_left = store_moves.some(shop.book, one.kept[0], going, MOST_MOVED)
                yield


def write_renames(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Learn what other books call stores now, and call them so; taking the import back leaves them their names."""
    learn(shop.book, shop.run, _in_one(steps))
    journal.renamed(shop.book, shop.run)


def _in_one(steps: Sequence[Sequence[Any]]) -> list[Rename]:
    return [Rename(*rename) for step in steps for rename in step]


def learn(book: Book, run: Run, renames: Sequence[Sequence[Any]]) -> None:
    """Have the book know renames, and the import's record that they stay."""
    for settled in store_names.learn(book, [Rename(*rename) for rename in renames]):
        for name in settled.former:
            journal.stays(book, run, STAYS.format(settled.name, name))


def go_on(work: Work, _kind: str, records: Sequence[Record]) -> None:
    """Rename the stores of an import that was cut off among their customers, as it is taken back."""
    for _, told in records:
        learn(work.book, work.run, (told or {}).get("renames", ()))


def write_stores(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Make stores, or give one its code, but none that another store has got meanwhile."""
    book = shop.book
    codes = {code.casefold() for (code,) in book.rows("SELECT code FROM store WHERE code <> ''")}
    for given, name in steps:
        code = "" if given.casefold() in codes else given
        codes.add(code.casefold())
        found = book.rows("SELECT id, code FROM store WHERE name = ?", (name,))
        if not found:
            row = book.execute("INSERT INTO store (code, name) VALUES (?, ?)", (code, name))
            journal.made(book, shop.run, "store", {int(row.lastrowid or 0): name})
        elif code and not found[0][1]:
            journal.changed(book, shop.run, "store", found[0][0], {"code": found[0][1], "given": code})
            book.execute("UPDATE store SET code = ? WHERE id = ?", (code, found[0][0]))
