"""All that a book and a workbook have in common, and what both together say: `join`, and the views of it.

This is the whole rule in one place, as the tests prove it; the book carries it out row by row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate, combinations
from typing import TYPE_CHECKING, NamedTuple

from store import clock
from store.merge import people, state
from store.merge.people import FOUND, Groups, Pairs, Verdict
from store.merge.state import NOTHING, POINTS, Row, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Entry(NamedTuple):
    """A line of the ledger, in the order in which lines count: time, then uid. Points are signed."""

    at: str
    uid: str
    customer: str
    points: int
    reason: str = ""
    employee: str = ""
    till: str = ""


@dataclass(slots=True)
class State:
    """Rows by uid, ledger entries by uid, verdicts on pairs, and the uids whose persons are erased, with the time."""

    rows: dict[str, Row] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    pairs: Pairs = field(default_factory=dict)
    erased: dict[str, int] = field(default_factory=dict)


def join(ours: State, theirs: State) -> State:
    """Both as one. Who is certainly one person is found here; what is erased stays erased."""
    erased = {uid: min(at, ours.erased.get(uid, at)) for uid, at in theirs.erased.items()}
    erased = {**ours.erased, **erased}
    rows = {
        uid: state.join(ours.rows.get(uid, NOTHING), theirs.rows.get(uid, NOTHING))
        for uid in {**ours.rows, **theirs.rows}
        if uid not in erased
    }
    entries = dict(ours.entries)
    for uid, entry in theirs.entries.items():
        entries[uid] = larger_entry(entry, entries.get(uid, entry))
    both = State(rows, entries, people.joined(ours.pairs, theirs.pairs), erased)
    find_people(both)
    return both


def larger_entry(one: Entry, other: Entry) -> Entry:
    """One content for each entry's uid: of two the larger, which is the later one.

    Tills that each make the entry that is for one thing, and a workbook that is edited and sent once more, give two.
    """
    return max(one, other)


def moment(at: int) -> str:
    """A time in seconds as the ledger has it."""
    return clock.written(datetime.fromtimestamp(at, UTC))


def find_people(both: State) -> None:
    """Note who is certainly somebody else of the state, where nobody said otherwise.

    Every pair is noted, of those too who are one person by others: a verdict to come may take these away.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    keys = {uid: people.row_keys(row) for uid, row in both.rows.items() if not row.is_empty}
    for uid in sorted(keys):
        for key in keys[uid].certain:
            alike.setdefault(key, []).append(uid)
    for uids in alike.values():
        for pair in combinations(uids, 2):
            both.pairs.setdefault(pair, Verdict(0, FOUND, True))


def erase(of: State, uids: Iterable[str], at: int) -> State:
    """A state in which these uids' persons are forgotten; the ledger stays, of nobody."""
    gone = dict.fromkeys(uids, at)
    return join(of, State(erased=gone))


class Person(NamedTuple):
    """Somebody as every book with this state shows them: the uids, the leader first, and the view of their rows."""

    uids: tuple[str, ...]
    row: Row


def persons(of: State) -> Iterator[Person]:
    """Everybody who is shown."""
    shown = [uid for uid, row in of.rows.items() if not row.is_empty]
    for group in Groups.of(of.pairs).members(shown):
        yield Person(tuple(group), state.view(of.rows[uid] for uid in group))


def opening_offer(row: Row) -> state.Offer | None:
    """What the list that brought somebody whom no book made says of the balance, be it nothing; None for all others."""
    lists = [] if row.is_born else [offer for offer in row.offers.get(POINTS, ()) if offer.why is Why.LIST]
    return min(lists, key=state.offer_rank, default=None)


def opening(row: Row) -> int:
    """The balance that a list brought somebody with whom no book made; 0 for all others."""
    offer = opening_offer(row)
    return 0 if offer is None else int(str(offer.value or 0))


def balance(row: Row, entries: Iterable[Entry]) -> int:
    """A person's points: what a list brought them with, and the sum of the ledger."""
    return opening(row) + sum(entry.points for entry in entries)


def balances(row: Row, entries: Iterable[Entry]) -> set[int]:
    """Every balance that a person ever had: a list that says one of them is old, not other.

    Nought is none of these, for everybody began so, but where it is what a list brought them with.
    """
    brought = opening(row)
    had = set(accumulate((entry.points for entry in sorted(entries)), initial=brought)) - {0}
    return had if row.is_born else had | {brought}


def balance_at(row: Row, entries: Iterable[Entry], at: int) -> int:
    """A person's points as they were at a time in seconds; as they are now where it is 0: nobody knows the time."""
    until = moment(at)
    return balance(row, (entry for entry in entries if not at or entry.at <= until))


def difference(row: Row, entries: Iterable[Entry], offer: state.Offer) -> int:
    """The points that taking a balance adds.

    A list says what the person had when it was saved: what came after stays on top. A held balance is the difference
    from what its editor saw.
    """
    seen = int(str(offer.base or 0)) if offer.why is Why.PERSON else balance_at(row, entries, offer.at)
    return int(str(offer.value)) - seen


def open_balances(row: Row, entries: Iterable[Entry]) -> list[state.Offer]:
    """The balances of lists that a person must be asked about: those that are not old, and would change anything."""
    offers = row.offers.get(POINTS, ())
    if not offers:
        return []
    lines = list(entries)
    known = balances(row, lines) | {balance(row, lines)}
    return sorted(
        offer
        for offer in offers
        if offer.value is not None
        and (offer.why is not Why.LIST or (offer.value not in known and difference(row, lines, offer)))
    )
