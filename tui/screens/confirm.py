"""One question with two answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from tui.gate import plain
from tui.page import Dialog
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ConfirmDialog(Dialog[bool]):
    """Asks; dismisses with True for yes, False or None otherwise.

    Enter presses the focused button, Esc closes, Tab and the arrows move; letters do nothing, for a scanner types
    letters. A dangerous yes is red, and the focus starts on the other button.
    """

    HEADING = "Question"

    def __init__(self, *, title: str, text: str, yes: str, no: str = "Cancel", danger: bool = False) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._yes = yes
        self._no = no
        self._danger = danger

    def compose(self) -> ComposeResult:
        """The box: title, text, two buttons."""
        with Vertical(classes="dialog"):
            yield Static(plain(self._title), classes="dialog-title")
            yield Static(plain(self._text), classes="dialog-text")
            with Horizontal(classes="dialog-buttons"):
                yield PushButton(plain(self._yes), id="yes", classes="-danger" if self._danger else "")
                yield PushButton(plain(self._no), id="no")

    def on_mount(self) -> None:
        """Start where Enter does no harm."""
        self.query_one("#no" if self._danger else "#yes").focus()

    def on_button_pressed(self, event: PushButton.Pressed) -> None:
        """Answer."""
        self.dismiss(event.button.id == "yes")

    def key_left(self) -> None:
        """Move to the button on the left."""
        self.focus_previous()

    def key_right(self) -> None:
        """Move to the button on the right."""
        self.focus_next()
