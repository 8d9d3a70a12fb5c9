"""A till of the machine: what one book can do. `CoreTill` is the rule alone, without a database or a file.

`tests.store.workbook.book_till` has another for the same machine, of SQLite books and real workbooks.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, Protocol

from store.merge import exchange, people, questions, state, writing
from store.merge.exchange import Entry, State
from store.merge.people import FOUND, Groups, Verdict
from store.merge.state import NOTHING, POINTS, Row, Value
from store.merge.writing import Dot
from store.workbook.reading import File
from tests.store.merge import sheet
from tests.store.merge.sheet import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WHO = "who"
TOLD_APART = Verdict(1, FOUND, False)


class Shown(NamedTuple):
    """A customer as the list and the form show them; `uids` has the leader first."""

    uids: tuple[str, ...]
    values: dict[str, Value]
    points: int
    reason: str

    @property
    def uid(self) -> str:
        """The leader's uid."""
        return self.uids[0]


class Question(NamedTuple):
    """A question as the review list shows it: `uid` and `ours`, `theirs` are two customers where it is who is who.

    Those of one `row` are answered as one.
    """

    id: str
    kind: str
    uid: str
    name: str
    ours: Value
    theirs: Value
    row: str = ""


class Till(Protocol):
    """One book: its cashier, its office, its imports. `at` is the time by this book's clock, in seconds.

    What the book refuses is not done, and said.
    """

    @property
    def state(self) -> State:
        """All that the book has in common with files."""

    def people(self) -> list[Shown]:
        """Everybody, in a fixed order."""

    def questions(self) -> list[Question]:
        """Whatever waits for an answer, in a fixed order."""

    def create(self, values: Mapping[str, Value], at: int) -> str | None:
        """A new customer; their uid, None where they are refused."""

    def edit(self, uid: str, values: Mapping[str, Value], at: int) -> bool:
        """Save fields of a customer; whether that was not refused."""

    def add_points(self, uid: str, points: int, reason: str, at: int) -> bool:
        """Enter points in the ledger; whether that was not refused."""

    def answer(self, question: Question, *, take: bool, at: int) -> None:
        """Answer a question."""

    def merge(self, uid: str, other: str, at: int) -> None:
        """Two customers are one person."""

    def members(self, person: Shown) -> tuple[str, ...]:
        """Those of a person's uids that can be separated."""

    def separate(self, member: str, at: int) -> set[str]:
        """A uid is not of this person any more; the uids that it left."""

    def erase(self, uid: str, at: int) -> None:
        """A customer is forgotten."""

    def export(self, uids: Iterable[str], at: int) -> Workbook:
        """A workbook of these customers, or of some who are like them."""

    def take(self, book: Workbook) -> bool:
        """Import a workbook; whether it was not refused."""

    @property
    def can_take_back(self) -> bool:
        """Whether the last import can be taken back."""

    def take_back(self) -> set[str]:
        """Take the last import back: the uids whose rows are again as they were before it."""

    def put_aside(self) -> PutAside:
        """A backup of the book as it is now."""


class PutAside(Protocol):
    """A backup."""

    def put_back(self) -> Till:
        """The book that it is of, as whoever opens it finds it."""


@dataclass
class Taken:
    """An import, as it can be taken back: what there was, and what there was after."""

    before: State
    after: State


@dataclass
class CoreTill:
    """A book that is a state, an origin and a counter."""

    name: str
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    """What ids are made of; books that meet share it."""
    state: State = field(default_factory=State)
    origin: str = ""
    writes: int = 0
    exports: int = 0
    last: Taken | None = None

    def __post_init__(self) -> None:
        """A book has an id of its own."""
        self.origin = self.origin or f"{next(self.numbers):032x}"

    def people(self) -> list[Shown]:
        return shown(self.state)

    def questions(self) -> list[Question]:
        return asked(self.state)

    def create(self, values: Mapping[str, Value], at: int) -> str:
        uid = sheet.uid(next(self.numbers))
        self.state.rows[uid] = state.born(uid, values)
        self._tell_apart(uid)
        return uid

    def edit(self, uid: str, values: Mapping[str, Value], at: int) -> bool:
        self.state.rows.update(writing.write_all(self._rows(uid), uid, values, self._dot(at)))
        self._tell_apart(uid)
        return True

    def add_points(self, uid: str, points: int, reason: str, at: int) -> bool:
        entry = Entry(exchange.moment(at), sheet.uid(next(self.numbers)), uid, points, reason, "Mia", self.name)
        self.state.entries[entry.uid] = entry
        return True

    def answer(self, question: Question, *, take: bool, at: int) -> None:
        if question.kind == WHO:
            if take:
                self.merge(question.uid, str(question.theirs), at)
            else:
                self._keep_apart(question.uid, str(question.theirs), at)
            return
        for one in along(question, self.questions(), take=take):
            self._answer(one.uid, one.id, take=take, at=at)

    def _answer(self, uid: str, question_id: str, *, take: bool, at: int) -> None:
        rows = self._rows(uid)
        entries = _entries(self.state, rows)
        whole = state.view(rows.values())
        asks = next(one for one in questions.asked(uid, whole, entries) if one.id == question_id)
        if asks.name != POINTS:
            self.state.rows.update(questions.answered(rows, uid, asks, take=take, dot=self._dot(at)))
            self._tell_apart(uid)
            return
        if asks.offer is not None:
            settled = questions.kept_balance(whole, asks.offer)
            if take:
                taken = questions.taken_balance(whole, entries, asks.offer)
                told = questions.answer_name(rows, asks.offer, lambda told: _entry_uid(told) in self.state.entries)
                name = _entry_uid(told)
                when = min(taken.at or exchange.moment(at), exchange.moment(at))
                self.state.entries[name] = Entry(when, name, uid, taken.points, taken.reason or "Balance")
                settled = taken.settles
            self.state.rows.update(writing.settle(rows, uid, settled))

    def merge(self, uid: str, other: str, at: int) -> None:
        self._say([people.pair(uid, other)], at, same=True)

    def members(self, person: Shown) -> tuple[str, ...]:
        return person.uids

    def separate(self, member: str, at: int) -> set[str]:
        left = self._rows(member).keys() - {member}
        self.state.pairs |= people.apart(self.state.pairs, member, at, self.origin)
        return left

    def _keep_apart(self, uid: str, other: str, at: int) -> None:
        pairs = [people.pair(one, two) for one in self._rows(uid) for two in self._rows(other)]
        self._say(pairs, at, same=False)

    def _say(self, pairs: Iterable[tuple[str, str]], at: int, *, same: bool) -> None:
        self.state.pairs |= people.judged(self.state.pairs, pairs, at, self.origin, same=same)

    def erase(self, uid: str, at: int) -> None:
        self.state = exchange.erase(self.state, self._rows(uid), at)

    def export(self, uids: Iterable[str], at: int) -> Workbook:
        self.exports += 1
        people_now = [one for one in self.people() if one.uid in set(uids)]
        rows = {uid for one in people_now for uid in one.uids}
        base = State(
            {uid: self.state.rows[uid] for uid in rows},
            {uid: entry for uid, entry in self.state.entries.items() if entry.customer in rows},
            dict(self.state.pairs),
            dict(self.state.erased),
        )
        bases = {one.uid: sheet.base_of(one.uid, one.values, one.points, one.reason) for one in people_now}
        file = File(f"{self.origin}:{self.exports}", at, f"{self.name}-{self.exports}.xlsx")
        return Workbook(file, base, bases, [sheet.cells_of(base_row) for base_row in bases.values()])

    def take(self, book: Workbook) -> bool:
        told = book.told
        if told is None:
            return False
        before = self.state
        self.state = exchange.join(before, told)
        self.last = Taken(before, sheet.copy_of(self.state))
        return True

    @property
    def can_take_back(self) -> bool:
        return self.last is not None

    def take_back(self) -> set[str]:
        if self.last is None:
            return set()
        before, after, now = self.last.before, self.last.after, self.state
        restored = {
            uid
            for uid, row in after.rows.items()
            if row != before.rows.get(uid) and now.rows.get(uid) == row and uid not in now.erased
        }
        new = {
            uid
            for uid, entry in after.entries.items()
            if before.entries.get(uid) != entry and now.entries.get(uid) == entry
        }
        used = {entry.customer for uid, entry in now.entries.items() if uid not in new}
        used |= {uid for uids, verdict in now.pairs.items() if after.pairs.get(uids) != verdict for uid in uids}
        restored -= {uid for uid in restored if uid not in before.rows and uid in used}
        rows = {uid: before.rows.get(uid, NOTHING) if uid in restored else row for uid, row in now.rows.items()}
        entries = {uid: before.entries.get(uid) if uid in new else entry for uid, entry in now.entries.items()}
        pairs = {
            uids: before.pairs.get(uids) if verdict == after.pairs.get(uids) else verdict
            for uids, verdict in now.pairs.items()
        }
        self.state = State(
            {uid: row for uid, row in rows.items() if row != NOTHING},
            {uid: entry for uid, entry in entries.items() if entry is not None},
            {uids: verdict for uids, verdict in pairs.items() if verdict is not None},
            now.erased,
        )
        self.last = None
        return restored

    def put_aside(self) -> CoreTill:
        return CoreTill(self.name, self.numbers, sheet.copy_of(self.state), self.origin, self.writes, self.exports)

    def put_back(self) -> CoreTill:
        return CoreTill(self.name, self.numbers, sheet.copy_of(self.state))

    def _dot(self, at: int) -> Dot:
        self.writes += 1
        return Dot(self.origin, self.writes, at)

    def _rows(self, uid: str) -> dict[str, Row]:
        group = Groups.of(self.state.pairs)
        return {
            other: row
            for other, row in self.state.rows.items()
            if group.top(other) == group.top(uid) and not row.is_empty
        }

    def _tell_apart(self, uid: str) -> None:
        """Whoever saves somebody that looks like another customer has seen that one."""
        mine = self._rows(uid)
        for one in mine:
            keys = people.row_keys(mine[one])
            for other, row in self.state.rows.items():
                if other not in mine and keys.same(people.row_keys(row)):
                    self.state.pairs.setdefault(people.pair(one, other), TOLD_APART)


def _entry_uid(name: str) -> str:
    return str(uuid.uuid5(people.DERIVED, name))


def _entries(of: State, uids: Iterable[str]) -> list[Entry]:
    known = set(uids)
    return [entry for entry in of.entries.values() if entry.customer in known]


def _each(of: State) -> Iterator[tuple[exchange.Person, list[Entry]]]:
    by_customer: dict[str, list[Entry]] = {}
    for entry in of.entries.values():
        by_customer.setdefault(entry.customer, []).append(entry)
    for person in exchange.persons(of):
        yield person, [entry for uid in person.uids for entry in by_customer.get(uid, ())]


def shown(of: State) -> list[Shown]:
    """Everybody of a state."""
    found = []
    for person, entries in _each(of):
        values = {name: value for name, value in state.values(person.row).items() if name != "reason"}
        reason = max(((entry.at, entry.uid, entry.reason) for entry in entries if entry.reason), default=("", "", ""))[
            2
        ]
        found.append(Shown(person.uids, values, exchange.balance(person.row, entries), reason))
    return sorted(found, key=lambda one: one.uids)


def along(question: Question, everything: Iterable[Question], *, take: bool) -> list[Question]:
    """The questions that are answered with one: of a slipped row all cells, but of one field a single one is taken."""
    others = [one for one in everything if one.row and (one.uid, one.row) == (question.uid, question.row)]
    if not take:
        return [question, *(one for one in others if one.id != question.id)]
    by_name = {one.name: one for one in sorted(others, key=lambda one: one.id, reverse=True)}
    return [*(by_name | {question.name: question}).values()]


def asked(of: State) -> list[Question]:
    """All open questions of a state."""
    found = [
        Question(one.id, one.kind, person.uids[0], one.name, one.ours, one.theirs, one.row)
        for person, entries in _each(of)
        for one in questions.asked(person.uids[0], person.row, entries)
    ]
    return sorted(found + list(_who(of)), key=lambda one: (one.uid, one.name, one.id))


def _who(of: State) -> Iterator[Question]:
    """Customers who may be one person, where no person said otherwise."""
    everybody = sorted(exchange.persons(of))
    keys = [people.row_keys(person.row) for person in everybody]
    denied = {uids for uids, verdict in of.pairs.items() if not verdict.same and verdict.origin != FOUND}
    for at, person in enumerate(everybody):
        for beside in range(at):
            other = everybody[beside]
            because = keys[at].alike(keys[beside])
            if keys[at].same(keys[beside]):
                because = because or ("id_number",)
            said = any(people.pair(one, two) in denied for one in person.uids for two in other.uids)
            if because and not said:
                uid, theirs = people.pair(person.uids[0], other.uids[0])
                yield Question(f"{uid}:{theirs}", WHO, uid, ",".join(because), uid, theirs)
