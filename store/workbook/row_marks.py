"""Marks of visible rows: whether a row's cells still are as they were written, without reading what they say.

A mark is worked out of the values when a row is written, and of the cells when it is read. Spreadsheet programs leave
texts, numbers and dates of untouched cells as they are; a row that is marked otherwise is read cell by cell.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from store import stores
from store.fields import FIELDS, STORE_SEPARATOR, Kind, countries
from store.workbook.values import SECONDS_A_DAY, date_cell
from store.workbook.writer import SERIAL_EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from store.database import Book
    from store.workbook.damage import Cell


_BETWEEN = "\x1f"
"""Stands between cells: no cell holds it."""
_AS_WRITTEN = frozenset({str, float})
"""The types of cells that are marked as they are."""


def _mark(cells: Sequence[Any]) -> str:
    text = _BETWEEN.join(map(str, cells))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


class RowMarks:
    """Marks rows by their values; `columns` are the places in FIELDS of those that have a visible column, ascending."""

    def __init__(self, book: Book, columns: Sequence[int]) -> None:
        self.columns = list(columns)
        self._order = {store.name: at for at, store in enumerate(stores.all_stores(book))}
        names = countries()
        ways: dict[Kind, Callable[[Any], Any]] = {
            Kind.DATE: lambda day: _number(date_cell(day)),
            Kind.WHOLE: float,
            Kind.COUNTRY: lambda code: names.get(code, code),
            Kind.STORES: self._stores,
        }
        self._ways: list[tuple[int, int, Callable[[Any], Any]]] = []
        for place, at in enumerate(self.columns):
            field = FIELDS[at]
            if field.kind in {Kind.TOGGLE, Kind.STATUS}:
                self._ways.append((place, at, _chosen(field.choices)))
            elif field.kind in ways:
                self._ways.append((place, at, ways[field.kind]))

    def of_values(self, values: Sequence[Any]) -> str:
        """The mark of the row that shows these values, in the order of FIELDS, None for blanks."""
        cells = ["" if (value := values[at]) is None else value for at in self.columns]
        for place, at, shown in self._ways:
            if values[at] is not None:
                cells[place] = shown(values[at])
        return _mark(cells)

    def _stores(self, names: tuple[str, ...]) -> str:
        return STORE_SEPARATOR.join(sorted(names, key=lambda name: self._order.get(name, 0)))


def _chosen(choices: tuple[str, ...]) -> Callable[[Any], Any]:
    yes, no = choices
    return lambda on: yes if on else no


def _number(cell: float | str | None) -> float | str:
    return cell if isinstance(cell, str) else float(cell or 0)


class CellMarks:
    """Marks the rows of a sheet by their cells; `at` says which column holds which place in FIELDS."""

    def __init__(self, at: Mapping[int, int]) -> None:
        self._width = max(at.values()) + 1
        first, *others = (at[place] for place in sorted(at))
        self._pick: Callable[[Any], Sequence[Cell]] = itemgetter(first, *(others or [first]))

    def of_cells(self, row: Sequence[Cell]) -> str:
        """The mark of a row."""
        if len(row) < self._width:
            row = [*row, *[""] * (self._width - len(row))]
        return _mark([cell if type(cell) in _AS_WRITTEN else _plain(cell) for cell in self._pick(row)])


def _plain(cell: Cell) -> str | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, datetime):
        seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
        return cell.toordinal() - SERIAL_EPOCH + seconds / SECONDS_A_DAY
    if isinstance(cell, date):
        return float(cell.toordinal() - SERIAL_EPOCH)
    return float(cell) if isinstance(cell, int | float) else str(cell)
