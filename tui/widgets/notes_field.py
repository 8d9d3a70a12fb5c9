"""The control for text of many lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.actions import SkipAction
from textual.widgets import TextArea

from tui.commands import BY_ID
from tui.gate import shown_lines
from tui.widgets.form_field import BETWEEN, FieldEdited, FieldLeft, PromptMoves, without_command_keys

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.document._document import EditResult, Location

    from tui.form_model import Entry


class NotesField(PromptMoves, TextArea, inherit_bindings=False):
    """Notes of any length. Tab leaves; so do Up on the first line and Down on the last."""

    MOVES = BETWEEN
    SECTION_MOVES: ClassVar[dict[str, int]] = {BY_ID["section"].key: 1}
    BINDINGS: ClassVar[list[BindingType]] = without_command_keys(TextArea.BINDINGS)

    def __init__(self, name: str, entry: str = "") -> None:
        super().__init__(
            entry,
            name=name,
            id=f"field-{name}",
            classes="field",
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
        )
        self.cursor_blink = False
        self._told = self.text

    @property
    def entry(self) -> str:
        """What the control holds."""
        return self.text

    def show_entry(self, entry: Entry) -> None:
        """Hold another text, without telling the form."""
        self._told = str(entry)
        self.load_text(str(entry))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell the form what a person typed."""
        event.stop()
        if self.text != self._told:
            self._told = self.text
            self.post_message(FieldEdited(self, self.name or "", self.text))

    def on_blur(self) -> None:
        """Tell the form that the field was left."""
        self.post_message(FieldLeft(self, self.name or ""))

    def action_cursor_up(self, select: bool = False) -> None:
        """A line up, or out of the field."""
        if not select and self.navigator.is_first_wrapped_line(self.cursor_location):
            raise SkipAction
        super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """A line down, or out of the field."""
        if not select and self.navigator.is_last_wrapped_line(self.cursor_location):
            raise SkipAction
        super().action_cursor_down(select)

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        # Everything typed or pasted comes through here; control characters stay outside.
        return super()._replace_via_keyboard(insert if insert.isprintable() else shown_lines(insert), start, end)
