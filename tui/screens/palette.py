"""Everything a screen can do, found by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.commands import BY_ID, Command
from tui.gate import plain
from tui.page import Dialog

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from tui.page import Commanded

LINE, AROUND = 70, 10
"""Cells of an entry, and of what stands around it: one line in the dialog, beside its scroll bar."""
_KEY, _WORDS = 6, 16
"""Cells of a command's key, and those that its words have at least."""

NEVER = frozenset({"palette"})
"""Commands that make no sense from here."""


class PaletteDialog(Dialog[str]):
    """Type a word or two, Enter runs what stands first; dismisses with the command's id."""

    HEADING = "Commands"
    HELP = "Type a part of what you want to do, choose with the arrows, and press Enter."
    OWN_KEYS = (Command("run", "enter", "Run", "Do what the cursor is on."),)
    MOVES: ClassVar[dict[str, str]] = {
        "up": "cursor_up",
        "down": "cursor_down",
        "pageup": "page_up",
        "pagedown": "page_down",
    }

    def __init__(self, *, screen: Commanded[object]) -> None:
        super().__init__()
        self._of = screen
        self._needs = {command.id: words for command, words in screen.missing()}
        found = [(command, on) for command, on in screen.commands() if command.id not in NEVER]
        listed = {command.id for command, _ in found}
        self._entries = found + [(command, False) for command, _ in screen.missing() if command.id not in listed]

    def compose(self) -> ComposeResult:
        """A line to type in over the list."""
        with Vertical(classes="dialog -wide"):
            yield Input(placeholder="What do you want to do?", compact=True, select_on_focus=False)
            yield OptionList(compact=True, markup=False)
            yield Static(id="palette-whole", markup=False)

    def on_mount(self) -> None:
        """Take what is typed."""
        self.query_one(OptionList).can_focus = False
        self.query_one(Input).focus()

    def on_resize(self) -> None:
        """Show everything, or what is typed so far, one line an entry."""
        self._fill(self.query_one(Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self._fill(event.value)

    def on_input_submitted(self) -> None:
        """Run the chosen command."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The whole of what the command does stands below: its line may be too short for it."""
        self.query_one("#palette-whole", Static).update(plain(self._meaning(BY_ID[event.option.id or ""])))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Leave with the command."""
        self.dismiss(event.option.id)

    def on_key(self, event: events.Key) -> None:
        """The arrows move in the list while the typing goes on."""
        if move := self.MOVES.get(event.key):
            event.stop()
            event.prevent_default()
            getattr(self.query_one(OptionList), f"action_{move}")()

    def _fill(self, typed: str) -> None:
        choices = self.query_one(OptionList)
        choices.clear_options()
        entries = sorted(
            (
                (found, command, on)
                for command, on in self._entries
                if (found := self._rank(command, typed)) is not None
            ),
            key=lambda entry: entry[0],
        )
        width = min(LINE, self.app.size.width - AROUND)
        words = max((len(self._of.words(command)) + 1 for _, command, _ in entries), default=0)
        choices.add_options(
            Option(
                _line(command, self._of.words(command), max(words, _WORDS), self._meaning(command)).truncate(
                    width, ellipsis=True
                ),
                id=command.id,
                disabled=not on,
            )
            for _, command, on in entries
        )
        choices.highlighted = next((index for index, (_, _, on) in enumerate(entries) if on), None)
        if choices.highlighted is None:
            self.query_one("#palette-whole", Static).update("")

    def _meaning(self, command: Command) -> str:
        """What a command does, or needs before it does anything."""
        return self._needs.get(command.id) or self._of.meaning(command)

    def _rank(self, command: Command, typed: str) -> int | None:
        """How well a command answers what was typed, 0 the best; None when it does not."""
        name = self._of.words(command).lower()
        said = f"{self._of.meaning(command)} {self._meaning(command)} {command.key_label}"
        rest = said.lower().replace(".", " ").replace(",", " ").split()
        wanted = typed.lower().split()
        if all(any(word.startswith(part) for word in name.split()) for part in wanted):
            return 0
        if all(any(word.startswith(part) for word in (*name.split(), *rest)) for part in wanted):
            return 1
        return None


def _line(command: Command, words: str, room: int, meaning: str) -> Content:
    return Content.assemble((command.key_label.ljust(_KEY), "bold $accent"), words.ljust(room), (meaning, "dim"))
