"""Values that are too long for where they are shown: what is seen of them is where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from collections.abc import Sequence

CUT = "…"
"""Stands for what is left out, at either side."""
_BEFORE = 4
"""Of a cut value, one part in so many stands before the difference."""


def around(text: str, other: str, width: int) -> str:
    """As much of one line of text as fits, with the first place in it where it differs from `other`.

    What is cut off leaves an ellipsis on either side. A text that differs nowhere, or near its beginning, is cut at its
    end alone.
    """
    if cell_len(text) <= width or width <= 0:
        return text if width > 0 else ""
    at = _alike(text, other)
    start = 0
    if text != other and cell_len(text[: at + 1]) > width - max(width // _BEFORE, 2):
        start = max(at - width // _BEFORE, 0)
        while start and cell_len(text[start - 1 : start + width]) < width and len(text) - start < width:
            start -= 1
    rest = f"{CUT}{text[start:]}" if start else text
    return rest if cell_len(rest) <= width else set_cell_size(rest, width - 1) + CUT


def _alike(text: str, other: str) -> int:
    """How many characters the two begin with alike; notes may have tens of thousands."""
    low, high = 0, min(len(text), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if text.startswith(other[:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def shared(sizes: Sequence[int], room: int) -> list[int]:
    """So many cells for each of several values: the short ones get all they need, the long ones share the rest."""
    given = [0] * len(sizes)
    left, rest = room, len(sizes)
    for at in sorted(range(len(sizes)), key=sizes.__getitem__):
        given[at] = min(sizes[at], left // rest)
        left, rest = left - given[at], rest - 1
    return given
