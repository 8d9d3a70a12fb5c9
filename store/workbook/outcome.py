"""Counting what becomes of rows, and saying why some are refused."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from store.exchange import CellFault, RowOutcome, SheetCounts
from store.review_records import Answer
from store.workbook.headers import LABELS, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from store.review_records import Question
    from store.workbook.cells import Fault
    from store.workbook.held_cells import Waiting


_STORES_NAMED, _STORE_LENGTH = 10, 40
"""How many unknown stores a note names, and how many characters of each."""


@dataclass(slots=True)
class Tally:
    """Counts of one sheet while its rows are planned."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    held: int = 0

    def counts(self) -> SheetCounts:
        """The counts as they leave the store."""
        return SheetCounts(self.created, self.updated, self.unchanged, self.refused, self.held)


@dataclass(frozen=True, slots=True)
class _Held:
    """A row that is counted as held: what is said of it, None where no cell is, and what is asked, cell by cell."""

    outcome: RowOutcome | None
    asked: tuple[tuple[Question, ...], ...]

    def questions(self) -> Iterator[Question]:
        """All that is asked of it."""
        return (question for asked in self.asked for question in asked)


@dataclass(slots=True)
class Report:
    """What a plan says of a file: counts by sheet, the refused rows, and sentences about the whole."""

    tallies: dict[Sheet, Tally] = field(default_factory=dict)
    refused: list[RowOutcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    answered: int = 0
    """The questions that were answered with the import."""
    _held: list[_Held] = field(default_factory=list)
    _unknown_stores: dict[str, str] = field(default_factory=dict)

    def miss_store(self, name: str) -> None:
        """Rows speak of a store that neither the book nor the file has: `note_stores` says so once for all."""
        self._unknown_stores.setdefault(name.casefold(), name)

    def note_stores(self) -> None:
        """Put the stores that were missed, if any, before all other notes."""
        names = sorted(self._unknown_stores.values(), key=str.casefold)
        if not names:
            return
        said = ", ".join(
            name if len(name) <= _STORE_LENGTH else f"{name[:_STORE_LENGTH]}…" for name in names[:_STORES_NAMED]
        )
        more = f" and {len(names) - _STORES_NAMED:,} more" if len(names) > _STORES_NAMED else ""
        stores, them = ("1 store is", "it") if len(names) == 1 else (f"{len(names):,} stores are", "them")
        self.notes.insert(
            0,
            f"{stores} not in the book: {said}{more}. Add {them} in Settings (F11), Stores, or import the office's "
            f"workbook that brings {them}, then import this file again.",
        )

    def tally(self, sheet: Sheet) -> Tally:
        """The counts of a sheet; it counts as read from now on."""
        return self.tallies.setdefault(sheet, Tally())

    def refuse(
        self, sheet: Sheet, row: int, outcome: str, message: str, value: str = "", *, cells: tuple[CellFault, ...] = ()
    ) -> None:
        """Count a row as refused, and say why."""
        self.tally(sheet).refused += 1
        self.refused.append(RowOutcome(str(sheet), row, outcome, value, message, cells))

    def refuse_fields(self, sheet: Sheet, row: int, faults: list[tuple[str, Fault]]) -> None:
        """Refuse a row for its fields, by name; the first gives the outcome, the message names them all."""
        cells, message = _cells(sheet, faults)
        self.refuse(sheet, row, f"error:{cells[0].column}", message, cells[0].value, cells=cells)

    def hold(self, row: int, cells: Sequence[Waiting]) -> None:
        """Count a row of customers as held, and say which of its cells wait for an answer."""
        self.leave_out(Sheet.CUSTOMERS, row, [(cell.name, cell.fault) for cell in cells], "held")
        self._hold(self.refused[-1], tuple(cell.asked for cell in cells))

    def hold_unseen(self, asked: tuple[Question, ...]) -> None:
        """Count somebody as held of whom the file shows no cell that is asked about."""
        self._hold(None, (asked,))

    def _hold(self, outcome: RowOutcome | None, asked: tuple[tuple[Question, ...], ...]) -> None:
        self.tally(Sheet.CUSTOMERS).held += 1
        self._held.append(_Held(outcome, asked))

    def settle(self, answers: Mapping[str, str]) -> None:
        """Have what was answered with the import wait no more, and say how much that is.

        One answer is about all cells of a slipped row, and what is taken stands for all that a cell is asked about.
        """
        if not answers:
            return
        slipped = {question.row for held in self._held for question in held.questions() if question.id in answers}
        settled: dict[int, RowOutcome | None] = {}
        for held in self._held:
            left = [at for at, asked in enumerate(held.asked) if _waits(asked, answers, slipped - {""})]
            self.tally(Sheet.CUSTOMERS).held -= not left
            if held.outcome is not None and len(left) < len(held.asked):
                settled[id(held.outcome)] = _left(held.outcome, left)
        self.refused = [now for row in self.refused if (now := settled.get(id(row), row)) is not None]
        was = "1 question was" if self.answered == 1 else f"{self.answered:,} questions were"
        self.notes.append(f"{was} answered with this import.")

    def leave_out(self, sheet: Sheet, row: int, faults: list[tuple[str, Fault]], kind: str = "part") -> None:
        """Say that some cells of a row are left out ('part') or wait for an answer ('held'); the rest is taken."""
        cells, message = _cells(sheet, faults)
        self.refused.append(RowOutcome(str(sheet), row, f"{kind}:{cells[0].column}", cells[0].value, message, cells))

    def refuse_duplicate(self, sheet: Sheet, row: int, of: int) -> None:
        """Refuse a row that is the same as one above it."""
        self.refuse(sheet, row, f"error:duplicate of row {of}", f"the same customer stands in row {of}")

    def withdraw(self, sheet: Sheet, row: int, message: str, *, new: bool) -> None:
        """Count a planned row as refused after all: the book changed after the plan was made."""
        tally = self.tally(sheet)
        if new:
            tally.created -= 1
        else:
            tally.updated -= 1
        self.refuse(sheet, row, "error:changed meanwhile", message)

    def said(self) -> tuple[SheetCounts, dict[str, SheetCounts], tuple[RowOutcome, ...], tuple[str, ...]]:
        """Customers' counts, the other sheets', the refused rows and the notes, as they leave the store."""
        others = {str(sheet): tally.counts() for sheet, tally in self.tallies.items() if sheet is not Sheet.CUSTOMERS}
        return self.tally(Sheet.CUSTOMERS).counts(), others, tuple(self.refused), tuple(self.notes)

    def counts_by_sheet(self) -> dict[str, dict[str, int]]:
        """All counts by sheet, for the journal."""
        return {str(sheet): asdict(tally) for sheet, tally in self.tallies.items()}


def _waits(asked: Sequence[Question], answers: Mapping[str, str], slipped: set[str]) -> bool:
    """Whether any question of a cell is still open."""
    if any(answers.get(question.id) == Answer.TAKE for question in asked):
        return False
    return any(question.id not in answers and question.row not in slipped for question in asked)


def _left(outcome: RowOutcome, at: Sequence[int]) -> RowOutcome | None:
    """What is said of a row that waits with these of its cells alone; None for none."""
    if not at:
        return None
    cells = tuple(outcome.cells[one] for one in at)
    first = cells[0]
    return replace(outcome, outcome=f"held:{first.column}", value=first.value, message=_in_words(cells), cells=cells)


def _in_words(cells: Sequence[CellFault]) -> str:
    return "; ".join(f"{cell.column}: {cell.message}" for cell in cells)


def _cells(sheet: Sheet, faults: list[tuple[str, Fault]]) -> tuple[tuple[CellFault, ...], str]:
    """Faulty cells under their headers, and one message that names them all."""
    labels = LABELS[sheet]
    cells = tuple(CellFault(labels[name], fault.value, fault.message) for name, fault in faults)
    return cells, _in_words(cells)
