"""The rows of the sheets beside Customers: which cell is which value, and the faults of a row."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from store import fields
from store.clock import written
from store.money import ungrouped
from store.workbook import cells, damage
from store.workbook.cells import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from zoneinfo import ZoneInfo

    from store.workbook.damage import Cell
    from store.workbook.reader import SheetSource

_LONGEST = 1000
_CLOCK = re.compile(r"(.+?)[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(am|pm)?", re.IGNORECASE)
_LAST_SERIAL = 2_958_465
_WHOLE = re.compile(r"[+-]?\d{1,13}")
MOST_POINTS = 10**12
FIRST_YEAR, LAST_YEAR = 1901, 2198
"""Years of a time: from those that a spreadsheet's serial says for sure to those before the end of all times."""


@dataclass(slots=True)
class PlainRow:
    """One row: its number, its cells by column name, and the faults met while they were read."""

    number: int
    cells: dict[str, Cell]
    faults: list[tuple[str, Fault]] = field(default_factory=list)

    def text(self, name: str, limit: int = _LONGEST) -> str:
        """A line of text; a number as a person would have typed it."""
        line = fields.clean_line(damage.number_text(self.cells.get(name)))
        if len(line) > limit:
            self.fault(name, f"at most {limit} characters; this has {len(line)}")
            return ""
        return line

    def notes(self, name: str) -> str:
        """A text of many lines."""
        return fields.clean_notes(damage.number_text(self.cells.get(name)))

    def required(self, name: str) -> str:
        """A line of text that must be there."""
        line = self.text(name)
        if not line and not self.has_fault(name):
            self.fault(name, "required")
        return line

    def amount(self, name: str, digits: int) -> int | None:
        """A number as an integer of its last decimal; None for a blank."""
        found = cells.amount(self.cells.get(name), digits)
        if isinstance(found, Fault):
            self.faults.append((name, found))
            return None
        return found

    def whole(self, name: str) -> int | None:
        """A signed whole number; None for a blank."""
        text = ungrouped(self.text(name)).removesuffix(".0")
        if not text:
            return None
        if not _WHOLE.fullmatch(text) or abs(int(text)) > MOST_POINTS:
            self.fault(name, "a whole number")
            return None
        return int(text)

    def uid(self, name: str) -> str:
        """A UID in its one spelling; '' for a blank."""
        text = self.text(name)
        if not text:
            return ""
        try:
            return str(uuid.UUID(text))
        except ValueError:
            self.fault(name, "not a UID")
            return ""

    def moment(self, name: str) -> datetime | None:
        """A time on the shop's clock, to the second; None for a blank."""
        try:
            found = _moment(self.cells.get(name))
        except (ValueError, OverflowError):
            self.fault(name, "a date and time such as 2026-06-20 11:53")
            return None
        if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.fault(name, f"a year from {FIRST_YEAR} to {LAST_YEAR}")
            return None
        return found

    def day(self, name: str) -> date | None:
        """A date; None for a blank."""
        try:
            return fields.parse_date(damage.day(self.cells.get(name)).partition("T")[0])
        except ValueError as fault:
            self.fault(name, str(fault))
            return None

    def has_fault(self, name: str) -> bool:
        """Whether this column's cell was found faulty."""
        return any(faulty == name for faulty, _ in self.faults)

    def fault(self, name: str, message: str) -> None:
        """Note why a cell is refused; the first reason is the one that is told."""
        if not self.has_fault(name):
            self.faults.append((name, Fault(cells.shown(self.cells.get(name)), message)))


def plain_rows(source: SheetSource, progress: Callable[[int], None]) -> Iterator[PlainRow]:
    """The rows of a sheet."""
    columns = list(source.header.at.items())
    for done, (number, row) in enumerate(source.rows(), 1):
        width = len(row)
        yield PlainRow(number, {name: row[at] if at < width else None for name, at in columns})
        if done % 1000 == 0:
            progress(done)


def _moment(cell: Cell) -> datetime | None:
    if isinstance(cell, datetime):
        return _to_second(cell)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001  # the shop's own clock
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not 1 <= cell <= _LAST_SERIAL:
            raise ValueError
        return _to_second(datetime(1899, 12, 30) + timedelta(days=cell))  # noqa: DTZ001  # as above
    text = fields.clean_line(damage.number_text(cell))
    if not text:
        return None
    clock = _CLOCK.fullmatch(text)
    day = fields.parse_date(damage.day(clock[1] if clock else text))
    if day is None:
        raise ValueError
    hour, minute, second = (int(clock[at] or 0) for at in (2, 3, 4)) if clock else (0, 0, 0)
    if clock and clock[5]:
        hour = hour % 12 + (12 if clock[5].lower() == "pm" else 0)
    return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001  # as above


def _to_second(moment: datetime) -> datetime:
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0, tzinfo=None)


def utc_text(moment: datetime, zone: ZoneInfo) -> str:
    """A time on the shop's clock as the book writes it, in UTC."""
    return written(moment.replace(tzinfo=zone))


_DIGIT_RUN = re.compile(r"\d(?:[ \-.]?\d)*")


def holds_card_number(cell: Cell) -> bool:
    """Whether a cell holds what can be a payment card's number: 13 to 19 digits that pass Luhn's test."""
    text = damage.digits_again(cell)
    return any(_is_card_number("".join(filter(str.isdigit, run))) for run in _DIGIT_RUN.findall(text))


def _is_card_number(digits: str) -> bool:
    if not 13 <= len(digits) <= 19 or not digits.isascii():
        return False
    total = sum(int(digit) for digit in digits[::-2])
    total += sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return total % 10 == 0
