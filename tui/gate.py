"""THE gate: nothing that comes from data acts on the terminal.

Textual sends what a widget renders as it is, and names, notes and file names come from strangers. Two rules:

- Every widget that shows data lays out `shown(text)`, or `plain(text)` where it wants a `Content`: control
  characters are visible, widths are right, markup is not read.
- `TerminalGate` stands in `RegularsApp.get_line_filters`, so that every rendered line passes it, whatever a widget
  did: what must not reach a terminal is replaced by a stand-in of the same number of cells.

`tui.driver` checks the finished stream once more, for what does not go through lines.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.content import Content
from textual.filter import LineFilter

from store.patterns import pattern
from tui.terminal import TERMINAL

if TYPE_CHECKING:
    from rich.style import Style
    from textual.color import Color

STAND_IN = "\N{REPLACEMENT CHARACTER}"
"""Shown for a character that has no picture of its own; one cell wide."""

MARKS = 3
"""Combining marks kept on one letter. Real spelling needs at most three; a tower of them paints over other rows."""

_MARK_BLOCKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
)
_TOWERS = f"([{_MARK_BLOCKS}]{{{MARKS}}})[{_MARK_BLOCKS}]+"
_LEADING_MARK = f"^[{_MARK_BLOCKS}]"


def shown(text: str) -> str:
    """Data as it may be laid out on one line: each control character is a visible sign, each width is right.

    Line ends and tabs are control characters too; `shown_lines` keeps them as lines. What the terminal cannot
    show becomes a look-alike: `José` is `Jose` in ASCII.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.translate(_SHOWN)
    text = pattern(_TOWERS).sub(r"\1", text)
    return f"\N{DOTTED CIRCLE}{text}" if pattern(_LEADING_MARK).match(text) else text


def shown_lines(text: str) -> str:
    """Data of several lines (notes): like `shown`, but a line end stays one, and a tab becomes spaces."""
    return "\n".join(shown(line.expandtabs(4)) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def plain(text: str, style: str = "") -> Content:
    """Data as `Content`, never read as markup. `style` is a Textual style for the whole of it."""
    return Content.styled(shown_lines(text), style) if style else Content(shown_lines(text))


def _picture(char: str) -> str:
    """A visible, one-cell sign for a control character."""
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else STAND_IN


def _safe(char: str) -> str:
    """What is laid out for one character: itself, a visible sign, or nothing for what only misleads widths."""
    code = ord(char)
    if 0x1F1E6 <= code <= 0x1F1FF:
        return chr(code - 0x1F1E6 + ord("A"))
    if 0xFE00 <= code <= 0xFE0F or 0x1F3FB <= code <= 0x1F3FF or 0xE0100 <= code <= 0xE01EF:
        return ""
    if char in "\u200b\u200c\u200d\u00ad\u2060\ufeff":
        return ""
    if char.isprintable():
        return char
    category = unicodedata.category(char)
    if category == "Zs":
        return " " if cell_len(char) == 1 else char
    return _picture(char) if category == "Cc" else STAND_IN


class _Table(dict[int, str]):
    """A `str.translate` table that fills itself as characters are met."""

    def __init__(self, *, exact: bool) -> None:
        super().__init__()
        self._exact = exact
        """Whether the width must stay what the layout counted."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        safe = TERMINAL.speakable(_safe(char))
        if self._exact and cell_len(safe) != cell_len(char):
            safe = _fit(safe, cell_len(char))
        self[code] = safe
        return safe


def _fit(text: str, cells: int) -> str:
    return set_cell_size(text, cells) if text or cells else ""


_SHOWN = _Table(exact=False)
_SENT = _Table(exact=True)


@lru_cache(maxsize=4096)
def sendable(text: str) -> str:
    """Rendered text as it may be sent: the same number of cells, no character that acts on the terminal."""
    if text.isascii() and text.isprintable():
        return text
    sent = pattern(_TOWERS).sub(r"\1", text.translate(_SENT))
    return sent if cell_len(sent) == cell_len(text) else set_cell_size(sent, cell_len(text))


_SEQUENCES = (
    r"\x1b\[[0-9;]*[mHJABCD]"  # attributes, cursor moves, clearing
    r"|\x1b\[\?[0-9;]+[hl]"  # modes
    r"|\x1b\[\?[0-9]+\$p"  # questions about modes
    r"|\x1b\[[<>][0-9]*u"  # Kitty's keyboard protocol
    r"|\x1b\]22;[a-z-]*\x07"  # the shape of the mouse pointer
    r"|\x1b\]52;c;[A-Za-z0-9+/=]*\x07"  # the clipboard, in base 64
    r"|\x1bP[0-9;]*q[!-~\s]*\x1b\\"  # a picture as Sixel
)
"""All that Textual itself and this program send. Window titles (OSC 0, 2) and links (OSC 8) are not among it."""

_OLD_SEQUENCES = r"\x1b\[[0-9;]*[mHJABCD]|\x1b\[\?(?:25|7|1049)[hl]"
"""What an old terminal is sent of it: the rest it may show as text."""

_ACTING = "\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
"""Characters that a terminal acts on, besides ESC and the line feed; marks of direction are among them."""

_ODD = rf"[{_ACTING}\x1b\ud800-\udfff\U000e0000-\U000e007f]"
_BELL = "\x07"


@cache
def _odd(*, old: bool) -> re.Pattern[str]:
    """What `checked` looks at: known sequences, those that an old terminal is spared, and what acts by itself."""
    if old:
        return re.compile(rf"(?P<known>{_OLD_SEQUENCES})|(?P<spared>{_SEQUENCES}|{_BELL})|{_ODD}")
    return re.compile(rf"(?P<known>{_SEQUENCES})|(?P<spared>(?!))|{_ODD}")


_GRAPHIC = (
    r"\x1b7\x1b\[\d{1,4};\d{1,4}H(?:\x1bP[\d;]*q[!-~]*\x1b\\|(?:\x1b_G[a-zA-Z\d,=]*(?:;[A-Za-z\d+/=]*)?\x1b\\)+)\x1b8"
    r"|\x1b_G[a-zA-Z\d,=]*\x1b\\"
)


class Graphic(str):
    """A picture that our own encoder made of pixels, the one thing that the gate lets through as it is.

    It holds a Sixel or Kitty picture with its place, and nothing else; anything else raises ValueError.
    """

    __slots__ = ()

    def __new__(cls, sequence: str) -> Graphic:
        """The sequence, once it is known for a picture."""
        if not pattern(_GRAPHIC).fullmatch(sequence):
            raise ValueError("no picture")
        return super().__new__(cls, sequence)


def checked(output: str, *, old: bool = False) -> str:
    """Output as the terminal gets it: known sequences and text, a stand-in for every other control character.

    Lines have passed `TerminalGate` before; this is for all that does not come in lines. An `old` terminal is
    spared the sequences that it may not know.
    """
    if output == _BELL:
        return output
    return _odd(old=old).sub(_known_or_stand_in, output)


def _known_or_stand_in(found: re.Match[str]) -> str:
    known, spared = found["known"], found["spared"]
    return known if known is not None else "?" if spared is None else ""


def forget_terminal() -> None:
    """Start afresh after `TERMINAL` changed."""
    _SHOWN.clear()
    _SENT.clear()
    sendable.cache_clear()


class TerminalGate(LineFilter):
    """The last filter of every rendered line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 (Textual's signature)
        """The segments with their text made `sendable`; controls and links that a widget put there are dropped."""
        wanted = _uncoloured if TERMINAL.colors == "none" else _unlinked
        return [
            Segment(sendable(text), wanted(style) if style is not None else None) for text, style, _control in segments
        ]


def _unlinked(style: Style) -> Style:
    return style.update_link(None) if style.link else style


@lru_cache(maxsize=1024)
def _uncoloured(style: Style) -> Style:
    """Only what a terminal without colours has: bold, reverse, underlined..."""
    return _unlinked(style).without_color
