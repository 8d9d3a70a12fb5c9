"""What a person says of who is who: that customers are one from now on, that they are two, and that they are two again.

Nothing is lost by it: receipts, points and feedback go along under the uids that they were of, and come back by them.
Other books learn of it by the verdict, with the next workbook.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

from store import clock, loyalty, members, persons, rows
from store.merge import exchange, parting, people, questions, state, writing
from store.merge.state import BIRTH, POINTS, mark

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from store.database import Book
    from store.merge.people import Pairs
    from store.merge.writing import Dot, Rows
    from store.rows import Person

_OPENING = "opening"
_REQUIRED = ("first_name", "last_name")
_UNDONE = tuple(name for name in rows.FIELD_NAMES if name != "reason")
"""The fields that go back; the reason is the ledger's."""


def one(book: Book, both: Sequence[Person], dot: Dot) -> Person:
    """Two customers are one person: make one of them, whose balance is that of both; inside a write transaction.

    Where only one of them is active, or in the loyalty programme, the person is.
    """
    for person in both:
        _enter_opening(book, person)
    _judge(book, [people.pair(both[0].uid, both[1].uid)], dot, same=True)
    differing = [
        name for name in parting.EITHER if len({bool(state.in_force(person.view, name)) for person in both}) > 1
    ]
    kept = persons.put_together(book, both, {})
    kept.rows = writing.write_all(kept.rows, kept.uid, dict.fromkeys(differing, 1), dot)
    persons.show(book, kept, kept.rows)
    persons.settle_opening(book, kept)
    return kept


def _enter_opening(book: Book, person: Person) -> None:
    """Make an entry of the ledger of the balance that a list brought somebody: it counts from now on in any company.

    It is named by whom the list spoke of alone: two tills that do so, be it of lists that say different balances,
    make one entry, and that of the later list counts.
    """
    offer = exchange.opening_offer(person.view)
    due = exchange.opening(person.view)
    if offer is None or not due:
        return
    found = book.rows("SELECT reason FROM loyalty_entry WHERE customer_id = ? AND opening", (person.id,))
    book.execute("DELETE FROM loyalty_entry WHERE customer_id = ? AND opening", (person.id,))
    book.execute("UPDATE customer SET points = points - ? WHERE id = ?", (due, person.id))
    uid = loyalty.derived(f"{_OPENING}:{questions.holder(person.rows, POINTS, offer.key)}")
    if not book.rows("SELECT 1 FROM loyalty_entry WHERE uid = ?", (uid,)):
        at = min(exchange.moment(offer.at), clock.now()) if offer.at else ""
        loyalty.enter(book, person.id, due, found[0][0] if found else "Import", uid=uid, at=at)
    person.rows = {member: _vouched(member, row, offer.key) for member, row in person.rows.items()}
    rows.keep(book, person.id, person.uid, person.rows, person.values)


def _vouched(uid: str, row: state.Row, key: str) -> state.Row:
    """A row as one that a book made: what the list with this offer says of the balance is entered."""
    seen = {**row.seen, BIRTH + mark(uid, _OPENING): 1}
    return state.settled(replace(row, seen=seen, gone=row.gone | {key}))


def two(book: Book, both: Sequence[Person], dot: Dot) -> None:
    """Two customers are two people, however alike they are: nobody is asked any more, and no book makes them one."""
    _judge(book, [people.pair(*pair) for pair in product(both[0].rows, both[1].rows)], dot, same=False)


def _judge(book: Book, pairs: Iterable[tuple[str, str]], dot: Dot, *, same: bool) -> None:
    listed = list(pairs)
    known = persons.verdicts(book, {uid for pair in listed for uid in pair})
    persons.judge(book, people.judged(known, listed, dot.at, dot.origin, same=same))


def told_apart(
    book: Book,
    pairs: Collection[tuple[str, str]],
    members: Mapping[str, Collection[str]] = MappingProxyType({}),
    more: Pairs | None = None,
) -> set[tuple[str, str]]:
    """Those of the pairs of customers of whom a person said that they are two.

    `members` has the uids of customers who are others than in the book, by the leader, and `more` are verdicts beside
    those of the book.
    """
    leaders = {uid for pair in pairs for uid in pair}
    members_of: dict[str, list[str]] = defaultdict(list, {leader: [*uids] for leader, uids in members.items()})
    for marks, some in rows.in_parts(leaders - members.keys()):
        sql = f"SELECT leader_uid, uid FROM row_state WHERE leader_uid IN ({marks})"  # noqa: S608
        for leader, uid in book.rows(sql, some):
            members_of[leader].append(uid)
    known = persons.verdicts(book, {uid for leader in leaders for uid in (leader, *members_of[leader])})
    said = {pair for pair, verdict in people.joined(known, more or {}).items() if verdict.at > persons.TOLD_APART.at}
    return {
        (uid, other)
        for uid, other in pairs
        if any(people.pair(*pair) in said for pair in product((uid, *members_of[uid]), (other, *members_of[other])))
    }


def together(person: Person, uid: str, noted: Rows | None) -> list[str]:
    """The uids that were one customer with this one before it was put together with others, as far as they are here."""
    return [member for member in person.rows if member == uid or member in (noted or ())]


def part(book: Book, person: Person, uid: str, dot: Dot) -> list[Person]:
    """Take somebody out of a person again, with those who came with them; who they are then.

    Each has again what they had when they were put together; what was written since, and is no answer to what that
    asked, stays with who stays. Inside a write transaction.
    """
    noted = members.noted(book, person.rows)
    going = together(person, uid, noted.get(uid))
    staying = [member for member in person.rows if member not in going]
    _judge(book, _cut(persons.closure(book, person.rows), going, staying), dot, same=False)
    written = _give_back(book, person, going, noted, dot)
    parted = persons.regroup(book, [uid])
    for one_of_them in parted:
        persons.settle_opening(book, one_of_them)
        if not written.isdisjoint(people.IDENTITY):
            persons.tell_apart(book, one_of_them.id)
    return parted


def _cut(known: Pairs, going: Collection[str], staying: Collection[str]) -> set[tuple[str, str]]:
    """The pairs that must be two people from now on: who goes and who stays, and all that would lead from one to other.

    Uids that the book does not show go with those they hang on. Of other persons nothing is said.
    """
    groups = people.Groups.of(known)
    whole = {groups.top(uid) for uid in (*going, *staying)}
    links = {pair for pair, verdict in known.items() if verdict.same and whole.issuperset(map(groups.top, pair))}
    mine, front = set(going), set(going)
    while front:
        near = {uid for pair in links if front & set(pair) for uid in pair}
        front = near - mine - set(staying)
        mine |= front
    crossing = {pair for pair in links if len(mine & set(pair)) == 1}
    return crossing | {people.pair(*pair) for pair in product(going, staying)}


def _give_back(book: Book, person: Person, going: Sequence[str], noted: Mapping[str, Rows], dot: Dot) -> set[str]:
    """Write again what those who go, and those who stay, had and lost by being one; the fields written.

    No side is left without a name.
    """
    whole = person.view
    names = {name: state.in_force(whole, name) for name in _REQUIRED}
    sides = [{uid: row for uid, row in person.rows.items() if (uid in going) == goes} for goes in (True, False)]
    former = [[some for uid, some in noted.items() if uid in side] for side in sides]
    some: Rows = {}
    written: set[str] = set()
    for side, own, others in zip(sides, former, reversed(former), strict=True):
        back = parting.written_back(side, own, others, _UNDONE)
        written |= back.keys()
        some |= _with(writing.write_all(side, people.leading(side), back, dot), names, dot)
    rows.keep(book, person.id, person.uid, some, person.values)
    return written


def _with(some: Rows, values: dict[str, state.Value], dot: Dot) -> Rows:
    """Rows of one person, with these values where they have none."""
    leader, now = people.leading(some), state.view(some.values())
    for name, value in values.items():
        if not state.is_blank(value) and state.is_blank(state.in_force(now, name)):
            some = writing.write(some, leader, name, value, dot)
    return some
