"""What joining a file's states with the book's would do: the steps, what people see of it, and what it asks."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from store import erased, look_alikes, nobodies, persons, rows, sources
from store.merge import codec, people, state
from store.merge.people import FOUND, Groups, Pairs, Verdict
from store.merge.state import POINTS, Offer, Row, Value, Why
from store.merge.writing import held_key
from store.workbook import held_cells, ledger_moves, merging, same_people
from store.workbook.customer_plan import DEFAULT_REASON
from store.workbook.headers import Sheet
from store.workbook.learning import Learning
from store.workbook.merging import Merge
from store.workbook.sync_state import state_values
from store.workbook.who_plan import WhoPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from store.database import Book
    from store.exchange import RowMove
    from store.merge.exchange import Entry
    from store.review_records import Question
    from store.rows import Person
    from store.sources import Teller
    from store.workbook.customer_plan import CustomerPlan, Listed, NewCustomer
    from store.workbook.ledger_moves import Lines
    from store.workbook.match import Known
    from store.workbook.outcome import Report
    from store.workbook.reading import File
    from store.workbook.sync_plan import SyncPlan
    from store.workbook.sync_state import Sync


@dataclass
class MergePlan:
    """Collects the merges of a file; `take` what was planned of its rows, then read what came of it."""

    book: Book
    report: Report
    file: File
    sync: Sync | None
    typed: Lines = field(default_factory=dict)
    """The entries of the file's sheet Loyalty."""
    merges: list[Merge] = field(default_factory=list)
    moves: list[RowMove] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    _pairs: Pairs = field(default_factory=dict)
    _entries: list[Entry] = field(default_factory=list)
    _naming: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    """The pairs of `_pairs` that name each uid."""
    _told: set[str] = field(default_factory=set)
    """Of whom there is a move."""
    _learning: Learning = field(default_factory=Learning)
    _who: WhoPlan = field(init=False)
    _teller: Teller = field(init=False)
    _several: frozenset[str] = frozenset()
    """The customers of the book who are several uids."""

    def __post_init__(self) -> None:
        """Take the file's verdicts, as far as they are later than the book's."""
        self._who = WhoPlan(self.book)
        self._teller = replace(sources.teller(self.book), file=self.file.name)
        several = self.book.rows("SELECT DISTINCT leader_uid FROM row_state WHERE uid <> leader_uid")
        self._several = frozenset(uid for (uid,) in several)
        if self.sync is not None and self.sync.pairs:
            known = persons.verdicts(self.book, {uid for pair in self.sync.pairs for uid in pair})
            self._judge({pair: verdict for pair, verdict in self.sync.pairs.items()
                         if verdict > known.get(pair, Verdict(-1, "", False))})  # fmt: skip

    def _judge(self, pairs: Pairs) -> None:
        for pair, verdict in pairs.items():
            self._pairs[pair] = max(verdict, self._pairs.get(pair, verdict))
            for uid in pair:
                self._naming[uid].add(pair)

    @property
    def learns(self) -> bool:
        """Whether the book gets to know anything."""
        return bool(self.merges or self._pairs or self._entries or list(self.erase_steps()))

    def take(self, listed: CustomerPlan | None, synced: SyncPlan | None) -> None:
        """Take what the rows say of people whom the book has, and who turns out to be one person by it."""
        merges: list[Merge] = []
        if listed:
            self._tell_apart(listed)
            several = rows.by_uid(self.book, {one.known.uid for one in listed.listed} & self._several)
            merges += [self._offering(one, _whose(one, several.get(one.known.uid))) for one in listed.listed]
            for one, uid in listed.linked:
                merges.append(self._offering(one, uid))
                self._judge({people.pair(uid, one.known.uid): Verdict(0, FOUND, True)})
        if synced:
            merges += synced.merges
        merges += self._find(merges, listed, synced)
        by_owner = self._take_entries(merges, synced) if synced else {}
        merges = self._together(self._apart(merges))
        self._plan(sorted(merges, key=lambda merge: (not merge.row, merge.row)), by_owner)

    def _find(self, merges: list[Merge], listed: CustomerPlan | None, synced: SyncPlan | None) -> list[Merge]:
        """Note who is certainly the same person by now, where nobody said otherwise; of new customers the merges."""
        new = [*(listed.created if listed else ()), *(synced.created if synced else ())]
        found = same_people.found(self.book, merges, new, self.sync.erased if self.sync else ())
        known = persons.verdicts(self.book, {uid for pair in found.pairs for uid in pair}) | self._pairs
        self._judge(dict.fromkeys(look_alikes.unsaid(found.pairs, known), Verdict(0, FOUND, True)))
        joining = {new.values[0] for new in listed.created if new.cleared} if listed else set[str]()
        joining |= found.numbers | {uid for pair, verdict in self._pairs.items() if verdict.same for uid in pair}
        if joining.isdisjoint(one.values[0] for one in new):
            return []
        joined = [_as_merge(one, self.file) for one in listed.taken_out(joining)] if listed else []
        return joined + (synced.join(joining) if synced else [])

    def _apart(self, merges: list[Merge]) -> list[Merge]:
        """The merges with each person by themselves whom the file has as one, and later verdicts as several."""
        several = {uid for merge in merges if len(merge.rows) > 1 for uid in merge.rows}
        if not several:
            return merges
        groups = Groups.of(self._closure(several))
        return [part for merge in merges for part in merging.apart(merge, groups)]

    def _together(self, merges: list[Merge]) -> list[Merge]:
        """The merges with those of one person, by the verdicts of the file and of the book, as one."""
        several = Counter(uid for merge in merges for uid in {merge.uid, *merge.rows})
        wanted = {uid for uid, times in several.items() if times > 1} | self._naming.keys()
        wanted |= {uid for pair in persons.verdicts(self.book, several) for uid in pair}
        if not wanted:
            return merges
        groups = Groups.of(self._closure(wanted & several.keys()))
        of_one: dict[str, list[Merge]] = {}
        for merge in merges:
            named = wanted.intersection({merge.uid, *merge.rows})
            of_one.setdefault(groups.top(min(named, default=merge.uid)), []).append(merge)
        return [merging.together(some) for some in of_one.values()]

    def _tell_apart(self, listed: CustomerPlan) -> None:
        """Rows with UIDs of their own in one list are two people, however alike they are."""
        pairs = listed.own.pairs()
        known = persons.verdicts(self.book, {uid for pair in pairs for uid in pair})
        unsaid = [pair for pair in pairs if known.get(pair, Verdict(-1, "", False)) < persons.TOLD_APART]
        self._judge(dict.fromkeys(sorted(unsaid), persons.TOLD_APART))

    def _offering(self, one: Listed, uid: str) -> Merge:
        offers: dict[str, frozenset[Offer]] = {}
        of = "" if one.points is None and POINTS not in one.offers else one.of
        for name, value in one.offers.items():
            offers[name] = frozenset({_offer(name, value, self.file, of)})
        for name, value in one.unsaid.items():
            offers[name] = frozenset({state.silent(name, value, self.file.at, self.file.source)})
        if one.points is not None:
            offers[POINTS] = frozenset({state.offered(POINTS, one.points, self.file.at, self.file.source, of)})
            if one.reason != DEFAULT_REASON and "reason" not in offers:
                offers["reason"] = frozenset({_held_reason(uid, one.reason, self.file.at, self.file.source)})
        if one.beside:
            held = {_held_reason(uid, str(offer.value), offer.at, offer.source) for offer in one.beside}
            offers["reason"] = offers.get("reason", frozenset()) | held
        if one.known.uid in self._several:
            offers = self._unheard(one.known.uid, offers)
        return Merge(one.row, uid, {uid: Row(offers=offers)}, one.digest, _base(one.known), one.reason, is_list=True)

    def _unheard(self, uid: str, offers: dict[str, frozenset[Offer]]) -> dict[str, frozenset[Offer]]:
        """What nobody told of a customer yet: of who is several uids it may have been told under another."""
        heard = set[str]()
        known: dict[str, Offer] = {}
        for row in rows.by_uid(self.book, [uid])[uid].rows.values():
            heard |= row.gone
            heard |= {state.value_key(name, one.value) for name, some in row.fields.items() for one in some}
            for offer in (offer for some in row.offers.values() for offer in some):
                known[offer.key] = min(offer, known.get(offer.key, offer), key=state.offer_rank)
        return {
            name: some
            for name, some in offers.items()
            if heard.isdisjoint(offer.key for offer in some)
            and all(o.key not in known or state.is_before(o.at, known[o.key].at) for o in some)
        }

    def _take_entries(self, merges: list[Merge], synced: SyncPlan) -> dict[str, list[Entry]]:
        """Take the entries of people whom the book has, or gets, and of who was erased.

        Who has one and else nothing new is merged as well.
        """
        owners = {entry.customer for entry in [*synced.entries, *synced.former.values()]}
        known = rows.owners(self.book, owners)
        merged = {uid for merge in merges for uid in merge.rows}
        new = {one.values[0] for one in synced.created}
        coming = known.keys() | merged | new | synced.erased
        self._entries = [entry for entry in synced.entries if entry.customer in coming]
        by_owner: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            by_owner[entry.customer].append(entry)
            was = synced.former.get(entry.uid, entry).customer
            if was != entry.customer and was in known:
                by_owner[was].append(entry)
        others = [uid for uid in by_owner if uid not in merged | new | synced.erased]
        leaders = rows.leaders(self.book, [*others, *merged])
        joined = {leaders[uid] for uid in merged if uid in leaders}
        left = dict.fromkeys(leaders[uid] for uid in others if uid in leaders and leaders[uid] not in joined)
        merges += self._of_ledger(left, synced)
        return by_owner

    def _of_ledger(self, uids: Iterable[str], synced: SyncPlan) -> Iterator[Merge]:
        """People of whom the file says nothing new but points."""
        tally = self.report.tally(Sheet.CUSTOMERS)
        for uid in uids:
            base = synced.sync.people.get(uid)
            tally.unchanged -= uid in synced.untouched  # counted once more, with the points
            yield Merge(synced.row_of(uid), uid, {}, base=merging.base_of(base.values) if base else {})

    def _plan(self, merges: list[Merge], entries: dict[str, list[Entry]]) -> None:
        for at in range(0, len(merges), rows.AT_ONCE):
            part = merges[at : at + rows.AT_ONCE]
            uids = {merge.uid: self._all_uids(merge) for merge in part}
            leaders = rows.leaders(self.book, {uid for some in uids.values() for uid in some})
            there = rows.by_uid(self.book, set(leaders.values()))
            for merge in part:
                known = dict.fromkeys(leaders[uid] for uid in uids[merge.uid] if uid in leaders)
                self._settle(merge, [there[leader] for leader in known], entries)

    def _all_uids(self, merge: Merge) -> list[str]:
        """The uids of the person who is meant, by the verdicts of the file and of the book, the leader first."""
        uids = {merge.uid, *merge.rows}
        hanging = self._closure(uids)
        found = uids | Groups.of(hanging).of_one(people.named(hanging), uids)
        return [people.leading(found), *sorted(found)]

    def _closure(self, uids: Iterable[str]) -> Pairs:
        """The verdicts, of the file and of the book, on which it depends who is one person with one of these uids."""
        known, front = set(uids), set(uids)
        found: Pairs = {}
        while front:
            pairs = persons.verdicts(self.book, front)
            ours = {pair: self._pairs[pair] for uid in front & self._naming.keys() for pair in self._naming[uid]}
            found |= people.joined(pairs, ours)
            front = {uid for pair in pairs.keys() | ours.keys() if found[pair].same for uid in pair} - known
            known |= front
        return found

    def _settle(self, merge: Merge, there: list[Person], entries: dict[str, list[Entry]]) -> None:
        lines = [entry for person in there for entry in rows.entries_of(self.book, person.id)]
        uids = {merge.uid, *merge.rows, *(uid for person in there for uid in person.rows)}
        more = [entry for uid in uids for entry in entries.get(uid, ())]
        typed = [entry for uid in uids for entry in self.typed.get(uid, ())]
        outcome = merging.outcome(merge, there, lines, more, typed, teller=self._teller)
        held = held_cells.waiting(merge, outcome)
        for row, cells in held.items():
            self.report.hold(row, cells)
        tally = self.report.tally(Sheet.CUSTOMERS)
        if not outcome.changes:
            tally.unchanged += len(merge.beside) + bool(merge.row)
            return
        if merge.rows:
            self.merges.append(merge)
        if not there:
            tally.created += 1
            tally.updated += len(merge.beside)
        elif outcome.is_seen or not (outcome.asked or outcome.only_later):
            tally.updated += 1 + len(merge.beside)
        else:
            tally.unchanged += 1 + len(merge.beside)
        if there:
            self._learning.see(outcome)
        if outcome.asked and not held:
            self.report.hold_unseen(outcome.asked)
        self._who.see(there, merge.rows, outcome.move)
        if outcome.move.fields:
            self.moves.append(outcome.move)
            self._told |= {person.uid for person in there} or {merge.uid}
        self.questions += outcome.asked

    def ledger_moves(self, created: Iterable[NewCustomer]) -> Iterator[RowMove]:
        """What the file does to customers of the book of whom it has nothing new but entries in its sheet Loyalty."""
        told = self._told | {new.values[0] for new in created}
        return ledger_moves.moves(self.book, self.typed, told)

    def brought(self) -> Iterator[str]:
        """The entries of the file's state that the book gets, by uid."""
        return (entry.uid for entry in self._entries)

    def entered(self) -> Counter[str]:
        """The points of all entries that the file brings, by whose they are."""
        found: Counter[str] = Counter()
        for entry in chain(self._entries, *self.typed.values()):
            found[entry.customer] += entry.points
        return found

    def asked_who(self, created: Iterable[NewCustomer]) -> tuple[Question, ...]:
        """Who may be one person after the import, and is asked about only then."""
        return self._who.questions(created, self._pairs, {uid for uid, _ in self.erase_steps()})

    def pair_steps(self) -> list[list[Any]]:
        """The verdicts that are new to the book."""
        return [[*uids, *verdict] for uids, verdict in sorted(self._pairs.items())]

    def regroup_steps(self) -> list[list[Any]]:
        """The uids whose customers may have to be put together, or told apart.

        Whom a file has as one person may be two by a verdict of the book that is later.
        """
        several = {uid for merge in self.merges if len(merge.rows) > 1 for uid in merge.rows}
        return [[uid] for uid in sorted(self._naming.keys() | several)]

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
        here = len(set(self._erased_here.values()))
        if not here:
            return []
        customers = "1 customer was" if here == 1 else f"{here:,} customers were"
        return [f"{customers} erased on request in another book. This import erases them here as well, for good."]

    def brings(self) -> tuple[str, ...]:
        """What the book learns beside what the rows change, in words."""
        here, others = len(set(self._erased_here.values())), any(True for _ in self.erase_steps())
        alone = not self.moves and not any(tally.created for tally in self.report.tallies.values())
        return self._learning.words(self._pairs, erased=here, others=others, alone=alone)

    @cached_property
    def _erased_here(self) -> dict[str, str]:
        """The leaders of those uids to be erased whom the book has."""
        return rows.leaders(self.book, (uid for uid, _ in self.erase_steps()))

    def nobody_steps(self, owners: Iterable[str]) -> list[list[Any]]:
        """Those of the owners of lines who were erased, and whom the book never had."""
        gone = erased.everybody(self.book).union(self.sync.erased if self.sync else ())
        return [[uid] for uid in nobodies.lacking(self.book, gone.intersection(owners))] if gone else []

    def entry_steps(self, said: Container[str]) -> Iterator[list[Any]]:
        """The ledger entries of the file's state that the book lacks."""
        for entry in self._entries:
            keep = int(entry.customer in said)
            yield [entry.uid, entry.customer, entry.points, entry.reason, entry.employee, entry.till, entry.at, keep, 0]


def _whose(listed: Listed, person: Person | None) -> str:
    """The uid to which a row belongs of a customer who is several: that by which a book finds it that has them apart.

    Each counts by what its own row says, in the order in which rows are matched; who leads is another in every book.
    """
    if person is None:
        return listed.known.uid
    mine, derived = people.keys_of(listed.said), people.derived_uid(listed.said)
    keys = {uid: people.row_keys(row) for uid, row in person.rows.items()}
    rules: tuple[Callable[[str], bool], ...] = (
        lambda uid: mine.number != "" and keys[uid].number == mine.number,
        lambda uid: keys[uid].same(mine),
        lambda uid: uid == derived,
        lambda uid: mine.email != "" and keys[uid].email == mine.email,
    )
    fitting = ([uid for uid in keys if fits(uid)] for fits in rules)
    return people.leading(next(filter(None, fitting), [person.uid]))


def _offer(name: str, value: Value, file: File, of: str = "") -> Offer:
    """What a list says of a field; that it clears one, which is asked about wherever something stands there."""
    if state.is_blank(value):
        return state.offered(name, None, file.at, file.source)._replace(why=Why.BLANK)
    return state.offered(name, value, file.at, file.source, of)


def _held_reason(uid: str, reason: str, at: int, source: str) -> Offer:
    """The reason that a list gives beside a balance; it counts once the balance does."""
    return Offer(at, held_key(f"{at} {source}", uid, "reason", None, reason), reason, Why.PERSON, None, source)


def _as_merge(new: NewCustomer, file: File) -> Merge:
    uid = new.values[0]
    row = codec.long(uid, json.loads(new.told or "null"), state_values(new.values))
    cleared = {name: frozenset({_offer(name, None, file)}) for name in new.cleared}
    if cleared:
        row = replace(row, offers={**row.offers, **cleared})
    return Merge(new.row, uid, {uid: row}, new.digest, reason=new.reason, is_list=True)


def _base(known: Known) -> dict[str, Any]:
    return merging.base_of([*known.values])
