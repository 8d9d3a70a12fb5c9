"""Tables of data whose cells wrap: numbers are never cut, and the column with the longest texts gives way first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from tui.gate import shown
from tui.widgets.line_list import fit
from tui.widgets.table_columns import CLIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WRAPS = 4
"""The most lines that one text takes; what is longer ends in an ellipsis."""
NARROWEST = 3
"""Cells that a column of texts keeps whatever happens."""
GAPS = (2, 1)
"""Cells between two columns, and where the line is full."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, of a line or two, whether it holds numbers, and whether it takes the room left over."""

    heading: str
    number: bool = False
    grows: bool = False


def wrapped(text: str, width: int, most: int = WRAPS) -> list[str]:
    """Data in lines of at most `width` cells, broken between words, the last one clipped where it is too long."""
    width = max(width, 1)
    # Each cell has its character, and a mark or two; the rest could not be seen.
    visible = shown(text[: width * (most + 1) * 3])
    if cell_len(visible) <= width:
        return [visible]
    lines = [line.plain.rstrip() for line in Content(visible).wrap(width)]
    if len(lines) > most:
        lines[most - 1 :] = [fit(f"{lines[most - 1]} {lines[most]}", width)]
    return lines


class WrappedTable:
    """Lays out rows of texts in some columns, `width` cells wide together."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> None:
        self._columns = columns
        needed = [
            max(cell_len(part) for part in (*column.heading.split("\n"), *(_counted(row[at], width) for row in rows)))
            for at, column in enumerate(columns)
        ]
        self._gap = next((gap for gap in GAPS if _total(needed, gap) <= width), GAPS[-1])
        self._widths = self._fitted(needed, width)

    def _fitted(self, needed: list[int], width: int) -> list[int]:
        """Give what is left over to the columns that grow, or take what is missing from the widest texts."""
        widths = list(needed)
        texts = [at for at, column in enumerate(self._columns) if not column.number]
        while (over := _total(widths, self._gap) - width) > 0 and texts:
            widest = max(texts, key=lambda at: widths[at])
            if widths[widest] <= NARROWEST:
                break
            others = max((widths[at] for at in texts if at != widest), default=NARROWEST)
            widths[widest] -= max(1, min(over, widths[widest] - max(others, NARROWEST)))
        spare = width - _total(widths, self._gap)
        for at, column in enumerate(self._columns):
            if column.grows and spare > 0:
                widths[at] += spare
                break
        return widths

    def headings(self) -> list[str]:
        """The lines of the headings, which stand at the bottom of their room."""
        parts = [column.heading.split("\n") for column in self._columns]
        high = max(map(len, parts))
        return self._joined([[""] * (high - len(lines)) + lines for lines in parts])

    def lines(self, row: Sequence[str]) -> list[str]:
        """The lines of a row."""
        return self._joined([
            [text] if column.number else wrapped(text, width)
            for column, width, text in zip(self._columns, self._widths, row, strict=True)
        ])  # fmt: skip

    def _joined(self, cells: Sequence[Sequence[str]]) -> list[str]:
        return [
            (" " * self._gap).join(self._cell(at, text) for at, text in enumerate(line))
            for line in zip_longest(*cells, fillvalue="")
        ]

    def _cell(self, at: int, text: str) -> str:
        width = self._widths[at]
        if not self._columns[at].number:
            return fit(text, width)
        # Half a number would be another number.
        return (text if cell_len(text) <= width else CLIPPED).rjust(width)


def _counted(text: str, width: int) -> str:
    """As much of a text as can matter for the width of its column."""
    return shown(text[: width * 3])


def _total(widths: Sequence[int], gap: int) -> int:
    return sum(widths) + gap * (len(widths) - 1)


def pairs_beside(left: Sequence[str], right: Sequence[str], width: int) -> Iterator[str]:
    """Two blocks of lines beside each other, the left one `width` cells wide."""
    for one, other in zip_longest(left, right, fillvalue=""):
        yield fit(one, width) + other
