"""Writing tables as a workbook or a CSV file: what a column is, and what a cell may hold.

Rows come in chunks, so that a million of them need no more memory than a thousand. A cell is a text, a number
or blank ('' and None alike); a date is its serial number in a column of a date style.
"""

from __future__ import annotations

import csv
import io
import operator
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from store.fields import show_date
from store.workbook.cells import CLEAR_WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, BinaryIO

Cell = str | int | float | None

SERIAL_EPOCH = 693594
"""Ordinal of 30-Dec-1899: what a workbook's date serials count from (from March 1900 on)."""
FIRST_SERIAL = 61
"""1-Mar-1900. Excel believes in a 29-Feb-1900, so that earlier serials mean two things: such dates are text."""


class Style(IntEnum):
    """How a column's cells look and behave; the value is the style's index in the workbook."""

    PLAIN = 0
    HEADER = 1
    KEY = 2
    TEXT = 3
    DATE = 4
    TIME = 5
    WHOLE = 6
    MONEY = 7
    NUMBER = 8
    RATE = 9


@dataclass(frozen=True, slots=True)
class Choices:
    """A column's drop-down. It advises and never refuses, since a cell may also say `<clear>`.

    `many` is for cells that hold several of the values, separated by semicolons.
    """

    values: tuple[str, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. A KEY column is hidden and locked; `width` is in characters.

    `show` makes the cell of a row's value; without it the value is the cell.
    """

    header: str
    style: Style = Style.TEXT
    width: int = 12
    choices: Choices | None = None
    show: Callable[[Any], Cell] | None = None

    @property
    def is_key(self) -> bool:
        """Whether the column ties rows to the book, and is no one's to edit."""
        return self.style is Style.KEY


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG, and its size in pixels."""

    image: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to be written: `chunks` yields lists of rows, each a tuple in the order of `columns`.

    A `hidden` one is for the program alone: it has no headers, is locked, and no menu of Excel shows it. A `picture`
    lies below the header.
    """

    name: str
    columns: tuple[Column, ...]
    chunks: Iterable[list[tuple[Cell, ...]]]
    hidden: bool = False
    picture: Picture | None = None


@dataclass(slots=True)
class Written:
    """What was written: rows by sheet, and by column how many values no cell can hold."""

    sheets: dict[str, int] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def column_letters(index: int) -> str:
    """The letters of a column by its index from 0: 0 is A, 26 is AA."""
    higher, rest = divmod(index, 26)
    return (column_letters(higher - 1) if higher else "") + chr(65 + rest)


_FORMULA_START = re.compile(r"'*[=+\-@\t\r]")
_MAYBE_FORMULA = re.compile(r"\x7f'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guard(text: str) -> str:
    """A text as a CSV cell that no spreadsheet takes for a formula: `=1+1` as `'=1+1`. `unguard` undoes it."""
    return f"'{text}" if _FORMULA_START.match(text) else text


def unguard(text: str) -> str:
    """A CSV cell as the text it stands for: the apostrophe that `guard` set before a formula's sign goes."""
    return text[1:] if _GUARDED.match(text) else text


@lru_cache(maxsize=65536)
def _shown_date(serial: int) -> str:
    return show_date(date.fromordinal(serial + SERIAL_EPOCH))


def _date_texts(values: Iterable[Cell]) -> list[str]:
    return [_shown_date(value) if isinstance(value, int) else str(value or "") for value in values]


def _texts(values: Iterable[Cell]) -> list[str]:
    return ["" if value is None else value if isinstance(value, str) else str(value) for value in values]


def write_csv(out: BinaryIO, sheet: Sheet) -> Written:
    """Write one sheet as RFC 4180 CSV: UTF-8 with a byte order mark, so that Excel knows, and CRLF line ends.

    Dates are written as `07-Mar-1985`, and texts that could run as a formula are guarded. Left out are a text that an
    import would take for an order (`<clear>`), and one with a NUL: a file that has one is no text to most programs.
    """
    written = Written()
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    rows = csv.writer(text)
    rows.writerow([column.header for column in sheet.columns])
    count = 0
    for chunk in sheet.chunks:
        columns = zip(sheet.columns, zip(*chunk, strict=True), strict=False)
        rows.writerows(zip(*[_csv_cells(column, values, written) for column, values in columns], strict=True))
        count += len(chunk)
    text.flush()
    text.detach()
    written.sheets[sheet.name] = count
    return written


def _csv_cells(column: Column, values: Iterable[Cell], written: Written) -> list[str]:
    shown = values if column.show is None else map(column.show, values)
    texts = _date_texts(shown) if column.style is Style.DATE else _texts(shown)
    together = "\x7f".join(("", *texts))
    if CLEAR_WORD in together.lower() or "\0" in together:
        kept = ["" if text.strip().lower() == CLEAR_WORD or "\0" in text else text for text in texts]
        if lost := sum(map(operator.ne, kept, texts)):
            written.left_out[column.header] += lost
        texts = kept
    return [guard(text) for text in texts] if _MAYBE_FORMULA.search(together) else texts
