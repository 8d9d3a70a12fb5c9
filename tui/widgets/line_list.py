"""A list of any length that draws its own lines: only what is on the screen is ever rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.gate import shown
from tui.widgets.table_columns import MOST_CHARACTERS, cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events

Span = tuple[str, str]
"""A piece of a line: its text, already of its width, and the name of its component class ('' for plain)."""


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Data as exactly `width` cells: controls made visible, too long clipped with an ellipsis."""
    visible = shown(text[:MOST_CHARACTERS])
    room = width - cell_len(visible)
    return " " * room + visible if right and room > 0 else cut(visible, width)


class LineList(Widget, can_focus=True):
    """Rows one line high with a cursor, or none; a subclass says how many there are and how each looks.

    `cursor` is the row under the cursor, or None while nothing is chosen.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-list--cursor",
        "line-list--dim",
        "line-list--accent",
        "line-list--fault",
    }
    DEFAULT_CSS = """
    LineList {
        height: 1fr;
        width: 1fr;
        & > .line-list--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .line-list--dim { color: $muted; }
        & > .line-list--accent { color: $accent; }
        & > .line-list--fault { color: $error; }
    }
    """

    cursor: reactive[int | None] = reactive(None, repaint=False)
    """The row under the cursor."""

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, control: LineList) -> None:
            super().__init__()
            self.line_list = control

        @property
        def control(self) -> LineList:
            """The list."""
            return self.line_list

    class Chosen(Moved):
        """Enter was pressed on the row under the cursor."""

    def __init__(self, identity: str) -> None:
        super().__init__(id=identity)
        self._top = 0

    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One row as spans, together at most `width` cells."""
        raise NotImplementedError

    @property
    def top(self) -> int:
        """The first row on the screen."""
        return self._top

    def reset(self, cursor: int | None = None) -> None:
        """The rows are others now: start at the top, or where `cursor` is."""
        self._top = 0
        self.set_reactive(LineList.cursor, None)
        self.refresh()
        self.cursor = cursor if cursor is not None and 0 <= cursor < self.count() else None
        self.post_message(self.Moved(self))

    def validate_cursor(self, cursor: int | None) -> int | None:
        """Keep the cursor on a row."""
        if cursor is None or not self.count():
            return None
        return min(max(cursor, 0), self.count() - 1)

    def watch_cursor(self, before: int | None, now: int | None) -> None:
        """Repaint the two rows concerned, or all when the view has to move."""
        if before == now:
            return
        top = self._top_for(now)
        if top != self._top:
            self._top = top
            self.refresh()
        else:
            self.refresh(*[
                Region(0, index - top, self.size.width, 1) for index in (before, now) if index is not None
            ])  # fmt: skip
        self.post_message(self.Moved(self))

    def _top_for(self, cursor: int | None) -> int:
        """The first row of the view that has the cursor in it and moves least."""
        height = max(self.size.height, 1)
        if cursor is None:
            return self._top
        return min(max(self._top, cursor - height + 1), cursor)

    def on_resize(self, _: events.Resize) -> None:
        """Keep the cursor in view, and the last page full."""
        last = max(self.count() - self.size.height, 0)
        self._top = min(self._top_for(self.cursor), last)
        self.refresh()

    def move(self, step: int) -> None:
        """Move the cursor by some rows; from nowhere it comes in at the near end."""
        if not self.count():
            return
        if self.cursor is None:
            self.cursor = 0 if step > 0 else self.count() - 1
        else:
            self.cursor += step

    def action_page(self, direction: int) -> None:
        """A screenful down, or up where `direction` is -1."""
        self.move(direction * max(self.size.height - 1, 1))

    def action_edge(self, direction: int) -> None:
        """To the last row, or the first where `direction` is -1."""
        self.cursor = 0 if direction < 0 else self.count() - 1

    def press(self, key: str) -> bool:
        """Carry out a key that moves in the list, or Enter on a row; False for any other."""
        match key:
            case "up" | "down":
                self.move(-1 if key == "up" else 1)
            case "pageup" | "pagedown":
                self.action_page(-1 if key == "pageup" else 1)
            case "home" | "end":
                self.action_edge(-1 if key == "home" else 1)
            case "enter" if self.cursor is not None:
                self.post_message(self.Chosen(self))
            case _:
                return False
        return True

    def on_key(self, event: events.Key) -> None:
        """The keys that move, while the list has the focus."""
        if self.press(event.key):
            event.stop()
            event.prevent_default()

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        width = self.size.width
        index = self._top + y
        plain = self.rich_style
        if index >= self.count():
            return Strip.blank(width, plain)
        chosen = index == self.cursor
        cursor = self.get_component_rich_style("line-list--cursor")
        segments = [
            Segment(text, cursor if chosen else self._style_of(name, plain)) for text, name in self.line(index, width)
        ]
        return Strip(segments).adjust_cell_length(width, cursor if chosen else plain)

    def _style_of(self, name: str, plain: Style) -> Style:
        return self.get_component_rich_style(f"line-list--{name}") if name else plain
