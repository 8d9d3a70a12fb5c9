"""Which columns fit a width, how wide each is, and a row's cells as one line of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from store import fields
from store.records import DEFAULT_COLUMNS
from tui import gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from store.records import CustomerRow, Value

GAP = 2
MARGIN = " "
NAME_LEAST, NAME_FAIR, NAME_MOST = 20, 28, 36
"""A name column takes a third of the line within the first two, and what nobody else wants up to the last. A longer
name is written over the columns behind it in its own row; those beside it in other rows stand still."""
LONGEST_NAME = 62
"""Cells that a name is written over at most. The manual allows names of 25 + 1 + 25 characters, and behind them
'(inactive)' may stand."""
MOST_CHARACTERS = 256
"""No cell shows more; a name of 10,000 characters costs no more than others."""
INACTIVE_MARK = " (inactive)"
PHOTO_MARK = "■"
ACTIONS_MARK = "..."
CLIPPED = "…"


@dataclass(frozen=True, slots=True)
class Look:
    """How a column stands in the list: the least and the most cells it takes, and its short heading."""

    least: int
    most: int
    short: str = ""
    tight: int = 0
    """What it makes do with where the least is not left; 0 when it would rather not be shown."""


LOOKS: dict[str, Look] = {
    "name": Look(NAME_LEAST, NAME_MOST),
    "photo": Look(3, 5, "Img"),
    "email": Look(16, 36),
    "phone": Look(17, 20, "Phone", tight=14),
    "points": Look(7, 14, "Points"),
    "reason": Look(10, 24),
    "gift_card": Look(16, 20, "Gift Card", tight=12),
    "stores": Look(12, 30),
    "id_number": Look(12, 20, "ID Number"),
    "date_of_birth": Look(11, 13, "Born"),
    "anniversary": Look(11, 11),
    "enrolled": Look(11, 11, "Enrolled"),
    "gate_code": Look(9, 12, "Gate"),
    "loyalty": Look(7, 7),
    "gender": Look(6, 8),
    "zip_code": Look(7, 12, "Zip"),
    "state": Look(5, 12),
    "active": Look(8, 8),
}
_ANY = Look(10, 24)
_GROWS = {"email": 0, "name": 2}
"""Who takes first what is left of the line; all others take their turn between."""
USEFUL = ("name", "phone", "points", "email", "stores", "photo", "gift_card", "reason")
"""The manual's columns, the most useful at the counter first; the last give way first."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as placed: its field's name, its heading, its width in cells, and its place in a row's values."""

    name: str
    heading: str
    width: int
    right: bool
    at: int


def place(columns: tuple[str, ...], width: int) -> tuple[Column, ...]:
    """The columns that fit, in their order. Nothing but the width and the choice of columns decides.

    Where the manual's own columns do not all fit, the least useful ones give way; a list that somebody
    arranged is cut at its end.
    """
    room = width - len(MARGIN) - GAP - len(ACTIONS_MARK)
    arranged = set(columns) != set(DEFAULT_COLUMNS)
    ranked = (name for name in (columns if arranged else USEFUL) if name != "name")
    widths = {"name": min(max(room // 3, NAME_LEAST), NAME_FAIR, room)}
    room -= widths["name"]
    for name in ranked:
        look = LOOKS.get(name, _ANY)
        fitting = next((size for size in (look.least, look.tight) if size and size + GAP <= room), None)
        if fitting is None:
            break
        widths[name] = fitting
        room -= fitting + GAP
    # The name is last to grow, unless there is nothing behind it that it could be written over.
    ends = next(name for name in reversed(columns) if name in widths) == "name"
    for name in sorted(widths, key=lambda name: _GROWS.get(name, 1) if name != "name" or not ends else -1):
        more = max(min(room, LOOKS.get(name, _ANY).most - widths[name]), 0)
        widths[name] += more
        room -= more
    return tuple(
        Column(name, heading(name, widths[name]), widths[name], name == "points", columns.index(name))
        for name in columns
        if name in widths
    )


def heading(name: str, width: int) -> str:
    """A column's label, the short one where the long does not fit."""
    label = fields.COLUMN_LABELS[name]
    return label if len(label) <= width else LOOKS.get(name, _ANY).short or label


def shown_value(name: str, value: Value, width: int) -> str:
    """A value as its cell shows it, on one line, made harmless; not yet cut to the width."""
    show = _SHOWN.get(name)
    return gate.shown((show(value, width) if show else fields.BY_NAME[name].show(value))[:MOST_CHARACTERS])


def _photo(value: Value, width: int) -> str:  # noqa: ARG001
    return PHOTO_MARK if value else ""


def _points(value: Value, width: int) -> str:  # noqa: ARG001
    return f"{value:,}" if isinstance(value, int) else ""


def _stores(value: Value, width: int) -> str:
    """The stores' names, or the first and how many more when they do not all fit."""
    names = value if isinstance(value, tuple) else ()
    text = fields.STORE_SEPARATOR.join(names)
    if len(names) < 2 or cell_len(text) <= width:
        return text
    more = f" +{len(names) - 1}"
    return cut(names[0], width - len(more)).rstrip() + more


def _line(value: Value, width: int) -> str:  # noqa: ARG001
    return " ".join(str(value).split())


_SHOWN: dict[str, Callable[[Value, int], str]] = {
    "photo": _photo, "name": _line, "points": _points, "stores": _stores, "notes": _line,
}  # fmt: skip


def cut(text: str, width: int) -> str:
    """Text brought to exactly `width` cells; what is cut off leaves an ellipsis."""
    size = len(text) if text.isascii() else cell_len(text)
    if size <= width:
        return text + " " * (width - size)
    if width <= 0:
        return ""
    return set_cell_size(text, width - 1) + CLIPPED


def cell(column: Column, row: CustomerRow, width: int | None = None) -> str:
    """One cell of a row, exactly as wide as its column, or `width` cells where a name left it less."""
    room = column.width if width is None else width
    text = shown_value(column.name, row.values[column.at], room)
    if column.name == "name" and not row.active:
        text = cut(text, min(room - len(INACTIVE_MARK), cell_len(text))) + INACTIVE_MARK
    if column.right:
        # Half a number would be another number.
        return (text if len(text) <= room else CLIPPED).rjust(room)
    if column.name == "photo":
        return text.center(room)
    return cut(text, room)


def _name_cells(column: Column, row: CustomerRow, room: int) -> int:
    """How many of the `room` cells that are left in the line a row's name takes."""
    text = shown_value("name", row.values[column.at], room)
    whole = cell_len(text) + (0 if row.active else len(INACTIVE_MARK))
    return min(max(min(whole, LONGEST_NAME), column.width), room)


def line(columns: Iterable[Column], row: CustomerRow, width: int) -> str:
    """A row as one line of `width` cells; the three dots at its end stand for F3.

    A name that is longer than its column is written on over those behind it: they show what room it leaves them.
    """
    end = width - GAP - len(ACTIONS_MARK)
    text, start, taken = MARGIN, len(MARGIN), len(MARGIN)
    for column in columns:
        stop = start + column.width
        begin = max(start, taken)
        if column.name == "name":
            stop = begin + _name_cells(column, row, end - begin)
        if begin < stop:
            text += " " * (begin - cell_len(text)) + cell(column, row, stop - begin)
            taken = stop + GAP
        start += column.width + GAP
    return cut(text, end) + " " * GAP + ACTIONS_MARK


def header(columns: Iterable[Column], width: int, order: str, *, descending: bool) -> str:
    """The headings as one line; the sorted column carries an arrow where it is not the book's own order."""
    arrow = "↓" if descending else "↑"
    usual = order == "name" and not descending
    marked = [(column, column.heading + (arrow if column.name == order and not usual else "")) for column in columns]
    cells = (cut(text, column.width) if not column.right else text.rjust(column.width) for column, text in marked)
    return cut(MARGIN + (" " * GAP).join(cells), width - GAP - len(ACTIONS_MARK)) + " " * GAP + "F3 "
