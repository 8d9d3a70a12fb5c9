"""A whole file's plan: every sheet in the order in which they need one another, then the steps to be staged."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from store import clock, folding, settings
from store.fields import STORE_SEPARATOR
from store.workbook.customer_plan import CustomerPlan, Edit, NewCustomer
from store.workbook.customer_rows import AT, CustomerReader
from store.workbook.feedback_plan import plan_feedback
from store.workbook.headers import Sheet
from store.workbook.ledger_plan import LedgerPlan, plan_stores
from store.workbook.match import People
from store.workbook.outcome import Report
from store.workbook.plain_rows import PlainRow, plain_rows
from store.workbook.receipt_plan import LINES, ReceiptPlan
from store.workbook.stage import CUSTOMER_COLUMNS, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from store.database import Book
    from store.workbook.reader import Workbook

Steps = list[tuple[Step, "Iterable[Sequence[Any]]"]]

_STORES, _UID, _PHONE = AT["stores"], AT["uid"], AT["phone"]
_PLAIN = itemgetter(*(AT[name] for name in CUSTOMER_COLUMNS))


@dataclass(slots=True)
class Plan:
    """What a file would do: its report, and the steps that do it, in order."""

    report: Report
    steps: Steps = field(default_factory=list)

    @property
    def writes_nothing(self) -> bool:
        """Whether the book already is as the file would have it."""
        return not any(tally.created or tally.updated for tally in self.report.tallies.values())


def make_plan(book: Book, workbook: Workbook, progress: Callable[[int, int], None]) -> Plan:
    """Plan a file against the book as it is now. `progress` is told rows done and rows in all."""
    with book.read():
        return _Planning(book, workbook, progress).made()


class _Planning:
    def __init__(self, book: Book, workbook: Workbook, progress: Callable[[int, int], None]) -> None:
        self._book = book
        self._sheets = workbook.sheets
        self._file = workbook.digest
        self._progress = progress
        self._total = sum(source.height for source in workbook.sheets.values())
        self._before = 0
        self._report = Report(notes=list(workbook.notes))

    def made(self) -> Plan:
        book, report = self._book, self._report
        report.tally(Sheet.CUSTOMERS)
        zone = settings.zone(book)
        stores, known_stores = plan_stores(book, self._rows(Sheet.STORES), report)
        people = People(book)
        ledger = LedgerPlan(book, report, zone)
        ledger.take(self._rows(Sheet.LOYALTY))
        customers = self._customers(known_stores, people, trust_digests=not ledger.brings_entries)
        said = customers.matched_uids() if customers else frozenset[str]()
        ledger.resolve(people, said)
        if customers:
            customers.finish(ledger.entered)
        digits = settings.minor_digits(book)
        receipts = ReceiptPlan(book, report, people, zone, digits, known_stores)
        receipts.take_receipts(self._rows(Sheet.RECEIPTS))
        for lines in LINES.values():
            receipts.take_lines(lines, self._rows(lines.sheet))
        feedback = plan_feedback(book, self._rows(Sheet.FEEDBACK), report, people, receipts)
        report.note_stores()
        report.refused.sort(key=lambda outcome: (list(Sheet).index(Sheet(outcome.sheet)), outcome.row))
        at = clock.now()
        steps: Steps = [
            (Step.STORE, stores),
            (Step.CUSTOMER, (self._customer_step(new, at) for new in customers.created) if customers else ()),
            (Step.EDIT, (self._edit_step(edit, at) for edit in customers.edits) if customers else ()),
            (Step.ENTRY, ledger.steps),
            (
                Step.RECEIPT,
                (
                    [receipts.rows[key], *key, new.customer_uid, new.values, new.lines]
                    for key, new in receipts.new.items()
                ),
            ),
            (Step.RECEIPT_EDIT, ([*key, changes, lines] for key, (changes, lines) in receipts.edits.items())),
            (Step.FEEDBACK, feedback),
        ]
        return Plan(report, steps)

    def _customers(self, known_stores: dict[str, str], people: People, *, trust_digests: bool) -> CustomerPlan | None:
        if (source := self._sheets.get(Sheet.CUSTOMERS)) is None:
            return None
        reader = CustomerReader(source.header, known_stores, self._report.miss_store)
        plan = CustomerPlan(self._book, reader, self._report, people, trust_digests)
        plan.take(source.rows(), self._done)
        self._before += source.height
        return plan

    def _rows(self, sheet: Sheet) -> Iterator[PlainRow]:
        source = self._sheets.get(sheet)
        if source is not None:
            self._report.tally(sheet)
            yield from plain_rows(source, self._done)
            self._before += source.height

    def _done(self, rows: int) -> None:
        self._progress(self._before + rows, self._total)

    def _customer_step(self, new: NewCustomer, at: str) -> Sequence[Any]:
        values = new.values
        phone = folding.digits(values[_PHONE])
        uid = self._entry_uid(values[_UID], 0, new.points) if new.points else None
        stores = STORE_SEPARATOR.join(values[_STORES])
        return (new.row, new.key, phone, new.digest.hex(), stores, uid, new.points, new.reason, at, *_PLAIN(values))

    def _edit_step(self, edit: Edit, at: str) -> list[Any]:
        known = edit.known
        stores = None if edit.stores is None else list(edit.stores)
        entry = [self._entry_uid(known.uid, known.version, edit.points), edit.points, edit.reason, at]
        return [edit.row, known.uid, known.version, edit.changes, stores, edit.digest.hex(), edit.points and entry]

    def _entry_uid(self, uid: str, version: int, points: int) -> str:
        """A ledger entry's uid says which file set which balance, so that it is the same wherever that happens."""
        name = f"balance:{self._file}:{uid}:{version}:{points}"
        digits = hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
        # as uuid.UUID(hex=digits, version=5) writes it, in a fifth of the time: a large file has tens of thousands
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
