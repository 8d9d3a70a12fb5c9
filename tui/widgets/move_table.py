"""What a workbook would change, field by field: tens of thousands of customers, of which a few pages are ever held."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.widgets import move_columns
from tui.widgets.line_list import LineList
from tui.widgets.move_columns import CREATED, Widths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.exchange import FieldMove, RowMove
    from tui.widgets.line_list import Span

PAGE_ROWS = 128
"""Customers asked for at a time: more than any screen has lines."""
MOST_PAGES = 3
"""Pages held, one after the other: that of the cursor and its neighbours."""
NEAR = 48
"""So many lines before the end of what is held, more is asked for."""


class Line(NamedTuple):
    """One line: which customer of all it is about, and which field; a new customer is one line without a field."""

    at: int
    move: RowMove
    field: FieldMove | None
    first: bool
    """Whether the customer begins here."""


def lines_of(at: int, move: RowMove) -> list[Line]:
    """The lines of one customer, the `at`th of all."""
    if move.kind == CREATED or not move.fields:
        return [Line(at, move, None, first=True)]
    return [Line(at, move, field, first=number == 0) for number, field in enumerate(move.fields)]


class MoveTable(LineList):
    """One line a field, under the customers' names. How many lines there are in all, nobody knows: each customer has
    some, so the lines of a few pages are held as a window, which slides under the cursor.

    `ask(offset, limit)` asks for customers, one page at a time; they come by `arrived`.
    """

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self._customers = 0
        self._ask: Callable[[int, int], None] = lambda _offset, _limit: None
        self._pages: list[list[Line]] = []
        self._lines: list[Line] = []
        self._measured: tuple[list[Line], Widths] = self._lines, move_columns.measured(())
        """Lines, and how wide the columns are that clip none of them."""
        self._first = 0
        """The number of the first page held."""
        self._asking: int | None = None
        """The page that was asked for."""
        self._sought: tuple[int, int] | None = None
        """A page to go to, and to which end of it: 1 for its last line."""
        self._owed = 0
        """Steps that the cursor has still to go, once the lines are there."""

    def show(self, customers: int, ask: Callable[[int, int], None]) -> None:
        """So many customers would change; begin at the first."""
        self._customers, self._ask = customers, ask
        self._pages, self._lines, self._first, self._asking, self._owed = [], [], 0, None, 0
        self.reset()
        if customers:
            self._seek(0, 0)

    @property
    def current(self) -> Line | None:
        """The line under the cursor."""
        return None if self.cursor is None else self._lines[self.cursor]

    @property
    def cursor_place(self) -> str:
        """Which customer the cursor is on, of how many: `12/1,000`."""
        line = self.current
        return "" if line is None else f"{line.at + 1:,}/{self._customers:,}"

    def count(self) -> int:
        """How many lines are held."""
        return len(self._lines)

    # The window

    @property
    def _last_page(self) -> int:
        return max(self._customers - 1, 0) // PAGE_ROWS

    @property
    def _end(self) -> int:
        """The last page held."""
        return self._first + len(self._pages) - 1

    def _seek(self, page: int, end: int) -> None:
        """Go to the first line of a page, or to its last one, when it has come."""
        self._sought, self._owed = (page, end), 0
        self._want(page)

    def _want(self, page: int) -> None:
        """Ask for a page, unless another is on its way: what is wanted then is seen when that one comes."""
        if self._asking is None:
            self._asking = page
            self._ask(page * PAGE_ROWS, PAGE_ROWS)

    def arrived(self, offset: int, moves: Sequence[RowMove]) -> None:
        """Take in customers that were asked for, and go where the keys have been meanwhile."""
        page = offset // PAGE_ROWS
        if page != self._asking:
            return
        self._asking = None
        lines = [line for at, move in enumerate(moves, offset) for line in lines_of(at, move)]
        if self._sought is not None and page == self._sought[0]:
            self._begin_at(page, lines)
        elif self._sought is None and self._pages and page == self._end + 1:
            self._pages.append(lines)
            self._settle(0)
        elif self._sought is None and self._pages and page == self._first - 1:
            self._pages.insert(0, lines)
            self._first -= 1
            self._settle(len(lines))
        if self._sought is not None:
            self._want(self._sought[0])
        elif owed := self._owed:
            self._owed = 0
            self.move(owed)
        self._look_ahead()

    def _begin_at(self, page: int, lines: list[Line]) -> None:
        """Hold this page alone, the cursor at one of its ends."""
        end = 0 if self._sought is None else self._sought[1]
        self._sought, self._first, self._pages, self._lines = None, page, [lines], lines
        self.reset(len(lines) - 1 if end else 0)
        if end:
            self._top = max(len(lines) - max(self.size.height, 1), 0)

    def _settle(self, before: int) -> None:
        """Put the pages together again, `before` new lines above; let the one go that is farthest from the cursor."""
        cursor, top = (self.cursor or 0) + before, self._top + before
        if len(self._pages) > MOST_PAGES:
            if before:
                self._pages.pop()
            else:
                gone = len(self._pages.pop(0))
                self._first += 1
                cursor, top = cursor - gone, top - gone
        self._lines = [line for page in self._pages for line in page]
        self._top = max(min(top, len(self._lines) - max(self.size.height, 1)), 0)
        self.set_reactive(LineList.cursor, cursor)
        self.refresh()

    def _look_ahead(self) -> None:
        """Ask for the neighbour of what is held before the cursor gets there."""
        if self.cursor is None or self._sought is not None:
            return
        if self._end < self._last_page and len(self._lines) - self.cursor <= NEAR:
            self._want(self._end + 1)
        elif self._first and self.cursor < NEAR:
            self._want(self._first - 1)

    # Keys

    def move(self, step: int) -> None:
        """Move the cursor by some lines; past what is held, as soon as it is there."""
        if self.cursor is None:
            return
        aim = self.cursor + self._owed + step
        self.cursor = aim
        beyond = aim - self.cursor
        more = self._end < self._last_page if beyond > 0 else self._first > 0
        self._owed = beyond if more else 0
        self._look_ahead()

    def action_edge(self, direction: int) -> None:
        """To the last line of all, or the first where `direction` is -1."""
        if self.cursor is None:
            return
        page, end = (0, 0) if direction < 0 else (self._last_page, 1)
        if self._first <= page <= self._end:
            self._sought, self._owed = None, 0
            super().action_edge(direction)
            self._look_ahead()
        else:
            self._seek(page, end)

    # The lines

    def heading(self, width: int) -> str:
        """The line of headings that belongs above the lines."""
        return "".join(text for text, _ in move_columns.columns(move_columns.heading(), self._widths(width)))

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One field of a customer, or a new customer."""
        line, widths = self._lines[index], self._widths(width)
        if line.field is None:
            return move_columns.created(line.move, widths, width)
        begins = line.first or index == self.top
        return move_columns.columns(move_columns.cells_of(line.move, line.field, begins=begins), widths)

    def _widths(self, width: int) -> Widths:
        """The columns' widths, by the lines that are held."""
        if self._measured[0] is not self._lines:
            self._measured = self._lines, move_columns.measured((line.move, line.field) for line in self._lines)
        return move_columns.fitted(self._measured[1], width)
