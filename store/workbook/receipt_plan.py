"""What the sheets of receipts, their lines, and feedback would do to the book: nothing here writes.

A receipt is known by its number and its store; its lines by their place in it (payments by their number). Tills that
were set up apart number alike: what was sold at another time, and for another amount or to another customer, is another
sale, unless it is a row of an export that tells of the book's sale. Which state of a sale counts, `receipt_pasts` says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from store import clock
from store.exchange import SheetCounts
from store.workbook import match, receipt_marks
from store.workbook.headers import LABELS, Sheet
from store.workbook.ledger_plan import fault_nobody, who
from store.workbook.plain_rows import PlainRow, holds_card_number, utc_text
from store.workbook.receipt_pasts import ReceiptPasts
from store.workbook.receipt_records import MONEY, RECEIPT_COLUMNS, Edit, KnownReceipt, Lines, NewReceipt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from store.database import Book
    from store.workbook.match import People
    from store.workbook.outcome import Report
    from store.workbook.receipt_records import Key

_LINE_LIMIT = 255
_WHO = ("customer_uid", "email", "customer")
CUSTOMERS_FIRST = (
    "None of the receipts can be imported: their customers are not in the book. Import the workbook of the customers "
    "first, then this one again."
)
ANOTHER_SALE = "the book has another sale of this number in this store, of {}; give this one a number of its own"


@dataclass(slots=True)
class _Taking:
    """How far a sheet of lines is: lines of each receipt so far, rows by place, the book's own lines."""

    lines: Lines
    places: Counter[Key] = field(default_factory=Counter)
    rows: dict[tuple[Key, int], int] = field(default_factory=dict)
    in_book: dict[tuple[int, int], tuple[Any, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class ReceiptPlan:
    """Plans Receipts, then the sheets of their lines; `new` and `edits` hold what came of it."""

    book: Book
    report: Report
    people: People
    zone: ZoneInfo
    digits: int
    stores: Mapping[str, str]
    store_order: Callable[[str], Any]
    """What orders stores of the file that are one here: of two sales that are new that of the first is taken."""
    pasts: ReceiptPasts = field(default_factory=ReceiptPasts)
    learns: bool = False
    """Whether the book gets to know of corrections, be it unseen."""
    new: dict[Key, NewReceipt] = field(default_factory=dict)
    edits: dict[Key, Edit] = field(default_factory=dict)
    rows: dict[Key, int] = field(default_factory=dict)
    _keys: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    _known: dict[Key, KnownReceipt] = field(default_factory=dict)
    _looked_up: set[str] = field(default_factory=set)
    _called: dict[Key, str] = field(default_factory=dict)
    """What the file calls the store of a receipt, folded."""
    _own: dict[str, dict[str, Key | int]] = field(default_factory=lambda: defaultdict(dict))
    """The file's receipts by number, and store as the file calls it, folded; of one that was refused its row."""
    _of_nobody: int = 0

    def take_receipts(self, rows: Iterator[PlainRow]) -> None:
        """Plan the sheet Receipts."""
        while chunk := list(islice(rows, match.AT_ONCE)):
            self.look_up({row.text("number") for row in chunk})
            owners = self.people.find([who(row) for row in chunk])
            for row, owner in zip(chunk, owners, strict=True):
                self._take_receipt(row, owner)
        if self._of_nobody and self.report.tally(Sheet.RECEIPTS).counts() == SheetCounts(refused=self._of_nobody):
            self.report.notes.insert(0, CUSTOMERS_FIRST)

    def look_up(self, numbers: Iterable[str]) -> None:
        """Fetch the book's receipts of these numbers."""
        for marks, part in match.in_parts(set(numbers) - self._looked_up):
            self._looked_up.update(part)
            for receipt_id, number, store, uid, at, former, *values in self.book.rows(
                "SELECT receipt.id, number, store.name, customer.uid, corrected_at, former, "  # noqa: S608  # our own columns
                f"{', '.join(f'receipt.{name}' for name in RECEIPT_COLUMNS)} FROM receipt "
                "LEFT JOIN store ON store.id = store_id LEFT JOIN customer ON customer.id = receipt.customer_id "
                f"WHERE number IN ({marks})",
                part,
            ):
                key = (number, store or "")
                columns, marks_before = (
                    dict(zip(RECEIPT_COLUMNS, values, strict=True)),
                    frozenset((former or "").split()),
                )
                self._known[key] = KnownReceipt(receipt_id, key, uid, columns, at, marks_before)
                self._keys[number].add(key)

    def _take_receipt(self, row: PlainRow, owner: str | None) -> None:
        nobody = owner is None and any(who(row))
        if nobody:
            fault_nobody(row, self.people)
        number, store = row.required("number"), row.text("store", _LINE_LIMIT)
        moment = row.moment("date")
        values: dict[str, Any] = {"service_type": row.text("service_type", _LINE_LIMIT)}
        values["employee"] = row.text("employee", _LINE_LIMIT)
        values |= {name: row.amount(name, self.digits) for name in MONEY}
        if store and (store := self.stores.get(store.casefold(), "")) == "" and not nobody:
            # Of a row without its customer that is all: the customers' workbook brings the stores as well.
            self.report.miss_store(row.text("store", _LINE_LIMIT))
            row.fault("store", "no store is called so; add it to the sheet Stores")
        key = self._own_key(number, store, told="store" in row.cells)
        if moment is None and key not in self._known and not row.has_fault("date"):
            row.fault("date", "required")
        if row.faults:
            self._own[number].setdefault(row.text("store").casefold(), row.number)
            self._of_nobody += nobody
            self.report.refuse_fields(Sheet.RECEIPTS, row.number, row.faults)
        elif key in self.rows and not self._is_before(row, key):
            self._refuse_duplicate(key, row.text("store").casefold(), row.number, self.rows[key])
        else:
            if key in self.rows:
                self._refuse_duplicate(key, self._called[key], self.rows[key], row.number)
                self.report.tally(Sheet.RECEIPTS).created -= 1
                del self.new[key]
            self._settle(row, key, owner, moment, values)

    def _is_before(self, row: PlainRow, key: Key) -> bool:
        """Whether a row is to be taken, and not the one above it of a store that is the same here."""
        called, above = row.text("store").casefold(), self._called[key]
        return key in self.new and called != above and bool(self.store_order(called) < self.store_order(above))

    def _refuse_duplicate(self, key: Key, called: str, row: int, of: int) -> None:
        if called != self._called[key] or row == self.rows[key]:
            self._own[key[0]][called] = row
        self.report.refuse(Sheet.RECEIPTS, row, f"error:duplicate of row {of}", f"this receipt stands in row {of}")

    def _own_key(self, number: str, store: str, *, told: bool) -> Key:
        """Which receipt a row of Receipts speaks of; one without a store is the only one of its number.

        In a sheet that tells the stores (`told`), a blank beside a row above with a store is a receipt of no store.
        """
        keys = self._keys.get(number, set())
        if store or (number, "") in keys:
            return number, store
        meant = [key for key in keys if not (told and key in self.rows)]
        return meant[0] if len(meant) == 1 else (number, store)

    def _settle(
        self, row: PlainRow, key: Key, owner: str | None, moment: datetime | None, values: dict[str, Any]
    ) -> None:
        tally = self.report.tally(Sheet.RECEIPTS)
        known, called = self._known.get(key), row.text("store").casefold()
        changes = {} if known is None else self._changes(known, owner, moment, values)
        if known is not None and _is_another_sale(known, changes, row) and not self.pasts.is_same(known, called):
            self._own[key[0]][called] = row.number
            row.fault("number", ANOTHER_SALE.format(f"{self._local(known.values['paid_at']):%Y-%m-%d %H:%M}"))
            self.report.refuse_fields(Sheet.RECEIPTS, row.number, row.faults)
            return
        self.rows[key], self._called[key] = row.number, called
        self._own[key[0]][called] = key
        if moment is None:
            values["paid_at"] = ""
        elif known is None or "paid_at" in changes:
            values["paid_at"] = utc_text(moment, self.zone)
        else:
            values["paid_at"] = known.values["paid_at"]
        columns = [values[name] or _blank(name) for name in RECEIPT_COLUMNS]
        self.pasts.see(key, called, columns, owner, row.uid("customer_uid"))
        if known is None:
            self.new[key] = NewReceipt(key, owner, columns)
            self._keys[key[0]].add(key)
            tally.created += 1
        elif changes:
            self.edits[key] = Edit(changes)
            tally.updated += 1
        else:
            tally.unchanged += 1

    def _changes(
        self, known: KnownReceipt, owner: str | None, moment: datetime | None, values: dict[str, Any]
    ) -> dict[str, Any]:
        changes = {
            name: value for name, value in values.items() if value not in (None, "") and value != known.values[name]
        }
        # An hour that the clocks show twice is one text in a workbook: only a time that reads differently is another.
        # An hour that they skip is read as the next: it is the same time as the one kept.
        if moment is not None and moment != self._local(known.values["paid_at"]):
            paid_at = utc_text(moment, self.zone)
            changes |= {"paid_at": paid_at} if paid_at != known.values["paid_at"] else {}
        if owner is not None and owner != known.customer_uid:
            changes["customer_uid"] = owner
        return changes

    def _local(self, text: str) -> datetime:
        return clock.read(text).astimezone(self.zone).replace(tzinfo=None)

    def take_lines(self, lines: Lines, rows: Iterator[PlainRow]) -> None:
        """Plan a sheet of receipts' lines; a receipt's lines count in their order."""
        taking = _Taking(lines)
        while chunk := list(islice(rows, match.AT_ONCE)):
            self.look_up({row.text("number") for row in chunk})
            read = [(row, key) for row in chunk if (key := self.receipt_of(lines.sheet, row)) is not None]
            taking.in_book = self._lines_in_book(lines, {self._known[key].id for _, key in read if key in self._known})
            for row, key in read:
                taking.places[key] += 1
                self._take_line(taking, row, key)

    def receipt_of(self, sheet: Sheet, row: PlainRow) -> Key | None:
        """The receipt that a row names, first among those of the file; None when the row was refused for it."""
        number, store = row.required("number"), row.text("store")
        meant = self._meant(number, store, told="store" in row.cells)
        keys = [one for one in meant if not isinstance(one, int)]
        refused = [one for one in meant if isinstance(one, int)]
        if len(keys) == 1 and not refused:
            return keys[0]
        if number and refused and not keys:
            row.fault("number", f"its receipt, in row {max(refused)} of Receipts, was refused")
        elif number and meant:
            row.fault("number", "several stores have a receipt of this number; add a column Store")
        elif number:
            row.fault("number", "no receipt has this number")
        self.report.refuse_fields(sheet, row.number, row.faults)
        return None

    def _meant(self, number: str, store: str, *, told: bool) -> set[Key | int]:
        """The receipts that a number and a store may mean, or rows that were refused; `told` as in `_own_key`.

        What the book has beside those of the file changes nothing: else the file read second would lose its lines.
        """
        own, called = self._own.get(number, {}), store.casefold()
        if called in own and (store or told):
            return {own[called]}
        if not store and own:
            return set(own.values())
        keys = self._keys.get(number, set())
        if store:
            here = self.stores.get(called, store).casefold()
            return {key for key in keys if key[1].casefold() == here}
        return {(number, "")} if told and (number, "") in keys else set(keys)

    def _lines_in_book(self, lines: Lines, receipt_ids: set[int]) -> dict[tuple[int, int], tuple[Any, ...]]:
        found: dict[tuple[int, int], tuple[Any, ...]] = {}
        for marks, part in match.in_parts(receipt_ids):
            for receipt_id, place, *values in self.book.rows(
                f"SELECT receipt_id, {', '.join(lines.columns)} FROM {lines.table} "  # noqa: S608  # our own columns
                f"WHERE receipt_id IN ({marks})",
                part,
            ):
                found[receipt_id, place] = tuple(values)
        return found

    def _take_line(self, taking: _Taking, row: PlainRow, key: Key) -> None:
        lines, ordinal = taking.lines, taking.places[key]
        if lines.sheet is Sheet.PAYMENTS and (column := _card_number_in(row)) is not None:
            row.cells[column] = None
            row.fault(column, "holds a card number, which the book never stores; remove it from the workbook")
        place = (row.whole("payment_number") or ordinal) if lines.sheet is Sheet.PAYMENTS else ordinal
        values: list[Any] = [row.text(name, _LINE_LIMIT) for name in lines.texts]
        values += [row.amount(name, self.digits if digits is None else digits) for name, digits in lines.numbers]
        if row.faults:
            self.pasts.see_line(key, None)
            self.report.refuse_fields(lines.sheet, row.number, row.faults)
            return
        if (above := taking.rows.get((key, place))) is not None:
            number = LABELS[lines.sheet]["payment_number"]
            message = f"row {above} is {number} {place} of this receipt"
            self.report.refuse(lines.sheet, row.number, f"error:duplicate of row {above}", message)
            return
        taking.rows[key, place] = row.number
        tally = self.report.tally(lines.sheet)
        known = self._known.get(key)
        old = taking.in_book.get((known.id, place)) if known is not None else None
        new = [0 if value is None else value for value in values]
        mark = receipt_marks.of_line(lines.table, place, new)
        self.pasts.see_line(key, mark)
        if old is None:
            tally.created += 1
            if known is None:
                self.new[key].lines[lines.table].append([place, *new])
            else:
                edit = self.edits.setdefault(key, Edit())
                edit.new.append((lines.sheet, [place, *new]))
                edit.more += mark
            return
        merged = [before if value in (None, "") else value for value, before in zip(values, old, strict=True)]
        if tuple(merged) == old:
            tally.unchanged += 1
        else:
            tally.updated += 1
            edit = self.edits.setdefault(key, Edit())
            edit.changed.append((lines.sheet, [place, *merged]))
            edit.moved += receipt_marks.of_line(lines.table, place, merged)
            edit.moved -= receipt_marks.of_line(lines.table, place, old)

    def settle(self) -> None:
        """Decide, once all lines are read, what counts where the book has a receipt otherwise."""
        self.pasts.settle_new(self.new)
        self.learns = self.pasts.settle(self.book, self._known, self.edits, self.report)


def _is_another_sale(known: KnownReceipt, changes: dict[str, Any], row: PlainRow) -> bool:
    """Whether a row speaks of another sale than the book's: at another time, and for another amount or customer.

    Each of these alone is a correction, and so is everything else.
    """
    of_nobody = known.customer_uid is not None and not any(who(row)) and any(name in row.cells for name in _WHO)
    return "paid_at" in changes and ("total" in changes or "customer_uid" in changes or of_nobody)


def _blank(name: str) -> Any:
    return 0 if name in MONEY else ""


def _card_number_in(row: PlainRow) -> str | None:
    columns = (name for name in row.cells if name not in {"number", "store"})
    return next((name for name in columns if holds_card_number(row.cells[name])), None)
