"""The control for a customer's photo, and the photo itself in half blocks or better."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Region
from textual.strip import Strip

from tui.pictures import LINES, NONE, means, placed, withdrawn
from tui.terminal import TERMINAL
from tui.widgets.form_field import ChoiceWanted, LineControl

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.geometry import Size

    from tui.gate import Graphic
    from tui.pictures import Pixel, Thumbnail

_UPPER_HALF = "▀"


def draws_pictures() -> bool:
    """Whether the terminal can show a picture at all."""
    return means(os.environ, TERMINAL) != NONE


class PhotoField(LineControl):
    """The photo under a line that says what can be done with it.

    It is drawn in half blocks; a terminal that draws pictures then gets a better one on top of them, each time
    these lines were painted. `withdraw` takes that off where text would not cover it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "choose", show=False)]
    MOVES: ClassVar[dict[str, int]] = {key: step for key, step in LineControl.MOVES.items() if key != "enter"}
    DEFAULT_CSS = "PhotoField { height: auto; }"
    CAPTION: ClassVar[int] = 1
    """Lines above the photo."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.thumbnail: Thumbnail | None = None
        self.pending = False
        """Whether a photo is being read."""
        self._drawn: Region | None = None
        self._sent: Thumbnail | None = None
        self._drawing = False

    def show(self, photo: Thumbnail | None, *, pending: bool = False) -> None:
        """Show a photo, or that there is none (yet)."""
        self.withdraw()
        self.thumbnail = photo
        self.pending = pending
        self.refresh(layout=True)

    def choose(self) -> None:
        """Ask for a file."""
        self.post_message(ChoiceWanted(self, self.name or ""))

    def action_choose(self) -> None:
        """Ask for a file."""
        self.choose()

    def action_clear(self) -> None:
        """Take the photo away."""
        if self.thumbnail is not None:
            self.show(None)
            self.tell("")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """The height it takes."""
        if not draws_pictures():
            return self.CAPTION
        return self.CAPTION + (LINES if self.pending else self.thumbnail.lines if self.thumbnail is not None else 0)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines; the picture that was on them is drawn again once they are painted."""
        lines = super().render_lines(crop)
        photo = self.thumbnail
        if photo is not None and photo.graphic and not self._drawing and self._drawn != self._place(photo):
            self._drawing = True
            self.call_after_refresh(self._draw)
        return lines

    def _place(self, photo: Thumbnail) -> Region:
        return Region(self.content_region.x, self.content_region.y + self.CAPTION, photo.columns, photo.lines)

    def _draw(self) -> None:
        """Draw the picture where the whole of its place is in view."""
        self._drawing = False
        photo = self.thumbnail
        if photo is None or not self.is_attached or self.screen is not self.app.screen:
            return
        place = self._place(photo)
        if not self.screen.find_widget(self).clip.contains_region(place):
            self.withdraw()
            return
        self._send(placed(photo, place.x, place.y, sent=self._sent is photo))
        self._drawn, self._sent = place, photo

    def withdraw(self) -> None:
        """Take the picture off the screen, where the terminal would keep it over the text."""
        photo = self.thumbnail
        self._drawn = None
        if photo is None or self._sent is not photo:
            return
        if (sequence := withdrawn(photo)) is not None:
            self._send(sequence)

    def _send(self, picture: Graphic) -> None:
        driver = self.app._driver  # noqa: SLF001  # Textual has no other way to its terminal
        if driver is not None:
            driver.write(picture)

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        self.withdraw()

    def render_line(self, y: int) -> Strip:
        """What can be done, and under it the photo."""
        width = self.size.width
        plain = self.rich_style
        if y < self.CAPTION:
            words = self._words()
            mark = Style(reverse=True) if self.has_focus else Style()
            return Strip([Segment(words[:1], plain + mark), Segment(words[1:], plain)]).adjust_cell_length(width, plain)
        y -= self.CAPTION
        if self.thumbnail is None or y >= self.thumbnail.lines:
            return Strip.blank(width, plain)
        self._drawn = None  # these cells are written anew, over any picture on them
        upper, lower = self._pixels(y * 2), self._pixels(y * 2 + 1)
        return Strip([
            Segment(
                _UPPER_HALF,
                Style(
                    color=Color.from_rgb(*top),
                    bgcolor=Color.from_rgb(*lower[x]) if x < len(lower) else plain.bgcolor,
                ),
            )
            for x, top in enumerate(upper)
        ]).adjust_cell_length(width, plain)  # fmt: skip

    def _pixels(self, row: int) -> tuple[Pixel, ...]:
        pixels = self.thumbnail.pixels if self.thumbnail is not None else ()
        return pixels[row] if row < len(pixels) else ()

    def _words(self) -> str:
        if self.pending:
            return "Reading the photo..."
        if self.thumbnail is None:
            return "No photo   Enter: choose a file"
        size = f"{self.thumbnail.width} x {self.thumbnail.height}"
        return f"{size}   Enter: another   Del: remove"
