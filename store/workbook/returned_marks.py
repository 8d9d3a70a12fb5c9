"""What is said of each row of a sender's file, and of which of its cells, tab by tab as they stand in the file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from store.workbook.headers import BOTH_NAMES, LABELS, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from store.exchange import RowOutcome
    from store.workbook.reader import SheetSource
    from store.workbook.text_file import Grid

FINE = "Nothing at fault"
"""The status of a row of which there is nothing to say."""
_NAMES = frozenset({"first_name", "last_name"})
"""Both stand in the one column of names, where there is one."""


class Verdict(IntEnum):
    """What became of a row or a cell; of several the greatest counts."""

    WAITING = 1
    LEFT_OUT = 2
    REFUSED = 3


_BY_OUTCOME = {"held": Verdict.WAITING, "part": Verdict.LEFT_OUT, "error": Verdict.REFUSED}
_STATUS = {
    Verdict.WAITING: "The shop is asked",
    Verdict.LEFT_OUT: "Refused in part",
    Verdict.REFUSED: "Refused",
}
"""How a row's status begins: in words that are true before the file is imported, and after it."""
_OF_A_CELL = {
    Verdict.WAITING: "The shop is asked about this cell.",
    Verdict.LEFT_OUT: "This cell is refused; the rest of the row is not.",
    Verdict.REFUSED: "The whole row is refused.",
}
"""How a cell's comment ends."""


@dataclass(slots=True)
class RowMarks:
    """What is said of one row: its status, and sentences for cells by their column, 1 for A.

    Column 0 stands for the row as a whole.
    """

    verdict: Verdict
    status: list[str] = field(default_factory=list)
    cells: dict[int, list[tuple[Verdict, str]]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab that was understood: its header's row, its fields' columns, its filled rows, and what is said of some."""

    title: str
    header_row: int
    columns: tuple[int, ...]
    rows: tuple[int, ...]
    marks: Mapping[int, RowMarks]


def tabs(sheets: Iterable[SheetSource], outcomes: Iterable[RowOutcome]) -> list[Tab]:
    """Every tab of the sheets that were understood, with what the plan says of its rows."""
    by_sheet: dict[str, dict[int, list[RowOutcome]]] = defaultdict(lambda: defaultdict(list))
    for outcome in outcomes:
        by_sheet[outcome.sheet][outcome.row].append(outcome)
    return [tab for source in sheets for tab in _tabs(source, by_sheet[str(source.kind)])]


def left_of(grid: Grid) -> int:
    """How many blank columns stand before a grid's first: calamine does not give them."""
    start: tuple[int, int] | None = getattr(grid, "start", None)
    return start[1] if start else 0


def _tabs(source: SheetSource, outcomes: Mapping[int, list[RowOutcome]]) -> list[Tab]:
    rows: list[list[int]] = [[] for _ in source.parts]
    marks: list[dict[int, RowMarks]] = [{} for _ in source.parts]
    shifts = [left_of(grid) + 1 for _, grid in source.parts]
    for number, part, row, _ in source.places():
        rows[part].append(row)
        if number in outcomes:
            marks[part][row] = _marks(source, outcomes[number], shifts[part])
    return [
        Tab(
            getattr(grid, "name", source.title),
            header_row,
            tuple(sorted(at + shift for at in source.header.at.values())),
            tuple(in_part),
            said,
        )
        for (header_row, grid), shift, in_part, said in zip(source.parts, shifts, rows, marks, strict=True)
    ]


def _marks(source: SheetSource, outcomes: Iterable[RowOutcome], shift: int) -> RowMarks:
    found = RowMarks(Verdict.WAITING)
    for outcome in sorted(outcomes, key=_verdict, reverse=True):
        verdict = _verdict(outcome)
        found.verdict = max(found.verdict, verdict)
        found.status.append(f"{_STATUS[verdict]}: {_one_line(outcome.message)}")
        for cell in outcome.cells:
            column = _column(source, cell.column)
            words = cell.message if column is not None else f"{cell.column}: {cell.message}"
            found.cells[0 if column is None else column + shift].append((verdict, _sentence(words, verdict)))
        if not outcome.cells:
            found.cells[0].append((verdict, _sentence(outcome.message, verdict)))
    return found


def _verdict(outcome: RowOutcome) -> Verdict:
    return _BY_OUTCOME[outcome.outcome.partition(":")[0]]


def _column(source: SheetSource, label: str) -> int | None:
    """The column that a header of ours stands for in this sheet; None where the sheet has none such."""
    at = source.header.at
    name = next((name for name, ours in LABELS[source.kind].items() if ours == label and name in at), None)
    if name is None and source.kind is Sheet.CUSTOMERS and label in {LABELS[source.kind][name] for name in _NAMES}:
        return at.get(BOTH_NAMES)
    return None if name is None else at[name]


def _sentence(message: str, verdict: Verdict) -> str:
    words = _one_line(message).rstrip(".")
    return f"{words[:1].upper()}{words[1:]}. {_OF_A_CELL[verdict]}"


def _one_line(text: str) -> str:
    """Words that may repeat what strangers wrote, as every cell can hold them."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
