"""One of a few lines, all of them in view: the arrows choose, and go on to the next widget at the ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.widgets.line_list import Span


class ChoiceList(LineList):
    """The row under the cursor is the one that is chosen; it is marked whether the list has the focus or not."""

    DEFAULT_CSS = """
    ChoiceList {
        height: auto;
        &:blur > .line-list--cursor {
            background: $background;
            color: $foreground;
            text-style: none;
        }
    }
    """

    def __init__(self, identity: str, rows: Sequence[str]) -> None:
        super().__init__(identity)
        self._rows = list(rows)
        self.styles.height = len(self._rows)

    def on_mount(self) -> None:
        """The first is chosen until another is."""
        self.reset(0)

    @property
    def chosen(self) -> int:
        """Which row is chosen."""
        return self.cursor or 0

    def rename(self, index: int, words: str) -> None:
        """Other words for a row."""
        self._rows[index] = words
        self.refresh()

    def count(self) -> int:
        """How many there are to choose from."""
        return len(self._rows)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """The row and its mark."""
        return ((fit(f"({'•' if index == self.cursor else ' '}) {self._rows[index]}", width), ""),)

    def press(self, key: str) -> bool:
        """Up on the first row and Down on the last leave the list, as do Enter and Space: the choice is made."""
        if key == "up" and self.chosen == 0:
            self.screen.focus_previous()
        elif key in {"enter", "space"} or (key == "down" and self.chosen == self.count() - 1):
            self.screen.focus_next()
        else:
            return super().press(key)
        return True
