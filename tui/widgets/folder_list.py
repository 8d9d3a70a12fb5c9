"""What a folder holds, as the file chooser lists it, and the places to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from store.fields import show_date
from tui.folders import Entry, Place, size_text
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.widgets.line_list import Span

_SIZE, _DATE = 8, 11
_NAMED = 24
"""Cells that a file's name is left with before its date is shown, and then its size."""


def ending(path: str, width: int) -> str:
    """A path that is already `shown`; where it is too long, its end, which says most."""
    if cell_len(path) <= width:
        return path
    tail = path
    while tail and cell_len(tail) >= width:
        tail = tail[1:]
    return f"…{tail}"


class FolderList(LineList):
    """Folders and files: name, size, date. A folder carries a slash."""

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self._entries: Sequence[Entry] = ()

    def show(self, entries: Sequence[Entry], cursor: int | None) -> None:
        """List these entries instead, with the cursor on one of them or on none."""
        self._entries = entries
        self.reset(cursor)

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        return None if self.cursor is None else self._entries[self.cursor]

    def count(self) -> int:
        """How many entries are listed."""
        return len(self._entries)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """Name, size and date; a folder's name alone."""
        entry = self._entries[index]
        if entry.folder:
            return ((fit(f" {entry.name}/", width), "accent"),)
        changed = show_date(entry.changed.date()) if entry.changed else ""
        facts = ""
        for fact in (f" {size_text(entry.size):>{_SIZE}} ", f" {changed:>{_DATE}} "):
            if width - len(facts) - len(fact) >= _NAMED:
                facts += fact
        return ((fit(f" {entry.name}", width - len(facts)), ""), (facts, "dim"))


class PlaceList(LineList):
    """Home, what is plugged in, and the folders used last."""

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self._places: Sequence[Place] = ()

    def show(self, places: Sequence[Place]) -> None:
        """List these places."""
        self._places = places
        self.reset(0)

    @property
    def place(self) -> Place | None:
        """The place under the cursor."""
        return None if self.cursor is None else self._places[self.cursor]

    def count(self) -> int:
        """How many places are offered."""
        return len(self._places)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """The place's name."""
        return ((fit(f" {self._places[index].label}", width), ""),)
