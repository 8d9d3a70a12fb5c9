"""Marking a sheet: a status for each row, each faulty cell coloured and commented. Earlier marks of ours go first."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from typing import TYPE_CHECKING

from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.dimensions import ColumnDimension

from store.workbook.headers import STATUS, is_status
from store.workbook.returned_marks import FINE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from store.workbook.returned_look import Colours
    from store.workbook.returned_marks import RowMarks, Tab, Verdict

AUTHOR = "Regulars"
OURS = "» Regulars: "
"""How each line of ours in a comment begins: by it an earlier one is known, whoever saved the file since."""
_LAST_COLUMN = 16_384
_WIDEST, _NARROWEST = 60, 18
_LINE = 42
"""Characters that a line of a comment holds."""
_LINE_HEIGHT, _COMMENT_WIDTH = 18, 300
"""Pixels."""


def mark(sheet: Worksheet, tab: Tab, colours: Colours) -> None:
    """Take the marks of an earlier return off a sheet, and put those of this one on."""
    ours = _status_column(sheet, tab.header_row)
    _clear(sheet, colours, was_marked=bool(ours))
    if ours:
        _empty(sheet, ours, tab.header_row)
    if not tab.marks:
        if ours:
            _give_back(sheet, ours, tab.header_row)
        return
    column = ours or _free_column(sheet, tab.header_row)
    for row, marks in tab.marks.items():
        _mark_row(sheet, tab, row, marks, colours)
    if column <= _LAST_COLUMN:
        _write_status(sheet, tab, column, colours, is_new=not ours)


def _status_column(sheet: Worksheet, header_row: int) -> int:
    """The column of an earlier return; 0 where there is none."""
    return next((cell.column for cell in sheet[header_row] if is_status(cell.value)), 0)


def _cells(sheet: Worksheet) -> Iterable[Cell]:
    """The cells that there are; to ask for a row's cells would make those that are not."""
    return list(sheet._cells.values())  # noqa: SLF001  # as said


def _clear(sheet: Worksheet, colours: Colours, *, was_marked: bool) -> None:
    """Take comments and colours of ours off. A colour is only ours where something else is."""
    commented = [cell for cell in _cells(sheet) if not isinstance(cell, MergedCell) and cell.comment is not None]
    for cell in commented:
        if OURS in cell.comment.text:
            was_marked = True
            _comment(cell, ())
    if was_marked or colours.returned_before:
        for cell in _cells(sheet):
            colours.restore(cell)


def _empty(sheet: Worksheet, column: int, header_row: int) -> None:
    for cell in _cells(sheet):
        if cell.column == column and cell.row >= header_row and not isinstance(cell, MergedCell):
            cell.value = None


def _give_back(sheet: Worksheet, column: int, header_row: int) -> None:
    """Leave nothing of a column of ours behind."""
    for place, cell in list(sheet._cells.items()):  # noqa: SLF001  # the one way to be rid of a cell
        if cell.column == column and cell.row >= header_row and cell.value is None:
            del sheet._cells[place]  # noqa: SLF001  # as above
    sheet.column_dimensions.pop(get_column_letter(column), None)
    _stretch_filter(sheet, header_row, column, column - 1)


def _free_column(sheet: Worksheet, header_row: int) -> int:
    """The first column that has nothing in it, nor anything behind it."""
    filled = [cell.column for cell in _cells(sheet) if cell.value is not None]
    merged = [there.max_col for there in sheet.merged_cells.ranges if there.max_row >= header_row]
    return max((*filled, *merged), default=0) + 1


def _mark_row(sheet: Worksheet, tab: Tab, row: int, marks: RowMarks, colours: Colours) -> None:
    told: dict[Cell, list[tuple[Verdict, str]]] = defaultdict(list)
    for column, sentences in sorted(marks.cells.items()):
        told[_unmerged(sheet, row, column or _first_seen(sheet, tab))] += sentences
    for cell, sentences in told.items():
        colours.paint(cell, max(verdict for verdict, _ in sentences))
        _comment(cell, [sentence for _, sentence in sentences])


def _first_seen(sheet: Worksheet, tab: Tab) -> int:
    """The first column of a field that is not hidden."""
    hidden = [span for span in sheet.column_dimensions.values() if span.hidden]
    for span in hidden:
        span.reindex()
    return next(
        (column for column in tab.columns if not any(span.min <= column <= span.max for span in hidden)),
        tab.columns[0],
    )


def _unmerged(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell at a place, or the one that stands for it and its neighbours."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        whole = next(there for there in sheet.merged_cells.ranges if cell.coordinate in there)
        return sheet.cell(whole.min_row, whole.min_col)
    return cell


def _comment(cell: Cell, sentences: Iterable[str]) -> None:
    """Say sentences in a cell's comment, below what the sender had there, and in the place of earlier ones of ours."""
    old = cell.comment
    lines = [] if old is None else [line for line in old.text.splitlines() if not line.startswith(OURS)]
    ours = [f"{OURS}{sentence}" for sentence in sentences]
    theirs = "\n".join(lines).rstrip()
    if not theirs and not ours:
        cell.comment = None
        return
    text = "\n".join([theirs, "", *ours] if theirs and ours else ours or [theirs])
    height = _LINE_HEIGHT * (1 + sum(1 + len(line) // _LINE for line in text.split("\n")))
    cell.comment = Comment(text, old.author if old is not None and theirs else AUTHOR, height, _COMMENT_WIDTH)


def _write_status(sheet: Worksheet, tab: Tab, column: int, colours: Colours, *, is_new: bool) -> None:
    header = sheet.cell(tab.header_row, column)
    header.value = STATUS
    longest = len(STATUS)
    for row in tab.rows:
        said = tab.marks.get(row)
        cell = sheet.cell(row, column)
        cell.value = ". ".join(said.status) if said else FINE
        if said:
            colours.paint(cell, said.verdict)
            longest = max(longest, len(str(cell.value)))
    if is_new:
        _dress(sheet, header, tab)
        _own_dimension(sheet, column).width = max(_NARROWEST, min(longest + 2, _WIDEST))
        _stretch_filter(sheet, tab.header_row, column - 1, column)


def _dress(sheet: Worksheet, header: Cell, tab: Tab) -> None:
    """Give the status' header the look of the last one before it."""
    neighbour = sheet.cell(header.row, tab.columns[-1])
    if neighbour.has_style:
        header._style = copy(neighbour._style)  # noqa: SLF001  # a whole look at once


def _own_dimension(sheet: Worksheet, column: int) -> ColumnDimension:
    """A column's own width, where it shared one with its neighbours: two that overlap are a damaged file."""
    spans = sheet.column_dimensions
    for span in list(spans.values()):
        span.reindex()
        if span.min <= column <= span.max:
            _set_span(sheet, span, span.min, column - 1)
            _set_span(sheet, span, column + 1, span.max)
    own = ColumnDimension(sheet, index=get_column_letter(column))
    spans[own.index] = own
    return own


def _set_span(sheet: Worksheet, like: ColumnDimension, first: int, last: int) -> None:
    if first > last:
        return
    span = ColumnDimension(
        sheet, get_column_letter(first), like.width, like.bestFit, like.hidden, like.outlineLevel,
        collapsed=like.collapsed, min=first, max=last,
    )  # fmt: skip
    span._style = copy(like._style)  # noqa: SLF001  # a whole look at once
    sheet.column_dimensions[span.index] = span


def _stretch_filter(sheet: Worksheet, header_row: int, last: int, new_last: int) -> None:
    """Have the sheet's filter end at another column, where it ends at this one."""
    reference = sheet.auto_filter.ref
    if not reference:
        return
    left, top, right, bottom = range_boundaries(reference)
    if top == header_row and right == last and new_last >= left:
        sheet.auto_filter.ref = f"{get_column_letter(left)}{top}:{get_column_letter(new_last)}{bottom}"
