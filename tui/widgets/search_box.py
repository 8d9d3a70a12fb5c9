"""The search field of the list: one line, always focused, without a blinking cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.widgets import Input

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events


class SearchBox(Input, inherit_bindings=False):
    """An input that answers within the frame in which a character appears.

    `on_text` is called from the value's own watcher, not by message, so that text and rows change at once.
    `on_key_first` sees every key in the order it was typed, before the field does, and says whether it was
    taken: a scanner's burst ends in an Enter that must not overtake its digits.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "cursor_left", show=False),
        Binding("right", "cursor_right", show=False),
        Binding("ctrl+left", "cursor_left_word", show=False),
        Binding("ctrl+right", "cursor_right_word", show=False),
        Binding("ctrl+a", "select_all", show=False),
        Binding("backspace", "delete_left", show=False),
        Binding("ctrl+u", "delete_left_all", show=False),
        Binding("ctrl+v", "paste", show=False),
    ]

    def __init__(
        self,
        *,
        on_text: Callable[[str], None],
        on_key_first: Callable[[events.Key], bool],
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False
        self._on_text = on_text
        self._on_key_first = on_key_first
        self._silent = False

    def set_silently(self, text: str) -> None:
        """Hold another text without searching for it: the screen does so itself."""
        self._silent = True
        try:
            self.value = text
        finally:
            self._silent = False

    async def _on_key(self, event: events.Key) -> None:
        if self._on_key_first(event):
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    def _watch_value(self, value: str) -> None:
        # Input's own watcher gives a new virtual size for each character, and with it a whole new layout.
        self.set_reactive(Input.virtual_size, Size(self.content_width, 1))
        self.selection = self.selection
        if not self._silent:
            self._on_text(value)
