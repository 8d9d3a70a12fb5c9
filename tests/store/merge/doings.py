"""What people did, noted beside the books and without their rules: the oracle of what may and may not be lost.

An act is a value that somebody wrote, with what they saw when they wrote it. Whoever knows a file knows its acts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from store.fields import BY_NAME
from store.merge import state
from store.merge.people import IDENTITY, derived_uid
from store.merge.state import NOTHING, POINTS, Value
from tests.store.merge.sheet import ADDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from store.merge.exchange import State
    from tests.store.merge.sheet import Workbook
    from tests.store.merge.till import Question, Shown

WRITTEN, LISTED, HELD, SETTLED = "written", "listed", "held", "settled"
BLANK, CLEAR = "(blank)", "(clear)"
"""What somebody means by a cell: that it is empty, or that the field is to be."""
EFFECT = "effect"
REQUIRED = frozenset({"first_name", "last_name", "email", "active"})

Key = tuple[Any, ...]
Knowledge = set[Key]
"""The acts and coins that a book or file has in it."""


class Act(NamedTuple):
    """A value `kind` (written, listed, held) in the row `uid`, or an offer settled.

    `saw` are the values of the field that were on the screen, `uids` the rows of which they were, and `knew` what was
    known there.
    """

    kind: str
    uid: str
    name: str
    value: Value
    saw: frozenset[Value]
    uids: frozenset[str]
    knew: frozenset[Key]


class Coin(NamedTuple):
    """Points that were entered for a row."""

    uid: str
    points: int


@dataclass
class Doings:
    """All acts and coins by key. A coin has more than one content where two people answered the same question."""

    acts: dict[Key, Act] = field(default_factory=dict)
    coins: dict[Key, set[Coin]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def create(self, knows: Knowledge, uid: str, values: Mapping[str, Value]) -> None:
        """A new customer."""
        for name, value in values.items():
            self._act(knows, Act(WRITTEN, uid, name, value, frozenset(), frozenset({uid}), frozenset()))

    def edit(self, knows: Knowledge, person: Shown, values: Mapping[str, Value]) -> None:
        """Fields saved on a form."""
        knew = frozenset(knows)
        for name, value in values.items():
            saw = frozenset({person.values.get(name)})
            self._act(knows, Act(WRITTEN, person.uid, name, value, saw, frozenset(person.uids), knew))

    def enter(self, knows: Knowledge, uid: str, points: int) -> None:
        """Points entered at a till."""
        self._coin(knows, ("till", next(self._numbers)), Coin(uid, points))

    def answer(self, knows: Knowledge, person: Shown, asked: list[Question], question: Question, *, take: bool) -> None:
        """A question about a field answered: whoever takes a value has seen all that are offered."""
        uids, knew = frozenset(person.uids), frozenset(knows)
        beside = {one.theirs for one in asked if (one.uid, one.name) == (question.uid, question.name)}
        if take:
            act = Act(
                WRITTEN, person.uid, question.name, question.theirs, frozenset({question.ours, *beside}), uids, knew
            )
        elif question.kind == "conflict":
            saw = frozenset({question.ours, question.theirs})
            act = Act(WRITTEN, person.uid, question.name, question.ours, saw, uids, knew)
        else:
            saw = frozenset({question.theirs})
            act = Act(SETTLED, person.uid, question.name, question.theirs, saw, uids, knew)
        self._act(knows, act)

    def balance(self, knows: Knowledge, entry: str, uid: str, points: int) -> None:
        """A balance that was offered, taken: it is entered under this uid."""
        self._coin(knows, ("answer", entry), Coin(uid, points))

    def compare(self, knows: Knowledge, before: State, after: State) -> None:
        """What a till writes by itself when it is told who is who: each value over all that it took away.

        A till of states alone writes nothing then.
        """
        knew = frozenset(knows)
        taken = {name: _values(before, name) - _values(after, name) for name in BY_NAME}
        for uid, row in after.rows.items():
            there = before.rows.get(uid, NOTHING).fields
            for name, versions in row.fields.items():
                for version in versions - there.get(name, frozenset()):
                    saw = frozenset(value for _, value in taken[name])
                    uids = frozenset({uid} | {other for other, _ in taken[name]})
                    self._act(knows, Act(WRITTEN, uid, name, version.value, saw, uids, knew))
        for entry in after.entries.values():
            if entry.uid not in before.entries:
                self._coin(knows, ("entry", entry.uid), Coin(entry.customer, entry.points))

    def file(self, book: Workbook, groups: Mapping[str, frozenset[str]], knew: Iterable[Key]) -> Knowledge:
        """All that a file has in it: what its exporter knew, and what people changed in the visible rows."""
        known = frozenset(knew)
        knows: Knowledge = set(known)
        for uid, meant in book.meant.items():
            if book.row_of(uid) is not None:
                there = {name: value for name, value in meant.items() if name in book.columns}
                self._row(book, uid, there, groups[uid], knows, known)
        for row in book.rows:
            values = {name: value for name, value in row.get(ADDED, {}).items() if name in book.columns}
            uid = derived_uid(values)
            for name, value in values.items():
                if not state.is_blank(value):
                    act = Act(LISTED, uid, name, value, frozenset(), frozenset({uid}), known)
                    self._keyed(knows, ("list", uid, name, value), act)
        return knows

    def _row(
        self,
        book: Workbook,
        uid: str,
        meant: Mapping[str, Value],
        uids: frozenset[str],
        knows: Knowledge,
        knew: frozenset[Key],
    ) -> None:
        base = book.base_values(uid)
        strange = is_stranger({name: base[name] for name in book.columns}, meant)
        for name, value in meant.items():
            if name in {POINTS, "reason"}:
                continue
            if value == BLANK and name in REQUIRED:
                continue
            new = None if value in {BLANK, CLEAR} else value
            kind = HELD if strange or value == BLANK else WRITTEN
            act = Act(kind, uid, name, new, frozenset({base.get(name)}), uids, knew)
            self._keyed(knows, ("file", book.file.id, uid, name, kind, new), act)
        old = int(str(base[POINTS]))
        new_points = meant.get(POINTS, old)
        points = old if new_points == BLANK or int(str(new_points)) < 0 else int(str(new_points))
        reason = "" if (told := meant.get("reason", "")) in {BLANK, CLEAR} else str(told)
        if strange or (points == old and not reason):
            return
        key = ("sheet", book.file.id, uid, book.file.edited, points - old, reason or "Import")
        self._coin(knows, key, Coin(uid, points - old))

    def _act(self, knows: Knowledge, act: Act) -> None:
        self._keyed(knows, ("act", next(self._numbers)), act)

    def _keyed(self, knows: Knowledge, key: Key, act: Act) -> None:
        self.acts.setdefault(key, act)
        knows.add(key)

    def _coin(self, knows: Knowledge, key: Key, coin: Coin) -> None:
        self.coins.setdefault(key, set()).add(coin)
        knows.add(key)

    def row(self, key: Key) -> str:
        """The row that an act or a coin is of."""
        return self.acts[key].uid if key in self.acts else next(iter(self.coins[key])).uid

    def taken_along(self, knows: Knowledge, rows: set[str]) -> Knowledge:
        """What of a book's knowledge is in these of its rows: a value, or only that another row's superseded theirs."""
        along: Knowledge = set()
        for key in knows:
            bare = key[1] if key[0] == EFFECT else key
            if key == bare and self.row(key) in rows:
                along.add(key)
            elif bare in self.acts and self.acts[bare].uids & rows:
                along.add((EFFECT, bare))
        return along

    def known(self, knows: Knowledge) -> dict[Key, Act]:
        """The acts among what is known."""
        return {key: self.acts[key] for key in knows if key in self.acts}

    def felt(self, knows: Knowledge) -> list[Act]:
        """The acts that are known, and those of which only the effect on other rows is."""
        return [self.acts[key[1] if key[0] == EFFECT else key] for key in knows if key[0] == EFFECT or key in self.acts]

    def counting(self, knows: Iterable[Key]) -> list[Key]:
        """The coins among what is known: of several saves of one file's balance only the latest counts."""
        latest: dict[Key, Key] = {}
        for key in knows:
            if key in self.coins:
                name = key[:3] if key[0] == "sheet" else key
                latest[name] = max(latest.get(name, key), key)
        return list(latest.values())

    def certain_coins(self, coins: Iterable[Key]) -> dict[Key, Coin]:
        """Those of these coins of which there is but one content."""
        return {key: next(iter(self.coins[key])) for key in coins if len(self.coins[key]) == 1}


def _values(of: State, name: str) -> set[tuple[str, Value]]:
    return {(uid, version.value) for uid, row in of.rows.items() for version in row.fields.get(name, ())}


def supersedes(later: Act, key: Key, act: Act) -> bool:
    """Whether a later act replaced this one: its writer knew it, and saw its value."""
    return (
        later.kind == WRITTEN
        and later.name == act.name
        and key in later.knew
        and act.value in later.saw
        and act.uid in later.uids
    )


def is_stranger(base: Mapping[str, Value], meant: Mapping[str, Value]) -> bool:
    """Whether all that says who somebody is was changed."""
    there = [name for name in IDENTITY if not state.is_blank(base.get(name)) or name in meant]
    said = [name for name in there if name in meant and meant[name] != BLANK]
    return len(there) > 1 and bool(said) and all(name in meant for name in there)
