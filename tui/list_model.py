"""The list's sliding window: some pages of rows around the cursor, whatever the size of the book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.records import CustomerRow, ListQuery, Page

PAGE_ROWS = 64
"""Rows asked of the book at a time."""
MOST_ROWS = 4 * PAGE_ROWS
"""Rows held at a time; those farthest from the cursor are let go."""


class Fetch(Protocol):
    """`store.search.page`, its book already given."""

    def __call__(
        self,
        query: ListQuery,
        *,
        after: CustomerRow | None = None,
        before: CustomerRow | None = None,
        around: int | None = None,
        last: bool = False,
        limit: int = PAGE_ROWS,
    ) -> Page: ...


class ListModel:
    """Rows of one query, a cursor in them and the first row on the screen.

    `rows` is a run of consecutive rows of the query; `cursor` and `top` are places in it. `height` is how many
    rows the screen shows. Every move asks the book for what it still needs and nothing else.
    """

    def __init__(self, fetch: Fetch, query: ListQuery) -> None:
        self.query = query
        self.rows: list[CustomerRow] = []
        self.cursor = 0
        self.top = 0
        self.height = 1
        self._fetch = fetch
        self._has_before = False
        self._has_after = False
        self._ends: dict[bool, Page] = {}
        """The first page (True) and the last (False), where they were asked for since the book last changed."""

    @property
    def current(self) -> CustomerRow | None:
        """The row under the cursor; None in an empty list."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def visible(self) -> Sequence[CustomerRow]:
        """The rows on the screen, in order."""
        return self.rows[self.top : self.top + self.height]

    @property
    def is_whole(self) -> bool:
        """Whether `rows` are all the rows there are."""
        return not self._has_before and not self._has_after

    def load(self, query: ListQuery, *, around: int | None = None) -> bool:
        """Ask a new question. The cursor goes to customer `around` if the answer has them, else to the first.

        Says whether the customer asked for was found.
        """
        self.query = query
        self._ends.clear()
        if around is not None and self.seek(around):
            return True
        # Typing asks for a new answer with every key: the first page is no longer than the screen can need.
        self._take(self._fetch(query, limit=max(PAGE_ROWS // 2, self.height + 1)))
        self.cursor = self.top = 0
        self._settle()
        return False

    def seek(self, customer_id: int) -> bool:
        """Put the cursor on a customer, if the answer has them; otherwise everything stays as it is."""
        self._ends.clear()
        page = self._fetch(self.query, around=customer_id)
        at = next((at for at, row in enumerate(page.rows) if row.id == customer_id), None)
        if at is None:
            return False
        self._take(page)
        self.cursor = at
        self.top = at - self.height // 3
        self._settle()
        return True

    def reload(self) -> None:
        """Ask the same question again, after the book changed; cursor and screen stay where they can.

        When the customer under the cursor is no longer in the list, the next one takes the place.
        """
        if (current := self.current) is None:
            self.load(self.query)
            return
        line = self.cursor - self.top
        followers = (row.id for row in self.rows[self.cursor + 1 : self.cursor + 3])
        leaders = (row.id for row in reversed(self.rows[max(0, self.cursor - 2) : self.cursor]))
        if any(self.seek(id_) for id_ in (current.id, *followers, *leaders)):
            self.top = self.cursor - line
            self._settle()
        else:
            self.load(self.query)

    def resize(self, height: int) -> None:
        """The screen shows `height` rows from now on."""
        self.height = max(1, height)
        self._settle()

    def move(self, rows: int) -> None:
        """Move the cursor down (or up) some rows.

        At an edge the screen moves half its height: repainting everything for every key held down would be
        more than a slow line carries.
        """
        self._reach(self.cursor + rows)
        self.cursor = min(max(self.cursor + rows, 0), max(len(self.rows) - 1, 0))
        if not self.top <= self.cursor < self.top + self.height:
            half = self.height // 2
            self.top = self.cursor - half if rows > 0 else self.cursor - (self.height - 1 - half)
        self._settle()

    def turn(self, pages: int) -> None:
        """Move cursor and screen by whole screens."""
        rows = pages * self.height
        self._reach(self.cursor + rows)
        before = self.cursor
        self.cursor = min(max(self.cursor + rows, 0), max(len(self.rows) - 1, 0))
        self.top += self.cursor - before
        self._settle()

    def scroll(self, rows: int) -> None:
        """Move the screen by some rows; the cursor only where it would leave it."""
        self._reach(self.top + rows + (self.height - 1 if rows > 0 else 0))
        self.top = min(max(self.top + rows, 0), max(len(self.rows) - self.height, 0))
        self.cursor = min(max(self.cursor, self.top), min(self.top + self.height, len(self.rows)) - 1)
        self._settle()

    def first(self) -> None:
        """Go to the first row."""
        if self._has_before:
            self._take(self._end(first=True))
        self.cursor = self.top = 0
        self._settle()

    def last(self) -> None:
        """Go to the last row."""
        if self._has_after:
            self._take(self._end(first=False))
        self.cursor = max(len(self.rows) - 1, 0)
        self.top = self.cursor - self.height + 1
        self._settle()

    def point(self, line: int) -> bool:
        """Put the cursor on a line of the screen; False when no row stands there."""
        if not 0 <= self.top + line < len(self.rows) or not 0 <= line < self.height:
            return False
        self.cursor = self.top + line
        return True

    @property
    def wants_more(self) -> bool:
        """Whether the next keys may want rows that are not here."""
        return self._wants_after or self._wants_before

    @property
    def _wants_after(self) -> bool:
        return self._has_after and bool(self.rows) and len(self.rows) - self.cursor < 3 * self.height

    @property
    def _wants_before(self) -> bool:
        return self._has_before and bool(self.rows) and self.cursor < 3 * self.height

    def read_ahead(self) -> None:
        """Fetch what the next keys may want, while nobody waits for it."""
        if self._wants_after:
            self._extend_after()
        elif self._wants_before:
            self._extend_before()
        self._let_go()

    def _end(self, *, first: bool) -> Page:
        if first not in self._ends:
            self._ends[first] = self._fetch(self.query) if first else self._fetch(self.query, last=True)
        return self._ends[first]

    def _take(self, page: Page) -> None:
        self.rows = list(page.rows)
        self._has_before, self._has_after = page.has_before, page.has_after

    def _reach(self, at: int) -> None:
        """Fetch until the place `at` is in the window, or the list ends before it."""
        while at >= len(self.rows) and self._has_after and self.rows:
            self._extend_after()
        while at < 0 and self._has_before and self.rows:
            at += self._extend_before()

    def _extend_after(self) -> None:
        page = self._fetch(self.query, after=self.rows[-1])
        self.rows += page.rows
        self._has_after = page.has_after and bool(page.rows)

    def _extend_before(self) -> int:
        page = self._fetch(self.query, before=self.rows[0])
        self.rows[:0] = page.rows
        self._has_before = page.has_before and bool(page.rows)
        self.cursor += len(page.rows)
        self.top += len(page.rows)
        return len(page.rows)

    def _settle(self) -> None:
        """Fill the screen with rows where there are any, keep the cursor on it, let far rows go."""
        if self.top < 0 and self._has_before and self.rows:
            self._extend_before()
        if self.top + self.height > len(self.rows) and self._has_after and self.rows:
            self._extend_after()
        if self.top + self.height > len(self.rows) and self._has_before and self.rows:
            self._extend_before()
        self.cursor = min(max(self.cursor, 0), max(len(self.rows) - 1, 0))
        self.top = min(max(self.top, self.cursor - self.height + 1), self.cursor)
        self.top = max(min(self.top, len(self.rows) - self.height), 0)
        self._let_go()

    def _let_go(self) -> None:
        spare = len(self.rows) - max(MOST_ROWS, 3 * self.height)
        if spare <= 0:
            return
        front = min(spare, max(self.top - PAGE_ROWS, 0))
        if front:
            del self.rows[:front]
            self.cursor -= front
            self.top -= front
            self._has_before = True
        if spare > front:
            del self.rows[front - spare :]
            self._has_after = True
