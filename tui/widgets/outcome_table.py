"""What an import does not take: sheet, row, column, value and reason, tens of thousands if need be."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.exchange import RowOutcome
    from tui.widgets.line_list import Span

_ROW, _COLUMN, _VALUE, _WHAT = 7, 18, 20, 9
ERROR, PART, HELD = "error", "part", "held"
"""The row is refused; only the faulty cells are left out; a cell waits for an answer."""
WHATS = {ERROR: "refused", PART: "cell", HELD: "held"}
"""How each is called in a list of several kinds."""


def kind_of(outcome: RowOutcome) -> str:
    """What became of the row: ERROR, PART or HELD."""
    return outcome.outcome.partition(":")[0]


def column_of(outcome: RowOutcome) -> str:
    """The header of the faulty cell; '' where the whole row is the fault, as in a duplicate."""
    head, _, rest = outcome.outcome.partition(":")
    return rest if head in WHATS and not (head == ERROR and rest.startswith("duplicate of row")) else ""


def counts_words(outcomes: Sequence[RowOutcome], notes: Sequence[str]) -> str:
    """How many rows are refused, and how many cells left out or held: `Refused 38, cells 3, held 2, notes 1`."""
    kinds: Counter[str] = Counter()
    for outcome in outcomes:
        kind = kind_of(outcome)
        kinds[kind] += 1 if kind == ERROR else max(len(outcome.cells), 1)
    words = {"refused": kinds[ERROR], "cells": kinds[PART], "held": kinds[HELD], "notes": len(notes)}
    said = ", ".join(f"{word} {number:,}" for word, number in words.items() if number)
    return said[:1].upper() + said[1:]


def reason_of(outcome: RowOutcome) -> str:
    """Why, without the header that stands before it already."""
    return outcome.message.removeprefix(f"{column_of(outcome)}: ")


class OutcomeTable(LineList):
    """One refused row a line, or one row of which cells were left out or wait. The sheet is shown only when more than
    one sheet has some, and which of these it is only where they differ.

    What there is to say about the file as a whole stands first, a note a line.
    """

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self._outcomes: Sequence[RowOutcome] = ()
        self._notes: Sequence[str] = ()
        self._sheet_width = 0
        self._what_width = 0

    def show(self, outcomes: Sequence[RowOutcome], notes: Sequence[str] = ()) -> None:
        """List these notes and refusals, the cursor on the first."""
        self._outcomes = outcomes
        self._notes = notes
        sheets = {outcome.sheet for outcome in outcomes}
        self._sheet_width = min(max(map(len, sheets), default=0) + 1, 17) if len(sheets) > 1 else 0
        self._what_width = _WHAT if any(kind_of(outcome) != ERROR for outcome in outcomes) else 0
        self.reset(0)

    @property
    def outcome(self) -> RowOutcome | None:
        """The refusal under the cursor."""
        at = -1 if self.cursor is None else self.cursor - len(self._notes)
        return self._outcomes[at] if at >= 0 else None

    @property
    def note(self) -> str:
        """The note under the cursor; '' when it is on a refusal."""
        return self._notes[self.cursor] if self.cursor is not None and self.cursor < len(self._notes) else ""

    @property
    def cursor_place(self) -> str:
        """Where the cursor is among the refusals: `12/38`."""
        return f"{(self.cursor or 0) - len(self._notes) + 1:,}/{len(self._outcomes):,}"

    def count(self) -> int:
        """How many lines there are."""
        return len(self._notes) + len(self._outcomes)

    def heading(self, width: int) -> str:
        """The line of headers that belongs above the rows."""
        return "".join(text for text, _ in self._columns(("Sheet", "Row", "What", "Column", "Value", "Why"), width))

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One refusal."""
        if index < len(self._notes):
            return ((fit(f" {self._notes[index]}", width), "accent"),)
        outcome = self._outcomes[index - len(self._notes)]
        what = WHATS.get(kind_of(outcome), "")
        cells = (outcome.sheet, f"{outcome.row}", what, column_of(outcome), outcome.value, reason_of(outcome))
        return self._columns(cells, width)

    def _columns(self, cells: tuple[str, str, str, str, str, str], width: int) -> tuple[Span, ...]:
        sheet, row, what, column, value, why = cells
        room = width - self._sheet_width - _ROW - self._what_width - _COLUMN - _VALUE - 5
        return (
            (f" {fit(sheet, self._sheet_width)}", ""),
            (f"{fit(row, _ROW, right=True)}  ", "dim"),
            (fit(what, self._what_width), ""),
            (f"{fit(column, _COLUMN)} ", ""),
            (f"{fit(value, _VALUE)} ", "fault"),
            (fit(why, max(room, 1)), ""),
        )
