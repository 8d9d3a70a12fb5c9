"""Controls for one of a few words, and for yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content

from tui.widgets.form_field import LineControl

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

    from tui.form_model import Entry


class ChoiceField(LineControl):
    """One of a few words, all of them in view: a first letter or Left and Right choose, Delete clears."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "step(1)", show=False),
        Binding("left", "step(-1)", show=False),
    ]

    def __init__(self, name: str, choices: tuple[str, ...], entry: str = "") -> None:
        super().__init__(name)
        self.choices = choices
        self.entry = entry

    def show_entry(self, entry: Entry) -> None:
        """Hold another choice, without telling the form."""
        self.entry = str(entry)
        self.refresh()

    def choose_word(self, word: str) -> None:
        """Choose a word, or none with ''."""
        if word != self.entry:
            self.entry = word
            self.tell(word)

    def action_step(self, step: int) -> None:
        """The next or the previous word; the first when none is chosen."""
        if self.entry in self.choices:
            self.choose_word(self.choices[(self.choices.index(self.entry) + step) % len(self.choices)])
        else:
            self.choose_word(self.choices[0 if step > 0 else -1])

    def action_clear(self) -> None:
        """Choose none."""
        self.choose_word("")

    def on_key(self, event: events.Key) -> None:
        """Choose the word that begins with a letter."""
        letter = (event.character or "").lower()
        word = next((choice for choice in self.choices if letter and choice.lower().startswith(letter)), None)
        if word is not None:
            event.stop()
            self.choose_word(word)

    def render(self) -> Content:
        """All words, the chosen one marked."""
        words = [Content(f"({'•' if choice == self.entry else ' '}) {choice}") for choice in self.choices]
        if self.has_focus:
            at = self.choices.index(self.entry) if self.entry in self.choices else 0
            words[at] = words[at].stylize("reverse", 0, 3)
        return Content("   ").join(words)


class ToggleField(LineControl):
    """On or off: Space changes it, y and n say which."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "change", show=False),
        Binding("y", "put(True)", show=False),
        Binding("n", "put(False)", show=False),
    ]

    def __init__(self, name: str, words: tuple[str, str], *, entry: bool = False) -> None:
        super().__init__(name)
        self.words = words
        """What stands beside the box when it is on, and when it is off."""
        self.entry = entry

    def show_entry(self, entry: Entry) -> None:
        """Be on or off, without telling the form."""
        self.entry = bool(entry)
        self.refresh()

    def action_change(self) -> None:
        """Change it."""
        self.action_put(not self.entry)

    def action_put(self, on: bool) -> None:
        """Make it on or off."""
        if on is not self.entry:
            self.entry = on
            self.tell(on)

    def render(self) -> Content:
        """A box, and what it means."""
        line = Content(f"[{'x' if self.entry else ' '}] {self.words[0 if self.entry else 1].capitalize()}")
        return line.stylize("reverse", 0, 3) if self.has_focus else line
