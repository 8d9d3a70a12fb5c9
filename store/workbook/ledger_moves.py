"""What a sheet of ledger entries does to balances, as people see it before it is done."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from store import pairs, rows
from store.exchange import FieldMove, RowMove
from store.fields import BY_NAME
from store.merge.exchange import Entry
from store.merge.state import POINTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from store.database import Book

Lines = dict[str, list[Entry]]
"""Entries by the uid of whose they are."""


def lines_of(steps: Iterable[Sequence[Any]]) -> Lines:
    """The entries that a Loyalty sheet brings, from the steps that enter them."""
    found: Lines = defaultdict(list)
    for uid, owner, points, reason, employee, till, at, *_ in steps:
        found[owner].append(Entry(at, uid, owner, points, reason, employee, till))
    return found


def moves(book: Book, lines: Mapping[str, Sequence[Entry]], told: Iterable[str]) -> Iterator[RowMove]:
    """What entries do to customers of the book of whom nothing else is told; `told` are the uids of the others."""
    leaders = rows.leaders(book, lines)
    coming: dict[str, list[Entry]] = defaultdict(list)
    for uid, leader in leaders.items():
        coming[leader] += lines[uid]
    for uid in told:
        coming.pop(leaders.get(uid, uid), None)
    latest, names = _latest(book, coming), pairs.names(book, coming)
    for marks, part in rows.in_parts(coming):
        found = book.rows(f"SELECT uid, points, reason FROM customer WHERE uid IN ({marks}) ORDER BY ord", part)  # noqa: S608
        for uid, points, reason in found:
            last = max(latest.get(uid, ("", "", reason)), max(_dated(coming[uid]), default=("", "", "")))[-1]
            now = points + sum(entry.points for entry in coming[uid])
            fields = [(POINTS, f"{points:,}", f"{now:,}"), ("reason", reason, last)]
            seen = tuple(FieldMove(BY_NAME[name].label, "", was, will) for name, was, will in fields if was != will)
            if seen:
                yield RowMove(0, uid, names[uid], "updated", seen)


def _dated(entries: Iterable[Entry]) -> Iterator[tuple[str, str, str]]:
    """The lines that have a reason, in the order in which they count."""
    return ((entry.at, entry.uid, entry.reason) for entry in entries if entry.reason)


def _latest(book: Book, uids: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """The last line with a reason of each customer's ledger: time, uid, reason."""
    found: dict[str, tuple[str, str, str]] = {}
    for marks, part in rows.in_parts(uids):
        for uid, *line in book.rows(
            "SELECT customer.uid, at, loyalty_entry.uid, loyalty_entry.reason FROM customer "  # noqa: S608
            "JOIN loyalty_entry ON customer_id = customer.id "
            f"WHERE customer.uid IN ({marks}) AND loyalty_entry.reason <> '' AND NOT opening",
            part,
        ):
            found[uid] = max(found.get(uid, ("", "", "")), (line[0], line[1], line[2]))
    return found
