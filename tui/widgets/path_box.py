"""The line in which a path or a file's name is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from tui.folders import pasted
from tui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from textual import events


class PathBox(SearchBox):
    """A search box whose text is also edited in its middle, and into which paths are pasted as they come.

    A text that is only proposed is selected whenever the box is entered: the first typed key replaces it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "home", show=False),
        Binding("end", "end", show=False),
        Binding("delete", "delete_right", show=False),
        Binding("ctrl+u", "empty", show=False),
    ]

    _proposed = ""

    def propose(self, text: str) -> None:
        """Hold a text to be taken as it is or typed over."""
        self._proposed = self.value = text
        self.select_all()

    def action_empty(self) -> None:
        """Take the whole text away, wherever the cursor is: a half of a path is of no use."""
        self.clear()

    def _on_focus(self, event: events.Focus) -> None:
        if self.value == self._proposed and not event.from_app_focus:
            self.select_all()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(pasted(event.text), *self.selection)
