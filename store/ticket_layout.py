"""Setting a ticket: what stands on each line, and how the lines come on to pages. All measures are millimetres."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from store.ticket_fonts import Box
from store.ticket_text import is_right_to_left, lines_of, printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from store.ticket_fonts import Paper

LEFT, RIGHT, CENTRE = "L", "R", "C"
BLACK, WHITE = 0, 255
_POINT = 25.4 / 72
_LEADING = 1.4
"""A line's height, in heights of its letters."""
_GAP = 0.5
"""Between the rows of a table, so that what runs over two lines is seen to be one."""


class Style(NamedTuple):
    """How a text is set: `size` in points, `shade` from 0, black, to 255, white."""

    size: float = 9
    bold: bool = False
    shade: int = BLACK

    @property
    def height(self) -> float:
        """The height of a line."""
        return self.size * _POINT * _LEADING


class Column(NamedTuple):
    """A place for text on a line; `x` is counted from the left margin."""

    x: float
    width: float
    align: str = LEFT


class Mark(NamedTuple):
    """A text in its place. `right_to_left` is its whole paragraph's direction."""

    column: Column
    text: str
    style: Style
    right_to_left: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page. `rule` is the weight of a stroke across it; a `filled` one is white on black.

    `head` is repeated above it when it comes first on a page; `joined`, it is never the last on one.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    rule: float = 0
    filled: bool = False
    joined: bool = False
    head: tuple[Line, ...] = ()


Cell = tuple[Column, str, Style]


class Setter:
    """Breaks texts into lines, as wide as `paper` would print them."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper

    def row(self, *cells: Cell, filled: bool = False) -> list[Line]:
        """Texts side by side; each runs over as many lines as it needs in its column."""
        columns = [self._marks(*cell) for cell in cells]
        height = max(style.height for _, _, style in cells)
        return [
            Line(height, tuple(mark for mark in marks if mark is not None), filled=filled)
            for marks in zip_longest(*columns)
        ]

    def table(self, head: Sequence[Cell], rows: Sequence[Sequence[Cell]], foot: Sequence[Cell]) -> list[Line]:
        """Rows under a head that is repeated on every page they reach; the foot stays with the last of them."""
        top = [*together(self.row(*head)), Line(1.6, rule=0.25, joined=True)]
        end = [Line(2.4, rule=0.15, joined=True), *self.row(*foot)]
        body = [replace(line, head=tuple(top)) for row in rows for line in (*together(self.row(*row)), Line(_GAP))]
        return [*top, *body[:-1], *end] if body else end

    def _marks(self, column: Column, text: str, style: Style) -> list[Mark]:
        paper = self._paper
        text = printed(text, paper.has)
        right_to_left = is_right_to_left(text)
        paper.choose(style.size, bold=style.bold)
        lines = lines_of(text, column.width, paper.width_of)
        return [Mark(column, line, style, right_to_left) for line in lines]


def together(lines: Sequence[Line]) -> list[Line]:
    """Lines that stay on the page of the line after them."""
    return [replace(line, joined=True) for line in lines]


def height_of(lines: Iterable[Line]) -> float:
    """What lines need from the first's top to the last's bottom."""
    return sum(line.height for line in lines)


def pages_of(lines: Sequence[Line], height: float) -> list[list[Line]]:
    """Lines as they come on to pages of a height; heads are repeated, and joined lines stay together if a page can."""
    pages: list[list[Line]] = [[]]
    used = 0.0
    for at, line in enumerate(lines):
        needed = _needed(lines, at)
        if needed > height - height_of(line.head):
            needed = line.height
        if pages[-1] and used + needed > height:
            pages.append(list(line.head))
            used = height_of(line.head)
        pages[-1].append(line)
        used += line.height
    return pages


def _needed(lines: Sequence[Line], at: int) -> float:
    """The height of a line with those it is joined to."""
    needed = lines[at].height
    while lines[at].joined and at + 1 < len(lines):
        at += 1
        needed += lines[at].height
    return needed


def draw(paper: Paper, lines: Iterable[Line], left: float, top: float, width: float) -> None:
    """Print lines on the current page."""
    y = top
    for line in lines:
        if line.rule:
            paper.set_line_width(line.rule)
            paper.line(left, y + line.height / 2, left + width, y + line.height / 2)
        if line.filled:
            paper.set_fill_color(BLACK)
            paper.rect(left, y, width, line.height, style="F")
        for mark in line.marks:
            shade = WHITE if line.filled else mark.style.shade
            paper.choose(mark.style.size, bold=mark.style.bold)
            paper.set_text_color(shade)
            box = Box(left + mark.column.x, y, mark.column.width, line.height)
            paper.put(mark.text, box, mark.column.align, right_to_left=mark.right_to_left)
        y += line.height
