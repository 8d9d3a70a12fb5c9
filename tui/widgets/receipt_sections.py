"""A receipt's sections, one below the other: the cursor walks what they say and passes titles and headings."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, ClassVar

from tui.receipt_lines import Line
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.receipt_lines import Part
    from tui.widgets.line_list import Span


class ReceiptSections(LineList):
    """Shows lines; `payment` is the payment under the cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--title", "line-list--sum"}
    DEFAULT_CSS = """
    ReceiptSections {
        & > .line-list--title { color: $accent; text-style: bold; }
        & > .line-list--sum { text-style: bold; }
    }
    """

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self._lines: list[Line] = []
        self._stops: list[int] = []
        self._titles: list[tuple[int, str]] = []

    def show(self, first: Sequence[Line], parts: Sequence[Part]) -> None:
        """Show these lines; the cursor stays on what it stood on, as far down the screen as it was.

        Where the first line was in view it stays so: what comes in above is not to be missed.
        """
        stood, offset, at_top = self._stop, (self.cursor or 0) - self._top, self._top == 0
        self._lines, self._titles = list(first), []
        for part in parts:
            if self._lines:
                self._lines.append(Line(""))
            self._titles.append((len(self._lines), part.title))
            self._lines += [Line(part.title, "title"), *part.lines]
        self._stops = [at for at, line in enumerate(self._lines) if line.stop]
        at = next((at for at in self._stops if self._lines[at].stop == stood), None)
        self.reset(at if stood and at is not None else next(iter(self._stops), None))
        if stood and at is not None:
            self._top = 0 if at_top else max(0, min(at - offset, len(self._lines) - self.size.height))
            self._top = self._top_for(at)

    @property
    def _stop(self) -> str:
        return self._lines[self.cursor].stop if self.cursor is not None and self._lines else ""

    @property
    def payment(self) -> int | None:
        """The number of the payment under the cursor."""
        return self._lines[self.cursor].payment if self.cursor is not None and self._lines else None

    @property
    def below(self) -> tuple[str, ...]:
        """The titles of the sections that begin, or go on, below what is on the screen."""
        end = self._top + self.size.height
        ends = [*(start for start, _ in self._titles[1:]), len(self._lines)]
        return tuple(title for (_, title), after in zip(self._titles, ends, strict=True) if after > end)

    def count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """A line, with a margin."""
        line = self._lines[index]
        return ((f" {fit(line.text, width - 1)}", line.style),)

    def validate_cursor(self, cursor: int | None) -> int | None:
        """The cursor stands on stops alone."""
        if cursor is None or not self._stops:
            return None
        return self._stops[min(bisect_left(self._stops, cursor), len(self._stops) - 1)]

    def move(self, step: int) -> None:
        """To the next stop; a page is as many lines, and leaves no stop out of sight."""
        if self.cursor is None or not self._stops:
            super().move(step)
            return
        here = bisect_left(self._stops, self.cursor)
        if abs(step) == 1:
            there = here + step
        elif step > 0:
            there = max(bisect_right(self._stops, self.cursor + step) - 1, here + 1)
        else:
            there = min(bisect_left(self._stops, self.cursor + step), here - 1)
        self.cursor = self._stops[min(max(there, 0), len(self._stops) - 1)]

    def next_section(self) -> None:
        """To the next section, its title on top where the rest fills the screen; after the last, to the first."""
        if self.cursor is None:
            return
        begins = next((at for at, _ in self._titles if at > self.cursor), 0)
        self._top = max(0, min(begins, len(self._lines) - self.size.height))
        self.refresh()
        self.cursor = begins

    def _top_for(self, cursor: int | None) -> int:
        """Keep in view all lines of what the cursor stands on, and the headings above it where they fit."""
        if cursor is None or cursor not in self._stops:
            return super()._top_for(cursor)
        at = bisect_left(self._stops, cursor)
        last = self._end_of(cursor) if at + 1 < len(self._stops) else len(self._lines)
        first = self._end_of(self._stops[at - 1]) if at else 0
        while first < cursor and at and not self._lines[first].text:
            first += 1
        height = max(self.size.height, 1)
        top = max(self._top, last - height)
        return min(top, first if last - first <= height else cursor)

    def _end_of(self, stop: int) -> int:
        """The line after the last one of what stands at `stop`."""
        end = stop + 1
        while end < len(self._lines) and self._lines[end].payment == self._lines[stop].payment and (
            self._lines[end].text and not self._lines[end].stop and self._lines[end].style == self._lines[stop].style
        ):  # fmt: skip
            end += 1
        return end
