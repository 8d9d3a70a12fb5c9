"""What stands on a page of settings, apart from any widget: its rows, what was typed, its faults."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from store.errors import FieldError
from store.fields import clean_line
from store.money import readings, ungrouped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.widget import Widget

    from store.errors import InvalidSettingsError
    from tui.form_model import Entry

SAVED = "Settings Updated Successfully"
MOST_DIGITS = 12
"""Characters of a number; the store allows far fewer."""
_SAMPLE = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the form: the name of its field, its label, and what makes its control from what it holds."""

    name: str
    label: str
    control: Callable[[str, Entry], Widget]
    required: bool = False
    kept: bool = True
    """Whether the book keeps what it holds."""
    counts: bool = False
    """Whether it holds a number of something, which the page names beside it."""


class SettingsModel:
    """What was typed on one page. `faults_of` gives every fault by field, for what the page holds."""

    def __init__(
        self, rows: tuple[Row, ...], entries: Mapping[str, Entry], faults_of: Callable[[], dict[str, str]]
    ) -> None:
        self.rows = {row.name: row for row in rows}
        self.entries: dict[str, Entry] = dict(entries)
        self._initial = dict(entries)
        self._faults_of = faults_of
        self._left: set[str] = set()
        self._refused: dict[str, tuple[Entry, str]] = {}
        """By field: what the book refused, and why; it stays a fault until something else is typed."""
        self._noted: dict[str, tuple[Entry, str]] = {}

    @property
    def labels(self) -> dict[str, str]:
        """What each field is called, by its name."""
        return {name: row.label for name, row in self.rows.items()}

    def text(self, name: str) -> str:
        """What a line of text holds."""
        return str(self.entries[name])

    @property
    def dirty(self) -> bool:
        """Whether leaving would lose something."""
        return any(self.entries[name] != self._initial[name] for name, row in self.rows.items() if row.kept)

    def enter(self, name: str, entry: Entry) -> None:
        """Take what a control holds now."""
        self.entries[name] = entry

    def leave(self, name: str) -> None:
        """The field was left: its fault is said from now on."""
        self._left.add(name)

    def leave_all(self) -> None:
        """Every fault is said from now on."""
        self._left.update(self.rows)

    def note(self, name: str, words: str) -> None:
        """The field did not take all that was typed: said until it holds something else."""
        self._noted[name] = (self.entries[name], words)

    def refuse(self, error: InvalidSettingsError) -> list[str]:
        """The book refuses what was typed; the sentences about what is no field of this page."""
        others = [str(fault) for fault in error.faults if fault.field not in self.rows]
        for fault in error.faults:
            if fault.field in self.rows:
                self._refused[fault.field] = (self.entries[fault.field], fault.message)
                self._left.add(fault.field)
        return others

    def faults(self) -> dict[str, str]:
        """Every fault by field, in the form's order."""
        found = self._faults_of()
        for name, (entry, why) in self._refused.items():
            if name not in found and self.entries[name] == entry:
                found[name] = why
        for name, row in self.rows.items():
            if row.required and not str(self.entries[name]).strip():
                found[name] = "required"
        return {name: found[name] for name in self.rows if name in found}

    def said(self, faults: Mapping[str, str]) -> dict[str, str]:
        """What is said beside the fields: the faults of those that were left, and what was not taken."""
        noted = {name: words for name, (entry, words) in self._noted.items() if self.entries[name] == entry}
        return noted | {name: fault for name, fault in faults.items() if name in self._left}

    def waiting(self, faults: Mapping[str, str]) -> str:
        """Why it cannot be saved; '' when it can."""
        if faults:
            return f"Not right yet: {', '.join(self.rows[name].label for name in faults)}"
        return "" if self.dirty else "Nothing has changed yet"


def whole(field: str, text: str) -> int:
    """A whole number as typed, with or without grouping. Raises FieldError."""
    digits = ungrouped(clean_line(text))
    if not (digits.isascii() and digits.isdigit()) or len(digits) > MOST_DIGITS:
        raise FieldError(field, "a whole number")
    return int(digits)


def amount(field: str, text: str, mark: str = ".") -> Decimal:
    """An amount as typed, where `mark` stands before the decimals. Raises FieldError, also for what is ambiguous."""
    line = clean_line(text)
    found = readings(line, mark) if len(line) <= 2 * MOST_DIGITS else ()
    if not found:
        raise FieldError(field, f"an amount such as 10 or {decimal_text(_SAMPLE, mark)}")
    if len(found) > 1:
        raise FieldError(field, f"write {' or '.join(decimal_text(each, mark) for each in found)}, whichever is meant")
    return found[0]


def decimal_text(value: Decimal, mark: str = ".") -> str:
    """An amount as its field shows it: plain digits, no zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".").replace(".", mark) if "." in text else text
