"""Who may be one person once a file is imported, and is asked about then and not yet: nothing here writes.

The same rule as the review's (`store.pairs`), over what the book would have: looked at are those alone who share a
value with somebody whom the file makes or changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from store import folding, identity, pairs, persons, rows
from store.merge import people, state
from store.merge.people import Groups
from store.merge.state import ACTIVE, NOTHING
from store.workbook import match
from store.workbook.customer_rows import AT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from store.database import Book
    from store.exchange import RowMove
    from store.merge.people import Pairs
    from store.merge.writing import Rows
    from store.review_records import Question
    from store.rows import Person
    from store.workbook.customer_plan import NewCustomer

MOST = 5_000
"""Pairs that a preview brings; the others wait in the review all the same."""
_SEEN = frozenset({"First Name", "Last Name", "E-Mail", "Phone Number", "Status"})
"""The labels of the fields by which a pair is asked about, or named."""
_UID, _FIRST, _LAST, _ACTIVE = (AT[name] for name in ("uid", "first_name", "last_name", ACTIVE))


class _Someone(NamedTuple):
    """An active customer as the book would have them; e-mail and phone as they are compared."""

    uid: str
    name: str
    email: str
    phone: str


def _someone(uid: str, first: str, last: str, email: str, phone: str) -> _Someone:
    return _Someone(uid, f"{first} {last}".strip(), people.email_key(email), people.phone_key(phone))


@dataclass(slots=True)
class WhoPlan:
    """Remembers whom a file changes: `see` each merge, then ask for the `questions`."""

    book: Book
    _coming: Rows = field(default_factory=dict)
    _there: dict[str, Person] = field(default_factory=dict)
    _members: dict[str, list[str]] = field(default_factory=dict)
    """The uids of those who are not as the book has them, by the leader."""

    def see(self, there: Sequence[Person], coming: Rows, move: RowMove) -> None:
        """Take a merge with these customers of the book, where it makes them others to whoever looks for pairs."""
        known = {uid for person in there for uid in person.rows}
        named = any(one.label in _SEEN and not one.held for one in move.fields)
        if len(there) == 1 and known.issuperset(coming) and not named and there[0].uid not in self._there:
            return
        self._there |= {person.uid: person for person in there}
        for uid, row in coming.items():
            self._coming[uid] = state.join(self._coming.get(uid, NOTHING), row)

    def questions(
        self, created: Iterable[NewCustomer], verdicts: Pairs, erased: Collection[str]
    ) -> tuple[Question, ...]:
        """What is asked after the import and was not before; `verdicts` are those of the file, `erased` its uids."""
        new = [one for one in created if one.values[_ACTIVE]]
        changed = list(self._changed(verdicts, erased))
        groups = [group for name in pairs.COLUMNS for group in self._groups(name, new, changed)]
        before = pairs.sharing((name, uids) for name, uids, _ in groups)
        after = pairs.sharing((name, uids) for name, _, uids in groups)
        found = {pair: after[pair] for pair in after if pair not in before}
        named = {one.values[_UID]: _name(one.values) for one in new} if found else {}
        named |= {one.uid: one.name for one in changed}
        if any(named.keys().isdisjoint(pair) for pair in found):  # fewer than too many share something now
            before = pairs.alike(self.book)
            found = {pair: names for pair, names in found.items() if pair not in before}
        for pair in identity.told_apart(self.book, found, self._members, verdicts):
            del found[pair]
        named |= pairs.names(self.book, {uid for pair in found for uid in pair} - named.keys())
        return tuple(islice(pairs.told(found, named), MOST))

    def _changed(self, verdicts: Pairs, erased: Collection[str]) -> Iterator[_Someone]:
        """Everybody of the book who would be another, and whoever comes as more than a new row."""
        known = persons.closure(self.book, {uid for pair in verdicts for uid in pair})
        asked = people.named(known) | {uid for pair in verdicts for uid in pair} | {*erased}
        leaders = set(rows.leaders(self.book, asked).values()) - self._there.keys()
        self._there |= rows.by_uid(self.book, leaders)
        ours = {uid: row for person in self._there.values() for uid, row in person.rows.items()}
        uids = [uid for uid in {**ours, **self._coming} if uid not in erased]
        now = {uid: state.join(ours.get(uid, NOTHING), self._coming.get(uid, NOTHING)) for uid in uids}
        shown = [uid for uid, row in now.items() if not row.is_empty]
        known |= persons.closure(self.book, shown)
        for leader, *others in Groups.of(people.joined(known, verdicts)).members(shown):
            self._members[leader] = others
            view = state.view(now[uid] for uid in (leader, *others))
            if state.in_force(view, ACTIVE) != 0:
                told = (str(state.in_force(view, name) or "") for name in ("first_name", "last_name", "email", "phone"))
                yield _someone(leader, *told)

    def _groups(
        self, name: str, new: Sequence[NewCustomer], changed: Iterable[_Someone]
    ) -> Iterator[tuple[str, list[str], list[str]]]:
        """Who shares a value of a field before and after, as far as anybody changes there."""
        at, compared = AT[name], pairs.COMPARED[name]
        values = [compared(one.values[at]) for one in new]
        after: dict[str, list[str]] = defaultdict(list)
        for one in changed:
            after[getattr(one, name)].append(one.uid)
        asked = {*after, *(compared(str(person.values.get(name) or "")) for person in self._there.values())}
        before = self._in_book(pairs.COLUMNS[name], asked.union(values) - {""})
        asked |= {value for value, times in Counter(values).items() if times > 1} | before.keys()
        for made, value in zip(new, values, strict=True):
            if value in asked:
                after[value].append(made.values[_UID])
        for value in asked - {""}:
            there, coming = before.get(value, []), after.get(value, [])
            if len(there) + len(coming) > 1:
                yield name, there, [*(uid for uid in there if uid not in self._there), *coming]

    def _in_book(self, column: str, values: Collection[str]) -> dict[str, list[str]]:
        if not self.book.rows("SELECT 1 FROM customer LIMIT 1"):
            return {}
        return {
            folding.nocase(value): uids.split(" ")
            for marks, part in match.in_parts(values)
            for value, uids in self.book.rows(
                f"SELECT {column}, group_concat(uid, ' ') FROM customer WHERE {column} IN ({marks}) AND active "  # noqa: S608
                f"GROUP BY {column}",
                part,
            )
        }


def _name(values: Sequence[str]) -> str:
    return f"{values[_FIRST]} {values[_LAST]}".strip()
