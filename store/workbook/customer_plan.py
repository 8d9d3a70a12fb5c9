"""What the rows of a Customers sheet say that come without a state of their own: nothing here writes.

Rows are matched by UID, by ID number, or by e-mail with the phone or the full name. A row whose cells are those that
its customer came from is left at once. New customers are made and blanks are filled; where a row says something else
than the book it is only asked about, and so is every balance.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from store import erased, folding, look_alikes, rows
from store.fields import FIELDS
from store.merge import people
from store.merge.codec import dumps
from store.merge.state import DEFAULTED, POINTS, is_blank
from store.workbook import compare, list_times, match
from store.workbook.cells import CLEARED, Fault
from store.workbook.customer_rows import AT, CustomerReader, Values, faults_of
from store.workbook.headers import Sheet
from store.workbook.own_uids import OwnUids
from store.workbook.reading import plain
from store.workbook.rows_above import RowsAbove, SheetRow, sheet_row

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from store.database import Book
    from store.merge.state import Offer, Value
    from store.workbook.damage import Cell
    from store.workbook.list_times import Resting
    from store.workbook.match import Known, People
    from store.workbook.outcome import Report
    from store.workbook.reading import File

CHUNK = 1000
"""Rows that are read and matched together."""
DEFAULT_REASON = "Import"
_UID, _FIRST, _LAST, _EMAIL = (AT[name] for name in ("uid", "first_name", "last_name", "email"))
_ID_NUMBER, _POINTS, _REASON = (AT[name] for name in ("id_number", "points", "reason"))
_ACTIVE, _LOYALTY, _ZIP = AT["active"], AT["loyalty"], AT["zip_code"]
_WHO_IS_IT = "nobody here has this Customer UID, and an e-mail alone does not say who it is"
_CLEARABLE = tuple(name for name in rows.FIELD_NAMES if name not in {*DEFAULTED, "reason"})
"""Fields that are blank once a row clears them, and that others are asked about."""
_REQUIRED = tuple(at for at, field in enumerate(FIELDS) if field.required)


@dataclass(slots=True)
class NewCustomer:
    """A customer that the book does not have; `values` as the columns hold them, `told` the short form of the state.

    `points` is the balance that a list brings, as far as the ledger does not say it; `quiet` is as in its short form.
    """

    row: int
    key: str
    values: list[Any]
    digest: bytes
    points: int
    reason: str
    told: str | None = None
    quiet: int = 0
    cleared: Collection[str] = ()
    """The fields that the row clears, of nobody yet: another list may say something of them."""


@dataclass(slots=True)
class Listed:
    """A row of somebody whom the book has: what it offers, by field, and the balance that it says, None for none.

    `unsaid` is what it comes to for what it does not say, where that counts; `beside` are the reasons that go on
    standing beside the balances of lists that were saved later.
    """

    row: int
    known: Known
    offers: dict[str, Value]
    points: int | None
    reason: str
    digest: bytes
    said: Mapping[str, Value]
    """What the row says of the fields that are texts."""
    own_uid: str
    unsaid: Mapping[str, Value] = field(default_factory=dict)
    beside: Collection[Offer] = ()

    @property
    def of(self) -> str:
        """Who it is by the row alone: the same in every book."""
        return self.own_uid or people.derived_uid(self.said)


@dataclass(slots=True)
class CustomerPlan:
    """Plans a sheet: `take` it, then `finish`, then read `created`, `listed` and `linked`.

    `trust_digests` is off when the file brings ledger entries: then balances of untouched rows matter too. `file` is
    where the rows come from.
    """

    book: Book
    reader: CustomerReader
    report: Report
    people: People
    file: File
    trust_digests: bool = True
    created: list[NewCustomer] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    linked: list[tuple[Listed, str]] = field(default_factory=list)
    """Rows with a UID of their own that are certainly somebody of the book, with that UID."""
    own: OwnUids = field(default_factory=OwnUids)
    _seen: RowsAbove = field(default_factory=RowsAbove)
    _later: list[tuple[SheetRow, list[int]]] = field(default_factory=list)
    _unnamed: list[SheetRow] = field(default_factory=list)
    """The rows without a UID of a sheet where others have one."""
    _matched: list[tuple[SheetRow, Known]] = field(default_factory=list)
    _any_faults: bool = False
    _in_states: dict[look_alikes.Key, int] | None = None
    """The customers by what the columns need not show, once it was looked up."""

    def take(self, rows: Iterator[tuple[int, list[Cell]]], progress: Callable[[int], None]) -> None:
        """Read and match every row of the sheet."""
        done = 0
        while chunk := list(islice(rows, CHUNK)):
            self.take_rows([number for number, _ in chunk], [cells for _, cells in chunk])
            done += len(chunk)
            progress(done)
        self.settle()

    def matched_uids(self) -> frozenset[str]:
        """The uids in the book of all customers that the sheet speaks of."""
        return frozenset([known.uid for _, known in self._matched] + [new.values[_UID] for new in self.created])

    def finish(self, entered: Mapping[str, int]) -> None:
        """Compare what was matched with the book.

        `entered` gives, by uid, the points of the ledger entries that the same file brings: a sheet's balance is
        that after them.
        """
        said = ((row.values, known) for row, known in self._matched)
        resting = list_times.fields_resting(self.book, said, self.file.at)
        for row, known in self._matched:
            self._list(row, known, entered.get(known.uid, 0), resting.get(known.id))
        told = {"l": [self.file.at, self.file.source]}
        begun = [dumps(told | ({"q": quiet} if quiet else {})).removesuffix("}") for quiet in range(4)]
        for new in self.created:
            balance, own = new.values[_POINTS], entered.get(new.values[_UID], 0)
            new.values[_POINTS] = new.points = 0 if balance is None else balance - own
            is_said = new.points or (balance is not None and not own)
            new.told = f'{begun[new.quiet]},"p":{new.points}}}' if is_said else f"{begun[new.quiet]}}}"
        self.created.sort(key=lambda new: new.key)

    def taken_out(self, uids: Collection[str]) -> list[NewCustomer]:
        """Take these out of the new customers: they are certainly the same as others, and are joined with them."""
        taken = [new for new in self.created if new.values[_UID] in uids]
        self.created = [new for new in self.created if new.values[_UID] not in uids]
        self.report.tally(Sheet.CUSTOMERS).created -= len(taken)
        return taken

    def settle(self) -> None:
        """Judge the rows that had to wait until all others were known."""
        self._take_later()
        for at in range(0, len(self._unnamed), CHUNK):
            self._match_unnamed(self._unnamed[at : at + CHUNK])

    def take_rows(self, numbers: list[int], cells: list[list[Cell]]) -> None:
        """Read and match some rows; `settle` when there are no more."""
        digests = self.reader.digests(cells)
        uids = self.reader.column("uid", cells)
        by_uid = match.digests_by_uid(self.book, {uid for uid in uids if isinstance(uid, str)}, self.file.at)
        seen, tally = self._seen.ids, self.report.tally(Sheet.CUSTOMERS)
        left: list[int] = []
        for at, uid in enumerate(uids):
            customer = by_uid.get(uid) if isinstance(uid, str) else None
            if customer is not None and customer[1] == digests[at] and self.trust_digests and customer[0] not in seen:
                seen[customer[0]] = numbers[at]
                tally.unchanged += 1
            else:
                left.append(at)
        if len(left) < len(cells):
            known = set(range(len(cells))).difference(left)
            self.own.take_cells(self.reader, [cells[at] for at in known])
        if not left:
            return
        parsed = self.reader.values([cells[at] for at in left])
        rows = [sheet_row(numbers[at], digests[at], values) for at, values in zip(left, parsed, strict=True)]
        self.own.take(rows)
        self._match(rows, by_uid)

    def _match(self, rows: list[SheetRow], by_uid: Mapping[str, tuple[int, bytes | None]]) -> None:
        """Match rows: those without a UID as the sheet has them, after all that have one.

        Which of two is the second must not depend on whom the book has: it has one more of them when they come again.
        """
        if self.reader.columns.get(_UID) is None:
            self._match_unnamed(rows)
            return
        self._unnamed += (row for row in rows if not row.uid)
        self._match_named([row for row in rows if row.uid], by_uid)

    def _match_named(self, rows: list[SheetRow], by_uid: Mapping[str, tuple[int, bytes | None]]) -> None:
        linked = match.ids_by_verdict(self.book, {row.uid for row in rows if row.uid not in by_uid})
        by_own = {uid: customer_id for uid, (customer_id, _) in by_uid.items()} | linked
        owners = match.ids_by_number(self.book, {row.id_number for row in rows if row.id_number})
        left = [row for row in rows if row.uid not in by_own and row.id_number not in owners]
        emails = match.ids_by_email(self.book, {row.email for row in left if row.email})
        found: list[tuple[SheetRow, int | None]] = []
        for row in rows:
            if row.uid in by_own:
                found.append((row, by_own[row.uid]))
            elif row.id_number in owners:
                found.append((row, owners[row.id_number]))
            elif candidates := emails.get(row.email):
                self._later.append((row, candidates))
            else:
                found.append((row, None))
        self._settle_all(found, owners)

    def _match_unnamed(self, rows: list[SheetRow]) -> None:
        owners = match.ids_by_number(self.book, {row.id_number for row in rows if row.id_number})
        left = [row for row in rows if row.id_number not in owners]
        emails = match.ids_by_email(self.book, {row.email for row in left if row.email})
        may_be = {row.number: emails[row.email] for row in left if row.email in emails}
        if left and self._known_by_states():
            may_be |= {row.number: [] for row in left if row.number not in may_be and self._hidden(row)}
        ids: dict[int, int | None] = {row.number: owners[row.id_number] for row in rows if row.id_number in owners}
        ids |= self._derived(row for row in left if row.number not in may_be)
        refused = {row.number for row in left if row.number in may_be}
        for row, customer_id in self._judged([(row, may_be[row.number]) for row in left if row.number in may_be]):
            ids[row.number] = customer_id
            refused.discard(row.number)
        self._settle_all([(row, ids.get(row.number)) for row in rows], owners, refused)

    def _settle_all(
        self, found: list[tuple[SheetRow, int | None]], owners: Mapping[str, int], refused: Collection[int] = ()
    ) -> None:
        known = match.whole(self.book, {customer_id for _, customer_id in found if customer_id is not None})
        self._any_faults = self.reader.faulty
        for row, customer_id in found:
            if row.number in refused:
                self._seen.remember(row, None, _name_key(row.values))
            else:
                self._settle(row, None if customer_id is None else known[customer_id], owners)

    def _derived(self, unknown: Iterable[SheetRow]) -> dict[int, int]:
        """The customers that another file made of the same rows: their uids follow from what the rows say.

        By the rows' numbers.
        """
        uids = {row.number: people.derived_uid(_stated(row.values)) for row in unknown if not row.uid}
        there = match.digests_by_uid(self.book, set(uids.values()))
        ids = {uid: customer_id for uid, (customer_id, _) in there.items()}
        ids |= match.ids_by_verdict(self.book, set(uids.values()) - ids.keys())
        return {number: ids[uid] for number, uid in uids.items() if uid in ids}

    def _known_by_states(self) -> dict[look_alikes.Key, int]:
        """Customers by what the columns need not show: after an import a row's customer may not show it any more."""
        if self._in_states is None:
            self._in_states = look_alikes.in_states(self.book)
        return self._in_states

    def _hidden(self, row: SheetRow) -> dict[look_alikes.Key, int]:
        """The customers who have a row's keys by their states; a row with a UID of its own needs none of them."""
        states = self._known_by_states()
        if row.uid or not states:
            return {}
        return {key: states[key] for key in people.keys_of(_stated(row.values)).certain if key in states}

    def _take_later(self) -> None:
        """Rows whose e-mail is in the book, but which may be another person's: judged when all others are known."""
        self._settle_all(list(self._judged(self._later)), {})

    def _judged(self, later: Sequence[tuple[SheetRow, Sequence[int]]]) -> Iterator[tuple[SheetRow, int | None]]:
        """Who each of these rows is, of the customers with its e-mail; None for nobody. Refused rows are left out."""
        known = match.whole(self.book, {customer_id for _, candidates in later for customer_id in candidates})
        with_key: dict[look_alikes.Key, set[int]] = defaultdict(set)
        for person in known.values():
            for key in people.keys_of(_stated(person.values)).certain:
                with_key[key].add(person.id)
        derived = self._derived(row for row, _ in later)
        apart = {uid for pair in self.own.pairs() for uid in pair} if any(row.uid for row, _ in later) else set()
        for row, candidates in later:
            mine = people.keys_of(_stated(row.values))
            hidden = self._hidden(row)
            certain = {customer_id for key in mine.certain for customer_id in with_key.get(key, ())}
            certain = {hidden[key] for key in hidden if key[0] == "id_number"} or certain or set(hidden.values())
            if row.uid in apart:  # whoever of the sheet it is that the book has
                certain = set()
            if mine.email and not (mine.name or mine.phone):  # an e-mail alone says nothing against who has it
                if row.uid:  # but the UID may be somebody else's, who is yet to come
                    self.report.refuse_fields(Sheet.CUSTOMERS, row.number, [("uid", Fault(row.uid, _WHO_IS_IT))])
                    continue
                certain = certain or set(candidates)
            if len(certain) > 1 and not row.uid:
                fault = Fault(_text(row.values[_EMAIL]), "several customers have this e-mail; give the Customer UID")
                self.report.refuse_fields(Sheet.CUSTOMERS, row.number, [("email", fault)])
                continue
            yield row, min(certain) if len(certain) == 1 else derived.get(row.number)

    def _settle(self, row: SheetRow, known: Known | None, owners: Mapping[str, int]) -> None:
        """Refuse a row, or plan what it does."""
        values = row.values
        if self.people.erased and self._was_erased(row, known):
            column = "uid" if row.uid else "email"
            fault = Fault(_text(values[AT[column]]), erased.SENTENCE)
            self.report.refuse_fields(Sheet.CUSTOMERS, row.number, [(column, fault)])
            return
        compare.settle_zip(values, None if known is None else known.values)
        if known is not None and self._any_faults:
            compare.keep_what_was_only_damaged(values, known.values)
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
            if known is None:
                self.report.refuse_fields(Sheet.CUSTOMERS, row.number, named)
                return
            self.report.leave_out(Sheet.CUSTOMERS, row.number, named)
            self._leave_out(row, known, [at for at, _ in faults])
        key = _name_key(values) if known is None else known.name_key
        if (above := self._seen.above(row, known, key)) is not None:
            self.report.refuse_duplicate(Sheet.CUSTOMERS, row.number, above)
            self._seen.remember(row, None, key)
            return
        self._seen.remember(row, known, key)
        if known is not None and row.uid and row.uid != known.uid:
            self.people.uids[row.uid] = known.uid
        if known is None:
            self._create(row, key)
        else:
            self._matched.append((row, known))

    def _was_erased(self, row: SheetRow, known: Known | None) -> bool:
        """Whether a row speaks of somebody who was erased on request: by its UID, or the one that it would get."""
        uid = row.uid or (people.derived_uid(_stated(row.values)) if known is None else known.uid)
        return uid in self.people.erased

    def _leave_out(self, row: SheetRow, known: Known, faulty: Sequence[int]) -> None:
        """Take the rest of a known customer's row; read again, it says the same of its faults."""
        for at in faulty:
            row.values[at] = None
        if _ID_NUMBER in faulty:
            row.id_number = folding.nocase(known.values[_ID_NUMBER] or "")
        row.digest = b""

    def _create(self, row: SheetRow, key: str) -> None:
        values: list[Any] = [
            empty if value is None or value is CLEARED else value
            for value, empty in zip(row.values, compare.EMPTY, strict=True)
        ]
        if row.values[_LOYALTY] is None and values[_POINTS]:
            values[_LOYALTY] = 1
        values[_UID] = row.uid or people.derived_uid(_stated(row.values))
        self.people.add_new(row.uid, values[_UID], row.email, key)
        if row.values[_POINTS] is None:
            values[_POINTS] = None
        new = NewCustomer(row.number, key, values, row.digest, 0, values[_REASON] or DEFAULT_REASON)
        new.quiet = (row.values[_ACTIVE] is None) + 2 * (row.values[_LOYALTY] is None)
        if CLEARED in row.values:
            new.cleared = [name for name in _CLEARABLE if row.values[AT[name]] is CLEARED]
        self.created.append(new)
        self.report.tally(Sheet.CUSTOMERS).created += 1

    def _list(self, row: SheetRow, known: Known, entered: int, resting: Resting | None) -> None:
        """Offer what a row says otherwise, and what makes a difference of what rests on other lists."""
        is_news = resting is not None and resting.is_news
        if self.trust_digests and row.digest == known.digest and not is_news:  # all that this row says is in the book
            self.report.tally(Sheet.CUSTOMERS).unchanged += 1
            return
        changes, stores = compare.changes_of(row.values, known)
        offers = {name: plain(value) for name, value in changes.items() if name != "reason"}
        if stores is not None:
            offers["stores"] = rows.stores_of(stores)
        if resting:
            again = list_times.said_again(row.values, resting)
            offers = {name: value for name, value in again.items() if name == "reason" or name not in changes} | offers
        target = 0 if row.values[_POINTS] is CLEARED else row.values[_POINTS]
        is_other = isinstance(target, int) and target - entered != known.values[_POINTS]
        is_again = resting is not None and list_times.balance_again(target, resting)
        points = target if isinstance(target, int) and (is_other or is_again) else None
        reason = (is_other and _text(row.values[_REASON])) or DEFAULT_REASON
        listed = Listed(row.number, known, offers, points, reason, row.digest, _stated(row.values), row.uid)
        if resting:
            listed.unsaid = list_times.unsaid(row.values, resting)
            if POINTS in resting.later and (target or 0) != known.values[_POINTS]:
                listed.beside = resting.reasons
        if row.uid and row.uid != known.uid:
            listed.offers = _of_own(row.values, known, changes) | listed.offers
            self.linked.append((listed, row.uid))
        elif offers or points is not None or listed.unsaid:
            self.listed.append(listed)
        else:
            self.report.tally(Sheet.CUSTOMERS).unchanged += 1


def _stated(values: Sequence[Any]) -> dict[str, Value]:
    """What a row, or the columns of a customer, say of the fields that are texts."""
    return {name: str(values[at]) for name, at in AT.items() if name != "uid" and isinstance(values[at], str)}


def _of_own(values: Values, known: Known, changes: Collection[str]) -> dict[str, Value]:
    """All that a row says no otherwise than the customer: it is said under a UID that may be another's some day."""
    said = {name for name, at in AT.items() if values[at] is not None} - {*changes, "uid", "stores", "points", "reason"}
    found = {name: plain(known.values[AT[name]]) for name in said}
    found |= {"stores": rows.stores_of(known.stores)} if values[AT["stores"]] is not None else {}
    return {name: value for name, value in found.items() if not is_blank(value)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _name_key(values: Values) -> str:
    return folding.name_key(_text(values[_FIRST]), _text(values[_LAST]))
