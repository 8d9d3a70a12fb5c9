"""The entries of a customer's points ledger, thousands if need be: read by the page, drawn by the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.fields import show_date
from tui.widgets.line_list import fit
from tui.widgets.paged_list import PagedList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.loyalty_records import LedgerLine
    from tui.widgets.line_list import Span

GAP = 2
POINTS = "Points"
REVERSED, REVERSAL = "reversed: ", "reversal: "
"""Stand before the reason of an entry that was taken back, and of the one that takes it back."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its cells, on a wide screen, whether numbers stand at its right end, and its text."""

    heading: str
    width: int
    wide: int
    right: bool
    text: Callable[[LedgerLine], str]
    dim: bool = False


def reason_of(line: LedgerLine) -> str:
    """The reason; what was taken back, or takes back, says so first, unless its reason does."""
    if line.reversed:
        return REVERSED + line.reason
    said = line.reason.lower().startswith(REVERSAL.removesuffix(": "))
    return REVERSAL + line.reason if line.reversal and not said else line.reason


def moment_of(line: LedgerLine) -> str:
    """The day and the time: '22-Nov-2026 14:05'."""
    return f"{show_date(line.at.date())} {line.at:%H:%M}"


COLUMNS = (
    Column("Date", 11, 17, right=False, text=moment_of),
    Column(POINTS, 9, 13, right=True, text=lambda line: f"{line.points:+,}"),
    Column("Balance", 9, 13, right=True, text=lambda line: f"{line.balance:,}"),
    Column("Reason", 0, 0, right=False, text=reason_of),
    Column("Employee", 12, 22, right=False, text=lambda line: line.employee),
    Column("Till", 7, 14, right=False, text=lambda line: line.till),
)
"""The reason takes what the others leave, and is the first to be clipped: the whole of it stands below the table."""
WIDE = 110
"""From this width on every column has its wide size."""


class LedgerTable(PagedList["LedgerLine"]):
    """One entry a line, newest first."""

    def heading(self, width: int, points: str = POINTS) -> str:
        """The line of headings that belongs above the entries; `points` is what the programme calls them."""
        return " " + (" " * GAP).join(
            fit(points if column.heading == POINTS else column.heading, cells, right=column.right)
            for column, cells in zip(COLUMNS, _widths(width), strict=True)
        )

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One entry; one that was taken back is dim as well."""
        entry = self.row(index)
        if entry is None:
            return ()
        style = "dim" if entry.reversed else ""
        cells = (_cell(column, entry, room) for column, room in zip(COLUMNS, _widths(width), strict=True))
        return ((" " + (" " * GAP).join(cells), style),)


def _widths(width: int) -> tuple[int, ...]:
    wide = width >= WIDE
    sizes = [column.wide if wide else column.width for column in COLUMNS]
    room = width - 2 - GAP * (len(COLUMNS) - 1) - sum(sizes)
    return tuple(size or max(room, 1) for size in sizes)


def _cell(column: Column, entry: LedgerLine, room: int) -> str:
    text = column.text(entry)
    if column.right and len(text) > room:
        # Half a number would be another number.
        return "…".rjust(room)
    if column.text is moment_of and len(text) > room:
        return text[:room]
    return fit(text, room, right=column.right)
