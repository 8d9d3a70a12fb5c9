"""From a cell to the value the book keeps.

A parser takes one cell and gives the value as its database column holds it (a date as ISO text, a toggle as 0
or 1), None for a blank, `CLEARED` for `<clear>`, or a `Fault`. Parsers run over whole columns through `Memo`,
which remembers every text it has seen: most cells of a sheet are repeats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from store import fields
from store.fields import Field, Kind
from store.money import to_minor, ungrouped
from store.workbook.damage import DIGIT_NAMES, Cell, Recovered, day, digits_again, number_text, numbers_of, plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

CLEAR_WORD = "<clear>"
UNCLEARABLE = frozenset({"uid", "active"})
"""Fields, beside the required ones, that a customer cannot be without."""
SHOWN_VALUE = 80
"""Most characters of a faulty cell that a report repeats."""
MEMO_SIZE = 50_000
"""Most cells of a column that are remembered, so that a hostile file cannot fill the memory with them."""
US_ZIP_DIGITS = 5


class Cleared:
    """`<clear>` stood in the cell: the field is to be emptied."""

    def __repr__(self) -> str:
        return CLEAR_WORD


CLEARED: Final = Cleared()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell is refused: the cell as text, what is wanted in words, and its digits if it was a number.

    `numbers` are those that a day or a time may be, where it is the cell's format that makes one of them.
    """

    value: str
    message: str
    digits: Recovered | None = None
    numbers: tuple[str, ...] = ()


Stored = str | int | tuple[str, ...] | Cleared | Fault | None
"""What a parser gives: the value as the book's column holds it (stores as a tuple of names)."""

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}")


def shown(cell: Cell) -> str:
    """A cell as text for a report: its beginning, on one line."""
    text = cell.isoformat() if isinstance(cell, date) else number_text(cell)
    line = fields.clean_line(text[: 4 * SHOWN_VALUE])
    return line if len(line) <= SHOWN_VALUE else line[: SHOWN_VALUE - 1] + "…"


_UNDO: dict[Kind, Callable[[Cell], str]] = {
    Kind.DATE: day,
    Kind.WHOLE: digits_again,
}
_PLAIN_UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def stored(value: object) -> Stored:
    """A field's value as its database column holds it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | tuple):
        return value
    return ""


def field_parser(field: Field) -> Callable[[Cell], Stored]:
    """The parser of a customer field. Whether a required field may be blank is the caller's question."""
    of_numbers = field.name in DIGIT_NAMES or field.kind is Kind.WHOLE
    undo = digits_again if field.name in DIGIT_NAMES else _UNDO.get(field.kind, plain_text)
    clearable = not field.required and field.name not in UNCLEARABLE
    emptied: Stored = CLEARED if clearable else Fault(CLEAR_WORD, "cannot be cleared")
    parse = field.parse

    def read(cell: Cell) -> Stored:
        text = undo(cell)
        if not text or text.isspace():
            return None
        if "<" in text and text.strip().lower() == CLEAR_WORD:
            return emptied
        try:
            value = parse(text)
        except ValueError as fault:
            numbers = numbers_of(cell) if of_numbers else ()
            why = f"{fault}; the cell is formatted as a day or a time" if numbers else str(fault)
            return Fault(shown(cell), why, text if isinstance(text, Recovered) else None, numbers)
        if not isinstance(value, str):
            held = stored(value)
            return None if held in {"", ()} else held
        return Recovered(value, text.kept, text.cell) if isinstance(text, Recovered) else value or None

    return {"zip_code": zip_parser(read), "uid": _uid_parser(read)}.get(field.name, read)


def _uid_parser(read: Callable[[Cell], Stored]) -> Callable[[Cell], Stored]:
    def parse(cell: Cell) -> Stored:
        if isinstance(cell, str) and _PLAIN_UID.fullmatch(cell):
            return cell
        return read(cell)

    return parse


def zip_parser(read: Callable[[Cell], Stored]) -> Callable[[Cell], Stored]:
    """A zip, of which a number may be too short because its zeros are gone: `padded_zip` decides."""

    def parse(cell: Cell) -> Stored:
        text = digits_again(cell)
        if isinstance(text, Recovered) and len(text) < US_ZIP_DIGITS and text.isdigit():
            return text
        return read(cell)

    return parse


def padded_zip(code: str, country: str) -> str | Fault:
    """A zip with the zeros it lost, where the country says that it must have five digits.

    A number may have lost several (501 is 00501), a text of four digits one; a shorter text is a fault.
    """
    number = isinstance(code, Recovered)
    if country == "US" and code.isdigit() and (number or len(code) == US_ZIP_DIGITS - 1):
        return code.zfill(US_ZIP_DIGITS)
    return Fault(code, "4 to 9 characters") if len(code) < US_ZIP_DIGITS - 1 else code


def stores_parser(field: Field, known: Mapping[str, str], miss: Callable[[str], None]) -> Callable[[Cell], Stored]:
    """The parser of a customer's stores; `known` gives a store's name by its casefolded name, `miss` takes others."""
    read = field_parser(field)

    def parse(cell: Cell) -> Stored:
        names = read(cell)
        if not isinstance(names, tuple):
            return names
        unknown = [name for name in names if name.casefold() not in known]
        if unknown:
            for name in unknown:
                miss(name)
            return Fault(shown(cell), f"no store is called {unknown[0]}; add it to the sheet Stores")
        return tuple(dict.fromkeys(known[name.casefold()] for name in names))

    return parse


def split_name(cell: Cell) -> tuple[str, str]:
    """First and last name out of one cell: the last word is the last name, or all before a comma.

    `'Ada Lovelace'`, `'Lovelace, Ada'`; a name of one word has no last name.
    """
    name = fields.clean_line(plain_text(cell))
    last, comma, first = name.partition(",")
    if comma and first.strip() and last.strip():
        return first.strip(), last.strip()
    first, _, last = name.rpartition(" ")
    return (first, last) if first else (last, "")


class Memo(dict[Cell, "Stored"]):
    """Remembers what a parser made of each cell; `column` reads a whole column.

    True, 1 and 1.0 are one key to a dictionary, so a column that holds a boolean is read cell by cell.
    """

    def __init__(self, parse: Callable[[Cell], Stored]) -> None:
        super().__init__({"": None, None: None})
        self._parse = parse
        self.faulty = False

    def __missing__(self, cell: Cell) -> Stored:
        """Parse a cell seen for the first time."""
        value = self[cell] = self._parse(cell)
        if isinstance(value, Fault):
            self.faulty = True
        return value

    def column(self, cells: Iterable[Cell]) -> list[Stored]:
        """The values of a column's cells, in order."""
        if len(self) > MEMO_SIZE:
            self.clear()
            self[""] = self[None] = None
        cells = tuple(cells)
        if bool in set(map(type, cells)):
            values = [self._parse(cell) for cell in cells]
            self.faulty = self.faulty or any(isinstance(value, Fault) for value in values)
            return values
        return list(map(self.__getitem__, cells))


def amount(cell: Cell, digits: int) -> int | Fault | None:
    """A number with `digits` decimals as an integer of its last one; a float is taken for the decimal it shows."""
    text = ungrouped(number_text(cell).strip().lstrip("$€£"))
    if not text:
        return None
    if _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if not _DECIMAL.fullmatch(text) or abs(value := Decimal(text)) >= 10**12:
        return Fault(shown(cell), "an amount such as 12.50")
    return to_minor(value, digits)
