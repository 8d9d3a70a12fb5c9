"""What the book knows of renamed stores, and what follows for the stores that it has.

A store's name stands in the states of customers, which books exchange. A rename is therefore noted and goes out with
every workbook: a file from before it is read under the names of now, and another book renames its own store.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from store import origin, rows, store_moves, store_states, store_unions
from store.merge.renames import Rename, StoreNames, folded, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from store.database import Book
    from store.store_unions import Settled

MOST = 500
"""Renames up to which the book learns others from files: far more than a business has, and few enough to be quick."""


def known(book: Book) -> StoreNames:
    """The renames that the book knows."""
    return StoreNames(_kept(book))


def _kept(book: Book) -> list[Rename]:
    return [Rename(*row) for row in book.rows("SELECT former, used, name, at, origin FROM store_rename")]


def told(book: Book) -> list[Rename]:
    """The renames as they go out."""
    return sorted(_kept(book))


def lacking(book: Book, renames: Iterable[Rename]) -> list[Rename]:
    """Those of a file's renames that the book does not know, or knows as earlier ones."""
    have = joined(_kept(book))
    return [
        rename for key, rename in sorted(joined(renames).items()) if key not in have or have[key].rank < rename.rank
    ]


def room(book: Book, lacks: Sequence[Rename]) -> list[Rename]:
    """Those of the renames that the book lacks for which it has room; the later ones of those it knows always fit."""
    have = joined(_kept(book))
    new = [rename for rename in lacks if rename.key not in have]
    over = set(new[max(MOST - len(have), 0) :])
    return [rename for rename in lacks if rename not in over]


def note(book: Book, old: str, new: str) -> None:
    """Note that somebody renamed a store at this book; inside the transaction that does it."""
    rename = known(book).renaming(old, new, rows.now(), origin.current(book))
    _put(book, [rename])


def _put(book: Book, renames: Iterable[Rename]) -> None:
    book.raw().executemany(
        "INSERT OR REPLACE INTO store_rename (former, used, name, at, origin) VALUES (?, ?, ?, ?, ?)", renames
    )


def settling(book: Book, renames: Sequence[Rename]) -> list[Settled]:
    """Which stores of the book become others once it knows these renames too."""
    return store_unions.settling(book, known(book), renames)


def learn(book: Book, renames: Sequence[Rename]) -> list[Settled]:
    """Have the book know these renames, and its stores be called so; what became of them. Inside a transaction."""
    settled = settling(book, renames)
    _put(book, lacking(book, renames))
    for one in settled:  # names may change places
        for store_id, _ in (one.kept, *one.going):
            book.execute("UPDATE store SET name = ? WHERE id = ?", (f";{store_id}", store_id))
    for one in settled:
        for going_id, _ in one.going:
            _become_one(book, one.kept[0], going_id)
        book.execute("UPDATE store SET name = ? WHERE id = ?", (one.name, one.kept[0]))
    for one in settled:
        for store_id, name in one.beside:
            book.execute("UPDATE store SET name = ? WHERE id = ?", (name, store_id))
    if settled:
        store_states.begin(book, {name: now for one in settled for name, now in one.called.items()})
    return settled


def _become_one(book: Book, kept: int, going: int) -> None:
    """Move all that refers to a store to the one that stays.

    The store goes, unless it has receipts whose numbers the other has as well: those are two sales, and stay apart.
    """
    ids: dict[str, object] = {"kept": kept, "going": going}
    store_moves.customers(book, kept, going)
    store_moves.receipts(book, kept, going)
    book.execute(
        "UPDATE store SET code = (SELECT code FROM store WHERE id = :going) WHERE id = :kept AND code = ''", ids
    )
    book.execute("DELETE FROM store WHERE id = :going AND id NOT IN (SELECT store_id FROM receipt WHERE "
                 "store_id = :going)", ids)  # fmt: skip


def ids(book: Book) -> dict[str, int]:
    """The ids of stores by folded name; one that was renamed is also known by the names that it gave up."""
    here = {folded(name): store_id for store_id, name in book.rows("SELECT id, name FROM store")}
    names = known(book)
    former = {name: now for name in names.former if (now := names.formerly(name)) and folded(now) in here}
    return {**{name: here[folded(now)] for name, now in former.items()}, **here}


def now(book: Book) -> Callable[[str], str]:
    """What stores are called now, by a name that the book had for them at some time."""
    here = {folded(name) for (name,) in book.rows("SELECT name FROM store")}
    names = known(book)
    former = {name: now for name in names.former - here if (now := names.formerly(name))}
    return lambda name: former.get(folded(name), name)


@contextmanager
def foreseen(book: Book, settled: Sequence[Settled]) -> Iterator[None]:
    """Let this thread see the book as it will be with these stores renamed; inside a snapshot, and nothing is written.

    What hides the tables are temporary ones of the same names, which no other connection knows of.
    """
    if not settled:
        yield
        return
    names = {name: now for one in settled for name, now in one.called.items()}
    names |= {former: names.get(folded(now), now) for former, now in store_states.noted(book).items()}
    called = {store_id: one.name for one in settled for store_id, _ in (one.kept, *one.going)}

    def renamed(text: str) -> str:
        return store_states.in_state(text, names) if store_states.speaks_of(text, names) else text

    stores: list[tuple[Any, ...]] = [
        (store_id, code, called.get(store_id, name))
        for store_id, code, name in book.rows("SELECT id, code, name FROM store ORDER BY id")
    ]
    stores += [(-store_id, "", name) for one in settled for store_id, name in one.beside]
    book.raw().create_function("renamed_stores", 1, renamed, deterministic=True)
    book.execute("CREATE TEMP TABLE setting AS SELECT * FROM main.setting WHERE name <> ?", (store_states.NOTE,))
    book.execute("CREATE TEMP TABLE store (id INTEGER PRIMARY KEY, code TEXT, name TEXT COLLATE NOCASE)")
    book.execute(
        "CREATE TEMP VIEW row_state AS SELECT uid, leader_uid, renamed_stores(state) AS state, asks, hides "
        "FROM main.row_state"
    )
    book.raw().executemany("INSERT INTO temp.store VALUES (?, ?, ?)", stores)
    book.execute(f"CREATE TEMP VIEW receipt AS {_receipts_of(book, settled)}")
    try:
        yield
    finally:
        book.execute("DROP VIEW temp.receipt")
        book.execute("DROP VIEW temp.row_state")
        book.execute("DROP TABLE temp.store")
        book.execute("DROP TABLE temp.setting")


def _receipts_of(book: Book, settled: Sequence[Settled]) -> str:
    """The query of the receipts: those that stay apart are of the store beside, the negative of its id."""
    columns = [name for (_, name, *_) in book.rows("PRAGMA main.table_info(receipt)")]
    apart = [
        f"WHEN store_id = {store_id} AND EXISTS (SELECT 1 FROM main.receipt AS other WHERE other.number = own.number "  # noqa: S608  # ids
        f"AND other.store_id IN ({', '.join(str(before) for before in one.before(store_id))})) THEN -store_id"
        for one in settled
        for store_id, _ in one.beside
    ]
    store = f"CASE {' '.join(apart)} ELSE store_id END AS store_id" if apart else "store_id"
    return f"SELECT {', '.join(store if name == 'store_id' else name for name in columns)} FROM main.receipt AS own"  # noqa: S608  # as above
