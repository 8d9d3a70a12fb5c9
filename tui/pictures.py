"""Pictures in the terminal: the best means it has, told by its environment alone.

No terminal is asked: an answer that comes late, or through tmux, or from a till's serial line would be typed into a
field. `textual_image` asks when its renderables are imported, so only its Sixel encoder is used. A terminal that
can more than its environment tells is told so by REGULARS_IMAGES (kitty, sixel, blocks or none).
"""

from __future__ import annotations

import base64
import io
import os
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.gate import Graphic
from tui.terminal import TERMINAL, UTF_8

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image

    from tui.terminal import Terminal

KITTY, SIXEL, BLOCKS, NONE = "kitty", "sixel", "blocks", "none"
COLUMNS, LINES = 20, 8
"""The most cells a photo takes."""
KITTY_PIXELS = 200
"""Longer side of a picture sent to Kitty, which fits it into its cells itself."""
KITTY_ID = 0x5247
"""The number of the one picture that is on the screen; sending it again replaces it."""
_CHUNK = 4096

Pixel = tuple[int, int, int]

_KITTY_TERMS = ("xterm-kitty", "xterm-ghostty", "ghostty")
_SIXEL_TERMS = ("foot", "mlterm", "contour", "yaft", "xterm-sixel")
_SIXEL_PROGRAMS = frozenset({"WezTerm", "iTerm.app", "mintty"})
_MULTIPLEXERS = ("screen", "tmux")


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A photo small enough to draw; `width` and `height` are the photo's own.

    `pixels` are rows for half blocks, two for each line of cells. `graphic` is the same picture encoded for a
    terminal that draws pictures, '' for others; `columns` and `lines` are the cells it takes.
    """

    pixels: tuple[tuple[Pixel, ...], ...]
    width: int
    height: int
    graphic: str = ""
    columns: int = 0

    @property
    def lines(self) -> int:
        """Lines of cells it takes."""
        return (len(self.pixels) + 1) // 2


def means(environment: Mapping[str, str], terminal: Terminal) -> str:
    """How pictures are shown in a terminal with this environment."""
    if terminal.colors == "none" or terminal.charset != UTF_8:
        return NONE
    wish = environment.get("REGULARS_IMAGES", "").lower()
    if wish in {KITTY, SIXEL, BLOCKS, NONE}:
        return wish
    term = environment.get("TERM", "")
    if "TMUX" in environment or "STY" in environment or term.startswith(_MULTIPLEXERS):
        return BLOCKS
    if term.startswith(_KITTY_TERMS) or "KITTY_WINDOW_ID" in environment:
        return KITTY
    konsole = environment.get("KONSOLE_VERSION", "")
    if (
        term.startswith(_SIXEL_TERMS)
        or environment.get("TERM_PROGRAM") in _SIXEL_PROGRAMS
        or environment.get("LC_TERMINAL") == "iTerm2"
        or (konsole.isdigit() and int(konsole) >= 220400)
    ):
        return SIXEL
    return BLOCKS


def cell_pixels() -> tuple[int, int] | None:
    """Width and height of a cell in pixels, as the kernel knows it; None where it does not."""
    if sys.platform == "win32" or sys.__stdin__ is None:
        return None
    import fcntl
    import termios

    try:
        answer = fcntl.ioctl(sys.__stdin__.fileno(), termios.TIOCGWINSZ, bytes(8))
    except (OSError, ValueError):
        return None
    lines, columns, width, height = struct.unpack("HHHH", answer)
    return (width // columns, height // lines) if lines and columns and width and height else None


def thumbnail(image: bytes, columns: int = COLUMNS, lines: int = LINES, how: str | None = None) -> Thumbnail:
    """A photo from the book made small. Takes milliseconds: call it in a thread."""
    from PIL import Image

    with Image.open(io.BytesIO(image)) as photo:
        size = photo.size
        whole = photo.convert("RGB")
    small = whole.copy()
    small.thumbnail((columns, lines * 2))
    data, width = small.tobytes(), small.width
    flat = tuple(zip(data[::3], data[1::3], data[2::3], strict=True))
    rows = tuple(flat[at : at + width] for at in range(0, len(flat), width))
    graphic = _encoded(whole, small.size, how or means(os.environ, TERMINAL))
    return Thumbnail(rows, *size, graphic, width)


def _encoded(whole: Image, shape: tuple[int, int], how: str) -> str:
    """The picture for the cells that its half blocks take: a PNG as Base64, or Sixels."""
    columns, lines = shape[0], (shape[1] + 1) // 2
    if how == KITTY:
        whole.thumbnail((KITTY_PIXELS, KITTY_PIXELS))
        file = io.BytesIO()
        whole.save(file, "PNG")
        return base64.b64encode(file.getvalue()).decode("ascii")
    cell = cell_pixels() if how == SIXEL else None
    if cell is None:
        return ""
    from textual_image._sixel import image_to_sixels

    # A Sixel picture is six pixels a row; one that were a pixel too high would scroll the screen.
    height = lines * cell[1] // 6 * 6
    return image_to_sixels(whole.resize((columns * cell[0], height)))


def placed(photo: Thumbnail, column: int, line: int, *, sent: bool = False) -> Graphic:
    """What draws a thumbnail with its upper left corner in a cell of the screen, and leaves the cursor alone.

    With `sent`, a terminal that keeps pictures is only told the new place.
    """
    where = f"\x1b7\x1b[{line + 1};{column + 1}H"
    if photo.graphic.startswith("\x1b"):
        return Graphic(f"{where}{photo.graphic}\x1b8")
    place = f"q=2,C=1,i={KITTY_ID},p=1,c={photo.columns},r={photo.lines}"
    if sent:
        return Graphic(f"{where}\x1b_Ga=p,{place}\x1b\\\x1b8")
    chunks = [photo.graphic[at : at + _CHUNK] for at in range(0, len(photo.graphic), _CHUNK)]
    first = f"a=T,f=100,{place},"
    parts = [
        f"\x1b_G{'' if at else first}m={0 if at == len(chunks) - 1 else 1};{chunk}\x1b\\"
        for at, chunk in enumerate(chunks)
    ]
    return Graphic(f"{where}{''.join(parts)}\x1b8")


def withdrawn(photo: Thumbnail) -> Graphic | None:
    """What takes a placed thumbnail off the screen; None where the next text does."""
    return None if photo.graphic.startswith("\x1b") else Graphic(f"\x1b_Ga=d,d=i,q=2,i={KITTY_ID}\x1b\\")
