"""A drop-down over the form: one of many names, found by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from store.fields import clean_line
from tui.gate import plain
from tui.page import Dialog
from tui.widgets.pick_list import PickList, found

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult

    from tui.widgets.line_list import LineList


class PickerDialog(Dialog[str]):
    """Dismisses with the key of the name chosen. `rows` are (key, name); `current` is the key chosen before.

    The screen takes the keys itself, so that no letter is lost that comes before it is painted.
    """

    HEADING = "Choose"
    CSS_PATH = "picker.tcss"

    def __init__(self, title: str, rows: Sequence[tuple[str, str]], *, current: str = "", typed: str = "") -> None:
        super().__init__()
        self._title = title
        self._rows = rows
        self._current = current
        self._typed = typed
        self._list = PickList("pick")
        self._keys: dict[str, Callable[[], None]] = {
            "tab": self._take,
            "backspace": lambda: self._find(self._typed[:-1]),
        }

    def compose(self) -> ComposeResult:
        """The box: what is typed, and the names that have it."""
        with Vertical(classes="dialog", id="picker"):
            yield Static(id="picker-typed", markup=False)
            yield self._list

    def on_mount(self) -> None:
        """Start at the name chosen before, or at what was typed."""
        self._list.can_focus = False
        self._find(self._typed)

    def on_key(self, event: events.Key) -> None:
        """Type, move, or take the name under the cursor."""
        if (act := self._keys.get(event.key)) is not None:
            act()
        elif self._list.press(event.key):
            pass
        elif event.is_printable and event.character:
            self._find(self._typed + event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """A pasted text is typed."""
        event.stop()
        self._find(self._typed + clean_line(event.text))

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """A name was taken in the list itself."""
        message.stop()
        self._take()

    def matching(self, typed: str) -> Sequence[tuple[str, str]]:
        """The (key, name) pairs that what is typed asks for."""
        return found(self._rows, typed)

    def _find(self, typed: str) -> None:
        self._typed = typed
        rows = self.matching(typed)
        keys = [key for key, _ in rows]
        self._list.show(rows, keys.index(self._current) if not typed and self._current in keys else 0)
        said = plain(f"{self._title}: {typed}") + plain("_")
        self.query_one("#picker-typed", Static).update(said if rows else said + plain("  nothing has this name"))

    def _take(self) -> None:
        if self._list.picked is not None:
            self.dismiss(self._list.picked)
