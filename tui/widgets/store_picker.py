"""The control for a customer's stores: boxes to tick, all or none at once, found by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import Binding
from textual.strip import Strip

from store import folding
from tui.commands import BY_ID
from tui.gate import shown
from tui.widgets.form_field import BETWEEN, FieldEdited, FieldLeft, PromptMoves
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.geometry import Size

    from tui.form_model import Entry
    from tui.widgets.line_list import Span

MOST_LINES = 7
"""Stores in view at once; more scroll."""


class StorePicker(PromptMoves, LineList):
    """The stores by name. Space ticks, `+` ticks all and `-` none, letters narrow the list.

    All and none mean the stores that stand in the list: with 'north' typed, only those. Stores that a customer
    has and the book does not know stay theirs.
    """

    MOVES = BETWEEN | {"enter": 1}
    SECTION_MOVES: ClassVar[dict[str, int]] = {BY_ID["section"].key: 1}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", show=False),
        Binding("plus", "all(True)", show=False),
        Binding("minus", "all(False)", show=False),
        Binding("backspace,delete", "unfind", show=False),
    ]
    DEFAULT_CSS = "StorePicker { height: auto; }"

    def __init__(self, name: str, stores: Iterable[str], entry: tuple[str, ...] = ()) -> None:
        super().__init__(f"field-{name}")
        self.name_of_field = name
        self.add_class("field")
        self.stores = tuple(dict.fromkeys((*stores, *entry)))
        self.ticked = set(entry)
        self.find = ""
        self._shown: tuple[str, ...] = self.stores
        self.set_reactive(LineList.cursor, 0 if self.stores else None)

    @property
    def entry(self) -> tuple[str, ...]:
        """The stores ticked, in the book's order."""
        return tuple(name for name in self.stores if name in self.ticked)

    def show_entry(self, entry: Entry) -> None:
        """Tick other stores, without telling the form."""
        names = entry if isinstance(entry, tuple) else ()
        self.stores = tuple(dict.fromkeys((*self.stores, *names)))
        self.ticked = set(names)
        self._narrow(self.find)

    def count(self) -> int:
        """How many stores stand in the list."""
        return len(self._shown)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One store and its box."""
        name = self._shown[index]
        return ((f"[{'x' if name in self.ticked else ' '}] ", ""), (fit(name, width - 4), ""))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """The height it takes."""
        return 1 + min(max(len(self.stores), 1), MOST_LINES)

    def render_line(self, y: int) -> Strip:
        """What is chosen and what is typed; below it the stores."""
        width = self.size.width
        dim = self.get_component_rich_style("line-list--dim")
        if y == 0:
            return Strip([Segment(fit(self._head(), width), dim)])
        if not self._shown and y == 1:
            words = "No store has this in its name" if self.stores else "The book has no stores yet"
            return Strip([Segment(fit(words, width), dim)])
        index = self._top + y - 1
        if index >= self.count():
            return Strip.blank(width, self.rich_style)
        under = index == self.cursor and self.has_focus
        style = self.get_component_rich_style("line-list--cursor") if under else self.rich_style
        return Strip([Segment(text, style) for text, _ in self.line(index, width)]).adjust_cell_length(width, style)

    def watch_cursor(self, before: int | None, now: int | None) -> None:
        """Keep the cursor in view."""
        if before != now:
            self._top = self._top_for(now)
            self.refresh()

    def _top_for(self, cursor: int | None) -> int:
        height = max(self.size.height - 1, 1)
        if cursor is None:
            return 0
        return min(max(self._top, cursor - height + 1), cursor)

    def press(self, key: str) -> bool:
        """Carry out a key that moves in the list; at either end, and with Enter, the cursor leaves it."""
        at = self.cursor if self.cursor is not None else -1
        match key:
            case "up" | "down":
                stays = at >= 0 and 0 <= at + (1 if key == "down" else -1) < self.count()
            case "pageup" | "pagedown":
                stays = self.count() > MOST_LINES
            case _:
                stays = key != "enter"
        return stays and super().press(key)

    def action_tick(self) -> None:
        """Tick the store under the cursor, or take its tick away."""
        if self.cursor is not None:
            self._put(self.ticked ^ {self._shown[self.cursor]})

    def action_all(self, tick: bool) -> None:
        """Tick every store in the list, or none of them."""
        self._put(self.ticked | set(self._shown) if tick else self.ticked - set(self._shown))

    def action_unfind(self) -> None:
        """Take the last letter typed back."""
        self._narrow(self.find[:-1])

    def choose(self) -> None:
        """Choosing here is ticking."""
        self.action_tick()

    def on_key(self, event: events.Key) -> None:
        """Letters and digits narrow the list."""
        if event.character and event.character.isalnum():
            event.stop()
            self._narrow(self.find + event.character)

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Show all stores again, and tell the form that the field was left."""
        self._narrow("")
        self.post_message(FieldLeft(self, self.name_of_field))

    def _put(self, ticked: set[str]) -> None:
        if ticked != self.ticked:
            self.ticked = ticked
            self.refresh()
            self.post_message(FieldEdited(self, self.name_of_field, self.entry))

    def _narrow(self, find: str) -> None:
        under = self._shown[self.cursor] if self.cursor is not None and self.cursor < len(self._shown) else None
        self.find = find
        wanted = folding.fold(find)
        self._shown = tuple(name for name in self.stores if wanted in folding.fold(name))
        cursor = self._shown.index(under) if under in self._shown else (0 if self._shown else None)
        self._top = 0
        self.set_reactive(LineList.cursor, cursor)
        self._top = self._top_for(cursor)
        self.refresh()

    def _head(self) -> str:
        chosen = f"{len(self.entry)} of {len(self.stores)}"
        if self.find:
            return f"{chosen}  find: {shown(self.find)}"
        more = "  type to find" if len(self.stores) > MOST_LINES else ""
        return f"{chosen}  + select all  - remove all{more}"
