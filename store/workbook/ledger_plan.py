"""What the sheet Loyalty would add to the book: nothing here writes."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import clock
from store.merge import exchange
from store.merge.people import DERIVED
from store.workbook import match
from store.workbook.headers import Sheet
from store.workbook.plain_rows import PlainRow, utc_text

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from zoneinfo import ZoneInfo

    from store.database import Book
    from store.workbook.match import People
    from store.workbook.outcome import Report

NOBODY = "no such customer in the book; import the customers first"
SEVERAL = "several customers have this e-mail; a UID, or the name, must say which is meant"


@dataclass(slots=True)
class LedgerPlan:
    """Plans a Loyalty sheet: `take` its rows before the customers are planned, `resolve` them after.

    `known` holds the points of the entries that the file's own state brings, by uid; None for a list. `at` is when
    the file was made, in seconds, which is the time of an entry without a date; 0 where the file does not tell.
    """

    book: Book
    report: Report
    zone: ZoneInfo
    known: Mapping[str, int] | None = None
    at: int = 0
    steps: list[list[Any]] = field(default_factory=list)
    entered: Counter[str] = field(default_factory=Counter)
    """The points of the entries that the book lacks, by whose they are."""
    added: Counter[str] = field(default_factory=Counter)
    """The points of the entries that the file's own state lacks, whether or not the book has them by now."""
    _new: list[tuple[PlainRow, str, int]] = field(default_factory=list)
    _had: list[tuple[PlainRow, int]] = field(default_factory=list)
    _by_state: set[str] = field(default_factory=set)
    """The entries that only the file's own state has, by uid: its rows say no more."""

    def take(self, rows: Iterable[PlainRow]) -> None:
        """Read the entries; those that the book has are done with."""
        read: list[tuple[PlainRow, str, int]] = []
        seen: dict[str, int] = {}
        alike: Counter[str] = Counter()
        for row in rows:
            uid, points = row.uid("uid"), row.whole("points")
            row.moment("date")
            if points is None and not row.has_fault("points"):
                row.fault("points", "required")
            if row.faults or points is None:
                self.report.refuse_fields(Sheet.LOYALTY, row.number, row.faults)
                continue
            uid = uid or _derived(row, alike)
            if uid in seen:
                outcome = f"error:duplicate of row {seen[uid]}"
                self.report.refuse(Sheet.LOYALTY, row.number, outcome, f"this entry stands in row {seen[uid]}")
                continue
            seen[uid] = row.number
            read.append((row, uid, points))
        known = self.known or {}
        here = entries_in_book(self.book, seen)
        in_book = here | {uid: known[uid] for uid in seen if uid in known}
        for row, uid, points in read:
            if uid not in in_book:
                self._new.append((row, uid, points))
            elif in_book[uid] == points:
                self.report.tally(Sheet.LOYALTY).unchanged += 1
                if uid not in here:
                    self._by_state.add(uid)
                if self.known is not None and uid not in self.known:
                    self._had.append((row, points))
            else:
                row.fault("points", f"the book has this entry with {in_book[uid]} points; entries never change")
                self.report.refuse_fields(Sheet.LOYALTY, row.number, row.faults)

    def count_brought(self, news: Iterable[str]) -> None:
        """Count the rows as new whose entries the file's state brings: these, by uid."""
        if new := len(self._by_state.intersection(news)):
            tally = self.report.tally(Sheet.LOYALTY)
            tally.unchanged -= new
            tally.created += new

    def _undated(self) -> str:
        return exchange.moment(self.at) if self.at else clock.now()

    @property
    def brings_entries(self) -> bool:
        """Whether the sheet has entries that the book lacks."""
        return bool(self._new)

    def resolve(self, people: People, keep_digest: Container[str]) -> None:
        """Find whose entries they are. `keep_digest` holds the uids whose balance the same file says."""
        owners = people.find([who(row) for row, _, _ in self._new])
        for (row, uid, points), owner in zip(self._new, owners, strict=True):
            if owner is None:
                refuse_nobody(self.report, Sheet.LOYALTY, row, people)
                continue
            moment = row.moment("date")
            at = self._undated() if moment is None else utc_text(moment, self.zone)
            words = [row.text(name, 255) for name in ("reason", "employee", "till")]
            if row.faults:
                self.report.refuse_fields(Sheet.LOYALTY, row.number, row.faults)
                continue
            self.steps.append([uid, owner, points, *words, at, int(owner in keep_digest), row.number])
            self.entered[owner] += points
            self.added[owner] += points
            self.report.tally(Sheet.LOYALTY).created += 1
        for (_, points), owner in zip(self._had, people.find([who(row) for row, _ in self._had]), strict=True):
            if owner is not None:
                self.added[owner] += points


def who(row: PlainRow) -> tuple[str, str, str]:
    """What a row says of its customer: UID, e-mail and name."""
    uid = row.uid("customer_uid")
    return uid, row.text("email"), row.text("customer")


def fault_nobody(row: PlainRow, people: People) -> None:
    """Note that a row's customer is nobody, or one of several."""
    name = next((name for name in ("customer_uid", "email", "customer") if row.cells.get(name)), "customer_uid")
    row.fault(name, SEVERAL if people.is_shared(row.text("email")) else NOBODY)


def refuse_nobody(report: Report, sheet: Sheet, row: PlainRow, people: People) -> None:
    """Refuse a row whose customer is nobody, or one of several."""
    fault_nobody(row, people)
    report.refuse_fields(sheet, row.number, row.faults)


def entries_in_book(book: Book, uids: Iterable[str]) -> dict[str, int]:
    """The points of each entry that the book has."""
    found: dict[str, int] = {}
    for marks, part in match.in_parts(uids):
        found |= dict(
            book.rows(f"SELECT uid, points FROM loyalty_entry WHERE uid IN ({marks})", part)  # noqa: S608  # marks only
        )
    return found


def _derived(row: PlainRow, alike: Counter[str]) -> str:
    """A uid for an entry that has none: the same rows give the same uids, in any file."""
    content = repr([row.text(name) for name in ("customer_uid", "email", "customer", "points", "reason", "date")])
    alike[content] += 1
    return str(uuid.uuid5(DERIVED, f"entry:{content}:{alike[content]}"))
