"""What must be true of books that exchange workbooks, each promise as a check with a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.merge import exchange, people, state
from store.merge.exchange import State
from store.merge.people import FOUND, Groups
from store.merge.state import POINTS, Value
from tests.store.merge import till
from tests.store.merge.doings import HELD, LISTED, WRITTEN, supersedes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.store.merge.doings import Doings, Knowledge
    from tests.store.merge.sheet import Workbook
    from tests.store.merge.till import Question, Shown, Till


def same_book(one: Till, other: Till, why: str) -> None:
    """Two books show the same customers and balances, and ask the same."""
    assert one.people() == other.people(), f"{why}: other customers"
    assert one.questions() == other.questions(), f"{why}: other questions"


def meaning(of: State) -> tuple[object, ...]:
    """All of a state that has a meaning: found pairs only by whom they put together."""
    rows = {uid: row for uid, row in of.rows.items() if row != state.NOTHING}
    said = {uids: verdict for uids, verdict in of.pairs.items() if verdict.origin != FOUND}
    groups = Groups.of(of.pairs).members(sorted(rows))
    return rows, of.entries, of.erased, said, sorted(map(sorted, groups))


def idempotence(of: State) -> None:
    """A state joined with itself is itself."""
    assert meaning(exchange.join(of, of)) == meaning(of), "join with itself"


def commutativity(one: State, other: State) -> None:
    """Who is joined with whom does not matter."""
    assert meaning(exchange.join(one, other)) == meaning(exchange.join(other, one)), "join is not commutative"


def associativity(one: State, two: State, three: State) -> None:
    """Nor does the order in which several are joined, but for who is found: see `found_apart`."""
    left = exchange.join(exchange.join(one, two), three)
    right = exchange.join(one, exchange.join(two, three))
    assert meaning(left)[:4] == meaning(right)[:4], "join is not associative"
    if not found_apart(left, right):
        assert meaning(left) == meaning(right), "join is not associative"


def found_apart(one: State, other: State) -> bool:
    """Whether a pair was found in one order only: it was alike in a state that another file has superseded.

    It is found by whoever saw that state, and reaches all others with the next exchange.
    """
    return _found(one) != _found(other)


def _found(of: State) -> set[tuple[str, str]]:
    return {uids for uids, verdict in of.pairs.items() if verdict == people.Verdict(0, FOUND, True)}


def row_by_row(ours: State, theirs: State, order: Iterable[int]) -> None:
    """A file that is taken in slices, in any order, makes the book that it makes at once."""
    slices = [State(rows={uid: row}) for uid, row in theirs.rows.items()]
    slices += [State(entries={uid: entry}) for uid, entry in theirs.entries.items()]
    slices += [State(pairs=theirs.pairs), State(erased=theirs.erased)]
    left = dict(enumerate(slices))
    now = ours
    for at in order:
        if at in left:
            now = exchange.join(now, left.pop(at))
    for one in left.values():
        now = exchange.join(now, one)
    whole = exchange.join(ours, theirs)
    assert meaning(now)[:4] == meaning(whole)[:4], "slices"
    if not found_apart(now, whole):
        assert meaning(now) == meaning(whole), "slices"


def same_files_same_book(one: Till, other: Till, files: Sequence[Workbook], again: Sequence[Workbook]) -> bool:
    """Two new books that take the same files, in other orders and some of them twice, are the same book.

    False where one of them found a pair that the other could not (`found_apart`): an exchange makes them the same.
    """
    for book in files:
        one.take(book)
    for book in again:
        other.take(book)
    if not found_apart(one.state, other.state):
        same_book(one, other, "the same files")
        return True
    assert meaning(one.state)[:4] == meaning(other.state)[:4], "the same files"
    meet(one, other)
    same_book(one, other, "the same files, after an exchange")
    return False


def meet(one: Till, other: Till) -> None:
    """Two books exchange all that they have."""
    for giver, taker in ((one, other), (other, one)):
        taker.take(giver.export([person.uid for person in giver.people()], 0))


def nothing_is_lost(
    doings: Doings, knows: Knowledge, everybody: Sequence[Shown], asked: Sequence[Question], erased: Iterable[str]
) -> None:
    """Every value that somebody wrote is in force, superseded by someone who had seen it, or in a question."""
    persons = {uid: one for one in everybody for uid in one.uids}
    offered: dict[tuple[str, str], set[Value]] = {}
    for question in asked:
        offered.setdefault((question.uid, question.name), set()).add(question.theirs)
    gone, felt = set(erased), doings.felt(knows)
    for key, act in doings.known(knows).items():
        if act.uid in gone or act.kind not in {WRITTEN, LISTED, HELD} or act.name == POINTS:
            continue
        person = persons[act.uid]
        shown = person.values.get(act.name)
        if act.value == shown or (not act.value and not shown) or act.value in offered.get((person.uid, act.name), ()):
            continue
        if act.kind == WRITTEN:
            found = any(supersedes(later, key, act) for later in felt)
        else:
            # a list that repeats what somebody replaced, of this person by whatever uid, is old and not other
            uids = set(person.uids) if act.kind == LISTED else {act.uid}
            found = any(later.name == act.name and act.value in later.saw and uids & later.uids for later in felt)
        assert found or (act.kind == LISTED and act.name == "reason"), f"lost: {act}"


def nothing_comes_back(doings: Doings, knows: Knowledge, of: State) -> None:
    """The values that stand in a field are those that nobody superseded, and no others."""
    felt = doings.felt(knows)
    alive: dict[tuple[str, str], set[Value]] = {}
    for key, act in doings.known(knows).items():
        if act.kind == WRITTEN and not any(supersedes(later, key, act) for later in felt):
            alive.setdefault((act.uid, act.name), set()).add(act.value)
    found = {
        (uid, name): {version.value for version in versions}
        for uid, row in of.rows.items()
        for name, versions in row.fields.items()
    }
    left = {at: values for at, values in alive.items() if at[0] not in of.erased}
    assert found == left, (
        f"{ {at: (found.get(at), left.get(at)) for at in {*found, *left} if found.get(at) != left.get(at)} }"
    )


def points_are_kept(doings: Doings, knows: Knowledge, of: State) -> None:
    """Every balance is what was entered: each entry once, and what a list brought somebody whom no book made."""
    coins = [key for key in doings.counting(knows) if doings.row(key) not in of.erased]
    entries = [entry for entry in of.entries.values() if entry.customer not in of.erased]
    certain = doings.certain_coins(coins)
    assert len(entries) == len(coins), "an entry too many, or too few"
    if len(certain) == len(coins):
        assert sorted((entry.customer, entry.points) for entry in entries) == sorted(certain.values()), "other entries"
    total = 0
    for person in exchange.persons(of):
        lines = [entry for entry in of.entries.values() if entry.customer in person.uids]
        total += exchange.balance(person.row, lines) - exchange.opening(person.row)
    assert total == sum(entry.points for entry in entries), "points lost or invented"


def balances_are_honoured(doings: Doings, knows: Knowledge, of: State) -> None:
    """What a sheet says against its base is added to what tills entered meanwhile, for each person."""
    coins = doings.counting(knows)
    certain = doings.certain_coins(coins)
    if len(certain) != len(coins):
        return
    for person in till.shown(of):
        expected = sum(coin.points for coin in certain.values() if coin.uid in person.uids)
        opening = exchange.opening(state.view(of.rows[uid] for uid in person.uids))
        assert person.points == expected + opening, f"balance of {person.uid}"


def erased_stays_erased(of: State) -> None:
    """Of who is erased there are no values, in no book."""
    for uid in of.erased:
        assert of.rows.get(uid, state.NOTHING) == state.NOTHING, f"{uid} is back"


def damage_is_no_edit(before: Workbook, after: Workbook) -> None:
    """What a spreadsheet does by itself says nothing: the file says what it said."""
    assert before.told == after.told, "damage was read as an edit"
