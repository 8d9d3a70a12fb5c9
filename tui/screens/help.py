"""What one can do on a screen, and by which keys; made from the registry of commands."""

from __future__ import annotations

from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.commands import BY_ID, Command, key_label
from tui.gate import plain
from tui.page import EVERYWHERE, Dialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.page import Commanded

MOVING = (
    ("Tab, Shift+Tab", "Move to the next or the previous field."),
    ("Arrows, PgUp, PgDn", "Move in a list or a text."),
    ("Alt and a digit", "Or Esc and a digit, pressed together: the F key of that number (0 is F10)."),
)
"""Keys that are no commands."""

LABELLED = 20
"""Cells of the column of keys; of a narrow screen a third."""
_AROUND = 8
"""Cells of the dialog beside its text: padding, the frame that some terminals get, the scroll bar, a gap."""
_LINES_AROUND = 6
"""Lines of the screen that are not the scrolling part's."""
_WIDEST = 78 - _AROUND
_SILENT = frozenset({"ctrl+@", "ctrl+space"})
"""Twins for terminals without F12, that no keyboard has printed on it: they are on the page of all keys."""
_RANKS = {"open": 0, "save": 0, "restore": 2, "undo": 2, "last_import": 2, "open_duplicate": 2}
"""What is used most often stands first, what is rare last; the others (1) stand between, in the screen's order."""


class HelpDialog(Dialog[None]):
    """The keys of one screen, with their twins for terminals that keep F-keys for themselves."""

    HEADING = "Help"
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, *, screen: Commanded[object]) -> None:
        super().__init__()
        self._of = screen

    def compose(self) -> ComposeResult:
        """The page of help; as much as does not fit is scrolled to."""
        own = [name for name in self._of.COMMANDS if name not in EVERYWHERE]
        own.sort(key=lambda name: _RANKS.get(name, 1))
        general = [name for name in self._of.command_ids() if name in EVERYWHERE]
        with Vertical(classes="dialog -wide"):
            yield Static(plain(self._of.help_heading), classes="dialog-title")
            with VerticalScroll(can_focus=True):
                if self._of.HELP:
                    yield Static(plain(self._of.HELP), classes="dialog-text")
                here = self._rows([BY_ID[name] for name in own])
                here[:0] = [(keys(key), f"{key.words}: {key.help}") for key in self._of.OWN_KEYS]
                for title, rows in (("Here", here), ("Everywhere", self._rows([BY_ID[name] for name in general]))):
                    if rows:
                        yield Static(Content.styled(title, "bold"))
                        yield KeyTable(rows)
                yield KeyTable(MOVING)

    def _rows(self, commands: list[Command]) -> list[tuple[str, str]]:
        of = self._of
        return [(keys(command), f"{of.words(command)}: {of.meaning(command)}") for command in commands]

    def on_resize(self, event: events.Resize) -> None:
        """However small the screen, the last line says how to close."""
        self.query_one(VerticalScroll).styles.max_height = max(event.size.height - _LINES_AROUND, 3)
        for table in self.query(KeyTable):
            table.set_width(min(event.size.width - _AROUND, _WIDEST))

    def commands(self) -> list[tuple[Command, bool]]:
        """All but the one that is at work."""
        return [(command, on) for command, on in super().commands() if command.id != "help"]

    def action_help(self) -> None:
        """F1 closes what F1 opened."""
        self.dismiss(None)


def keys(command: Command) -> str:
    """The keys of a command, `F2 or ^N`; for one without a key, that of the palette."""
    if not command.key:
        return BY_ID["palette"].key_label
    return " or ".join(key_label(key) for key in (command.key, *command.twins) if key not in _SILENT)


class KeyTable(Static):
    """Keys, and beside them what they do; explanations go on below their own beginning."""

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        super().__init__(_lines(rows, _WIDEST))
        self._rows = rows

    def set_width(self, width: int) -> None:
        """Fit the columns to a width in cells."""
        self.update(_lines(self._rows, width))


def _lines(rows: Sequence[tuple[str, str]], width: int) -> Content:
    labelled = min(LABELLED, width // 3)
    lines = []
    for label, explanation in rows:
        labels = wrap(label, labelled - 1)
        words = wrap(explanation, width - labelled)
        for left, right in zip_longest(labels, words, fillvalue=""):
            lines.append(Content.assemble((left.ljust(labelled), "$accent"), right))
    return Content("\n").join(lines)
