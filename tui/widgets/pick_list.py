"""A list to pick one of many names from, narrowed by what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import folding
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui.widgets.line_list import Span


def found(names: Iterable[tuple[str, str]], typed: str) -> list[tuple[str, str]]:
    """The (key, name) pairs whose name has every typed word at the beginning of a word, or whose key is typed.

    Names that begin with what was typed come first; otherwise the order stays.
    """
    wanted = folding.words(typed)
    whole = folding.fold(typed.strip())
    if not wanted:
        return list(names)
    hits = [
        (key, name)
        for key, name in names
        if key.lower() == whole or all(any(word.startswith(part) for word in folding.words(name)) for part in wanted)
    ]
    return sorted(hits, key=lambda pair: (pair[0].lower() != whole, not folding.fold(pair[1]).startswith(whole)))


class PickList(LineList):
    """Names with a cursor; `rows` are (key, name)."""

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self.rows: Sequence[tuple[str, str]] = ()

    def show(self, rows: Sequence[tuple[str, str]], cursor: int = 0) -> None:
        """Offer other names."""
        self.rows = rows
        self.reset(cursor)

    @property
    def picked(self) -> str | None:
        """The key under the cursor."""
        return None if self.cursor is None else self.rows[self.cursor][0]

    def count(self) -> int:
        """How many names there are."""
        return len(self.rows)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One name."""
        return ((fit(f" {self.rows[index][1]}", width), ""),)
