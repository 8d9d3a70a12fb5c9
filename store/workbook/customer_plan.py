"""What the rows of a Customers sheet would do to the book: nothing here writes.

Rows are matched by UID, then ID number, then e-mail. A row whose cells are those that its customer came from is
left at once; of others each value is compared. A blank keeps what the book has.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from store import folding
from store.fields import FIELDS
from store.workbook import compare, match
from store.workbook.cells import CLEARED, Fault
from store.workbook.customer_rows import AT, CustomerReader, Values, faults_of
from store.workbook.headers import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from store.database import Book
    from store.workbook.damage import Cell
    from store.workbook.match import Known, People
    from store.workbook.outcome import Report

CHUNK = 1000
"""Rows that are read and matched together."""
DERIVED = uuid.UUID("6d2b0f52-6a0f-5f5d-9c26-3e0a5f3f2a11")
"""Namespace of uids made from a row's own content, so that two tills make the same customer of it."""
DEFAULT_REASON = "Import"
_UID, _FIRST, _LAST, _EMAIL = (AT[name] for name in ("uid", "first_name", "last_name", "email"))
_ID_NUMBER, _POINTS, _REASON = (AT[name] for name in ("id_number", "points", "reason"))
_LOYALTY, _ZIP = AT["loyalty"], AT["zip_code"]
_REQUIRED = tuple(at for at, field in enumerate(FIELDS) if field.required)


@dataclass(slots=True)
class NewCustomer:
    """A customer that the book does not have; `values` as the columns hold them, `points` the opening entry."""

    row: int
    key: str
    values: list[Any]
    digest: bytes
    points: int
    reason: str


@dataclass(slots=True)
class Edit:
    """What a row changes of a customer; `stores` is None when they stay, `points` the difference."""

    row: int
    known: Known
    changes: dict[str, Any]
    stores: tuple[str, ...] | None
    points: int
    reason: str
    digest: bytes


@dataclass(slots=True)
class _Row:
    """A row that is matched: who it says it is stands ready as texts, number and e-mail as the book compares them."""

    number: int
    digest: bytes
    values: Values
    uid: str
    id_number: str
    email: str


def _row(number: int, digest: bytes, values: Values) -> _Row:
    uid, id_number, email = values[_UID], values[_ID_NUMBER], values[_EMAIL]
    return _Row(
        number,
        digest,
        values,
        uid if isinstance(uid, str) else "",
        folding.nocase(id_number) if isinstance(id_number, str) else "",
        folding.nocase(email) if isinstance(email, str) else "",
    )


@dataclass(slots=True)
class _Seen:
    """The rows above, by what makes a row below a duplicate of one of them."""

    ids: dict[int, int] = field(default_factory=dict)
    uids: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    emails: dict[str, tuple[int, str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class CustomerPlan:
    """Plans a sheet: `take` it, then `finish`, then read `created` and `edits`.

    `trust_digests` is off when the file brings ledger entries: then balances of untouched rows matter too.
    """

    book: Book
    reader: CustomerReader
    report: Report
    people: People
    trust_digests: bool = True
    created: list[NewCustomer] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    _seen: _Seen = field(default_factory=_Seen)
    _later: list[tuple[_Row, list[int]]] = field(default_factory=list)
    _matched: list[tuple[_Row, Known]] = field(default_factory=list)
    _any_faults: bool = False

    def take(self, rows: Iterator[tuple[int, list[Cell]]], progress: Callable[[int], None]) -> None:
        """Read and match every row of the sheet."""
        done = 0
        while chunk := list(islice(rows, CHUNK)):
            self._take_chunk([number for number, _ in chunk], [cells for _, cells in chunk])
            done += len(chunk)
            progress(done)
        self._take_later()

    def matched_uids(self) -> frozenset[str]:
        """The uids in the book of all customers that the sheet speaks of."""
        return frozenset([known.uid for _, known in self._matched] + [new.values[_UID] for new in self.created])

    def finish(self, entered: Mapping[str, int]) -> None:
        """Compare what was matched with the book.

        `entered` gives, by uid, the points of the ledger entries that the same file brings: a sheet's balance is
        that after them.
        """
        for row, known in self._matched:
            self._edit(row, known, entered.get(known.uid, 0))
        for new in self.created:
            if new.values[_POINTS] is not None:
                new.points = new.values[_POINTS] - entered.get(new.values[_UID], 0)
            new.values[_POINTS] = new.points
        self.created.sort(key=lambda new: new.key)

    def _take_chunk(self, numbers: list[int], cells: list[list[Cell]]) -> None:
        digests = self.reader.digests(cells)
        uids = self.reader.column("uid", cells)
        by_uid = match.digests_by_uid(self.book, {uid for uid in uids if isinstance(uid, str)})
        seen, tally = self._seen.ids, self.report.tally(Sheet.CUSTOMERS)
        left: list[int] = []
        for at, uid in enumerate(uids):
            customer = by_uid.get(uid) if isinstance(uid, str) else None
            if customer is not None and customer[1] == digests[at] and self.trust_digests and customer[0] not in seen:
                seen[customer[0]] = numbers[at]
                tally.unchanged += 1
            else:
                left.append(at)
        if not left:
            return
        parsed = self.reader.values([cells[at] for at in left])
        rows = [_row(numbers[at], digests[at], values) for at, values in zip(left, parsed, strict=True)]
        self._match(rows, by_uid)

    def _match(self, rows: list[_Row], by_uid: Mapping[str, tuple[int, bytes | None]]) -> None:
        owners = match.ids_by_number(self.book, {row.id_number for row in rows if row.id_number})
        emails = match.ids_by_email(
            self.book,
            {row.email for row in rows if row.email and row.uid not in by_uid and row.id_number not in owners},
        )
        found: list[tuple[_Row, int | None]] = []
        for row in rows:
            if row.uid in by_uid:
                found.append((row, by_uid[row.uid][0]))
            elif row.id_number in owners:
                found.append((row, owners[row.id_number]))
            elif candidates := emails.get(row.email):
                if row.uid or len(candidates) > 1:
                    self._later.append((row, candidates))
                else:
                    found.append((row, candidates[0]))
            else:
                found.append((row, None))
        known = match.whole(self.book, {customer_id for _, customer_id in found if customer_id is not None})
        self._any_faults = self.reader.faulty
        for row, customer_id in found:
            self._settle(row, None if customer_id is None else known[customer_id], owners)

    def _take_later(self) -> None:
        """Rows whose e-mail is in the book, but which may be another person's: judged when all others are known."""
        known = match.whole(self.book, {customer_id for _, candidates in self._later for customer_id in candidates})
        for row, candidates in self._later:
            key = _name_key(row.values)
            persons = [known[customer_id] for customer_id in candidates]
            alike = [person for person in persons if person.name_key == key]
            free = [person for person in persons if person.id not in self._seen.ids]
            if len(alike) == 1:
                self._settle(row, alike[0], {})
            elif len(persons) == 1 and free:
                self._settle(row, persons[0], {})
            elif len(persons) > 1 and (free or not row.uid):
                fault = Fault(_text(row.values[_EMAIL]), "several customers have this e-mail; give the Customer UID")
                self.report.refuse_fields(Sheet.CUSTOMERS, row.number, [("email", fault)])
            else:
                self._settle(row, None, {})

    def _settle(self, row: _Row, known: Known | None, owners: Mapping[str, int]) -> None:
        """Refuse a row, or plan what it does."""
        values = row.values
        compare.settle_zip(values, known)
        if known is not None and self._any_faults:
            compare.keep_what_was_only_damaged(values, known)
        if (
            known is not None
            and row.id_number
            and compare.same(_ID_NUMBER, known.values[_ID_NUMBER], values[_ID_NUMBER])
        ):
            row.id_number = folding.nocase(known.values[_ID_NUMBER])  # and not whose number it now looks like
        faults = faults_of(values) if self._any_faults or type(values[_ZIP]) is Fault else []
        if known is None:
            missing = [(at, Fault("", "required")) for at in _REQUIRED if values[at] is None]
            faults = sorted([*faults, *missing], key=lambda fault: fault[0]) if missing else faults
        elif owners and owners.get(row.id_number, known.id) != known.id:
            taken = Fault(_text(values[_ID_NUMBER]), "already the number of another customer")
            faults = sorted([*faults, (_ID_NUMBER, taken)], key=lambda fault: fault[0])
        if faults:
            named = [(FIELDS[at].name, fault) for at, fault in faults]
            self.report.refuse_fields(Sheet.CUSTOMERS, row.number, named)
            return
        key = _name_key(values) if known is None else known.name_key
        if (above := self._above(row, known, key)) is not None:
            self.report.refuse_duplicate(Sheet.CUSTOMERS, row.number, above)
            return
        self._remember(row, known, key)
        if known is None:
            self._create(row, key)
        else:
            self._matched.append((row, known))

    def _above(self, row: _Row, known: Known | None, key: str) -> int | None:
        """The row above that is the same customer.

        Two rows with UIDs of their own and different names may share an e-mail, as families do.
        """
        seen = self._seen
        if row.id_number in seen.numbers:
            return seen.numbers[row.id_number]
        if known is not None:
            return seen.ids.get(known.id)
        if row.uid in seen.uids:
            return seen.uids[row.uid]
        if (above := seen.emails.get(row.email)) is None:
            return None
        number, other_uid, other_key = above
        return None if row.uid and other_uid and key != other_key else number

    def _remember(self, row: _Row, known: Known | None, key: str) -> None:
        seen = self._seen
        if known is not None:
            seen.ids[known.id] = row.number
            if row.uid and row.uid != known.uid:
                self.people.uids[row.uid] = known.uid
        elif row.uid:
            seen.uids[row.uid] = row.number
        if row.id_number:
            seen.numbers[row.id_number] = row.number
        if row.email:
            seen.emails.setdefault(row.email, (row.number, row.uid, key))

    def _create(self, row: _Row, key: str) -> None:
        values: list[Any] = [
            empty if value is None or value is CLEARED else value
            for value, empty in zip(row.values, compare.EMPTY, strict=True)
        ]
        if row.values[_LOYALTY] is None and values[_POINTS]:
            values[_LOYALTY] = 1
        values[_UID] = row.uid or self._derived_uid(values)
        self.people.add_new(row.uid, values[_UID], values[_EMAIL], key)
        if row.values[_POINTS] is None:
            values[_POINTS] = None
        self.created.append(NewCustomer(row.number, key, values, row.digest, 0, values[_REASON] or DEFAULT_REASON))
        self.report.tally(Sheet.CUSTOMERS).created += 1

    def _derived_uid(self, values: list[Any]) -> str:
        number, email = values[_ID_NUMBER], values[_EMAIL]
        name = f"number:{number.casefold()}" if number else f"email:{email.casefold()}"
        derived = str(uuid.uuid5(DERIVED, name))
        taken = derived in self.people.uids or match.uids_in_book(self.book, [derived])
        return str(uuid.uuid4()) if taken else derived

    def _edit(self, row: _Row, known: Known, entered: int) -> None:
        if self.trust_digests and row.digest == known.digest:  # all that this row says is in the book
            self.report.tally(Sheet.CUSTOMERS).unchanged += 1
            return
        changes, new_stores = compare.changes_of(row.values, known)
        target = 0 if row.values[_POINTS] is CLEARED else row.values[_POINTS]
        points = target - known.values[_POINTS] - entered if isinstance(target, int) else 0
        tally = self.report.tally(Sheet.CUSTOMERS)
        if not changes and new_stores is None and not points:
            tally.unchanged += 1
            return
        reason = _text(row.values[_REASON]) or DEFAULT_REASON
        self.edits.append(Edit(row.number, known, changes, new_stores, points, reason, row.digest))
        tally.updated += 1


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _name_key(values: Values) -> str:
    return folding.name_key(_text(values[_FIRST]), _text(values[_LAST]))
