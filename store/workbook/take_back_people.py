"""Taking back what an import did to customers: who was joined, put together or told apart, and who is new.

The record has each customer whole as they were. Customers before and after hang together by their uids; those who do
are restored together, or stay together where anybody wrote in one of them since.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store import changing, id_numbers, members, persons, rows
from store.merge import people
from store.rows import Person
from store.workbook import journal
from store.workbook.take_back_before import Before
from store.workbook.take_back_rows import name_overspent, settle_reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from store.database import Book
    from store.workbook.take_back_work import Record, Work

EDITED = "{} stays: edited since the import."
FORGOTTEN = "Somebody who was erased since the import does not come back."
MADE = "customer"
"""The kind of change of a customer whom the import made."""


@dataclass(slots=True)
class _Cluster:
    """Customers who hang together: `before` the import, and `now`."""

    before: list[Before]
    now: list[Person] = field(default_factory=list)

    @property
    def uids(self) -> set[str]:
        return {uid for one in self.before for uid in one.rows} | {uid for one in self.now for uid in one.rows}

    @property
    def is_plain(self) -> bool:
        """Whether it is one customer, who stayed the same one."""
        return (
            len(self.before) == len(self.now) == 1
            and (self.before[0].id, self.before[0].uid) == (self.now[0].id, self.now[0].uid)
            and len(self.before[0].rows) == len(self.now[0].rows) == 1
        )


def joined(work: Work, kind: str, records: Sequence[Record]) -> None:
    """Restore customers who were joined with a file, and those who were put together with them or told apart."""
    del kind
    before = {row_id: Before.of(row_id, told, work.called) for row_id, told in records}
    uids = {uid for one in before.values() for uid in one.rows}
    leaders, erased = rows.leaders(work.book, uids), _erased(work.book, uids)
    there = rows.by_uid(work.book, set(leaders.values()))
    after = work.told_of(journal.AFTER, [person.id for person in there.values()])
    done: set[int] = set()
    restored: list[Before] = []
    for row_id, one in before.items():
        if row_id in done:
            continue
        cluster = _Cluster([one], [there[uid] for uid in {leaders[uid] for uid in one.rows if uid in leaders}])
        if cluster.is_plain:
            restored += _settle(work, cluster, after, is_erased=one.uid in erased)
            continue
        cluster = _grown(work, cluster)
        done |= {other.id for other in cluster.before}
        marks = work.told_of(journal.AFTER, [person.id for person in cluster.now])
        restored += _settle(work, cluster, marks, is_erased=bool(_erased(work.book, cluster.uids)))
        work.forget(journal.PERSON, [other.id for other in cluster.before])
        _forget_made(work, [*(other.id for other in cluster.before), *(now.id for now in cluster.now)], cluster.uids)
    _forget_made(work, before, uids)
    work.forget(journal.RAISED, [one.id for one in restored])
    work.vouch({one.id: one.version for one in restored})


def _erased(book: Book, uids: Iterable[str]) -> set[str]:
    return {
        uid
        for marks, part in rows.in_parts(uids)
        for (uid,) in book.rows(f"SELECT uid FROM erased_person WHERE uid IN ({marks})", part)  # noqa: S608
    }


def _grown(work: Work, cluster: _Cluster) -> _Cluster:
    """All who hang together with these."""
    book = work.book
    uids: set[str] = set()
    while uids != cluster.uids:
        uids = cluster.uids
        leaders = set(rows.leaders(book, uids).values())
        records = {work.records_of[uid] for uid in uids if uid in work.records_of}
        told = work.told_of(journal.PERSON, records)
        cluster = _Cluster(
            [Before.of(row_id, json.loads(text), work.called) for row_id, text in sorted(told.items())],
            sorted(rows.by_uid(book, leaders).values(), key=lambda person: person.id),
        )
    return cluster


def _settle(work: Work, cluster: _Cluster, after: Mapping[int, str], *, is_erased: bool) -> list[Before]:
    """Restore a cluster, or name who stays; those who were restored."""
    if is_erased:
        work.stays(FORGOTTEN, cluster.uids)
    elif cluster.now and _is_untouched(cluster, after):
        work.restored += _Restoring(work, cluster).restore()
        return cluster.before
    else:
        for person in cluster.now:
            work.stays(EDITED.format(name_of(person)), person.rows)
            id_numbers.settle(work.book, person)
    return []


def _forget_made(work: Work, ids: Iterable[int], uids: Collection[str]) -> None:
    """Nobody who was there before, or who stays, was made by the import, even if it put them together and apart."""
    made = work.told_of(MADE, ids)
    work.forget(MADE, [row_id for row_id, uid in made.items() if json.loads(uid) in uids])


def _is_untouched(cluster: _Cluster, after: Mapping[int, str]) -> bool:
    """Whether the state of each customer is what the import left, or, where it left no word of that, what was there."""
    before = {one.uid: one for one in cluster.before}
    for person in cluster.now:
        if person.id in after:
            mark = json.loads(after[person.id])
        else:
            mark = before[person.uid].mark if person.uid in before else None
        if mark != journal.state_mark(person):
            return False
    return True


def name_of(person: Person) -> str:
    """Whom a sentence speaks of."""
    names = (str(person.values.get(part) or "") for part in ("first_name", "last_name"))
    return " ".join(filter(None, names)) or f"Customer {person.uid}"


class _Restoring:
    """Makes of the customers of now those of before; whoever is new in between goes, and what came since stays."""

    def __init__(self, work: Work, cluster: _Cluster) -> None:
        self._work = work
        self._book = work.book
        self._cluster = cluster
        self._there = {person.id: person for person in cluster.now}
        self._kept: dict[int, Before] = {one.id: one for one in cluster.before}

    def restore(self) -> int:
        """How many customers became others by it."""
        if self._cluster.is_plain:
            return self._restore_one(self._cluster.before[0])
        members.keep_photos(self._book, [uid for one in self._cluster.before for uid in one.with_photos])
        self._name_owners()
        for one in self._cluster.before:
            self._make_room(one)
        ids = {one.uid: self._stand(one) for one in self._cluster.before}
        self._share_out(ids)
        self._share_photos(ids)
        for person in self._cluster.now:
            if person.id not in self._kept:
                self._remove(person)
        return sum(self._restore_one(one, ids[one.uid]) for one in self._cluster.before)

    def _name_owners(self) -> None:
        """Have each line say whose it is, and nobody have a uid or an ID number that another needs."""
        for person in self._cluster.now:
            for table in persons.REFERRING:
                self._book.execute(
                    f"UPDATE {table} SET owner_uid = ? WHERE customer_id = ? AND owner_uid IS NULL",  # noqa: S608
                    (person.uid, person.id),
                )
            self._book.execute("DELETE FROM loyalty_entry WHERE customer_id = ? AND opening", (person.id,))
            self._book.execute("DELETE FROM row_state WHERE leader_uid = ?", (person.uid,))
            self._book.execute("UPDATE customer SET uid = 'going ' || id WHERE id = ?", (person.id,))
            if person.values.pop("id_number", None) is not None:
                changing.change(self._book, person.id, {"id_number": None}, raise_version=False)

    def _make_room(self, one: Before) -> None:
        """An id that was given away since is not asked for again."""
        if one.id not in self._there and self._book.rows("SELECT 1 FROM customer WHERE id = ?", (one.id,)):
            del self._kept[one.id]

    def _stand(self, one: Before) -> int:
        """The id of a customer's row, made again where it is gone."""
        if one.id in self._there:
            self._book.execute("UPDATE customer SET uid = ? WHERE id = ?", (one.uid, one.id))
            return one.id
        columns = {**one.columns, "id_number": None, "uid": one.uid, "version": one.version}
        if one.id in self._kept:
            columns["id"] = one.id
        customer_id = changing.insert(self._book, columns, persons.store_ids(self._book, one.stores))
        [person] = rows.by_id(self._book, [customer_id]).values()
        self._there[customer_id] = person
        return customer_id

    def _share_out(self, ids: dict[str, int]) -> None:
        """Receipts, entries and feedback go to whose they were; those of nobody's to who stays, or else leads."""
        owners = {uid: one for one in self._cluster.before for uid in one.rows}
        for person in self._cluster.now:
            heir = self._heir(person, ids)
            for table in persons.REFERRING:
                for uid in {*owners, *self._owners(table, person.id)}:
                    target = owners[uid].uid if uid in owners else heir
                    owner = None if uid == target or uid not in owners else uid
                    self._book.execute(
                        f"UPDATE {table} SET customer_id = ?, owner_uid = ? WHERE customer_id = ? AND owner_uid = ?",  # noqa: S608
                        (ids[target], owner, person.id, uid),
                    )

    def _heir(self, person: Person, ids: dict[str, int]) -> str:
        """Who has what came to a customer of now since the import, by the uid."""
        return next((one.uid for one in self._cluster.before if one.id == person.id), people.leading(ids))

    def _owners(self, table: str, customer_id: int) -> Iterator[str]:
        sql = f"SELECT DISTINCT owner_uid FROM {table} WHERE customer_id = ? AND owner_uid IS NOT NULL"  # noqa: S608
        yield from (uid for (uid,) in self._book.rows(sql, (customer_id,)))

    def _share_photos(self, ids: dict[str, int]) -> None:
        """Who had a photo has it again, and who has another one since keeps it."""
        known = {uid for one in self._cluster.before for uid in one.rows}
        for person in self._cluster.now:
            if person.id not in self._kept:
                members.pass_photo_on(self._book, person.id, ids[self._heir(person, ids)], known)
        for one in self._cluster.before:
            if not one.has_photo:
                members.give_photo_up(self._book, ids[one.uid], [uid for uid in ids if uid != one.uid])
        for one in self._cluster.before:
            if one.has_photo:
                members.take_photo_back(self._book, ids[one.uid], [one.uid, *one.with_photos])
        for one in self._cluster.before:
            members.put_back(self._book, one.rows, one.noted, one.with_photos)
        members.forget(self._book, self._cluster.uids - known)

    def _remove(self, person: Person) -> None:
        """Take out who came of the import alone."""
        changing.remove(self._book, person.id)
        self._work.removed += 1
        self._work.forget(MADE, [person.id])
        self._work.forget(journal.RAISED, [person.id])

    def _restore_one(self, one: Before, customer_id: int | None = None) -> int:
        """Give one customer back the columns, the state and the ledger's first line; 1 if anything changed."""
        book = self._book
        customer_id = one.id if customer_id is None else customer_id
        person = self._there[customer_id]
        if customer_id == person.id and self._is_same(one, person):
            self._restore_reason(one, customer_id)
            return 0
        number = one.columns["id_number"]
        is_shown = not number or id_numbers.may_show(book, Person(customer_id, one.uid, 0, 0, {}), number)
        columns = one.columns if is_shown else {**one.columns, "id_number": None}
        now = persons.columns_of(person)
        changes = {name: value for name, value in columns.items() if value != now[name] and name != "reason"}
        changes |= {"row_digest": None}
        if one.is_short and is_shown:
            book.execute("DELETE FROM row_state WHERE leader_uid = ?", (one.uid,))
            changes["merge_state"] = None if one.told is None else one.told.encode()
        same_stores = rows.stores_of(one.stores) == person.values.get("stores", ())
        changing.change(book, customer_id, changes, None if same_stores else persons.store_ids(book, one.stores))
        if "merge_state" not in changes:
            shown = {name: value for name, value in one.values.items() if is_shown or name != "id_number"}
            rows.keep(book, customer_id, one.uid, one.rows, shown)
        self._restore_ledger(one, customer_id)
        id_numbers.free(book, id_numbers.of(person.rows.values()) - {columns["id_number"]})
        return 1

    def _is_same(self, one: Before, person: Person) -> bool:
        """Whether an import that recorded a customer did nothing to them after all."""
        return (
            self._cluster.is_plain
            and one.rows == person.rows
            and one.columns == {**persons.columns_of(person), "reason": one.columns["reason"]}
            and one.stores == person.values.get("stores", ())
        )

    def _restore_ledger(self, one: Before, customer_id: int) -> None:
        book = self._book
        if not self._cluster.is_plain or journal.openings_of(book, customer_id) != one.openings:
            book.execute("DELETE FROM loyalty_entry WHERE customer_id = ? AND opening", (customer_id,))
            columns = f"{journal.OPENING}, customer_id, opening"
            book.raw().executemany(
                f"INSERT INTO loyalty_entry ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",  # noqa: S608
                [(*line, customer_id) for line in one.openings],
            )
            book.execute(
                "UPDATE customer SET points = (SELECT coalesce(sum(points), 0) FROM loyalty_entry "
                "WHERE customer_id = :id) WHERE id = :id",
                {"id": customer_id},
            )
        self._restore_reason(one, customer_id)

    def _restore_reason(self, one: Before, customer_id: int) -> None:
        settle_reason(self._book, customer_id, one.columns["reason"])
        name_overspent(self._work, customer_id, one.points)
