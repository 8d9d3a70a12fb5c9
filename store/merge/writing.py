"""Writing into a row: a new value supersedes those that its writer saw, and no other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store.merge.state import EDIT, LAST_TIME, Offer, Row, Value, Version, Why, in_force, mark, settled, value_key, view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

QUIET = frozenset({"reason"})
"""Fields whose concurrent values are no question: the ledger keeps each reason beside its points."""


@dataclass(frozen=True, slots=True)
class Dot:
    """Who writes, which of their writes it is, and the time by their clock, in seconds."""

    origin: str
    n: int
    at: int


Rows = dict[str, Row]
"""The rows of one person by uid."""


def saw(row: Row, name: str) -> frozenset[Version]:
    """What a person sees of a field, and so supersedes: the value in force, whoever wrote it."""
    if name in QUIET:
        return row.fields.get(name, frozenset())
    shown = in_force(row, name)
    return frozenset(version for version in row.fields.get(name, ()) if version.value == shown)


def write(
    rows: Rows, leader: str, name: str, value: Value, dot: Dot, *, over: Callable[[Row, str], frozenset[Version]] = saw
) -> Rows:
    """The rows after somebody wrote a field of the person that they are; `over` says which values were seen.

    The new value stands in the leader's row; what it supersedes goes from whichever row it is in. No value is later
    than one of the end of all times: that is superseded, seen or not.
    """
    whole = view(rows.values())
    dropped = over(whole, name) | {one for one in whole.fields.get(name, ()) if one.at >= LAST_TIME}
    shown = in_force(whole, name)
    gone = {value_key(name, version.value) for version in dropped}
    gone |= {o.key for o in whole.offers.get(name, ()) if o.why is Why.LIST and o.value == shown != value}
    at = min(max(dot.at, *(version.at + 1 for version in whole.fields.get(name, ())), 0), LAST_TIME)
    written = Version(at, dot.origin, value, dot.n)
    changed: Rows = {}
    for uid, row in rows.items():
        versions = row.fields.get(name, frozenset()) - dropped
        seen: Mapping[str, int] = row.seen
        if uid == leader:
            versions |= {written}
            seen = {**seen, dot.origin: max(dot.n, seen.get(dot.origin, 0))}
        fields = {**row.fields, name: versions}
        if not versions:
            del fields[name]
        changed[uid] = settled(replace(row, seen=seen, fields=fields, gone=row.gone | gone))
    return changed


def write_all(rows: Rows, leader: str, values: Mapping[str, Value], dot: Dot) -> Rows:
    """The rows after somebody saved several fields at once."""
    for name, value in values.items():
        rows = write(rows, leader, name, value, dot)
    return rows


def every(row: Row, name: str) -> frozenset[Version]:
    """Every value of a field: what an answer to its question has seen."""
    return row.fields.get(name, frozenset())


def settle(rows: Rows, leader: str, keys: Iterable[str]) -> Rows:
    """The rows once these offers are answered."""
    return {**rows, leader: settled(replace(rows[leader], gone=rows[leader].gone | set(keys)))}


def offer(rows: Rows, leader: str, name: str, offers: Iterable[Offer]) -> Rows:
    """The rows with more offers for a field."""
    row = rows[leader]
    more = {**row.offers, name: row.offers.get(name, frozenset()) | set(offers)}
    return {**rows, leader: settled(replace(row, offers=more))}


def edit_dot(file_id: str, uid: str, name: str, base: Value, value: Value, *, at: int) -> Dot:
    """The dot of an edit that a spreadsheet holds: the same wherever and however often the file is read."""
    return Dot(EDIT + mark(file_id, uid, name, base, value), 1, at)


def held_key(file_id: str, uid: str, name: str, base: Value, value: Value) -> str:
    """The key of a cell that is held for review."""
    return mark("held", file_id, uid, name, base, value)
