"""What every book keeps of a customer so that workbooks can arrive late, twice and in any order: a state-based CRDT.

A row is a multi-value register for each field under one version vector (Shapiro et al. 2011, "A comprehensive study of
convergent and commutative replicated data types"; the vector with dots is Preguiça et al. 2010, "Dotted version
vectors"). `join` is commutative, associative and idempotent, so that nothing depends on which file came first.

Values are those of a customer's columns: texts, whole numbers, a tuple of names for the stores, None for a blank.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Value = str | int | tuple[str, ...] | None
"""What a field of a row may hold."""
POINTS = "points"
"""The pseudo-field under which a list's balances are offered; balances themselves are the ledger's."""
ACTIVE = "active"
DEFAULTED = frozenset({ACTIVE, "loyalty", POINTS})
"""The fields of which whoever is new has a value even where the list says none."""
_SILENT = DEFAULTED | {"reason"}
BIRTH, EDIT = "n", "w"
"""What begins the origin of a customer's first values, and of an edit made in a spreadsheet.

A book's own is hexadecimal: neither letter may be one of its digits.
"""
LAST_TIME = 7_258_118_399
"""The last second of the year 2199, in which all times end: no clock that goes is as late, and no write is later."""
_MARK_SIZE = 8


class Why(StrEnum):
    """Why a value is only offered: it came without the state that would tell what its writer had seen, or looks odd."""

    LIST = "list"
    BLANK = "blank"
    PERSON = "person"


class Version(NamedTuple):
    """A value that somebody wrote: its dot (`origin`, `n`), and the logical time in seconds."""

    at: int
    origin: str
    value: Value
    n: int


class Offer(NamedTuple):
    """A value that is not written but offered. Only a list's is in force, and only where nobody wrote any.

    `key` says which offer it is: the same value of another list is the same offer, a held cell is one of its file.
    `base` is what the cell's editor saw. `source` names the file. `of` is who a list's balance is of by the list alone:
    the uid of its row, or the one that follows from what the row says; '' where nobody knows.
    """

    at: int
    key: str
    value: Value
    why: Why
    base: Value = None
    source: str = ""
    of: str = ""


def mark(*parts: object) -> str:
    """A short name that follows from its parts alone, in every book."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=_MARK_SIZE).hexdigest()


@lru_cache(maxsize=1 << 15, typed=True)
def value_key(name: str, value: Value) -> str:
    """What a value of a field is remembered by once it is superseded, and what a list's offer of it is called."""
    return mark(name, value)


@dataclass(frozen=True, slots=True)
class Row:
    """One uid's state. `seen` is the version vector; `gone` holds the keys of values and offers that are settled."""

    seen: Mapping[str, int] = field(default_factory=dict)
    fields: Mapping[str, frozenset[Version]] = field(default_factory=dict)
    offers: Mapping[str, frozenset[Offer]] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()

    @property
    def is_born(self) -> bool:
        """Whether a book made this customer; one that only lists speak of is not."""
        return any(origin.startswith(BIRTH) for origin in self.seen)

    @property
    def is_empty(self) -> bool:
        """Whether nobody ever said anything here; a row that lost all its values to another uid's is still somebody."""
        return not (self.seen or self.fields or self.offers or self.gone)


NOTHING = Row()
_NONE: frozenset[Offer] = frozenset()


def born(uid: str, values: Mapping[str, Value]) -> Row:
    """A customer as first written. Two books that make the same customer of the same values make the same row.

    The stores are no part of the birth's name: they can be renamed without anybody writing in the row.
    """
    filled = {name: value for name, value in values.items() if not is_blank(value)}
    origin = birth_mark(uid, filled)
    versions = {name: frozenset({Version(0, origin, value, 1)}) for name, value in filled.items()}
    return Row({origin: 1}, versions)


def birth_mark(uid: str, values: Mapping[str, Value]) -> str:
    """The origin of a customer's first values."""
    named = sorted((name, value) for name, value in values.items() if name not in {"stores", "reason"})
    return BIRTH + mark(uid, [pair for pair in named if not is_blank(pair[1])])


def listed(values: Mapping[str, Value], at: int, source: str = "", of: str = "") -> Row:
    """What a list without any state says of somebody: offers, nothing more; `of` is who that is by the list alone.

    Whoever is made by a list without a balance has none: that is offered too, and the balance of a later list asks.
    """
    return Row(offers={name: frozenset({offered(name, value, at, source, of)}) for name, value in values.items()
                       if name == POINTS or not is_blank(value)})  # fmt: skip


def offered(name: str, value: Value, at: int, source: str = "", of: str = "") -> Offer:
    """A list's offer of a value; `of` is kept with a balance alone."""
    return Offer(at, value_key(name, value), value, Why.LIST, source=source, of=of if name == POINTS else "")


def silent(name: str, value: Value, at: int, source: str = "") -> Offer:
    """What a list comes to that says nothing of a field: how whoever it would make has it."""
    return offered(name, None, at, source)._replace(value=value)


def is_silent(name: str, offer: Offer) -> bool:
    """Whether a list says nothing by this offer: it is in force where no list before says anything, and never asked."""
    return name in _SILENT and offer.why is Why.LIST and offer.key == value_key(name, None)


def is_blank(value: Value) -> bool:
    """Whether a value is none; 0 and False are some."""
    return value is None or value in ("", ())


def join(ours: Row, theirs: Row) -> Row:
    """Both rows as one: a value survives unless the other side has seen its dot and dropped it."""
    if ours == theirs:
        return ours
    fields = {name: kept for name in _names(ours.fields, theirs.fields) if (kept := _together(ours, theirs, name))}
    seen = dict(ours.seen)
    for origin, n in theirs.seen.items():
        seen[origin] = max(n, seen.get(origin, 0))
    offers = {
        name: _offered_together(ours.offers.get(name, _NONE), theirs.offers.get(name, _NONE))
        for name in _names(ours.offers, theirs.offers)
    }
    return settled(Row(seen, {name: _agreed(kept) for name, kept in fields.items()}, offers, ours.gone | theirs.gone))


def _names(ours: Mapping[str, object], theirs: Mapping[str, object]) -> Iterator[str]:
    yield from ours
    yield from (name for name in theirs if name not in ours)


def _together(ours: Row, theirs: Row, name: str) -> frozenset[Version]:
    """A field's values on both sides; most are the same one."""
    mine = ours.fields.get(name)
    if mine is not None and len(mine) == 1 and mine == theirs.fields.get(name):
        return mine
    return _surviving(ours, theirs, name) | _surviving(theirs, ours, name)


def _offered_together(mine: frozenset[Offer], others: frozenset[Offer]) -> frozenset[Offer]:
    """A field's offers on both sides; most are the same one."""
    if len(mine) == 1 and mine == others:
        return mine
    return _earlier({offer.key: offer for offer in mine}, others)


def _surviving(one: Row, other: Row, name: str) -> frozenset[Version]:
    """The values of one side that the other has too, or has not seen."""
    dots = {(version.origin, version.n) for version in other.fields.get(name, ())}
    return frozenset(
        version
        for version in one.fields.get(name, ())
        if (version.origin, version.n) in dots or version.n > other.seen.get(version.origin, 0)
    )


def _agreed(versions: frozenset[Version]) -> frozenset[Version]:
    """One content for each dot: of two, which only a fault or a forgery makes, the larger, so that all books agree."""
    if len(versions) < 2:
        return versions
    by_dot: dict[tuple[str, int], Version] = {}
    for version in sorted(versions, key=rank):
        by_dot[version.origin, version.n] = version
    return frozenset(by_dot.values())


def _earlier(known: dict[str, Offer], others: Iterable[Offer]) -> frozenset[Offer]:
    """One content for each offer: what several lists say, the first of them said."""
    for offer in others:
        if offer.key not in known or offer_rank(offer) < offer_rank(known[offer.key]):
            known[offer.key] = offer
    return frozenset(known.values())


def settled(row: Row) -> Row:
    """A row without the offers that are answered, or that say what stands there anyway."""
    if not row.offers:
        return row
    left = {name: kept for name, offers in row.offers.items() if (kept := _open(row, name, offers))}
    return row if left == row.offers else replace(row, offers=left)


def _open(row: Row, name: str, offers: frozenset[Offer]) -> frozenset[Offer]:
    written = {version.value for version in row.fields.get(name, ())}
    left = frozenset(
        offer
        for offer in offers
        if (not row.gone or row.gone.isdisjoint(_keys(name, offer)))
        and not (offer.why is Why.LIST and offer.value in written)
    )
    return _spoken(name, left) if len(left) > 1 and name in _SILENT else left


def _keys(name: str, offer: Offer) -> tuple[str, ...]:
    """What an offer is answered by: a silent one also by what is said of the same in words."""
    return (offer.key, _in_words(name, offer).key) if is_silent(name, offer) else (offer.key,)


def _in_words(name: str, quiet: Offer) -> Offer:
    """A silent offer as a list makes it that says the same in words."""
    value = 0 if name == POINTS and quiet.value is None else quiet.value
    return quiet._replace(key=value_key(name, value), value=value)


def _spoken(name: str, offers: frozenset[Offer]) -> frozenset[Offer]:
    """Offers of which none is silent beside one that says the same in words: it says so from the earlier time on.

    In which order they came is of no account: the earliest of all counts, in words where any of them is.
    """
    quiet = next((offer for offer in offers if is_silent(name, offer)), None)
    if quiet is None:
        return offers
    said = _in_words(name, quiet)
    same = next((offer for offer in offers if offer.key == said.key and offer is not quiet), None)
    return offers if same is None else offers - {quiet, same} | {min(same, said, key=offer_rank)}


def rank(version: Version) -> tuple[int, str, str]:
    """What decides among concurrent values: the greatest time, then origin, then value."""
    return version.at, version.origin, repr(version.value)


def offer_rank(offer: Offer) -> tuple[bool, int, str, str]:
    """What decides among the values that lists offer where nobody wrote any: the least, which is the earliest.

    A list that does not tell when it was saved comes after all that do.
    """
    return not offer.at, offer.at, offer.key, repr((offer.value, offer.source, str(offer.why), offer.base, offer.of))


def is_before(at: int, other: int) -> bool:
    """Whether a list that was saved at the first time comes before one of the other; 0 is a time that nobody knows."""
    return (not at, at) < (not other, other)


def _active_rank(version: Version) -> tuple[bool, tuple[int, str, str]]:
    return not version.value, rank(version)


_RANKS: dict[str, Callable[[Version], tuple[object, ...]]] = {ACTIVE: _active_rank}
"""Fields in which not the latest value wins: inactive beats active."""


def winner(row: Row, name: str) -> Version | None:
    """The written value that is in force; None where nobody wrote any."""
    versions = row.fields.get(name)
    if not versions:
        return None
    if len(versions) == 1:
        return next(iter(versions))
    return max(versions, key=_RANKS.get(name, rank))


def in_force(row: Row, name: str) -> Value:
    """The value that counts: the written one, else the earliest that a list offers, else none.

    What a later list says otherwise waits for an answer, as it does where somebody wrote the value.
    """
    if (version := winner(row, name)) is not None:
        return version.value
    lists = [offer for offer in row.offers.get(name, ()) if offer.why is Why.LIST]
    if len(lists) == 1:
        return lists[0].value
    return min(lists, key=offer_rank).value if lists else None


def values(row: Row) -> dict[str, Value]:
    """Every value in force that is not blank; the ledger's balance is not among them."""
    names = (name for name in _names(row.fields, row.offers) if name != POINTS)
    return {name: value for name in names if not is_blank(value := in_force(row, name))}


def view(rows: Iterable[Row]) -> Row:
    """Several uids' rows as those of one person: every value stands beside the others. One row is its own view."""
    together = list(rows)
    if len(together) == 1:
        return together[0]
    seen: dict[str, int] = {}
    fields: dict[str, frozenset[Version]] = {}
    offers: dict[str, frozenset[Offer]] = {}
    gone: frozenset[str] = frozenset()
    for row in together:
        for origin, n in row.seen.items():
            seen[origin] = max(n, seen.get(origin, 0))
        for name, versions in row.fields.items():
            fields[name] = fields.get(name, frozenset()) | versions
        for name, some in row.offers.items():
            offers[name] = _earlier({offer.key: offer for offer in offers.get(name, ())}, some)
        gone |= row.gone
    return settled(Row(seen, fields, offers, gone))
