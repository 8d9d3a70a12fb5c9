"""What spreadsheets do to texts: digits and dates become numbers, and numbers lose digits. Here it is undone."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from store import folding

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""What a spreadsheet's cell may come as."""

EXACT_DIGITS = 15
"""Digits of a number that a spreadsheet keeps; those after are zeros."""
DIGIT_NAMES = frozenset({"phone", "id_number", "gate_code", "gift_card", "zip_code"})
"""Fields whose text is digits, with or without marks between them."""
_SCIENTIFIC = re.compile(r"\+?(\d)(?:[.,](\d+))?[eE]\+(\d{1,2})")
"""Spreadsheets write the sign of the exponent: without one, 1E5 is a code."""
_POINT_ZERO = re.compile(r"(\d+)[.,]0+")
_SERIAL = re.compile(r"(\d{5})(?:[.,]0+)?")
_EPOCH = date(1899, 12, 30)
_COUNTED_ALIKE = date(1900, 3, 1)
_LAST_SERIAL = 2_958_465


class Recovered(str):
    """A text that the spreadsheet had made a number of; digits may have been lost on the way.

    `kept` says how many leading digits are certain, `cell` what stood in the cell if that was a text after all.
    """

    __slots__ = ("cell", "kept")
    cell: str | None
    kept: int

    def __new__(cls, text: str, kept: int = EXACT_DIGITS, cell: str | None = None) -> Recovered:
        """The digits that could be read, of which `kept` are certain."""
        recovered = super().__new__(cls, text)
        recovered.kept = kept
        recovered.cell = cell
        return recovered


def number_text(cell: Cell) -> str:
    """A cell as a person would have typed it: 15550101.0 is '15550101', True is 'TRUE'."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if not cell.is_integer():
            return repr(cell)
        # beyond 2**53 the digits that a spreadsheet shows, and not those of the binary number behind them
        return str(int(cell)) if abs(cell) < 2**53 else f"{Decimal(repr(cell)):.0f}"
    return str(cell)


def digits_again(cell: Cell) -> str:
    """The text of a name made of digits (a phone, a zip, a card) that a spreadsheet took for a number."""
    if isinstance(cell, str):
        if not ("." in cell or "," in cell or "e" in cell or "E" in cell):
            return cell
        text = cell.strip()
        if found := _POINT_ZERO.fullmatch(text):
            return Recovered(found[1], cell=text)
        if found := _SCIENTIFIC.fullmatch(text):
            whole = Decimal(text.replace(",", "."))
            if whole == whole.to_integral_value():
                return Recovered(str(int(whole)), 1 + len(found[2] or ""), text)
        return cell
    return plain_text(cell)


def same_after_damage(book: str, cell: str, *, marked: bool = True) -> bool:
    """Whether the text that a spreadsheet had as a number is the book's own, but for what it lost.

    With `marked` the book's text may have other signs between its digits, as phones have.
    """
    if not isinstance(cell, Recovered):
        return False
    if book == cell.cell or not (marked or (book.isascii() and book.isdigit())):
        return book in {cell.cell, cell}
    kept, ours = folding.digits(book).lstrip("0"), cell.lstrip("0")
    if len(kept) != len(ours) or not ours.isascii() or not ours.isdigit():
        return kept == ours
    return kept == ours or float(kept) == float(ours) or _rounded(kept, ours, cell.kept)


def _rounded(kept: str, ours: str, sure: int) -> bool:
    """Whether digits are others of the same length, of which only the first `sure` were kept: rounded or cut off."""
    if len(kept) <= sure:
        return False
    nearest = Decimal(f"{Decimal(kept):.{sure - 1}E}")
    return nearest == Decimal(ours) or (kept[:sure] == ours[:sure] and not ours[sure:].strip("0"))


def day(cell: Cell) -> str:
    """A date however a spreadsheet has it, as text that `fields.parse_date` reads."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    serial: float | None = None
    if isinstance(cell, str):
        if found := _SERIAL.fullmatch(cell.strip()):
            serial = int(found[1])
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        serial = cell
    if serial is not None and 1 <= serial <= _LAST_SERIAL:
        return (_EPOCH + timedelta(days=int(serial))).isoformat()
    return number_text(cell)


def numbers_of(cell: Cell) -> tuple[str, ...]:
    """The whole numbers that a cell's format may have made this day or time of; none for all other cells.

    Before March 1900 Excel and LibreOffice do not count alike.
    """
    if isinstance(cell, time | timedelta):
        return ("0",) if not cell or cell == time() else ()
    if not isinstance(cell, date) or (isinstance(cell, datetime) and cell.time() != time()):
        return ()
    day_of = cell.date() if isinstance(cell, datetime) else cell
    number = (day_of - _EPOCH).days
    return (str(number),) if day_of >= _COUNTED_ALIKE else (str(number), str(number - 1))


def plain_text(cell: Cell) -> str:
    """The text of a field of words; a number may once have been one."""
    if isinstance(cell, str):
        return cell
    text = number_text(cell)
    return Recovered(text) if isinstance(cell, int | float) and not isinstance(cell, bool) else text
