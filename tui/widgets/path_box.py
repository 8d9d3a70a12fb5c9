"""The line in which a path or a file's name is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from tui.folders import pasted
from tui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from textual import events


class PathBox(SearchBox):
    """A search box whose text is also edited in its middle, and into which paths are pasted as they come."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "home", show=False),
        Binding("end", "end", show=False),
        Binding("delete", "delete_right", show=False),
    ]

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(pasted(event.text))
