"""A chart of a few bars: Left and Right walk them, and a line says the exact amount of the one chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.chart_canvas import compact, drawn, parts_of_a_line, scaled
from tui.gate import shown
from tui.widgets.line_list import fit
from tui.widgets.table_columns import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from rich.style import Style
    from textual import events

    from store.receipt_records import Bar
    from tui.chart_canvas import Scale

TITLE, SAID = 0, 1
CANVAS = 2
"""The line where the bars begin: below the title and what is said of the chosen bar."""
OTHER_LINES = 4
"""Lines that are no canvas: title, the chosen bar, axis, labels."""
MARGIN = 1
WIDEST = 9
"""Cells from one bar to the next at most: bars are no walls."""


class BarChart(Widget, can_focus=True):
    """Bars over their labels. A key that walks them sends two lines, never the bars.

    `cursor` is the bar whose amount is said; it begins at the last, which is now.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "bar-chart--title",
        "bar-chart--bar",
        "bar-chart--dim",
        "bar-chart--chosen",
        "bar-chart--cursor",
    }
    DEFAULT_CSS = """
    BarChart {
        width: 1fr;
        height: 1fr;
        & > .bar-chart--title { color: $accent; text-style: bold; }
        & > .bar-chart--bar { color: $secondary; }
        & > .bar-chart--dim { color: $muted; }
        & > .bar-chart--chosen { text-style: bold underline; }
        & > .bar-chart--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False)
    """The chosen bar."""

    class Chosen(Message):
        """Enter was pressed on the chart."""

        def __init__(self, control: BarChart) -> None:
            super().__init__()
            self.bar_chart = control

        @property
        def control(self) -> BarChart:
            """The chart."""
            return self.bar_chart

    def __init__(self, identity: str, title: str, *, nothing: str) -> None:
        super().__init__(id=identity)
        self._title = title
        self._nothing = nothing
        """Said when every bar is zero."""
        self.bars: tuple[Bar, ...] = ()
        self._hint = ""
        self._words: Callable[[Decimal], str] = str
        self._scale: Scale | None = None
        self._canvas: list[str] = []
        self._step = 1
        self._gutter = 0

    def entitle(self, title: str, hint: str = "") -> None:
        """Another title; `hint` stands dim on the right of it."""
        self._title, self._hint = title, hint
        self.refresh()

    def show(self, bars: Sequence[Bar], words: Callable[[Decimal], str]) -> None:
        """Show other bars, the last of them chosen; `words` says an amount exactly."""
        again = len(bars) == len(self.bars)
        self.bars, self._words = tuple(bars), words
        self._draw()
        if not again:
            self.set_reactive(BarChart.cursor, max(len(self.bars) - 1, 0))
        self.refresh()

    @property
    def said(self) -> str:
        """The chosen bar in words and its exact amount."""
        if not self.bars:
            return ""
        bar = self.bars[self.cursor]
        if not any(other.amount for other in self.bars):
            return self._nothing
        amount = self._words(bar.amount)
        long = f"{bar.words}  {amount}"
        return long if cell_len(long) + MARGIN <= self.size.width else f"{bar.label}  {amount}"

    def _draw(self) -> None:
        """Have the bars drawn for this size."""
        lines, count = self.size.height - OTHER_LINES, len(self.bars)
        self._scale, self._canvas = None, []
        if not count or lines < 1:
            return
        self._scale = scale = scaled([bar.amount for bar in self.bars], lines, parts_of_a_line())
        self._gutter = max(len(text) for text in self._marks(scale).values()) + 2
        self._step = min(max((self.size.width - self._gutter) // count, 1), WIDEST)
        self._canvas = drawn(scale, self._step, self._thickness)

    @property
    def _thickness(self) -> int:
        """How wide a bar is."""
        return max(self._step - 1 - self._step // 4, 1)

    @staticmethod
    def _marks(scale: Scale) -> dict[int, str]:
        """The amounts that stand beside the lines of the canvas, its axis line included."""
        marks = {scale.up: "0"}
        if scale.top:
            marks[0] = compact(scale.top)
        if scale.bottom:
            marks[scale.up + scale.down] = compact(scale.bottom)
        return marks

    # -- moving

    def validate_cursor(self, cursor: int) -> int:
        """Keep the choice on a bar."""
        return min(max(cursor, 0), max(len(self.bars) - 1, 0))

    def watch_cursor(self, before: int, now: int) -> None:
        """Send the line that says the bar, and the labels."""
        if before != now:
            self.refresh(*(Region(0, line, self.size.width, 1) for line in (SAID, self._foot)))

    @property
    def _foot(self) -> int:
        """The line of labels."""
        return self.size.height - 1

    def press(self, key: str) -> bool:
        """Carry out a key that walks the bars, or Enter; False for any other."""
        match key:
            case "left" | "right":
                self.cursor += -1 if key == "left" else 1
            case "home" | "end":
                self.cursor = 0 if key == "home" else len(self.bars) - 1
            case "enter":
                self.post_message(self.Chosen(self))
            case _:
                return False
        return True

    def on_key(self, event: events.Key) -> None:
        """The keys that walk, while the chart has the focus."""
        if self.press(event.key):
            event.stop()
            event.prevent_default()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The pointer chooses the bar it is over."""
        self._point(event.x)

    def on_click(self, event: events.Click) -> None:
        """A terminal that tells no movements tells clicks."""
        self._point(event.x)

    def _point(self, x: int) -> None:
        at = (x - self._gutter) // max(self._step, 1)
        if self._canvas and 0 <= at < len(self.bars):
            self.cursor = at

    def on_resize(self) -> None:
        """Draw for another size."""
        self._draw()
        self.refresh()

    # -- painting

    def render_line(self, y: int) -> Strip:
        """One line of the chart."""
        width, plain = self.size.width, self.rich_style
        segments = self._segments(y)
        return Strip(segments).adjust_cell_length(width, plain)

    def _segments(self, y: int) -> list[Segment]:
        width = self.size.width
        if y == TITLE:
            mark = "cursor" if self.has_focus else "title"
            room = width - MARGIN - len(self._title) - 1
            hint = fit(self._hint, room - 1, right=True) if 0 < len(self._hint) < room else ""
            return [self._ink(" "), self._ink(self._title, mark), self._ink(" "), self._ink(hint, "dim")]
        if y == SAID:
            return [self._ink(" " + cut(shown(self.said), max(width - MARGIN, 0)))]
        if self._scale is None:
            return []
        line = y - CANVAS
        if y == self._foot:
            return self._labels()
        mark_words = self._marks(self._scale).get(line, "")
        edge = self._ink(f"{mark_words:>{self._gutter - 1}}", "dim")
        if line == self._scale.up:
            return [edge, self._ink("┼" + "─" * (len(self.bars) * self._step - 1), "dim")]
        at = line if line < self._scale.up else line - 1
        bars = self._canvas[at] if at < len(self._canvas) else ""
        return [edge, self._ink("┤" if mark_words else "│", "dim"), self._ink(bars, "bar")]

    def _labels(self) -> list[Segment]:
        """The labels in three pieces: a key that walks the bars sends this line, and each change of colour in it."""
        cells = []
        for at in range(len(self.bars)):
            label = self._label(at)
            cells.append(label.center(max(self._thickness, len(label))))
        before, chosen, after = cells[: self.cursor], cells[self.cursor], cells[self.cursor + 1 :]
        begin = " " * self._gutter + "".join(f"{cell:<{self._step}}" for cell in before)
        end = " " * (self._step - len(chosen)) + "".join(f"{cell:<{self._step}}" for cell in after)
        mark = "cursor" if self.has_focus else "chosen"
        return [self._ink(begin, "dim"), self._ink(chosen, mark), self._ink(end.rstrip(), "dim")]

    def _label(self, at: int) -> str:
        """As much of a bar's label as its place takes: all, its first word, or one letter."""
        if at >= len(self.bars):
            return ""
        label = shown(self.bars[at].label)
        room = max(self._step - 1, 1)
        return next((text for text in (label, label.split(" ")[0], label[:3]) if len(text) <= room), label[:1])

    def _ink(self, text: str, name: str = "") -> Segment:
        style: Style = self.get_component_rich_style(f"bar-chart--{name}") if name else self.rich_style
        return Segment(text, style)
