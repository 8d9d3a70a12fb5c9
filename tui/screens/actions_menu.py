"""The manual's three dots: what can be done with one customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from tui.commands import BY_ID, Command
from tui.gate import plain
from tui.page import Dialog
from tui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from tui.page import Commanded
    from tui.screens.customer_page import Subject
    from tui.widgets.line_list import LineList, Span

ENTRIES: tuple[tuple[str, str], ...] = (
    ("open", "View Customer Metrics"),
    ("edit", "Edit Customer"),
    ("points", "Edit Loyalty Points"),
    ("delete", "Delete"),
    ("restore", "Restore"),
    ("merge", "Merge With..."),
    ("separate", "Take Apart..."),
    ("hand_over", "Hand Over Data..."),
    ("erase", "Erase..."),
)
"""Command ids and the manual's words, and after them those for two entries, and for what a customer may ask for."""
RED = frozenset({"delete", "erase"})
"""What takes a customer away."""


class Entries(PickList):
    """The entries of the menu; what takes the customer away is red."""

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One entry."""
        (words, style), *_ = super().line(index, width)
        return ((words, "fault" if self.rows[index][0] in RED else style),)


class ActionsMenu(Dialog[str]):
    """Dismisses with the id of the command chosen. Each entry names its own key, to be learned by the way."""

    HEADING = "Actions"
    OWN_KEYS = (Command("do", "enter", "Do it", "Do what the cursor is on."),)
    WORDS_WIDTH = 26

    def __init__(self, *, subject: Subject, page: Commanded[object], without: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._subject = subject
        self._entries = [
            (name, words) for name, words in ENTRIES if name not in without and page.check_action(name, ())
        ]

    def compose(self) -> ComposeResult:
        """The customer's name over the entries."""
        with Vertical(classes="dialog -menu"):
            yield Static(plain(self._subject.name), classes="dialog-title")
            yield Entries("entries")

    def on_mount(self) -> None:
        """The first entry is what Enter does anyway."""
        entries = self.query_one(PickList)
        entries.styles.height = len(self._entries)
        entries.show([
            (name, f"{words:<{self.WORDS_WIDTH}}{BY_ID[name].key_label:>6} ") for name, words in self._entries
        ])  # fmt: skip
        entries.focus()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Do it."""
        message.stop()
        self.dismiss(self.query_one(PickList).picked)
