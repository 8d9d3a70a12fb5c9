"""The customer list: draws its own lines from a sliding window of rows, and only the lines that changed."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic, sleep
from typing import TYPE_CHECKING, ClassVar, cast

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets import table_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.style import Style
    from textual import events
    from textual.color import Color
    from textual.filter import LineFilter

    from store.records import CustomerRow, ListQuery
    from tui.list_model import ListModel
    from tui.widgets.table_columns import Column

HEADER_LINES = 1
WHEEL_ROWS = 3
FRAME_SECONDS = 1 / 60
"""Keys that come closer together are painted together, as Textual does."""
_Key = tuple[object, ...]
_ROW_STYLES = {
    (True, False): "",
    (True, True): "cursor",
    (False, False): "inactive",
    (False, True): "inactive-cursor",
}
"""Component classes of rows, by whether the customer is active and whether the cursor is there."""


class CustomerTable(Widget, can_focus=False):
    """Rows of the model under a line of headings.

    It never takes the focus: the search field keeps it, and hands the keys that move on to `press`. Strips are
    kept for each row and cursor state, and a line is only sent when what stands on it changed.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "customer-table--header",
        "customer-table--cursor",
        "customer-table--inactive",
        "customer-table--inactive-cursor",
        "customer-table--words",
    }

    @dataclass
    class Opened(Message):
        """A customer was clicked open."""

        table: CustomerTable
        row: CustomerRow

        @property
        def control(self) -> CustomerTable:
            """The table."""
            return self.table

    def __init__(self, model: ListModel, *, on_status: Callable[[], None], id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model
        self._on_status = on_status
        """Called when the cursor comes to stand on a customer of another status: other commands apply."""
        self.words: tuple[str, ...] = ()
        """Sentences shown where there are no rows."""
        self._columns: tuple[Column, ...] = ()
        self._placed_for: _Key = ()
        self._strips: dict[_Key, Strip] = {}
        self._styles: dict[str, Style] = {}
        self._ink: tuple[Color, tuple[LineFilter, ...]] | None = None
        self._painted_at = 0.0
        self._painting = False
        self._on_screen: list[_Key] = []
        self._active_under_cursor: bool | None = None
        self._keys: dict[str, Callable[[], None]] = {
            "up": lambda: model.move(-1),
            "down": lambda: model.move(1),
            "pageup": lambda: model.turn(-1),
            "pagedown": lambda: model.turn(1),
            "home": model.first,
            "end": model.last,
        }

    @property
    def row(self) -> CustomerRow | None:
        """The row under the cursor."""
        return self.model.current

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that stand on the screen."""
        return self._columns

    def press(self, key: str, *, at_once: bool = False) -> bool:
        """Carry out a key that moves in the list; False for any other.

        With `at_once` the lines are sent before the next key is looked at; without, frames of keys that come
        close together are joined.
        """
        if (act := self._keys.get(key)) is None:
            return False
        model = self.model
        top, cursor, rows = model.top, model.cursor, len(model.rows)
        act()
        self._painting = at_once
        if model.top == top and len(model.rows) == rows and model.cursor != cursor and self._on_screen:
            self._move_bar(cursor)
        else:
            self.sync()
        self._painting = False
        if at_once:
            self._paint()
        return True

    def _touch(self, *regions: Region) -> None:
        """Note lines to be sent: with the next frame, or by `_paint`."""
        if self._painting:
            self._set_dirty(*regions)
            self._repaint_required = True
        else:
            self.refresh(*regions)

    def _paint(self) -> None:
        """Send what changed now: going by messages takes a fifth of a key's whole time."""
        now, screen = monotonic(), self.screen
        if not self._repaint_required:
            return
        if now - self._painted_at < FRAME_SECONDS or not screen.is_current:
            self.check_idle()
            return
        self._painted_at = now
        self._repaint_required = False
        screen._dirty_widgets.add(self)  # noqa: SLF001  # what Textual does when the messages have arrived
        screen._on_timer_update()  # noqa: SLF001
        sleep(0)  # the thread that writes to the terminal gets its turn before anything else is done here

    def _move_bar(self, before: int) -> None:
        """The cursor moved, and nothing else did: two lines differ."""
        lines = [HEADER_LINES + at - self.model.top for at in (before, self.model.cursor)]
        for y in lines:
            self._on_screen[y] = self._key(y)
        self._touch(*(Region(0, y, self.size.width, 1) for y in lines))
        self._tell_status()

    def load(self, query: ListQuery, *, around: int | None = None) -> bool:
        """Show the answer to a query, with the cursor on customer `around` where the answer has them."""
        found = self.model.load(query, around=around)
        self.sync()
        return found

    def seek(self, customer_id: int) -> bool:
        """Put the cursor on a customer, if the answer has them; otherwise everything stays as it is."""
        found = self.model.seek(customer_id)
        self.sync()
        return found

    def reload(self) -> None:
        """Ask the book again; nothing is sent when nothing on the screen changed."""
        self.model.reload()
        self.sync()

    def say(self, *sentences: str) -> None:
        """What to show instead of rows."""
        self.words = sentences
        self.sync()

    def sync(self) -> None:
        """Find the lines that differ from what is on the screen, and have those painted."""
        self._place()
        new = [self._key(y) for y in range(self.size.height)]
        old = self._on_screen
        if len(old) == len(new):
            changed = [y for y, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
            if changed:
                self._touch(*self._runs(changed))
        else:
            self.refresh()
        self._on_screen = new
        self._tell_status()

    def _runs(self, lines: list[int]) -> list[Region]:
        """Lines as regions, neighbours together."""
        runs: list[Region] = []
        for y in lines:
            if runs and runs[-1].bottom == y:
                runs[-1] = Region(0, runs[-1].y, self.size.width, runs[-1].height + 1)
            else:
                runs.append(Region(0, y, self.size.width, 1))
        return runs

    def _tell_status(self) -> None:
        row = self.model.current
        active = None if row is None else row.active
        if active is not self._active_under_cursor:
            self._active_under_cursor = active
            self._on_status()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a region, from the kept strips; those have passed the line filters when they were drawn.

        Textual's own way styles and filters every line again for each key.
        """
        whole = crop.x == 0 and crop.width >= self.size.width
        lines = [self._line(y) for y in range(crop.y, crop.bottom)]
        return lines if whole else [strip.crop(crop.x, crop.right) for strip in lines]

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        return self._line(y)

    def _line(self, y: int) -> Strip:
        key = self._on_screen[y] if y < len(self._on_screen) else self._key(y)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._draw(key)
        return strip

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        return container.width

    def notify_style_update(self) -> None:
        """Other colours: every line is drawn anew."""
        super().notify_style_update()
        self._strips.clear()
        self._styles.clear()
        self._ink = None

    def on_resize(self) -> None:
        """More or fewer lines, wider or narrower."""
        self.model.resize(self.size.height - HEADER_LINES)
        self._on_screen = []
        self.sync()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row; a click on the cursor's own row, or a second one, opens it."""
        line = event.y - HEADER_LINES
        before = self.model.cursor
        if not self.model.point(line):
            return
        again = self.model.cursor == before or event.chain > 1
        self.sync()
        if again and (row := self.model.current):
            self.post_message(self.Opened(self, row))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll without hurry."""
        event.stop()
        self.model.scroll(WHEEL_ROWS)
        self.sync()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        self.model.scroll(-WHEEL_ROWS)
        self.sync()

    def _place(self) -> None:
        """Lay the columns out again for another width or other columns; never for other rows."""
        query = self.model.query
        wanted = (self.size.width, query.columns)
        if self._placed_for != wanted:
            self._columns = table_columns.place(query.columns, self.size.width)
            self._placed_for = wanted
            self._strips.clear()
        elif len(self._strips) > 4 * self.model.height + 64:
            self._strips.clear()

    def _key(self, y: int) -> _Key:
        """What identifies the line `y`: two lines of one key look the same."""
        if y < HEADER_LINES:
            return (self._columns, self.model.query.order, self.model.query.descending)
        at = self.model.top + y - HEADER_LINES
        if at < len(self.model.rows):
            return (self.model.rows[at], at == self.model.cursor)
        if not self.model.rows and 0 <= y - HEADER_LINES - 1 < len(self.words):
            return (self.words[y - HEADER_LINES - 1],)
        return ()

    def _draw(self, key: _Key) -> Strip:
        """A line as it is sent: it has passed the filters of all lines, the gate among them."""
        if self._ink is None:
            self._ink = (self.background_colors[1], tuple(self.get_line_filters()))
        text, style = self._written(key)
        strip = Strip([Segment(text, self._style(style))], self.size.width)
        background, filters = self._ink
        for line_filter in filters:
            strip = strip.apply_filter(line_filter, background)
        return strip

    def _written(self, key: _Key) -> tuple[str, str]:
        """A line's text, and the name of its style."""
        width, query = self.size.width, self.model.query
        match key:
            case ():
                return " " * width, ""
            case (str(words),):
                return table_columns.cut(f" {words}", width), "words"
            case (tuple(), _, bool(descending)):
                return table_columns.header(self._columns, width, query.order, descending=descending), "header"
        row, under_cursor = cast("CustomerRow", key[0]), key[1]
        return table_columns.line(self._columns, row, width), _ROW_STYLES[row.active, bool(under_cursor)]

    def _style(self, name: str) -> Style:
        # Textual forgets its own styles of the components at every refresh.
        if (style := self._styles.get(name)) is None:
            style = self.get_component_rich_style(f"customer-table--{name}") if name else self.rich_style
            self._styles[name] = style
        return style
