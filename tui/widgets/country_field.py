"""The control for a country: shows its name, and asks for the list as soon as something is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content

from store import fields
from tui.gate import plain
from tui.widgets.form_field import ChoiceWanted, LineControl

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

    from tui.form_model import Entry


HINT = "type to find one)"


class CountryField(LineControl):
    """A country by its code. The names are read after the first paint: they cost more than the whole form."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "choose", show=False)]

    def __init__(self, name: str, entry: str = "") -> None:
        super().__init__(name)
        self.entry = entry
        self._named = entry

    def on_mount(self) -> None:
        """Name the country once the form stands."""
        if self.entry:
            self.call_after_refresh(self.show_entry, self.entry)

    def show_entry(self, entry: Entry) -> None:
        """Hold another country, without telling the form."""
        self.entry = str(entry)
        self._named = fields.countries().get(self.entry, self.entry) if self.entry else ""
        self.refresh()

    def take(self, code: str) -> None:
        """Hold the country that a person chose."""
        self.show_entry(code)
        self.tell(code)

    def choose(self) -> None:
        """Ask for the list."""
        self.post_message(ChoiceWanted(self, self.name or ""))

    def action_choose(self) -> None:
        """Ask for the list."""
        self.choose()

    def action_clear(self) -> None:
        """Hold none."""
        if self.entry:
            self.take("")

    def on_key(self, event: events.Key) -> None:
        """A letter opens the list at the countries that begin with it."""
        if event.character and event.character.isalpha():
            event.stop()
            self.post_message(ChoiceWanted(self, self.name or "", event.character))

    def on_paste(self, event: events.Paste) -> None:
        """A pasted text is looked for in the list."""
        event.stop()
        self.post_message(ChoiceWanted(self, self.name or "", fields.clean_line(event.text)))

    def render(self) -> Content:
        """The country's name, or what to do."""
        if not self._named:
            hint = Content.styled("(", "reverse") + Content.styled(HINT, "$muted")
            return hint if self.has_focus else Content("")
        line = plain(self._named)
        return line.stylize("reverse", 0, 1) if self.has_focus else line
