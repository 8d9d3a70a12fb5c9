"""What the book knows of renamed stores, and what follows for the stores that it has.

A store's name stands in the states of customers, which books exchange. A rename is therefore noted and goes out with
every workbook: a file from before it is read under the names of now, and another book renames its own store.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store import origin, rows, store_moves, store_unions
from store.merge import codec, state
from store.merge.renames import Rename, StoreNames, folded, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from store.database import Book
    from store.merge.state import Row, Value
    from store.store_unions import Settled

MOST = 500
"""Renames up to which the book learns others from files: far more than a business has, and few enough to be quick."""
_STORES = "stores"


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
        rewrite(book, {name: now for one in settled for name, now in one.called.items()})
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


def rewrite(book: Book, names: Mapping[str, str]) -> None:
    """Have the states that are kept whole speak of stores by the names of now; `names` are by folded former name."""
    rows_of: Counter[str] = Counter()
    concerned: dict[str, str] = {}
    for leader, text in book.execute("SELECT leader_uid, state FROM row_state"):
        rows_of[leader] += 1
        if _speaks_of(text, names):
            concerned[leader] = text
    several: list[str] = []
    alone: list[tuple[str, str]] = []
    for leader, text in concerned.items():
        changed = _one_value(text, names) if rows_of[leader] == 1 else None
        if changed is None:
            several.append(leader)
        else:
            alone.append((changed, leader))
    book.raw().executemany("UPDATE row_state SET state = ? WHERE uid = ?", alone)
    for person in rows.by_uid(book, several).values():
        all_rows = {uid: in_row(row, lambda name: names.get(folded(name), name)) for uid, row in person.rows.items()}
        rows.keep(book, person.id, person.uid, all_rows, person.values)
    for uid, text in book.rows("SELECT uid, state FROM member_state"):
        if _speaks_of(text, names):
            book.execute("UPDATE member_state SET state = ? WHERE uid = ?", (_states(text, names), uid))


def _one_value(text: str, names: Mapping[str, str]) -> str | None:
    """A whole state of which no question can go or come, rewritten without being read; None for any other."""
    told = json.loads(text)
    versions = told["f"].get(_STORES, ())
    if len(versions) > 1 or _STORES in told["o"]:
        return None
    for version in versions:
        version[2] = version[2] and in_names(tuple(version[2]), lambda name: names.get(folded(name), name))
    return codec.dumps(told)


def _speaks_of(text: str, names: Mapping[str, str]) -> bool:
    lowered = text.casefold()
    return any(codec.dumps(name) in lowered for name in names)


def _state(text: str, names: Mapping[str, str]) -> str:
    row = in_row(codec.parsed(json.loads(text)), lambda name: names.get(folded(name), name))
    return codec.dumps(codec.whole(row))


def _states(text: str, names: Mapping[str, str]) -> str:
    told = {uid: codec.parsed(row) for uid, row in json.loads(text).items()}
    said = {uid: in_row(row, lambda name: names.get(folded(name), name)) for uid, row in told.items()}
    return codec.dumps({uid: codec.whole(row) for uid, row in said.items()})


def in_value(value: Value, called: Callable[[str], str]) -> Value:
    """The stores of a state's value, each called otherwise."""
    return in_names(value, called) if isinstance(value, tuple) else value


def in_names(stores: tuple[str, ...], called: Callable[[str], str]) -> tuple[str, ...]:
    """Names of stores in the order of a state, each called otherwise."""
    names = tuple(map(called, stores))
    return stores if names == stores else rows.stores_of(names)


def in_row(row: Row, called: Callable[[str], str]) -> Row:
    """A row in which each store is called otherwise; what a list offers keeps the name that follows from its value."""
    versions, offers = row.fields.get(_STORES, frozenset()), row.offers.get(_STORES, frozenset())
    now = frozenset(version._replace(value=in_value(version.value, called)) for version in versions)
    offered = frozenset(_offer(offer, called) for offer in offers)
    if now == versions and offered == offers:
        return row
    fields = {**row.fields, _STORES: now} if versions else row.fields
    return state.settled(replace(row, fields=fields, offers={**row.offers, _STORES: offered} if offers else row.offers))


def _offer(offer: state.Offer, called: Callable[[str], str]) -> state.Offer:
    value = in_value(offer.value, called)
    derived = offer.key == state.value_key(_STORES, offer.value)
    key = state.value_key(_STORES, value) if derived else offer.key
    return offer._replace(key=key, value=value, base=in_value(offer.base, called))


@contextmanager
def foreseen(book: Book, settled: Sequence[Settled]) -> Iterator[None]:
    """Let this thread see the book as it will be with these stores renamed; inside a snapshot, and nothing is written.

    What hides the tables are temporary ones of the same names, which no other connection knows of.
    """
    if not settled:
        yield
        return
    names = {name: now for one in settled for name, now in one.called.items()}
    called = {store_id: one.name for one in settled for store_id, _ in (one.kept, *one.going)}

    def renamed(text: str) -> str:
        return _state(text, names) if _speaks_of(text, names) else text

    stores: list[tuple[Any, ...]] = [
        (store_id, code, called.get(store_id, name))
        for store_id, code, name in book.rows("SELECT id, code, name FROM store ORDER BY id")
    ]
    stores += [(-store_id, "", name) for one in settled for store_id, name in one.beside]
    book.raw().create_function("renamed_stores", 1, renamed, deterministic=True)
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
