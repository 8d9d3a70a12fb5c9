"""A clean workbook with the sheets and values of a file that cannot be saved again as it was."""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from store.fields import show_date
from store.workbook.cells import CLEAR_WORD
from store.workbook.damage import EXACT_DIGITS, number_text
from store.workbook.returned_marks import left_of
from store.workbook.writer import FIRST_SERIAL, SERIAL_EPOCH
from store.workbook.xlsx import fits, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from store.workbook.damage import Cell
    from store.workbook.returned_marks import Tab
    from store.workbook.text_file import Grid

VISIBLE = "visible"
_STATES = {"Visible": VISIBLE, "Hidden": "hidden", "VeryHidden": "veryHidden"}
_NOT_IN_TITLES = re.compile(r"[\\*?:/\[\]]")
_LONGEST_TITLE = 31
_MOST_DIGITS_SHOWN = 11
"""Digits of a whole number that a cell shows by itself; of more it shows powers of ten."""
_DAY, _MOMENT, _WHOLE = "dd-mmm-yyyy", "dd-mmm-yyyy hh:mm:ss", "0"
_LOOKED_AT = 200
"""Rows that a column's width is taken from."""
_NARROWEST, _WIDEST = 8, 44


class Page(NamedTuple):
    """A sheet of any file: its title, whether it is hidden, and its cells."""

    title: str
    state: str
    grid: Grid


def pages(data: bytes) -> list[Page]:
    """Every sheet of cells of a file that was opened before, the exporter's own too."""
    import python_calamine

    workbook: Any = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [
        Page(sheet.name, _STATES[str(sheet.visible).rpartition(".")[2]], workbook.get_sheet_by_name(sheet.name))
        for sheet in workbook.sheets_metadata
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]


@dataclass(slots=True)
class Clean:
    """The workbook, its sheets by the titles that they had, and how many values no cell can hold."""

    workbook: Workbook = field(default_factory=Workbook)
    sheets: dict[str, Worksheet] = field(default_factory=dict)
    left_out: int = 0


def clean(given: Sequence[Page], tabs: Iterable[Tab]) -> Clean:
    """The values of some sheets as a workbook: texts stay texts, digits keep their zeros, dates are dates."""
    made = Clean()
    made.workbook.remove(made.workbook.active)
    made.workbook.properties.creator = "Regulars"
    headers = {tab.title: tab.header_row for tab in tabs}
    for page in given:
        sheet = made.workbook.create_sheet(_title(page.title))
        made.sheets[page.title] = sheet
        _fill(sheet, page.grid, made)
        if header := headers.get(page.title):
            sheet.freeze_panes = f"A{header + 1}"
            for cell in sheet[header]:
                cell.font = Font(name=cell.font.name, size=cell.font.size, bold=True)
        sheet.sheet_state = page.state
    if all(sheet.sheet_state != VISIBLE for sheet in made.workbook.worksheets):
        made.workbook.worksheets[0].sheet_state = VISIBLE
    return made


def _title(title: str) -> str:
    return _NOT_IN_TITLES.sub(" ", title)[:_LONGEST_TITLE] or "Sheet"


def _fill(sheet: Worksheet, grid: Grid, made: Clean) -> None:
    widths: dict[int, int] = {}
    for number, row in enumerate(grid.iter_rows(), 1):
        for column, value in enumerate(row, left_of(grid) + 1):
            if value is None or value == "":
                continue
            if not _put(sheet, number, column, value):
                made.left_out += 1
            elif number <= _LOOKED_AT:
                widths[column] = max(widths.get(column, 0), len(str(value)))
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = max(_NARROWEST, min(width + 2, _WIDEST))


def _put(sheet: Worksheet, row: int, column: int, value: Cell) -> bool:
    """Write a cell; whether it can hold its value."""
    kept, form = _as_kept(value)
    if isinstance(kept, str):
        if not fits(kept) and kept.strip().lower() != CLEAR_WORD:
            return False
        put_text(sheet.cell(row, column), kept)
        return True
    cell = sheet.cell(row, column, kept)
    if form:
        cell.number_format = form
    return True


def put_text(cell: Any, text: str) -> None:
    """Write a text that stays one, whatever it looks like."""
    cell._value, cell.data_type = spelled(text), "s"  # noqa: SLF001  # by the front door `=1+1` would be a formula


def _as_kept(value: Cell) -> tuple[Cell, str]:
    """A value as a cell of the copy holds it, and the format that shows it; '' for the usual one."""
    if isinstance(value, date):
        if value.toordinal() - SERIAL_EPOCH < FIRST_SERIAL:
            return show_date(value), ""
        return value, _MOMENT if isinstance(value, datetime) else _DAY
    if isinstance(value, float) and not math.isfinite(value):
        return str(value), ""
    if isinstance(value, str | bool | time | timedelta) or value is None or value != int(value):
        return value, ""
    digits = number_text(value)
    if len(digits.lstrip("-")) > EXACT_DIGITS:
        return digits, ""
    return int(value), _WHOLE if len(digits) > _MOST_DIGITS_SHOWN else ""


def mend_escapes(sheets: Mapping[str, Worksheet], given: Iterable[Page]) -> None:
    """Give texts back that openpyxl misread: a sign of which the file says that it is none (`_x005F_x001B_`)."""
    for page in given:
        if (sheet := sheets.get(page.title)) is None:
            continue
        for number, row in enumerate(page.grid.iter_rows(), 1):
            for column, value in enumerate(row, left_of(page.grid) + 1):
                if isinstance(value, str) and value and (number, column) in sheet._cells:  # noqa: SLF001  # none is made
                    cell = sheet.cell(number, column)
                    if isinstance(cell.value, str) and cell.data_type == "s":
                        put_text(cell, value)
