"""The names of renamed stores in the states that are kept whole: rewritten a few at a time, and read as they are now.

A rename takes no longer for these than to note it. Whoever reads states before all are rewritten reads the names of
now, and whoever is cut off leaves the note: it is gone through when the book is next opened, or something is imported.
"""

from __future__ import annotations

import json
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from store import rows, settings
from store.merge import codec, state
from store.merge.renames import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from store.database import Book
    from store.merge.state import Row, Value

HOLD_SECONDS = 0.008
"""How long a slice may hold the write lock."""
PAUSE_SECONDS = 0.008
"""How long the lock is free at least between two slices."""
FIRST_SLICE, LARGEST_SLICE = 8, 200
"""Customers in one slice; measured time decides."""
_LOOKED_AT = 500
"""States that are looked at together, before the lock is taken for those that speak of the stores."""
_STORES = "stores"
NOTE = "stores_renamed"
"""The setting that holds the names, former and now, in turns."""


def noted(book: Book) -> dict[str, str]:
    """The names now by the folded former names that states may still have."""
    told = settings.get(book, NOTE)
    return dict(zip(told[::2], told[1::2], strict=True)) if isinstance(told, list) else {}


def begin(book: Book, names: Mapping[str, str]) -> None:
    """Have states speak of stores by the names of now from here on; `names` are by folded former name.

    Inside the transaction that renames the stores; `finish` after it. Names that change places, or that change before
    those that changed earlier are through, are rewritten at once.
    """
    before = noted(book)
    at_once = before or any(names.get(folded(now), now) != now for now in names.values())
    if before:
        settings.put(book, NOTE, [])
        _rewrite_all(book, before)
    if at_once:
        _rewrite_all(book, names)
    else:
        settings.put(book, NOTE, [word for pair in names.items() for word in pair])


def _rewrite_all(book: Book, names: Mapping[str, str]) -> None:
    for leaders in _speaking(book, names):
        _rewrite(book, leaders, names)
    _rewrite_members(book, names)


def finish(book: Book) -> None:
    """Rewrite what is left to be rewritten; the lock is free between two slices."""
    for _ in slices(book):
        time.sleep(PAUSE_SECONDS)


def slices(book: Book, around: Callable[[], AbstractContextManager[None]] = nullcontext) -> Iterator[int]:
    """Rewrite what is left to be rewritten, a slice in each transaction and inside `around`; how many customers."""
    names = noted(book)
    if not names:
        return
    size = FIRST_SLICE
    for leaders in _speaking(book, names):
        left = leaders
        while left:
            part, left = left[:size], left[size:]
            with book.write():
                start = time.perf_counter()
                if noted(book) != names:
                    return
                with around():
                    _rewrite(book, part, names)
            held = max(time.perf_counter() - start, 0.0001)
            size = max(1, min(int(len(part) * HOLD_SECONDS / held), 2 * size, LARGEST_SLICE))
            yield len(part)
    with book.write():
        if noted(book) == names:
            _rewrite_members(book, names)
            settings.put(book, NOTE, [])


def _speaking(book: Book, names: Mapping[str, str]) -> Iterator[list[str]]:
    """The customers one of whose states speaks of these stores, as far as these are found together."""
    last = ""
    while some := book.rows(
        "SELECT uid, leader_uid, state FROM row_state WHERE uid > ? ORDER BY uid LIMIT ?", (last, _LOOKED_AT)
    ):
        last = some[-1][0]
        if leaders := list(dict.fromkeys(leader for _, leader, text in some if speaks_of(text, names))):
            yield leaders


def _rewrite(book: Book, leaders: Sequence[str], names: Mapping[str, str]) -> None:
    states: dict[str, list[str]] = {}
    for marks, part in rows.in_parts(leaders):
        for leader, text in book.rows(
            f"SELECT leader_uid, state FROM row_state WHERE leader_uid IN ({marks})",  # noqa: S608
            part,
        ):
            states.setdefault(leader, []).append(text)
    several: list[str] = []
    alone: list[tuple[str, str]] = []
    for leader, texts in states.items():
        changed = _one_value(texts[0], names) if len(texts) == 1 else None
        if changed is None:
            several.append(leader)
        else:
            alone.append((changed, leader))
    book.raw().executemany("UPDATE row_state SET state = ? WHERE uid = ?", alone)
    for person in rows.by_uid(book, several).values():
        all_rows = {uid: in_row(row, called(names)) for uid, row in person.rows.items()}
        rows.keep(book, person.id, person.uid, all_rows, person.values)


def _rewrite_members(book: Book, names: Mapping[str, str]) -> None:
    for uid, text in book.rows("SELECT uid, state FROM member_state"):
        if speaks_of(text, names):
            book.execute("UPDATE member_state SET state = ? WHERE uid = ?", (in_states(text, names), uid))


def called(names: Mapping[str, str]) -> Callable[[str], str]:
    """What a store is called now, by the names that it had."""
    return lambda name: names.get(folded(name), name)


def _one_value(text: str, names: Mapping[str, str]) -> str | None:
    """A whole state of which no question can go or come, rewritten without being read; None for any other."""
    told = json.loads(text)
    versions, offers = told["f"].get(_STORES, ()), told["o"].get(_STORES, ())
    if len(versions) + len(offers) > 1:
        return None
    for version in versions:
        version[2] = version[2] and in_names(tuple(version[2]), called(names))
    for offer in offers:
        at, key, value, why, base, *more = offer
        values = (tuple(one) if isinstance(one, list) else one for one in (value, base))
        offer[:] = codec.told_of(_offer(state.Offer(at, key, next(values), why, next(values), *more), called(names)))
    return codec.dumps(told)


def speaks_of(text: str, names: Mapping[str, str]) -> bool:
    """Whether a state, as it is kept, may name one of these stores."""
    lowered = text.casefold()
    return any(codec.dumps(name) in lowered for name in names)


def in_state(text: str, names: Mapping[str, str]) -> str:
    """A state, as it is kept, with its stores called so."""
    row = in_row(codec.parsed(json.loads(text)), called(names))
    return codec.dumps(codec.whole(row))


def in_states(text: str, names: Mapping[str, str]) -> str:
    """As `in_state`, for the states of several uids in one."""
    told = {uid: codec.parsed(row) for uid, row in json.loads(text).items()}
    said = {uid: in_row(row, called(names)) for uid, row in told.items()}
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
