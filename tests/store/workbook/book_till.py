"""A till of the random machine that is a real book: SQLite, the exporter's workbooks, and imports as the program does."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from store import customers, duplicates, erasure, loyalty, past_imports, review, rows, upkeep
from store.errors import InvalidCustomerError, StoreError, WorkbookError
from store.exchange import ExportRequest
from store.fields import FIELDS
from store.merge import questions
from store.merge.exchange import Entry, State
from store.merge.people import Verdict
from store.merge.state import POINTS, Row, Value, in_force
from store.records import ListQuery, Status
from store.review_records import Answer
from store.workbook import sync_sheet, sync_state
from store.workbook.apply import apply
from store.workbook.exporter import export
from store.workbook.headers import Sheet
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from tests.store.merge import sheet
from tests.store.merge.sheet import COLUMNS
from tests.store.merge.till import WHO, Question, Shown
from tests.store.workbook.importing import staged
from tests.store.workbook.taking_back import run_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from store.customer_records import Customer
    from store.workbook.plan import Plan
    from tests.store.merge.sheet import Workbook
    from tests.store.workbook.street import Street

_FIELDS = frozenset(COLUMNS) - {"uid", "reason"}
"""The fields of a state that people write in here; of a reason the ledger keeps account."""
_NOBODY = "uid NOT IN (SELECT uid FROM erased_person)"


class Seen(NamedTuple):
    """The preview of the last file that changed anything, and what was asked before it, by id."""

    plan: Plan
    asked: set[str]


class Taken(NamedTuple):
    """The last import: its number, and what there was before it and after."""

    run: int
    before: State
    after: State


class Backup(NamedTuple):
    """A backup, and whose it is."""

    till: BookTill
    path: Path

    def put_back(self) -> BookTill:
        """The book over which the backup is copied."""
        till = self.till
        till.book.close()
        for beside in till.path.parent.glob(f"{till.path.name}-*"):
            beside.unlink()
        shutil.copyfile(self.path, till.path)
        return BookTill(till.street, till.path.stem)


@dataclass
class BookTill:
    """A book with whoever works at it."""

    street: Street
    name: str
    seen: Seen | None = None
    last: Taken | None = None

    def __post_init__(self) -> None:
        """Open the book."""
        self.book = self.street.open(self.path)

    @property
    def path(self) -> Path:
        """Where the book is."""
        return self.street.folder / f"{self.name}.db"

    @property
    def state(self) -> State:
        book = self.book
        there = rows.by_id(book, [at for (at,) in book.rows(f"SELECT id FROM customer WHERE {_NOBODY}")])
        entries = book.rows(
            "SELECT loyalty_entry.at, loyalty_entry.uid, coalesce(owner_uid, customer.uid), loyalty_entry.points, "
            "loyalty_entry.reason, employee, till FROM loyalty_entry JOIN customer ON customer.id = customer_id "
            "WHERE NOT opening"
        )
        pairs = book.rows("SELECT uid, other_uid, at, origin, same FROM person_pair")
        return State(
            {uid: _of_people(row) for person in there.values() for uid, row in person.rows.items()},
            {entry[1]: Entry(*entry) for entry in entries},
            {(uid, other): Verdict(at, origin, bool(same)) for uid, other, at, origin, same in pairs},
            dict(book.rows("SELECT uid, at FROM erased_person")),
        )

    def people(self) -> list[Shown]:
        book = self.book
        told = book.rows(f"SELECT id, points, reason FROM customer WHERE {_NOBODY}")
        there = rows.by_id(book, [at for at, *_ in told])
        numbers = {person.values["id_number"] for person in there.values() if "id_number" in person.values}
        found = []
        for at, points, reason in told:
            person = there[at]
            uids = (person.uid, *sorted(person.rows.keys() - {person.uid}))
            values = {name: value for name, value in person.values.items() if name in _FIELDS}
            number = in_force(person.view, "id_number")
            if "id_number" not in values and number in numbers:  # one of two who have it shows it
                values["id_number"] = number
            found.append(Shown(uids, values, points, reason))
        return sorted(found, key=lambda one: one.uids)

    def questions(self) -> list[Question]:
        book = self.book
        open_now = review.questions(book)
        there = rows.by_uid(book, {one.customer_uid for one in open_now}).values()
        values = {
            one.id: (one.name, one.ours, one.theirs, one.row)
            for person in there
            for one in questions.asked(person.uid, person.view, rows.entries_of(book, person.id))
        }
        found = [
            Question(one.id, WHO, one.customer_uid, one.label, one.customer_uid, one.other_uid)
            if one.kind == WHO
            else Question(one.id, str(one.kind), one.customer_uid, *values[one.id])
            for one in open_now
        ]
        return sorted(found, key=lambda one: (one.uid, one.name, one.id))

    def create(self, values: Mapping[str, Value], at: int) -> str | None:
        self.street.at = at
        uid = sheet.uid(next(self.street.numbers))
        try:
            return customers.create(self.book, {"uid": uid, **_form(values)}).uid
        except InvalidCustomerError:
            return None

    def edit(self, uid: str, values: Mapping[str, Value], at: int) -> bool:
        self.street.at = at
        now = self._customer(uid)
        try:
            customers.update(self.book, now.id, _form(values), now.version, base=now)
        except InvalidCustomerError:
            return False
        return True

    def add_points(self, uid: str, points: int, reason: str, at: int) -> bool:
        self.street.at = at
        now = self._customer(uid)
        try:
            loyalty.adjust(self.book, now.id, balance=now.points + points, reason=reason, seen=now.points)
        except StoreError:
            return False
        return True

    def _customer(self, uid: str) -> Customer:
        return customers.by_uid(self.book, uid)

    def answer(self, question: Question, *, take: bool, at: int) -> None:
        self.street.at = at
        told = review.answer(self.book, {question.id: Answer.TAKE if take else Answer.KEEP})
        assert (told.done > 0, told.gone) == (True, 0), "a question that is shown cannot be answered"

    def merge(self, uid: str, other: str, at: int) -> None:
        self.street.at = at
        duplicates.merge(self.book, uid, other)

    def members(self, person: Shown) -> tuple[str, ...]:
        """All but who leads them: the program takes the others from that one."""
        return person.uids[1:]

    def separate(self, member: str, at: int) -> set[str]:
        self.street.at = at
        leader = rows.leaders(self.book, [member])[member]
        duplicates.separate(self.book, member)
        return {leader}

    def erase(self, uid: str, at: int) -> None:
        self.street.at = at
        erasure.erase(self.book, self._customer(uid).id)

    def export(self, uids: Iterable[str], at: int) -> Workbook:
        self.street.at = at
        path = self.street.folder / f"{self.name}-{next(self.street.numbers)}.xlsx"
        wanted, everybody = list(uids), self.people()
        request = ExportRequest()
        if len(wanted) < len(everybody):
            like = next(str(one.values["first_name"]) for one in everybody if one.uid == wanted[0])
            columns = tuple(name for name in COLUMNS if name != "uid")
            request = ExportRequest(query=ListQuery(text=like, status=Status.ALL, columns=columns))
        export(self.book, path, request)
        return self._read(path)

    def _read(self, path: Path) -> Workbook:
        """An export as anybody finds it: by its own state and its visible cells."""
        read = open_workbook(path)
        sync = sync_state.read(sync_sheet.unpack(read.sync, None).payload, path.name)
        people = sync.people.values()
        state = State(
            {uid: _of_people(row) for base in people for uid, row in base.rows().items()},
            {entry.uid: entry for entry in sync.entries},
            sync.pairs,
            sync.erased,
        )
        bases = {base.uid: _known(base.values) for base in people}
        visible = read.sheets[Sheet.CUSTOMERS]
        columns = visible.header.at
        cells = [{name: row[columns[name]] for name in COLUMNS} for _, row in visible.rows()]
        book = sheet.Workbook(sync.file, state, bases, cells)
        self.street.keep(book, path)
        return book

    def take(self, book: Workbook) -> bool:
        path = self.street.path_of(book)
        self.last, self.seen = None, None
        try:
            read = open_workbook(path)
            plan = make_plan(self.book, read, lambda done, total: None)
        except WorkbookError:
            return False
        if plan.writes_nothing:
            return True
        before, self.seen = self.state, Seen(plan, {one.id for one in self.questions()})
        stage = staged(self.book, read.name, plan)
        try:
            apply(self.book, stage, plan.report, lambda done, total: None)
        finally:
            stage.discard()
        self.last = Taken(run_of(self.book), before, self.state)
        return True

    @property
    def can_take_back(self) -> bool:
        return self.last is not None and past_imports.one(self.book, self.last.run).can_be_taken_back

    def take_back(self) -> set[str]:
        if self.last is None:
            return set()
        run, before, after = self.last
        past_imports.take_back(self.book, run)
        self.last = None
        now = self.state
        changed = {uid for uid, row in after.rows.items() if row != before.rows.get(uid)}
        return {uid for uid in changed if now.rows.get(uid) == before.rows.get(uid)}

    def put_aside(self) -> Backup:
        return Backup(self, upkeep.backup(self.book, self.street.folder / f"{self.name}.bak", force=True))


def _form(values: Mapping[str, Value]) -> dict[str, Any]:
    """Values as a form gives them."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name in {"loyalty", "active"}:
            found[name] = bool(value)
        elif name == "date_of_birth":
            found[name] = None if value is None else date.fromisoformat(str(value))
        else:
            found[name] = (() if name == "stores" else "") if value is None else value
    return found


def _known(values: list[Any]) -> list[Any]:
    """A row's values as the machine has them."""
    return [0 if field.name == POINTS and value is None else value for field, value in zip(FIELDS, values, strict=True)]


def _of_people(row: Row) -> Row:
    """A row without what nobody writes in here."""
    return replace(
        row,
        fields={name: versions for name, versions in row.fields.items() if name in _FIELDS},
        offers={name: offers for name, offers in row.offers.items() if name in _FIELDS},
    )
