"""Text as it is set on paper: nothing that acts or misleads, broken into lines that fit."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from store.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STAND_IN = "\N{REPLACEMENT CHARACTER}"
"""Printed for what cannot be: a control character, or one that no font has."""

_MARKS = 4
"""Combining marks kept on one letter: real spelling needs no more, and a tower of them runs into other lines."""

_LONGEST = 500
"""Characters of one value; no name is longer, and a receipt is no book."""

_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")
_INVISIBLE = r"[\xad\u200b\u200e\u200f\u061c\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
"""What has no picture and no meaning on paper: soft hyphens, marks of direction, variants."""

_WORDS = "[^ ]+"
_UNSPACED = (
    "\u2e80-\u303f\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"  # Han, kana
)
_PIECES = rf"[{_UNSPACED}]|[^{_UNSPACED}]+"
_RIGHT_TO_LEFT = frozenset(("R", "AL"))


def printed(text: str, has: Callable[[str], bool]) -> str:
    """Data as one paragraph that can be printed; `has` says whether there is a font for a character."""
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}\N{HORIZONTAL ELLIPSIS}"
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", "".join(" " if char in _SPACES else char for char in text))
    text = pattern(_INVISIBLE).sub("", text)
    return "".join(_without_towers(char if _is_plain(char) and has(char) else STAND_IN for char in text))


@lru_cache(maxsize=4096)
def _is_plain(char: str) -> bool:
    """Whether a character is a letter, mark, number, sign, space, or one of the joiners that scripts spell with."""
    return char in "\u200c\u200d" or unicodedata.category(char)[0] in "LMNPS" or unicodedata.category(char) == "Zs"


def _without_towers(chars: Iterator[str]) -> Iterator[str]:
    height = 0
    for char in chars:
        height = height + 1 if unicodedata.combining(char) else 0
        if height <= _MARKS:
            yield char


def has_marks(text: str) -> bool:
    """Whether some letter of a text is spelled with marks around it, as in Thai and Devanagari."""
    return not text.isascii() and any(unicodedata.category(char)[0] == "M" for char in text)


def is_right_to_left(text: str) -> bool:
    """Whether a paragraph begins at the right: its first letter says so, and most people need not ask."""
    if text.isascii():
        return False
    for char in text:
        if (direction := unicodedata.bidirectional(char)) == "L":
            return False
        if direction in _RIGHT_TO_LEFT:
            return True
    return False


def lines_of(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """A paragraph in lines of at most `width`, as `measure` measures a text. An empty one has one empty line.

    Lines break at spaces, between Han or kana, and inside a word only where it has no line to itself.
    """
    if measure(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for piece, spaced in _pieces(text):
        longer = f"{line} {piece}" if line and spaced else line + piece
        if measure(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _chopped(piece, width, measure)
        lines.extend(whole)
    return [*lines, line]


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """What may stand on a line of its own, and whether a space comes before it."""
    for word in pattern(_WORDS).finditer(text):
        spaced = True
        for piece in pattern(_PIECES).finditer(word[0]):
            yield piece[0], spaced
            spaced = False


def _chopped(word: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """A word in parts that fit; letters keep their marks."""
    parts: list[str] = []
    while word:
        end = _fitting(word, width, measure)
        parts.append(word[:end])
        word = word[end:]
    return parts


def _fitting(word: str, width: float, measure: Callable[[str], float]) -> int:
    """How many characters of a word fit, at least one. No more is measured than a few lines' length."""
    too_long = 1
    while too_long <= len(word) and measure(word[:too_long]) <= width:
        too_long *= 2
    fits = too_long // 2
    too_long = min(too_long, len(word) + 1)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if measure(word[:middle]) <= width:
            fits = middle
        else:
            too_long = middle
    if fits == len(word):
        return fits
    while fits > 1 and unicodedata.category(word[fits])[0] == "M":
        fits -= 1
    return max(fits, 1)
