"""A whole file's plan: every sheet in the order in which they need one another, then the steps to be staged."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from store import clock, erased, folding, persons, review, settings
from store.exchange import FieldMove, MadeOf, RowMove
from store.fields import BY_NAME, STORE_SEPARATOR
from store.workbook.customer_plan import CustomerPlan
from store.workbook.customer_rows import AT, CustomerReader
from store.workbook.feedback_plan import plan_feedback
from store.workbook.file_people import FilePeople
from store.workbook.headers import Sheet
from store.workbook.ledger_moves import lines_of
from store.workbook.ledger_plan import LedgerPlan
from store.workbook.match import People
from store.workbook.merge_plan import MergePlan
from store.workbook.outcome import Report
from store.workbook.plain_rows import PlainRow, plain_rows
from store.workbook.reading import File, plain
from store.workbook.receipt_pasts import ReceiptPasts
from store.workbook.receipt_plan import ReceiptPlan
from store.workbook.receipt_records import LINES
from store.workbook.stage import CUSTOMER_COLUMNS, Step
from store.workbook.store_plan import StorePlan
from store.workbook.sync_plan import SyncPlan
from store.workbook.sync_state import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from store.database import Book
    from store.review_records import Question
    from store.workbook.customer_plan import NewCustomer
    from store.workbook.reader import Workbook

Steps = list[tuple[Step, "Iterable[Sequence[Any]]"]]

_STORES, _PHONE, _POINTS = AT["stores"], AT["phone"], AT["points"]
_PLAIN = itemgetter(*(AT[name] for name in CUSTOMER_COLUMNS))


@dataclass
class Plan:
    """What a file would do: its report, the steps that do it, in order, the moves that people see, and what it asks."""

    report: Report
    steps: Steps = field(default_factory=list)
    created: list[NewCustomer] = field(default_factory=list)
    changed: list[RowMove] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    learns: bool = False
    """Whether states change, be it unseen."""
    made_of: MadeOf | None = None
    """Which export the file is, or was made of."""
    entered: Mapping[str, int] = field(default_factory=dict)
    """The points that entries of the ledger bring, by whose they are."""
    brings: tuple[str, ...] = ()
    """What the book learns beside what the rows change, in words."""
    seen: tuple[int, int] | None = None
    """The version of the book that it is for (see `Book.changes`)."""

    @cached_property
    def _in_rows(self) -> list[NewCustomer]:
        """The new customers in the order of their rows."""
        return sorted(self.created, key=lambda new: (not new.row, new.row))

    @property
    def writes_nothing(self) -> bool:
        """Whether the book already is as the file would have it."""
        return not self.learns and not any(tally.created or tally.updated for tally in self.report.tallies.values())

    def answered(self, answers: Mapping[str, str]) -> list[list[str]]:
        """The steps that carry out answers, by the questions' ids, each with whom it is about."""
        of = {question.id: question.customer_uid for question in self.questions}
        return [[question_id, choice, of.get(question_id, "")] for question_id, choice in answers.items()]

    def moves(self, offset: int, limit: int) -> list[RowMove]:
        """Some of the customers whom the file changes or makes: those that are changed first, as the sheet has them."""
        some = self.changed[offset : offset + limit]
        start = max(0, offset - len(self.changed))
        new = self._in_rows[start : start + limit - len(some)]
        return [*some, *(_made(one, self.entered.get(one.values[0], 0)) for one in new)]

    @property
    def how_many(self) -> int:
        """How many moves there are."""
        return len(self.changed) + len(self.created)


def _owners(entries: Iterable[Sequence[Any]], receipts: ReceiptPlan, feedback: Iterable[Sequence[Any]]) -> set[str]:
    """The uids of everybody whose lines a file brings."""
    found = {owner for _, owner, *_ in (*entries, *feedback)} | {new.customer_uid for new in receipts.new.values()}
    return {uid for uid in found | {edit.changes.get("customer_uid") for edit in receipts.edits.values()} if uid}


def _made(new: NewCustomer, entered: int) -> RowMove:
    values = [*new.values]
    values[_POINTS] = new.points + entered
    shown = ((name, review.shown(name, plain(values[AT[name]]))) for name in _SHOWN_OF_NEW)
    fields = tuple(FieldMove(BY_NAME[name].label, "", "", text) for name, text in shown if text)
    return RowMove(new.row, values[0], f"{values[AT['first_name']]} {values[AT['last_name']]}", "created", fields)


_SHOWN_OF_NEW = ("email", "phone", "points", "stores")


def make_plan(book: Book, workbook: Workbook, progress: Callable[[int, int], None]) -> Plan:
    """Plan a file against the book as it is now. `progress` is told rows done and rows in all.

    A file without a state of its own, or with one that cannot be read, is a list, which only offers what it says.
    Raises WorkbookError where the file must not be read.
    """
    with book.read():
        plan = _Planning(book, workbook, progress).made()
        plan.seen = book.changes()
        return plan


class _Planning:
    def __init__(self, book: Book, workbook: Workbook, progress: Callable[[int, int], None]) -> None:
        self._book = book
        self._sheets = workbook.sheets
        self._file = File(workbook.digest, workbook.saved_at or workbook.changed_at, workbook.name)
        self._progress = progress
        self._total = sum(source.height for source in workbook.sheets.values())
        self._before = 0
        self._report = Report(notes=list(workbook.notes))
        self._sync = state_of(book, workbook, self._report)

    def made(self) -> Plan:
        stores = StorePlan(self._book, self._report, self._sync)
        with stores.foreseen():
            return self._made(stores)

    def _made(self, stores: StorePlan) -> Plan:
        book, report = self._book, self._report
        report.tally(Sheet.CUSTOMERS)
        zone = settings.zone(book)
        stores.take(self._rows(Sheet.STORES))
        people = People(book, erased=erased.everybody(book) | frozenset(self._sync.erased if self._sync else ()))
        ledger = LedgerPlan(book, report, zone, known=self._own_entries(), at=self._made_at())
        ledger.take(self._rows(Sheet.LOYALTY))
        listed, synced = self._customers(stores.known, people, trust_digests=not ledger.brings_entries)
        said = listed.matched_uids() if listed else frozenset[str]()
        if self._sync is not None:
            people.uids |= {uid: uid for uid in self._sync.people if uid not in people.erased}
            people.of_file = FilePeople(self._sync.people, synced.edits if synced else {}, people.erased)
        ledger.resolve(people, said)
        merged = MergePlan(book, report, self._file, self._sync, lines_of(ledger.steps))
        if listed:
            listed.finish(ledger.entered)
        if synced:
            synced.finish(ledger.added)
        merged.take(listed, synced)
        ledger.count_brought(merged.brought())
        digits = settings.minor_digits(book)
        receipts = ReceiptPlan(
            book, report, people, zone, digits, stores.known, stores.order,
            ReceiptPasts.of(self._sync, self._corrected_at()),
        )  # fmt: skip
        receipts.take_receipts(self._rows(Sheet.RECEIPTS))
        for lines in LINES.values():
            receipts.take_lines(lines, self._rows(lines.sheet))
        receipts.settle()
        feedback = plan_feedback(book, self._rows(Sheet.FEEDBACK), report, people, receipts)
        report.note_stores()
        report.notes += merged.erase_notes()
        report.refused.sort(key=lambda outcome: (list(Sheet).index(Sheet(outcome.sheet)), outcome.row))
        created = sorted(
            [*(listed.created if listed else ()), *(synced.created if synced else ())], key=lambda new: new.key
        )
        entries = [*merged.entry_steps(said), *ledger.steps]
        at, learns = clock.now(), merged.learns or bool(stores.renames) or receipts.learns
        steps: Steps = [
            (Step.RENAME, [stores.renames] if stores.renames else []),  # all at once: names may change places
            (Step.STORE, stores.steps),
            (Step.PAIRS, merged.pair_steps()),
            (Step.CUSTOMER, (self._customer_step(new, at) for new in created)),
            (Step.MERGE, (merge.step() for merge in merged.merges)),
            (Step.REGROUP, merged.regroup_steps()),
            (Step.ERASE, merged.erase_steps()),
            (Step.NOBODY, merged.nobody_steps(_owners(entries, receipts, feedback))),
            (Step.ENTRY, entries),
            (Step.RECEIPT, (new.step(receipts.rows[key]) for key, new in receipts.new.items())),
            (Step.RECEIPT_EDIT, (edit.step(key) for key, edit in receipts.edits.items())),
            (Step.FEEDBACK, feedback),
        ]
        moves, points = [*merged.moves, *merged.ledger_moves(created)], merged.entered()
        plan = Plan(report, steps, created, moves, merged.questions, learns, self._made_of(), points, merged.brings())
        if not plan.writes_nothing:
            plan.questions += merged.asked_who(created)
        return plan

    def _made_of(self) -> MadeOf | None:
        sync = self._sync
        return None if sync is None else MadeOf(sync.origin, sync.number, sync.since, sync.knows)

    def _made_at(self) -> int:
        return self._file.at if self._sync is None else self._sync.file.at

    def _corrected_at(self) -> int:
        """The time of corrections that people made in the file, in seconds."""
        return self._file.at if self._sync is None else max(self._sync.file.saved, self._sync.file.at)

    def _own_entries(self) -> dict[str, int] | None:
        """The points of the entries that the file's own state has, by uid."""
        return None if self._sync is None else {entry.uid: entry.points for entry in self._sync.entries}

    def _customers(
        self, known_stores: dict[str, str], people: People, *, trust_digests: bool
    ) -> tuple[CustomerPlan | None, SyncPlan | None]:
        source = self._sheets.get(Sheet.CUSTOMERS)
        reader = listed = None
        if source is not None:
            reader = CustomerReader(source.header, known_stores, self._report.miss_store)
            listed = CustomerPlan(self._book, reader, self._report, people, self._file, trust_digests)
        synced = None if self._sync is None else SyncPlan(self._book, self._sync, self._report, listed, people.erased)
        if source is not None and reader is not None and listed is not None:
            if synced is None:
                listed.take(source.rows(), self._done)
            else:
                synced.take(reader, source.rows(), self._done)
            self._before += source.height
        return listed, synced

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
        uid = persons.opening_uid(values[0], new.points) if new.points else None
        stores = STORE_SEPARATOR.join(values[_STORES])
        return (
            new.row, new.key, phone, new.digest.hex(), new.told, stores, uid, new.points, new.reason, at,
            *_PLAIN(values),
        )  # fmt: skip
