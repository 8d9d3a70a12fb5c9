"""How long one search query takes, in this process: a screenful of rows for what has been typed so far."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING

from store import search
from store.database import Book, open_book
from store.records import ListQuery
from tests.bench.figures import beside, percentile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.budgets import Figure
    from tests.bench.setting import Setting

_CUSTOMERS = 120
_WARM_UP = 100
_LONGEST = 14


def typed(book: Book) -> list[str]:
    """Everything that stands in the search box while people look for customers drawn by chance."""
    rng = Random(11)
    most = book.rows("SELECT max(id) FROM customer")[0][0]
    texts: list[str] = []
    for _ in range(_CUSTOMERS):
        found = book.rows(
            "SELECT first_name || ' ' || last_name, last_name || ' ' || first_name, email, phone_digits, id_number, "
            "gift_card FROM customer WHERE id = ?",
            (rng.randint(1, most),),
        )[0]
        chosen = rng.choice([value for value in (*found[:2], *found) if value])
        texts += [chosen[:length] for length in range(1, min(len(chosen), _LONGEST) + 1)]
    return texts


def queries(setting: Setting) -> Iterator[Figure]:
    """The 99th percentile of one page for what is typed."""
    for size in setting.sizes:
        book = open_book(setting.book(size))
        texts = typed(book)
        for text in texts[:_WARM_UP]:
            search.page(book, ListQuery(text=text))
        times = []
        for text in texts:
            started = time.perf_counter()
            search.page(book, ListQuery(text=text))
            times.append((time.perf_counter() - started) * 1000)
        book.close()
        yield beside("query", size, percentile(times, 99), None, len(times))
