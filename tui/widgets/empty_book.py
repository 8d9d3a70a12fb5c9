"""What a book without customers shows in the list's place: how to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from tui.commands import BY_ID
from tui.gate import plain
from tui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.widgets.line_list import LineList

WAYS: tuple[tuple[str, str], ...] = (
    ("import_workbook", "Import a workbook"),
    ("demo", "Load the demo shop"),
    ("new_customer", "Add the first customer"),
)
"""What can be chosen: the id of a command, or 'demo', which has no key of its own."""
WELCOME = "There are no customers in this book yet."
HOW = "Choose with Up and Down, and press Enter."


class EmptyBook(Vertical):
    """A sentence and three ways. The search field keeps the focus and hands its keys on to `press`."""

    DEFAULT_CSS = """
    EmptyBook {
        align: center middle; background: $background;
        & > Static { width: 44; height: auto; }
        & > #welcome { text-style: bold; }
        & > #how { color: $muted; }
        & > PickList { width: 44; height: 3; margin: 1 0; }
    }
    """

    class Chosen(Message):
        """A way was chosen; `way` is one of `WAYS`."""

        def __init__(self, way: str) -> None:
            super().__init__()
            self.way = way

    def __init__(self) -> None:
        super().__init__(id="empty-book")
        self._ways = PickList("ways")
        self._ways.can_focus = False

    def compose(self) -> ComposeResult:
        """The sentence, the ways, what the keys do."""
        yield Static(plain(WELCOME), id="welcome")
        yield self._ways
        yield Static(plain(HOW), id="how")

    def on_mount(self) -> None:
        """The ways with their keys."""
        self._ways.show([
            (way, f"{words:<32}{BY_ID[way].key_label if way in BY_ID else '':>6}") for way, words in WAYS
        ])  # fmt: skip

    def say(self, sentence: str) -> None:
        """How far the demo shop is."""
        self.query_one("#how", Static).update(plain(sentence))

    def press(self, key: str) -> bool:
        """Carry out a key that moves or chooses; False for any other."""
        return self._ways.press(key)

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Begin this way."""
        message.stop()
        if self._ways.picked is not None:
            self.post_message(self.Chosen(self._ways.picked))
