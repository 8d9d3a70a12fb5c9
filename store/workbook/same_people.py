"""Who turns out to be certainly one person by what a file brings: of those whose keys it changes, and nobody else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import folding, look_alikes, rows
from store.merge import people, state
from store.merge.state import NOTHING
from store.workbook import match
from store.workbook.customer_rows import AT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from store.database import Book
    from store.look_alikes import Key
    from store.merge.state import Row
    from store.merge.writing import Rows
    from store.workbook.customer_plan import NewCustomer
    from store.workbook.merging import Merge

_Keys = tuple["Key", ...]
_EMAIL, _NUMBER = AT["email"], AT["id_number"]


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs of uids who share what no two people share, and the uids whose ID number another has too."""

    pairs: set[tuple[str, str]]
    numbers: set[str]


def found(book: Book, merges: Iterable[Merge], created: Iterable[NewCustomer], erased: Collection[str]) -> Found:
    """Whom a file makes the same as somebody, in the book or in the file; whoever is erased is nobody."""
    now: dict[str, _Keys] = {}
    fresh: dict[str, _Keys] = {}
    changed = list(_changed(book, merges))
    for new in _sharing_a_word(book, list(created), {key[:2] for _, _, after in changed for key in after}):
        values = new.values
        now[values[0]] = fresh[values[0]] = people.keys_of({name: values[AT[name]] for name in people.IDENTITY}).certain
    for uid, before, after in changed:
        now[uid] = after
        fresh[uid] = tuple(key for key in after if key not in before)
    wanted = {key for keys in fresh.values() for key in keys}
    alike = look_alikes.sharing(book, wanted)
    others = now.keys() | set(erased)
    alike = {key: uids - others for key, uids in alike.items()}
    for uid, keys in now.items():
        for key in wanted.intersection(keys):
            alike.setdefault(key, set()).add(uid)
    numbers = {uid for key, uids in alike.items() if key[0] == "id_number" and len(uids) > 1 for uid in uids}
    return Found(look_alikes.pairs(alike, fresh), numbers)


def _sharing_a_word(book: Book, created: list[NewCustomer], keys: Collection[Key]) -> list[NewCustomer]:
    """Those new customers whose e-mail or ID number anybody else has: all others are certainly nobody else.

    Where the book keeps whole states, whose values its columns need not show, all are looked at.
    """
    if not created or book.rows("SELECT 1 FROM row_state LIMIT 1"):
        return created
    emails = [folding.nocase(str(new.values[_EMAIL] or "")) for new in created]
    numbers = [folding.nocase(str(new.values[_NUMBER] or "")) for new in created]
    shared_emails = _several(emails) | {word for kind, word in keys if kind != "id_number"}
    shared_numbers = _several(numbers) | {word for kind, word in keys if kind == "id_number"}
    if book.rows("SELECT 1 FROM customer LIMIT 1"):
        shared_emails |= match.ids_by_email(book, set(emails) - {""}).keys()
        shared_numbers |= match.ids_by_number(book, set(numbers) - {""}).keys()
    return [
        new
        for new, email, number in zip(created, emails, numbers, strict=True)
        if email in shared_emails or number in shared_numbers
    ]


def _several(words: Iterable[str]) -> set[str]:
    return {word for word, times in Counter(words).items() if word and times > 1}


def _changed(book: Book, merges: Iterable[Merge]) -> Iterator[tuple[str, _Keys, _Keys]]:
    """The uids whose keys become others, with what they were and what they are."""
    coming = _coming(merges)
    for part in _parts([*coming]):
        ours = _ours(book, part)
        for uid in part:
            before = ours.get(uid, NOTHING)
            was, now = people.row_keys(before).certain, people.row_keys(state.join(before, coming[uid])).certain
            if was != now:
                yield uid, was, now


def _parts(uids: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(uids), rows.AT_ONCE):
        yield uids[at : at + rows.AT_ONCE]


def _coming(merges: Iterable[Merge]) -> Rows:
    """The rows that may bring other keys; what only offers other fields does not."""
    coming: dict[str, Row] = {}
    for merge in merges:
        for uid, row in () if merge.keeps_keys else merge.rows.items():
            if row.seen or not row.offers.keys().isdisjoint(people.IDENTITY):
                coming[uid] = state.join(coming[uid], row) if uid in coming else row
    return coming


def _ours(book: Book, uids: list[str]) -> Rows:
    leaders = rows.leaders(book, uids)
    there = rows.by_uid(book, leaders.values())
    return {uid: there[leader].rows[uid] for uid, leader in leaders.items() if uid in there[leader].rows}
