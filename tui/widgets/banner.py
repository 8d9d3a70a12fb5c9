"""What has just happened, in the title's place: no row is covered. What is longer than a line is said on two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from tui.commands import BY_ID
from tui.gate import shown

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said; `undo` takes it back, `error` marks a fault, `until` is when it goes (monotonic seconds).

    `hint` says what a key does or needs: nothing was done, so it has no tick. `by` is the screen that said it.
    """

    text: str
    error: bool = False
    undo: Callable[[], None] | None = None
    until: float = 0.0
    hint: bool = False
    by: object = None


LINES = 2
"""The most lines that a sentence takes."""


def banner(notice: Notice, width: int) -> Content:
    """The words in one line or two, with the key that takes it back on the right of the first.

    A fault differs in its sign, not only in colour.
    """
    sign = "! " if notice.error else "" if notice.hint else "✓ "
    text = f"{sign}{shown(notice.text)}"
    hint = f" {BY_ID['undo'].key_label} {BY_ID['undo'].words}" if notice.undo else ""
    room = max(1, width - len(hint))
    first, *others = [line.rstrip() for line in Content(text).wrap(room)] or [Content()]
    lines = [Content.assemble(first, " " * (room - first.cell_length), (hint, "bold")), *others]
    if len(lines) > LINES:
        lines[LINES - 1 :] = [Content(f"{lines[LINES - 1].plain}…").truncate(width, ellipsis=True)]
    return Content("\n").join(lines)
