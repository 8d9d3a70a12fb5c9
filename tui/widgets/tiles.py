"""A row of figures, each on a coloured tile; Left and Right walk them, Enter opens what the figure counts."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.line_list import fit
from tui.widgets.table_columns import CLIPPED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events
    from textual.geometry import Size

LINES = 3
"""Of a tile: the figure, and what it is on two."""
EDGE = "▌"
LEAST = 14
"""Cells of a tile below which the tiles become lines, one under the other."""


@dataclass(frozen=True)
class Ink:
    """A tile's colour on a dark and a light background, and among the terminal's own sixteen."""

    dark: str
    light: str
    own: str


COLORS: dict[str, Ink] = {
    "blue": Ink("#5fafd7", "#005f87", "ansi_blue"),
    "cyan": Ink("#5fd7af", "#005f5f", "ansi_cyan"),
    "yellow": Ink("#d7af5f", "#875f00", "ansi_yellow"),
    "green": Ink("#87af5f", "#005f00", "ansi_green"),
    "violet": Ink("#d787af", "#87005f", "ansi_magenta"),
}
"""By name; red stays with faults and Delete."""

_CURSOR_CSS = """
    Tiles > .tiles--cursor {
        background: $block-cursor-background;
        color: $block-cursor-foreground;
        text-style: $block-cursor-text-style;
    }
"""
_COLOR_CSS = """
    Tiles {{
        & > .tiles--{color} {{ background: {dark} 14%; }}
        & > .tiles--{color}-strong {{ background: {dark} 14%; color: {dark}; text-style: bold; }}
        &:light > .tiles--{color} {{ background: {light} 10%; }}
        &:light > .tiles--{color}-strong {{ background: {light} 10%; color: {light}; }}
        &:ansi > .tiles--{color} {{ background: ansi_default; }}
        &:ansi > .tiles--{color}-strong {{ background: ansi_default; color: {own}; }}
    }}
"""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure and what it is; `color` names the tile's own. Below it is said what it is worth, or a note."""

    name: str
    label: str
    value: str
    color: str
    worth: str = ""
    note: str = ""


class Tiles(Widget, can_focus=True):
    """Tiles side by side, or lines where the screen is too narrow for them; `cursor` is the tile at hand."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tiles--cursor",
        *(f"tiles--{color}" for color in COLORS),
        *(f"tiles--{color}-strong" for color in COLORS),
    }
    DEFAULT_CSS = _CURSOR_CSS + "".join(_COLOR_CSS.format(color=color, **vars(ink)) for color, ink in COLORS.items())

    cursor: reactive[int] = reactive(0, repaint=False)
    """The tile at hand."""

    class Chosen(Message):
        """Enter was pressed on a tile."""

        def __init__(self, control: Tiles, name: str) -> None:
            super().__init__()
            self.tiles = control
            self.name = name

        @property
        def control(self) -> Tiles:
            """The row of tiles."""
            return self.tiles

    def __init__(self, identity: str, tiles: Sequence[Tile]) -> None:
        super().__init__(id=identity)
        self.tiles = tuple(tiles)

    def show(self, tiles: Sequence[Tile]) -> None:
        """Show other figures on as many tiles."""
        self.tiles = tuple(tiles)
        self.refresh()

    @property
    def stacked(self) -> bool:
        """Whether the tiles stand one under the other."""
        return self.size.width < LEAST * len(self.tiles)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """The height it takes."""
        return LINES if width >= LEAST * len(self.tiles) else len(self.tiles)

    def _widths(self) -> list[int]:
        """The width of each tile, its gap included: all alike, unless a figure needs more."""
        count, room = len(self.tiles), self.size.width
        needs = [cell_len(tile.value) + 2 for tile in self.tiles]
        wide = [need if need > room // count else 0 for need in needs]
        share, odd = divmod(room - sum(wide), max(wide.count(0), 1))
        if share < LEAST - 2:
            wide, (share, odd) = [0] * count, divmod(room, count)
        widths = []
        for need in wide:
            widths.append(need or share + (odd > 0))
            odd -= 0 if need else 1
        return widths

    # -- moving

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a tile."""
        return min(max(cursor, 0), len(self.tiles) - 1)

    def watch_cursor(self, before: int, now: int) -> None:
        """Two tiles look different."""
        if before != now:
            self.refresh(self._place(before), self._place(now))

    def _place(self, at: int) -> Region:
        if self.stacked:
            return Region(0, at, self.size.width, 1)
        widths = self._widths()
        return Region(sum(widths[:at]), 0, widths[at], LINES)

    def press(self, key: str) -> bool:
        """Carry out a key that walks the tiles, or Enter on one; False for any other."""
        match key:
            case "left" | "right":
                self.cursor += -1 if key == "left" else 1
            case "home" | "end":
                self.cursor = 0 if key == "home" else len(self.tiles) - 1
            case "enter":
                self.post_message(self.Chosen(self, self.tiles[self.cursor].name))
            case _:
                return False
        return True

    def on_key(self, event: events.Key) -> None:
        """The keys that walk, while the tiles have the focus."""
        if self.press(event.key):
            event.stop()
            event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """A click goes to the tile, and on the one at hand it opens."""
        for at in range(len(self.tiles)):
            if self._place(at).contains(event.x, event.y):
                if at == self.cursor and self.has_focus:
                    self.press("enter")
                self.cursor = at

    def on_resize(self) -> None:
        """Other widths."""
        self.refresh()

    # -- painting

    def render_line(self, y: int) -> Strip:
        """One line of all tiles."""
        width, plain = self.size.width, self.rich_style
        if self.stacked:
            return Strip(self._stacked_line(y) if y < len(self.tiles) else []).adjust_cell_length(width, plain)
        segments: list[Segment] = []
        for at, (tile, room) in enumerate(zip(self.tiles, self._widths(), strict=True)):
            segments += self._tile_line(at, tile, room - 1, y)
            segments.append(Segment(" ", plain))
        return Strip(segments).adjust_cell_length(width, plain)

    def _tile_line(self, at: int, tile: Tile, width: int, y: int) -> list[Segment]:
        lines = _lines(tile, width - 1)
        text = fit(lines[y] if y < len(lines) else "", width - 1)
        strong = self._ink(at, tile, strong=True)
        if y == 0 or strong == self._ink(at, tile, strong=False):
            return [Segment(EDGE + text, strong)]
        return [Segment(EDGE, strong), Segment(text, self._ink(at, tile, strong=False))]

    def _stacked_line(self, at: int) -> list[Segment]:
        tile = self.tiles[at]
        room = self.size.width - len(EDGE)
        value = f"{tile.value}  {tile.worth or tile.note}".strip()
        label = fit(tile.label, max(room - cell_len(value) - 1, 0))
        return [
            Segment(EDGE, self._ink(at, tile, strong=True)),
            Segment(f"{label} ", self._ink(at, tile, strong=False)),
            Segment(fit(value, max(room - cell_len(label) - 1, 0)), self._ink(at, tile, strong=True)),
        ]

    def _ink(self, at: int, tile: Tile, *, strong: bool) -> Style:
        if at == self.cursor and self.has_focus:
            return self.get_component_rich_style("tiles--cursor")
        return self.get_component_rich_style(f"tiles--{tile.color}{'-strong' if strong else ''}")


def _lines(tile: Tile, width: int) -> list[str]:
    """A tile's lines for `width` cells: half a figure would be another figure."""
    value = tile.value if cell_len(tile.value) <= width else CLIPPED
    if tile.note:
        return [value, tile.label, tile.note if cell_len(tile.note) <= width else CLIPPED]
    if tile.worth:
        worth = next(
            (text for text in (f"worth {tile.worth}", f"= {tile.worth}", tile.worth) if cell_len(text) <= width), ""
        )
        return [value, tile.label, worth]
    return [value, *textwrap.wrap(tile.label, max(width, 1))]
