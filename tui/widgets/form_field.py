"""The one-line text input of every form, and the messages that all controls of a form send."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from store.fields import clean_line
from tui.commands import BY_ID, COMMANDS
from tui.gate import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType

    from tui.form_model import Entry

    _Control = Widget
else:
    _Control = object  # Textual inherits style classes from the first of a widget's bases that is a widget

_EDITING_KEYS = frozenset({"delete", "ctrl+z", "ctrl+a", "ctrl+u", "ctrl+v"})
"""Keys that edit a text: the first two mean the same in the registry, the others belong to no form's own commands."""


class ControlMessage(Message):
    """Something happened to a control of a form; `name` is its field's."""

    def __init__(self, sender: Widget, name: str) -> None:
        super().__init__()
        self.sender = sender
        self.name = name

    @property
    def control(self) -> Widget:
        """The control it happened to."""
        return self.sender


class FieldEdited(ControlMessage):
    """A person changed what the control holds."""

    def __init__(self, sender: Widget, name: str, entry: Entry) -> None:
        super().__init__(sender, name)
        self.entry = entry


class FieldLeft(ControlMessage):
    """The cursor left the control."""


class FieldRefused(ControlMessage):
    """The control did not take what was typed or pasted; `reason` follows the field's label."""

    def __init__(self, sender: Widget, name: str, reason: str) -> None:
        super().__init__(sender, name)
        self.reason = reason


class ChoiceWanted(ControlMessage):
    """The control wants its list, calendar or file chooser opened; `typed` is what was typed already."""

    def __init__(self, sender: Widget, name: str, typed: str = "") -> None:
        super().__init__(sender, name)
        self.typed = typed


def without_command_keys(bindings: Iterable[BindingType], extra: Iterable[str] = ()) -> list[BindingType]:
    """A widget's bindings less the keys that the command registry, or the form, gives another meaning."""
    taken = {key for command in COMMANDS for key in (command.key, *command.twins)} - _EDITING_KEYS | set(extra)
    return [binding for binding in Binding.make_bindings(bindings) if binding.key not in taken]


BETWEEN = {"tab": 1, "shift+tab": -1}
"""Keys that leave any control."""
_ALONG = BETWEEN | {"down": 1, "enter": 1, "up": -1}
_SECTIONS = dict.fromkeys(("pagedown", BY_ID["section"].key), 1) | {"pageup": -1}


class PromptMoves(_Control):
    """A control that the cursor leaves the moment the key arrives.

    Keys come in bursts: over a slow line, from a scanner, from quick hands on a slow till. Textual hands each to
    the control that has the focus when it arrives, but carries out Tab only after it has passed the queues of
    all that stands around the control; by then the letters after it have gone to the wrong field.
    """

    MOVES: ClassVar[dict[str, int]] = _ALONG
    """The keys that move on from this control, and by how many fields."""
    SECTION_MOVES: ClassVar[dict[str, int]] = _SECTIONS
    """The keys that move on by sections."""

    def _forward_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and self.screen.focused is self and self._moved(event.key):
            event.stop()
        else:
            super()._forward_event(event)

    def _moved(self, key: str) -> bool:
        if step := self.MOVES.get(key, 0):
            (self.screen.focus_next if step > 0 else self.screen.focus_previous)()
            return True
        to_section = getattr(self.screen, "action_section", None)
        if to_section is not None and (step := self.SECTION_MOVES.get(key, 0)):
            to_section(step)
            return True
        return False


class FieldInput(PromptMoves, Input, inherit_bindings=False):
    """A line of text without a box. Pasted text comes in as one clean line, or not at all when it is too long.

    `limit` is the most characters a person may type, 0 for no such limit. A text that is longer already can
    still be shortened. `hint` stands in an empty field only while the cursor is there: a terminal without colours
    shows it like a value.
    """

    BINDINGS: ClassVar[list[BindingType]] = without_command_keys(Input.BINDINGS, ("enter",))

    def __init__(self, name: str, entry: str = "", *, hint: str = "", limit: int = 0) -> None:
        self.hint = f"({hint})" if hint else ""
        self.limit = limit
        self._told = entry
        super().__init__(
            entry,
            name=name,
            id=f"field-{name}",
            classes="field",
            compact=True,
            select_on_focus=False,
            validate_on=(),
        )
        self.cursor_blink = False

    @property
    def entry(self) -> str:
        """What the control holds."""
        return self.value

    def show_entry(self, entry: Entry) -> None:
        """Hold another text, without telling the form."""
        self._told = str(entry)
        self.value = str(entry)
        self.cursor_position = len(self.value)

    def replace(self, text: str, start: int, end: int) -> None:
        """Put a text in place of a part, unless that makes the whole longer than the field takes."""
        line = text if text.isprintable() else shown(clean_line(text))
        low, high = sorted((max(0, start), min(len(self.value), end)))
        length = len(self.value) - (high - low) + len(line)
        if self.limit and length > self.limit and length > len(self.value):
            was = "; the rest is not taken" if len(line) == 1 else "; what you pasted was not taken"
            self.post_message(FieldRefused(self, self.name or "", f"at most {self.limit} characters{was}"))
            return
        super().replace(line, start, end)

    def watch_value(self, value: str) -> None:
        """Tell the form what a person typed."""
        if value != self._told:
            self._told = value
            self.post_message(FieldEdited(self, self.name or "", value))

    def on_focus(self) -> None:
        """Say what is wanted."""
        self.placeholder = self.hint

    def on_blur(self) -> None:
        """Tell the form that the field was left."""
        self.placeholder = ""
        self.post_message(FieldLeft(self, self.name or ""))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(clean_line(event.text), *self.selection)


class LineControl(PromptMoves, Widget, can_focus=True):
    """Base of the controls that take keys but no text: a choice, a toggle, a country, a photo."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("delete,backspace", "clear", show=False)]
    DEFAULT_CSS = "LineControl { height: 1; }"

    def __init__(self, name: str) -> None:
        super().__init__(name=name, id=f"field-{name}", classes="field")

    def tell(self, entry: Entry) -> None:
        """Tell the form what a person chose, and show it."""
        self.refresh()
        self.post_message(FieldEdited(self, self.name or "", entry))

    def on_blur(self) -> None:
        """Tell the form that the field was left."""
        self.post_message(FieldLeft(self, self.name or ""))

    def action_clear(self) -> None:
        """Take away what is chosen; a control that always holds something does nothing."""
