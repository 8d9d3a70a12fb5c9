"""What a file would do to the book's stores, and what the book calls those of the file: nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from store import store_names
from store.fields import LINE_LIMIT, STORE_MARKS, clean_line, is_store_name
from store.merge.renames import StoreNames, folded
from store.workbook.headers import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from store.database import Book
    from store.merge.renames import Rename
    from store.store_unions import Settled
    from store.workbook.outcome import Report
    from store.workbook.plain_rows import PlainRow
    from store.workbook.sync_state import Sync

LONGEST_CODE = 64
TAKEN = "The code {} of the store {} was left out: it is the code of {}."
_MOST_NAMED = 10
"""Codes left out that a preview names one by one; of the rest there is a count."""
TOO_MANY = "A book takes no more than {:,} renames of stores from files; passed over here: {:,}."


@dataclass(slots=True)
class StorePlan:
    """Plans the stores of a file; all inside `foreseen`, where the book's stores are called as they will be.

    A name in a file with a state means the store that its writer called so; one in a list the store that is called so
    in the book, or else was.
    """

    book: Book
    report: Report
    sync: Sync | None
    steps: list[list[Any]] = field(default_factory=list)
    """The stores that the book lacks, or knows without a code."""
    known: dict[str, str] = field(default_factory=dict)
    """What the book calls each store that a cell may name, by the folded name."""
    renames: list[Rename] = field(default_factory=list)
    """The renames that the book does not know."""
    _passed_over: int = 0
    _settled: list[Settled] = field(default_factory=list)
    _theirs: StoreNames = field(default_factory=StoreNames)
    _names: StoreNames = field(default_factory=StoreNames)
    _here: dict[str, tuple[str, str]] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)
    """Which store has a code, by the code in small letters."""
    _left_out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Know what is to be renamed."""
        ours = store_names.known(self.book)
        if self.sync is not None and self.sync.renames:
            lacks = store_names.lacking(self.book, self.sync.renames)
            self.renames = store_names.room(self.book, lacks)
            self._passed_over = len(lacks) - len(self.renames)
            self._settled = store_names.settling(self.book, self.renames)
            self._theirs = StoreNames(self.sync.renames)
        self._names = StoreNames([*ours.renames.values(), *self.renames]) if self.renames else ours

    def foreseen(self) -> AbstractContextManager[None]:
        """The book as it will be once the stores are renamed."""
        return store_names.foreseen(self.book, self._settled)

    def take(self, rows: Iterable[PlainRow]) -> None:
        """Read the sheet Stores, then what the file's own state tells of stores beside it."""
        self._here = {folded(name): (code, name) for code, name in self.book.rows("SELECT code, name FROM store")}
        self._codes = {code.casefold(): name for code, name in self._here.values() if code}
        self.known = {
            former: self._spelled(now) for former in self._names.former if (now := self._names.formerly(former))
        }
        self.known |= {name: now for name, (_, now) in self._here.items()}
        self._tell_renamed()
        self._take_rows(rows)
        if self.sync is not None:
            self._take_state(self.sync)
        self._tell_left_out()
        self.known = {name: now for name, now in self.known.items() if folded(now) in self._here}

    def _tell_renamed(self) -> None:
        for one in self._settled:
            self.report.notes += one.sentences
            self.report.tally(Sheet.STORES).updated += 1
        if self._passed_over:
            self.report.notes.append(TOO_MANY.format(store_names.MOST, self._passed_over))

    def _tell_left_out(self) -> None:
        """Say which codes are not taken, for a store that shares one could not be changed in the settings."""
        self.report.notes += self._left_out[:_MOST_NAMED]
        if (more := len(self._left_out) - _MOST_NAMED) > 0:
            self.report.notes.append(f"Codes of {more:,} more stores were left out in the same way.")

    def _take_rows(self, rows: Iterable[PlainRow]) -> None:
        seen: dict[str, int] = {}
        renamed = {folded(one.name) for one in self._settled}
        for row in rows:
            name, code = row.text("name", LINE_LIMIT), row.text("code", LONGEST_CODE)
            if not name:
                row.fault("name", "required")
            if STORE_MARKS & set(name):
                row.fault("name", "a name without ; and |, which separate stores")
            if row.faults:
                self.report.refuse_fields(Sheet.STORES, row.number, row.faults)
                continue
            if folded(name) in seen:
                at = seen[folded(name)]
                message = f"this store stands in row {at}"
                self.report.refuse(Sheet.STORES, row.number, f"error:duplicate of row {at}", message)
                continue
            seen[folded(name)] = row.number
            tally = self.report.tally(Sheet.STORES)
            now = self.called(name)
            made, given = self._add(name, now, code)
            tally.created += made
            tally.updated += given and folded(now) not in renamed
            tally.unchanged += not (made or given or folded(now) in renamed)

    def _take_state(self, sync: Sync) -> None:
        stores = [(code, name) for code, name in sync.stores if is_store_name(name)]
        for code, name in stores:
            now = self.called(name)
            if folded(now) not in self._here:
                self._add(name, now, clean_line(code)[:LONGEST_CODE])
            self.known[folded(name)] = now
        names = sorted((name for _, name in stores), key=lambda name: (self.called(name) == name, name))
        sync.called.by = self.called
        sync.file = replace(sync.file, stores={self.called(name): name for name in names})

    def _add(self, name: str, now: str, code: str) -> tuple[bool, bool]:
        """Have there be a store; whether it is made, and whether it is given a code."""
        there = self._here.get(folded(now))
        if code and (there is None or not there[0]) and (owner := self._codes.setdefault(code.casefold(), now)) != now:
            self._left_out.append(TAKEN.format(code, now, owner))
            code = ""
        is_given = there is not None and bool(code) and not there[0]
        if there is None or is_given:
            self._here[folded(now)] = (code, now)
            self.steps.append([code, now])
        self.known[folded(name)] = self.known[folded(now)] = now
        return there is None, is_given

    def called(self, name: str) -> str:
        """What the book calls the store that the file calls so."""
        if self.sync is None:
            is_here = folded(name) in self._here
            return self._spelled(name if is_here else self._names.formerly(name) or name)
        return self._spelled(self._names.now(self._theirs.use_of(name)) or name)

    def order(self, name: str) -> tuple[bool, bool, str]:
        """What orders stores of the file that are one here: first comes the one that stays where both are."""
        return self._names.order(self._theirs.first_use(name, self._names))

    def _spelled(self, name: str) -> str:
        return self._here.get(folded(name), ("", name))[1]
