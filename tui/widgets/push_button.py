"""A button of one line that is seen as one without any colour: `[ Save ]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content
from textual.widgets import Button

if TYPE_CHECKING:
    from textual.geometry import Size


class PushButton(Button, inherit_css=False, inherit_bindings=False):
    """Enter or space presses it. `-danger` is for Delete alone; `-main` for what one came here to do."""

    BINDINGS = [Binding("enter,space", "press", show=False)]  # noqa: RUF012 (Textual's own annotation)
    DEFAULT_CSS = """
    PushButton {
        width: auto; height: 1; margin-left: 2; color: $accent; pointer: pointer;
        &.-danger { color: $error; text-style: bold; }
        &:disabled { color: $muted; text-style: dim; opacity: 1; }
        &:focus { background: $accent; color: $background; text-style: bold; }
        &.-danger:focus { background: $error; color: $background; }
        &:ansi:focus { background: ansi_default; text-style: bold reverse; }
    }
    """

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 (Textual's signature)
        """The label and its brackets."""
        return self.render().cell_length

    def render(self) -> Content:
        """The label in brackets."""
        label = self.label if isinstance(self.label, Content) else Content(str(self.label))
        return Content.assemble("[ ", label, " ]")
