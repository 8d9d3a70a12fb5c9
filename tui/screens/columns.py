"""Which columns the list shows, in which order, and by which it is sorted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from store import fields
from store.fields import Kind
from store.records import DEFAULT_COLUMNS, ListQuery
from tui.commands import Command
from tui.gate import plain
from tui.list_settings import CHOOSABLE, SORTABLE
from tui.page import Dialog
from tui.widgets import table_columns
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult

    from tui.widgets.line_list import Span

_TEXT = ("A to Z", "Z to A")
_BOTH_WAYS = {
    Kind.DATE: ("oldest first", "newest first"),
    Kind.WHOLE: ("lowest first", "highest first"),
    Kind.PHONE: ("lowest first", "highest first"),
    Kind.TOGGLE: ("NO first", "YES first"),
    Kind.STATUS: ("inactive first", "active first"),
}


def sorted_words(name: str, *, descending: bool) -> str:
    """How a list sorted by a column runs, in the words of what stands there."""
    field = fields.BY_NAME.get(name)
    rising, falling = _BOTH_WAYS.get(field.kind, _TEXT) if field else _TEXT
    return f"sorted {falling if descending else rising}"


class ColumnChoices(LineList):
    """All columns, the chosen ones first in their order: [x] and [ ]."""

    def __init__(self, query: ListQuery, width: int) -> None:
        super().__init__("columns")
        self._base = query
        self._list_width = width
        self._names: list[str] = []
        self._chosen: set[str] = set()
        self._order, self._descending = query.order, query.descending
        self._take(query.columns)

    @property
    def wanted(self) -> ListQuery:
        """The query with what is chosen here."""
        columns = tuple(name for name in self._names if name in self._chosen)
        return replace(self._base, columns=columns, order=self._order, descending=self._descending)

    def _take(self, columns: Sequence[str]) -> None:
        self._names = [*columns, *(name for name in CHOOSABLE if name not in columns)]
        self._chosen = set(columns)

    def toggle(self) -> None:
        """Show or hide the column under the cursor; the name always stands in the list."""
        if self.cursor is not None and (name := self._names[self.cursor]) != "name":
            self._chosen ^= {name}
            self.refresh()

    def shift(self, step: int) -> None:
        """Move the column under the cursor up or down, and the cursor with it."""
        at = self.cursor
        if at is None or not 0 <= at + step < len(self._names):
            return
        self._names[at], self._names[at + step] = self._names[at + step], self._names[at]
        self.cursor = at + step
        self.refresh()

    def sort(self) -> None:
        """Sort by the column under the cursor, or by it the other way round."""
        if self.cursor is None or (name := self._names[self.cursor]) not in SORTABLE:
            return
        self._descending = not self._descending if name == self._order else name == "points"
        self._order = name
        self.refresh()

    def restore_usual(self) -> None:
        """The manual's columns, by name."""
        self._take(DEFAULT_COLUMNS)
        self._order, self._descending = "name", False
        self.refresh()

    def count(self) -> int:
        """One row for each column there is."""
        return len(self._names)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """A column: chosen or not, its label, how it is sorted, and whether there is room for it now."""
        name = self._names[index]
        shown = {column.name for column in table_columns.place(self.wanted.columns, self._list_width)}
        note = "no room at this width" if name in self._chosen and name not in shown else ""
        if name == self._order:
            note = sorted_words(name, descending=self._descending)
        mark = "[x]" if name in self._chosen else "[ ]"
        label = fit(f" {mark} {fields.COLUMN_LABELS[name]}", 28)
        return ((label, ""), (fit(note, max(width - 28, 0)), "dim"))


class ColumnsDialog(Dialog[ListQuery]):
    """Dismisses with the query as arranged."""

    HEADING = "Columns"
    HELP = "The list shows the columns with a cross, from the top to the bottom, as far as they find room."
    OWN_KEYS = (
        Command("keep", "enter", "Keep", "Show the list so, at this till from now on."),
        Command("show", "space", "Show, hide", "Put this column into the list, or take it out.", (), "Show"),
        Command("down", "+", "Down", "Move the column down: to the right in the list."),
        Command("up", "-", "Up", "Move the column up: to the left in the list."),
        Command("sort", "s", "Sort", "Sort the list by this column; again turns the order round."),
        Command("usual", "d", "Usual", "The columns and the order that the list has at first."),
    )

    def __init__(self, *, query: ListQuery, width: int) -> None:
        super().__init__()
        self._choices = ColumnChoices(query, width)
        self._keys: dict[str, Callable[[], None]] = {
            " ": self._choices.toggle,
            "+": lambda: self._choices.shift(1),
            "-": lambda: self._choices.shift(-1),
            "s": self._choices.sort,
            "d": self._choices.restore_usual,
        }

    def compose(self) -> ComposeResult:
        """The title and the columns."""
        with Vertical(classes="dialog -tall"):
            yield Static(plain("Columns of the list"), classes="dialog-title")
            yield self._choices

    def on_mount(self) -> None:
        """As many lines as there are columns, or as fit."""
        self._choices.styles.height = min(self._choices.count(), max(self.app.size.height - 8, 4))
        self._choices.reset(0)
        self._choices.focus()

    def on_key(self, event: events.Key) -> None:
        """The keys that this dialog has of its own."""
        if (act := self._keys.get((event.character or "").lower())) is not None:
            event.stop()
            act()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Keep it."""
        message.stop()
        self.dismiss(self._choices.wanted)
