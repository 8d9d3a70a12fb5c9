"""How the lines of what a workbook would change are laid out: columns as wide as what stands in them, if that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from tui.question_words import EMPTY, MOST_SHOWN, one_line
from tui.widgets.line_list import fit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.exchange import FieldMove, RowMove
    from tui.widgets.line_list import Span

WIDE = 110
"""From this width on there is a column for the reason."""
CREATED = "created"
NEW = "+ new   "
"""Stands before what a new customer comes with."""
HELD = "?"
"""Stands before a field of which something waits for an answer."""
WAITS = "waits"
_ROW, _NAME, _LABEL = 7, 16, 17
_WIDE_NAME, _WIDE_LABEL, _WHY = 24, 22, 34
_GAPS = 5
"""Cells before the first column and between the others; that between the values is the first value's."""
_NAMES = frozenset({"First Name", "Last Name", "Name"})
"""Fields that stand in the name already."""


class Widths(NamedTuple):
    """Cells of each column, or of what stands in it at its longest."""

    name: int
    label: int
    now: int
    after: int
    why: int


class Cells(NamedTuple):
    """A line's cells. `held` says that something of it waits, and `changes` that something of it does not."""

    row: str
    name: str
    label: str
    now: str
    after: str
    why: str
    held: bool = False
    changes: bool = True


HEADINGS = "Now (before)", "After"


def heading() -> Cells:
    """The headings of the columns."""
    return Cells("Row", "Customer", "  Field", *HEADINGS, "Why")


def created_words(move: RowMove) -> str:
    """What a new customer comes with, on one line."""
    said = (f"{field.label} {one_line(field.theirs)}" for field in move.fields if field.label not in _NAMES)
    return ", ".join(said)


def cells_of(move: RowMove, field: FieldMove, *, begins: bool) -> Cells:
    """The line of one field; the customer is named where it begins."""
    row, name = customer(move) if begins else ("", "")
    now = _cell(field.ours)
    if field.base not in ("", field.ours):
        now = f"{now} ({_cell(field.base)})"
    waiting = bool(field.held or field.waiting)
    label = f"{HELD if waiting else ' '} {field.label}"
    return Cells(row, name, label, now, after(field), field.why, waiting, not field.held)


def customer(move: RowMove) -> tuple[str, str]:
    """A customer's row and name."""
    return (f"{move.row}" if move.row else "-"), move.name


def after(field: FieldMove) -> str:
    """What a field would have, and what waits for an answer: `222; 111 waits`."""
    waiting = [field.theirs] if field.held else field.waiting
    shows = [] if field.held else [_cell(field.theirs)]
    return "; ".join([*shows, *(f"{_cell(value)} {WAITS}" for value in waiting)])


def _cell(value: str) -> str:
    return one_line(value) if value else EMPTY


def measured(lines: Iterable[tuple[RowMove, FieldMove | None]]) -> Widths:
    """How wide each column would be that clips nothing."""
    found = Widths(*map(cell_len, heading()[1:6]))
    for move, field in lines:
        if field is None:
            found = found._replace(name=max(found.name, cell_len(move.name)))
        else:
            cells = cells_of(move, field, begins=True)
            found = Widths(*map(max, found, map(cell_len, cells[1:6])))
    return found


def fitted(wanted: Widths, width: int) -> Widths:
    """The columns within a line of this width: the reason only where there is room, the values share what is left."""
    wide = width >= WIDE
    names, labels = (_WIDE_NAME, _WIDE_LABEL) if wide else (_NAME, _LABEL)
    names, labels = min(wanted.name, names), min(wanted.label, labels)
    if width < _ROW + names + labels + 24:
        names, labels = min(names, width // 5), min(labels, width // 5)
    why = min(wanted.why, _WHY) if wide else 0
    room = max(width - _ROW - names - labels - why - _GAPS - bool(why), 2)
    spare = max(room - wanted.now - wanted.after - 1, 0)
    more = min(spare, max(min(wanted.name, _WIDE_NAME) - names, 0))
    names, room = names + more, room - more
    now = max(min(wanted.now + 1, max(room // 2, room - wanted.after)), 1)
    return Widths(names, labels, now, room - now, why)


def columns(cells: Cells, at: Widths) -> tuple[Span, ...]:
    """A line of a field, or the headings."""
    reason = [(f" {fit(cells.why, at.why)}", "dim")] if at.why else []
    return (
        (f" {fit(cells.row, _ROW, right=True)}  ", "dim"),
        (f"{fit(cells.name, at.name)} ", ""),
        (f"{fit(cells.label, at.label)} ", "accent" if cells.held else ""),
        (f"{fit(cells.now, max(at.now - 1, 0))} ", "dim"),
        (fit(cells.after, at.after), "" if cells.changes else "dim"),
        *reason,
    )


def created(move: RowMove, at: Widths, width: int) -> tuple[Span, ...]:
    """The line of a new customer, or of one of whom no field is told."""
    row, name = customer(move)
    room = max(width - _ROW - at.name - 4, 1)
    mark = fit(NEW if move.kind == CREATED else "", min(len(NEW), room))
    return (
        (f" {fit(row, _ROW, right=True)}  ", "dim"),
        (f"{fit(name, at.name)} ", ""),
        (mark, "accent"),
        (fit(created_words(move)[:MOST_SHOWN], room - len(mark)), ""),
    )
