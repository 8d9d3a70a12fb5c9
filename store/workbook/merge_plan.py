"""What joining a file's states with the book's would do: the steps, what people see of it, and what it asks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import persons, rows
from store.merge import people, state
from store.merge.people import FOUND, Pairs, Verdict
from store.merge.state import POINTS, Offer, Row, Why
from store.merge.writing import held_key
from store.workbook import merging
from store.workbook.cells import Fault
from store.workbook.customer_rows import AT
from store.workbook.headers import Sheet
from store.workbook.merging import Merge
from store.workbook.reading import plain

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from store.database import Book
    from store.exchange import RowMove
    from store.merge.exchange import Entry
    from store.review_records import Question
    from store.rows import Person
    from store.workbook.customer_plan import CustomerPlan, Listed, NewCustomer
    from store.workbook.match import Known
    from store.workbook.outcome import Report
    from store.workbook.reading import File
    from store.workbook.sync_plan import SyncPlan
    from store.workbook.sync_state import Sync


@dataclass(slots=True)
class MergePlan:
    """Collects the merges of a file; `take_lists` and `take_synced`, then read what came of it."""

    book: Book
    report: Report
    file: File
    sync: Sync | None
    merges: list[Merge] = field(default_factory=list)
    moves: list[RowMove] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    _pairs: Pairs = field(default_factory=dict)
    _entries: list[Entry] = field(default_factory=list)
    _named: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Take the file's verdicts, as far as they are later than the book's."""
        if self.sync is not None and self.sync.pairs:
            known = persons.verdicts(self.book, {uid for pair in self.sync.pairs for uid in pair})
            self._judge({pair: verdict for pair, verdict in self.sync.pairs.items()
                         if verdict > known.get(pair, Verdict(-1, "", False))})  # fmt: skip

    def _judge(self, pairs: Pairs) -> None:
        self._pairs = people.joined(self._pairs, pairs)
        self._named |= {uid for pair in pairs for uid in pair}

    @property
    def learns(self) -> bool:
        """Whether the book gets to know anything."""
        return bool(self.merges or self._pairs or self._entries or list(self.erase_steps()))

    def take_lists(self, listed: CustomerPlan) -> None:
        """Take what rows without a state say of people whom the book has."""
        self._tell_apart(listed.created)
        merges = [self._offering(one, one.known.uid) for one in listed.listed]
        for one, uid in listed.linked:
            merges.append(self._offering(one, uid))
            self._judge({people.pair(uid, one.known.uid): Verdict(0, FOUND, True)})
        self._plan(merges, {}, lists=True)

    def _tell_apart(self, created: Iterable[NewCustomer]) -> None:
        """Rows with UIDs of their own in one list are two people, however alike they are."""
        by_email: dict[str, list[NewCustomer]] = defaultdict(list)
        for new in created:
            if email := new.values[AT["email"]]:
                by_email[email.casefold()].append(new)
        for group in by_email.values():
            if len(group) > persons.MOST_ALIKE:
                continue  # a placeholder that stands for nobody
            for at, one in enumerate(group):
                for other in group[at + 1 :]:
                    if _keys(one).same(_keys(other)):
                        self._judge({people.pair(one.values[0], other.values[0]): persons.TOLD_APART})

    def _offering(self, one: Listed, uid: str) -> Merge:
        offers: dict[str, frozenset[Offer]] = {}
        for name, value in one.offers.items():
            if state.is_blank(value):
                old = plain(one.known.values[AT[name]])
                key = held_key(self.file.id, uid, name, old, None)
                offers[name] = frozenset({Offer(self.file.at, key, None, Why.BLANK, old, self.file.name)})
            else:
                offers[name] = frozenset({state.offered(name, value, self.file.at, self.file.name)})
        if one.points is not None:
            offers[POINTS] = frozenset({state.offered(POINTS, one.points, self.file.at, self.file.name)})
        return Merge(one.row, uid, {uid: Row(offers=offers)}, one.digest, _base(one.known), one.reason)

    def take_synced(self, synced: SyncPlan) -> None:
        """Take everybody of a file with a state whom the book has otherwise, or whom its columns do not tell."""
        self._judge(synced.pairs)
        known = rows.owners(self.book, {entry.customer for entry in synced.entries})
        coming = {uid for merge in synced.merges for uid in merge.rows} | {new.values[0] for new in synced.created}
        self._entries = [entry for entry in synced.entries if entry.customer in known or entry.customer in coming]
        by_owner: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            by_owner[entry.customer].append(entry)
        merged = {uid for merge in synced.merges for uid in merge.rows}
        new = {one.values[0] for one in synced.created}
        others = [uid for uid in by_owner if uid not in merged | new | synced.erased]
        self._plan([*synced.merges, *self._of_ledger(others, synced)], by_owner, lists=False)

    def _of_ledger(self, uids: list[str], synced: SyncPlan) -> Iterator[Merge]:
        """People of whom the file says nothing new but points."""
        for uid in uids:
            base = synced.sync.people.get(uid)
            yield Merge(synced.row_of(uid), uid, {}, base=merging.base_of(base.values) if base else {})

    def _plan(self, merges: list[Merge], entries: dict[str, list[Entry]], *, lists: bool) -> None:
        for at in range(0, len(merges), rows.AT_ONCE):
            part = merges[at : at + rows.AT_ONCE]
            uids = {merge.uid: self._all_uids(merge) for merge in part}
            leaders = rows.leaders(self.book, {uid for some in uids.values() for uid in some})
            there = rows.by_uid(self.book, set(leaders.values()))
            for merge in part:
                known = dict.fromkeys(leaders[uid] for uid in uids[merge.uid] if uid in leaders)
                self._settle(merge, [there[leader] for leader in known], entries, lists=lists)

    def _all_uids(self, merge: Merge) -> list[str]:
        """The uids of the person who is meant, by the verdicts of the file and of the book, the leader first."""
        found, front = {merge.uid, *merge.rows}, {merge.uid, *merge.rows}
        while front:
            pairs = people.joined(persons.verdicts(self.book, front), self._pairs if front & self._named else {})
            front = {
                uid for pair, verdict in pairs.items() if verdict.same and front & set(pair) for uid in pair
            } - found
            found |= front
        return [people.leading(found), *sorted(found)]

    def _settle(self, merge: Merge, there: list[Person], entries: dict[str, list[Entry]], *, lists: bool) -> None:
        lines = [entry for person in there for entry in rows.entries_of(self.book, person.id)]
        more = [entry for uid in {merge.uid, *merge.rows} for entry in entries.get(uid, ())]
        outcome = merging.outcome(merge, there, lines, more)
        tally = self.report.tally(Sheet.CUSTOMERS)
        if not outcome.changes:
            tally.unchanged += 1 if merge.row else 0
            return
        if merge.rows:
            self.merges.append(merge)
        if not there:
            tally.created += 1
        elif outcome.is_seen or not outcome.asked:
            tally.updated += 1
        else:
            tally.unchanged += 1
        tally.held += bool(outcome.asked)
        if outcome.move.fields:
            self.moves.append(outcome.move)
        self.questions += outcome.asked
        if lists and outcome.asked:
            self._tell_held(merge.row, outcome.asked)

    def _tell_held(self, row: int, asked: Iterable[Question]) -> None:
        names = {column.label: column.name for column in _labelled()}
        faults = [
            (
                names[question.label],
                Fault(question.theirs, f"the book has {question.ours or 'nothing'}; waits for an answer"),
            )
            for question in asked
            if question.label in names
        ]
        if faults:
            self.report.leave_out(Sheet.CUSTOMERS, row, faults, "held")

    def pair_steps(self) -> list[list[Any]]:
        """The verdicts that are new to the book."""
        return [[*uids, *verdict] for uids, verdict in sorted(self._pairs.items())]

    def regroup_steps(self) -> list[list[Any]]:
        """The uids whose customers may have to be put together, or told apart.

        Whom a file has as one person may be two by a verdict of the book that is later.
        """
        several = {uid for merge in self.merges if len(merge.rows) > 1 for uid in merge.rows}
        return [[uid] for uid in sorted(self._named | several)]

    def erase_steps(self) -> Iterator[list[Any]]:
        """The uids that are erased elsewhere, and not yet here."""
        if self.sync is None or not self.sync.erased:
            return
        known = {
            uid
            for marks, part in rows.in_parts(self.sync.erased)
            for (uid,) in self.book.rows(f"SELECT uid FROM erased_person WHERE uid IN ({marks})", part)  # noqa: S608
        }
        yield from ([uid, at] for uid, at in sorted(self.sync.erased.items()) if uid not in known)

    def erase_notes(self) -> list[str]:
        """What people should know before they import it: nobody who is erased comes back."""
        people_here = set(rows.leaders(self.book, (uid for uid, _ in self.erase_steps())).values())
        if not people_here:
            return []
        customers = "1 customer was" if len(people_here) == 1 else f"{len(people_here):,} customers were"
        return [f"{customers} erased on request in another book. This import erases them here as well, for good."]

    def entry_steps(self, said: Container[str]) -> Iterator[list[Any]]:
        """The ledger entries of the file's state that the book lacks."""
        for entry in self._entries:
            keep = int(entry.customer in said)
            yield [entry.uid, entry.customer, entry.points, entry.reason, entry.employee, entry.till, entry.at, keep, 0]


def _keys(new: NewCustomer) -> people.Keys:
    return people.keys_of({name: new.values[AT[name]] for name in people.IDENTITY})


def _base(known: Known) -> dict[str, Any]:
    return merging.base_of([*known.values])


def _labelled() -> Iterable[Any]:
    from store.workbook.headers import COLUMNS

    return COLUMNS[Sheet.CUSTOMERS]
