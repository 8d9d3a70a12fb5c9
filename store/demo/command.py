"""`regulars demo`: fill a new book, telling how far it is."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from store.answer import OK, STOPPED, fail, put, say
from store.database import open_book
from store.demo.shop import check_size, make_shop

if TYPE_CHECKING:
    import argparse


class _Teller:
    """Says how far the filling is: on a terminal on one line, else on a line each tenth of the way."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._told = -1

    def __call__(self, done: int, total: int) -> None:
        step = done * (100 if self._live else 10) // total
        if step == self._told:
            return
        self._told = step
        words = f"{done:,} of {total:,} customers"
        put(f"\r{words}" if self._live else f"{words}\n")

    def end(self) -> None:
        """Leave the live line."""
        if self._live and self._told >= 0:
            put("\n")


def fill_book(arguments: argparse.Namespace) -> int:
    """Carry out `regulars demo`; its exit code. Raises StoreError when the book cannot be filled."""
    receipts = check_size(arguments.customers, arguments.receipts)
    book = open_book(arguments.db)
    tell, started = _Teller(), time.monotonic()
    try:
        written = make_shop(book, customers=arguments.customers, receipts=receipts, seed=arguments.seed, progress=tell)
    except KeyboardInterrupt:
        tell.end()
        held = book.rows("SELECT count(*) FROM customer")[0][0]
        left = f"holds {held:,} customers of the demo shop" if held else "is still empty"
        return fail(f"Stopped. {book.path} {left}.", STOPPED)
    finally:
        book.close()
    tell.end()
    seconds = max(time.monotonic() - started, 0.001)
    say(f"The demo shop is in {book.path}: {written:,} rows in {seconds:.1f} s ({written / seconds:,.0f} a second).")
    return OK
