"""The search index and the name ranks, kept by whoever writes a customer.

A customer's `ord` is a rank in the order of `name_key` with gaps, and the search index's row id: what the index finds
comes out in name order, unsorted. A new name takes a place in its gap; a closed gap is opened by moving the next rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.folding import domain_token, search_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from store.database import Book

GAP = 1024
"""The distance between neighbours that are placed with room to spare."""
START = 1 << 32
"""The first customer's rank: room for four million names before it."""
LEAST_STEP = 32
"""How far apart rows stand at least where a gap was opened again."""

WORD_COLUMNS = (
    "first_name", "last_name", "email", "phone", "phone_digits", "id_number", "gift_card", "loyalty", "active",
)  # fmt: skip
"""The customer's columns that the search index reads, in the order of `words_of`."""


def words_of(row: Sequence[object], store_ids: Iterable[int] = ()) -> str:
    """The index's text for a customer: `row` holds the WORD_COLUMNS in their order."""
    return search_words(*row, ",".join(map(str, store_ids)))  # type: ignore[call-arg, arg-type]  # a row of WORD_COLUMNS


def stored_words(book: Book, ord_: int) -> str:
    """The index's text for a customer as the tables have it now; to be taken before they change."""
    return str(book.rows("SELECT words FROM customer_words WHERE ord = ?", (ord_,))[0][0])


def index(book: Book, ord_: int, words: str) -> None:
    """Make a customer findable."""
    book.execute("INSERT INTO customer_search (rowid, words) VALUES (?, ?)", (ord_, words))


def unindex(book: Book, ord_: int, words: str) -> None:
    """Take a customer out of the index; `words` is the very text that was put in."""
    book.execute("INSERT INTO customer_search (customer_search, rowid, words) VALUES ('delete', ?, ?)", (ord_, words))


def know_domain(book: Book, email: str) -> None:
    """Remember an e-mail's domain, so that the search can name whole domains for a typed beginning."""
    _, _, domain = email.rpartition("@")
    if domain:
        book.execute("INSERT OR IGNORE INTO email_domain (token) VALUES (?)", (domain_token(domain),))


def place(book: Book, name_key: str) -> int:
    """A free rank for a name, after those that equal it."""
    return place_many(book, [name_key])[0]


def place_many(book: Book, sorted_keys: Sequence[str]) -> list[int]:
    """Free ranks for names in ascending order. The rows must be inserted before the next call, in one transaction."""
    ranks: list[int] = []
    while len(ranks) < len(sorted_keys):
        first = sorted_keys[len(ranks)]
        low = _rank(book, "name_key <= ? ORDER BY name_key DESC, ord DESC", first)
        following = book.rows(
            "SELECT ord, name_key FROM customer INDEXED BY customer_name_key WHERE name_key > ? "
            "ORDER BY name_key, ord LIMIT 1",
            (first,),
        )
        if not following:
            count = len(sorted_keys) - len(ranks)
            start = START - GAP if low is None else low
            ranks += range(start + GAP, start + GAP * count + 1, GAP)
            break
        high, bound = following[0]
        count = 1
        while len(ranks) + count < len(sorted_keys) and sorted_keys[len(ranks) + count] < bound:
            count += 1
        ranks += _between(book, low, high, count)
    return ranks


def _rank(book: Book, condition: str, key: str) -> int | None:
    found = book.rows(
        f"SELECT ord FROM customer INDEXED BY customer_name_key WHERE {condition} LIMIT 1",  # noqa: S608
        (key,),
    )
    return found[0][0] if found else None


def _between(book: Book, low: int | None, high: int, count: int) -> list[int]:
    """`count` ranks between two neighbours; moves the rows from `high` on when there is no room."""
    if low is None:
        low = max(0, high - GAP * (count + 1))
    if high - low > count:
        return _spread(low, high, count)
    window = 64
    while True:
        moving = [rank for (rank,) in book.rows("SELECT ord FROM customer WHERE ord >= ? ORDER BY ord LIMIT ?",
                                                (high, window + 1))]  # fmt: skip
        if len(moving) <= window:
            end = low + GAP * (len(moving) + count + 1)
            break
        end = moving.pop()
        if (end - low) // (len(moving) + count + 1) >= LEAST_STEP:
            break
        window *= 2
    ranks = _spread(low, end, count + len(moving))
    _move(book, list(zip(moving, ranks[count:], strict=True)))
    return ranks[:count]


def _spread(low: int, high: int, count: int) -> list[int]:
    return [low + (high - low) * at // (count + 1) for at in range(1, count + 1)]


def _move(book: Book, moves: list[tuple[int, int]]) -> None:
    """Give rows new ranks in the same order, index rows too; no rank is taken before it is free."""
    rightward = [move for move in reversed(moves) if move[1] > move[0]]
    leftward = [move for move in moves if move[1] < move[0]]
    for old, new in rightward + leftward:
        words = stored_words(book, old)
        unindex(book, old, words)
        book.execute("UPDATE customer SET ord = ? WHERE ord = ?", (new, old))
        index(book, new, words)


def rebuild(book: Book) -> None:
    """Make the whole search index again from the tables: after a change of what it holds."""
    with book.write():
        book.execute("INSERT INTO customer_search (customer_search) VALUES ('rebuild')")
        for (email,) in book.rows("SELECT DISTINCT substr(email, instr(email, '@')) FROM customer WHERE email <> ''"):
            know_domain(book, email)
