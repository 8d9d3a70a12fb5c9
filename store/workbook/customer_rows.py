"""The rows of a Customers sheet as values of fields: a pure function of the file and of the stores there are.

Rows are read a few thousand at a time and column by column, so that repeats cost a look-up each.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from store.fields import BY_NAME, FIELDS
from store.workbook.cells import Fault, Memo, Stored, field_parser, split_name, stores_parser
from store.workbook.headers import BOTH_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from store.workbook.damage import Cell
    from store.workbook.headers import Header

AT: dict[str, int] = {field.name: at for at, field in enumerate(FIELDS)}
"""Where each field stands in a row's values."""
READING = 1
"""Raised when the same cells come to mean something else: digests of rows read before then count no more."""
DIGEST_SIZE = 16
_NAMES = ("first_name", "last_name")

Values = list[Stored]
"""A row's values in the order of FIELDS."""


class CustomerReader:
    """Reads the rows below one header. `known_stores` gives a store's name by its casefolded name.

    `miss_store` is told the name of each store that is not among them.
    """

    def __init__(self, header: Header, known_stores: Mapping[str, str], miss_store: Callable[[str], None]) -> None:
        self._columns: list[tuple[int, int, Memo]] = []
        self._both: tuple[int, Memo, Memo] | None = None
        for name, column in header.at.items():
            if name != BOTH_NAMES:
                parse = _parser(name, known_stores, miss_store)
                self._columns.append((AT[name], column, Memo(parse)))
        self._columns.sort(key=lambda entry: entry[0])
        if BOTH_NAMES in header.at and not {"first_name", "last_name"} & header.at.keys():
            names = [Memo(field_parser(BY_NAME[name])) for name in _NAMES]
            self._both = header.at[BOTH_NAMES], names[0], names[1]
        self._memos = [memo for _, _, memo in self._columns] + [*(self._both[1:] if self._both else ())]
        self._width = max(header.at.values()) + 1
        layout = repr((READING, sorted(header.at.items())))
        self._digest = hashlib.blake2b(layout.encode(), digest_size=DIGEST_SIZE)

    @property
    def fields(self) -> tuple[int, ...]:
        """Which fields the sheet says anything of, by their places."""
        places = {at for at, _, _ in self._columns}
        return tuple(sorted(places | ({AT["first_name"], AT["last_name"]} if self._both else set())))

    @property
    def columns(self) -> dict[int, int]:
        """Which column holds each field, by the field's place; of a column of both names nothing."""
        return {at: column for at, column, _ in self._columns}

    def digests(self, rows: Sequence[Sequence[Cell]]) -> list[bytes]:
        """What stands for each row's cells under this header: equal cells, equal digest."""
        found = []
        for row in rows:
            digest = self._digest.copy()
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
            found.append(digest.digest())
        return found

    def column(self, name: str, rows: Sequence[Sequence[Cell]]) -> list[Stored]:
        """One field's values; blanks when the sheet has no such column."""
        for at, column, memo in self._columns:
            if at == AT[name]:
                return memo.column(row[column] if column < len(row) else None for row in rows)
        if self._both is not None and name in _NAMES:
            column, *memos = self._both
            at = _NAMES.index(name)
            return memos[at].column(split_name(row[column] if column < len(row) else None)[at] for row in rows)
        return [None] * len(rows)

    def values(self, rows: Sequence[Sequence[Cell]]) -> list[Values]:
        """All fields of each row. A faulty cell's value is its `Fault`."""
        if not rows:
            return []
        blank: list[Stored] = [None] * len(rows)
        by_field: list[Sequence[Stored]] = [blank] * len(FIELDS)
        cells: Sequence[Sequence[Cell]]
        if min(map(len, rows)) >= self._width:
            cells = list(zip(*rows, strict=False))
        else:
            cells = [[row[at] if at < len(row) else None for row in rows] for at in range(self._width)]
        for at, column, memo in self._columns:
            by_field[at] = memo.column(cells[column])
        if self._both is not None:
            column, first, last = self._both
            names = [split_name(cell) for cell in cells[column]]
            by_field[AT["first_name"]] = first.column(name for name, _ in names)
            by_field[AT["last_name"]] = last.column(name for _, name in names)
        return list(map(list, zip(*by_field, strict=True)))

    @property
    def faulty(self) -> bool:
        """Whether any cell read so far was faulty; while none was, no row need be searched for faults."""
        return any(memo.faulty for memo in self._memos)


def _parser(name: str, known_stores: Mapping[str, str], miss_store: Callable[[str], None]) -> Callable[[Cell], Stored]:
    field = BY_NAME[name]
    return stores_parser(field, known_stores, miss_store) if name == "stores" else field_parser(field)


def faults_of(values: Values) -> list[tuple[int, Fault]]:
    """The faulty fields of a row, in the workbook's order."""
    return [(at, value) for at, value in enumerate(values) if type(value) is Fault]
