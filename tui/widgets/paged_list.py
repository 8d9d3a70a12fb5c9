"""A list whose rows are read from the book by the page: thousands scroll like ten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

Row = TypeVar("Row")

PAGE_ROWS = 64
"""Rows asked of the book at a time."""
MOST_PAGES = 8
"""Pages held; the one looked at longest ago is let go."""
WHEEL_ROWS = 3


class PagedList(LineList, Generic[Row]):
    """Rows that `fetch(offset, limit)` gives, asked for as they come into view."""

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self._count = 0
        self._pages: dict[int, Sequence[Row]] = {}
        self._fetch: Callable[[int, int], Sequence[Row]] = lambda _offset, _limit: ()

    def show(
        self, count: int, fetch: Callable[[int, int], Sequence[Row]], *, first: Sequence[Row] = (), cursor: int = 0
    ) -> None:
        """There are `count` rows now; `first` is the first page where it was read already."""
        self._count, self._fetch = count, fetch
        self._pages = {0: first} if first else {}
        self.reset(min(cursor, count - 1) if count else None)

    def count(self) -> int:
        """How many rows there are."""
        return self._count

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return None if self.cursor is None else self.row(self.cursor)

    def row(self, index: int) -> Row | None:
        """One row, read with those around it; None where the book has it no longer."""
        page, at = divmod(index, PAGE_ROWS)
        rows = self._pages.pop(page, None)
        if rows is None:
            rows = self._fetch(page * PAGE_ROWS, PAGE_ROWS)
            while len(self._pages) >= MOST_PAGES:
                del self._pages[next(iter(self._pages))]
        self._pages[page] = rows
        return rows[at] if at < len(rows) else None

    def on_click(self, event: events.Click) -> None:
        """A click goes to the row, and on the one under the cursor it chooses it."""
        index = self.top + event.y
        if index < self._count:
            chosen = index == self.cursor or event.chain > 1
            self.cursor = index
            if chosen:
                self.press("enter")

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Some rows on."""
        event.stop()
        self.move(WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Some rows back."""
        event.stop()
        self.move(-WHEEL_ROWS)
