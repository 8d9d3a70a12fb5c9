"""How the lines of what a workbook would change are laid out: columns as wide as what stands in them, if that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from tui.differing import around, shared
from tui.gate import shown
from tui.question_words import MOST_SHOWN, on_one_line, one_line
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


class Part(NamedTuple):
    """A value of a cell, and the words around it that are never cut."""

    value: str
    before: str = ""
    behind: str = ""


Values = tuple[Part, ...]


class Cells(NamedTuple):
    """A line's cells. `held` says that something of it waits, and `changes` that something of it does not."""

    row: str
    name: str
    label: str
    now: Values
    after: Values
    why: str
    held: bool = False
    changes: bool = True


HEADINGS = "Now (before)", "After"


def heading() -> Cells:
    """The headings of the columns."""
    return Cells("Row", "Customer", "  Field", (Part(HEADINGS[0]),), (Part(HEADINGS[1]),), "Why")


def created_words(move: RowMove) -> str:
    """What a new customer comes with, on one line."""
    said = (f"{field.label} {one_line(field.theirs)}" for field in move.fields if field.label not in _NAMES)
    return ", ".join(said)


def cells_of(move: RowMove, field: FieldMove, *, begins: bool) -> Cells:
    """The line of one field; the customer is named where it begins."""
    row, name = customer(move) if begins else ("", "")
    now = [Part(_cell(field.ours))]
    if field.base not in ("", field.ours):
        now.append(Part(_cell(field.base), " (", ")"))
    waiting = bool(field.held or field.waiting)
    label = f"{HELD if waiting else ' '} {field.label}"
    return Cells(row, name, label, tuple(now), after(field), field.why, waiting, not field.held)


def customer(move: RowMove) -> tuple[str, str]:
    """A customer's row and name."""
    return (f"{move.row}" if move.row else "-"), move.name


def after(field: FieldMove) -> Values:
    """What a field would have, and what waits for an answer: `222; 111 waits`."""
    waiting = [field.theirs] if field.held else field.waiting
    shows = [] if field.held else [Part(_cell(field.theirs))]
    found = [*shows, *(Part(_cell(value), "", f" {WAITS}") for value in waiting)]
    return (found[0], *(part._replace(before="; ") for part in found[1:]))


def _cell(value: str) -> str:
    return shown(on_one_line(value))


def _cells_of(values: Values) -> int:
    return sum(cell_len("".join(part)) for part in values)


def _fitted(values: Values, other: str, width: int) -> str:
    """Values in so many cells: where they are too long, what is seen is where they differ from the `other`."""
    room = width - sum(cell_len(part.before + part.behind) for part in values)
    if room < len(values):
        return fit("".join("".join(part) for part in values), width)
    sizes = shared([cell_len(part.value) for part in values], room)
    told = "".join(
        f"{part.before}{around(part.value, other, cells)}{part.behind}"
        for part, cells in zip(values, sizes, strict=True)
    )
    return fit(told, width)


def measured(lines: Iterable[tuple[RowMove, FieldMove | None]]) -> Widths:
    """How wide each column would be that clips nothing."""
    found = _widths(heading())._replace(why=0)
    for move, field in lines:
        if field is None:
            found = found._replace(name=max(found.name, cell_len(move.name)))
        else:
            cells = cells_of(move, field, begins=True)
            found = Widths(*map(max, found, _widths(cells)))
    return found._replace(why=max(found.why, len(heading().why))) if found.why else found


def _widths(cells: Cells) -> Widths:
    sizes = (_cells_of(cells.now), _cells_of(cells.after))
    return Widths(cell_len(cells.name), cell_len(cells.label), *sizes, cell_len(cells.why))


def fitted(wanted: Widths, width: int) -> Widths:
    """The columns within a line of this width: a reason only where there is one and room, the values share the rest."""
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
        (f"{_fitted(cells.now, cells.after[0].value, max(at.now - 1, 0))} ", "dim"),
        (_fitted(cells.after, cells.now[0].value, at.after), "" if cells.changes else "dim"),
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
