"""The one-line text input of a dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Input

from tui.widgets.form_field import without_command_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.binding import BindingType


class DialogInput(Input, inherit_bindings=False):
    """One line, compact and still. Up and Down belong to the dialog; `on_enter` is called before the next key."""

    BINDINGS: ClassVar[list[BindingType]] = without_command_keys(Input.BINDINGS)

    def __init__(self, value: str, identity: str, on_enter: Callable[[], object]) -> None:
        super().__init__(value, compact=True, select_on_focus=True, id=identity)
        self.cursor_blink = False
        self._entered = on_enter

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self._entered()
        else:
            await super()._on_key(event)

    def show(self, value: str) -> None:
        """Hold another text, the cursor behind it."""
        self.value = value
        self.cursor_position = len(value)
