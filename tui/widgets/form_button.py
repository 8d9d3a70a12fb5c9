"""A button one line high, as forms have below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget

from tui.widgets.form_field import BETWEEN, PromptMoves

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.geometry import Size


class FormButton(PromptMoves, Widget, can_focus=True):
    """Does what a command of its screen does; in brackets while it can be pressed, dim and bare while it cannot."""

    DEFAULT_CSS = """
    FormButton { width: auto; height: 1; margin-right: 1; }
    FormButton:focus { text-style: reverse; }
    FormButton:disabled { text-style: dim; }
    """
    MOVES = BETWEEN | {"up": -1, "down": 1, "left": -1, "right": 1}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", show=False),
    ]

    def __init__(self, label: str, command: str, *, id: str, disabled: bool = False) -> None:  # noqa: A002
        super().__init__(id=id, disabled=disabled)
        self.label = label
        self.command = command
        """The id of the command."""

    async def action_press(self) -> None:
        """Do it."""
        await self.screen.run_action(self.command)

    async def on_click(self) -> None:
        """Do it."""
        await self.action_press()

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """The label and its brackets."""
        return len(self.label) + 4

    def render(self) -> Content:
        """The label."""
        return Content(f"  {self.label}  " if self.disabled else f"[ {self.label} ]")
