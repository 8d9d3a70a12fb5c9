"""The last line: the keys that work here, the most important first."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui.commands import Command
    from tui.page import Commanded

    Entry = tuple[Command, str, bool]

LAST = ("palette", "back", "help", "quit")
"""Kept at the end of the line whatever has to go: who reads only one thing must find the way to the others."""

SOONEST = ("back", "palette")
"""Those of `LAST` that go first, in this order: that Esc leads back is known, and F1 tells of the palette."""

USUAL = 72
"""Cells from which on a line holds most of a screen's own commands; a narrower one keeps the palette, which has all."""

UNSAID = frozenset({"settings"})
"""Commands of every page that stand only in the bars of those that name them."""

GAPS = ("  ", " ")
"""Between the keys; the narrow one where the line is full, with the short words."""


class KeyBar(Widget):
    """`F2 New  F4 Edit ... F1 Help`; what does not fit is left out whole, the least important first."""

    _shown: Content | None = None

    def on_mount(self) -> None:
        """Follow the screen: what is available changes."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.follow()

    def follow(self) -> None:
        """Show what is available now, in the same frame as what made it so."""
        # Most changes concern what does not fit into the line.
        if self._shown is None or not self._line().is_same(self._shown):
            self.refresh()

    def render(self) -> Content:
        """The line, fitted to the width."""
        self._shown = self._line()
        return self._shown

    def _line(self) -> Content:
        page = cast("Commanded[object]", self.screen)
        own = [(command, command.words, True) for command in page.OWN_KEYS]
        theirs = [
            (command, page.words(command), on)
            for command, on in page.commands()
            if command.key and (command.id not in UNSAID or command.id in page.COMMANDS)
        ]
        return key_line(own + theirs, self.size.width)


def key_line(entries: list[Entry], width: int) -> Content:
    """The entries that fit into `width` cells, in order, those of `LAST` at the end."""
    wide, narrow = GAPS
    ends = [entry for name in LAST for entry in entries if entry[0].id == name]
    others = [entry for entry in entries if entry not in ends]
    if _length([*others, *ends], wide) > width:
        others, ends = _shortened(others), _shortened(ends)
    line = [*others, *ends]
    soonest = [entry for name in SOONEST for entry in ends if entry[0].id == name]
    order = [*soonest, *others[::-1]] if width >= USUAL else [*others[:0:-1], *soonest[:1], *others[:1]]
    for entry in order:
        if _length(line, narrow) <= width:
            break
        line.remove(entry)
    gap = wide if _length(line, wide) <= width else narrow
    return Content(gap).join(_written(entry) for entry in line).truncate(width)


def _shortened(entries: list[Entry]) -> list[Entry]:
    return [
        (command, command.short if command.short and words == command.words else words, on)
        for command, words, on in entries
    ]


def _length(entries: list[Entry], gap: str) -> int:
    return sum(len(command.key_label) + 1 + len(words) for command, words, _ in entries) + len(gap) * (len(entries) - 1)


def _written(entry: Entry) -> Content:
    command, words, enabled = entry
    if not enabled:
        return Content.styled(f"{command.key_label} {words}", "dim")
    return Content.assemble((command.key_label, "bold $accent"), f" {words}")
