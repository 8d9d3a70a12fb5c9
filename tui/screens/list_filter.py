"""Which customers the list shows: of one store, of the loyalty programme, inactive ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.containers import Vertical
from textual.widgets import Static

from store.records import ListQuery
from tui.commands import Command
from tui.gate import plain
from tui.list_words import LOYALTY_WORDS, STATUS_WORDS
from tui.page import Dialog
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from store.records import Store
    from tui.widgets.line_list import Span

TITLES = {"status": "Status", "loyalty": "Loyalty", "store_id": "Store"}


class FilterChoices(LineList):
    """Three groups of choices in one list, one chosen of each: (*) and ( )."""

    def __init__(self, query: ListQuery, stores: Sequence[Store]) -> None:
        super().__init__("choices")
        self.query_wanted = query
        self.rows: list[tuple[str, Any, str]] = [
            *(("status", status, words) for status, words in STATUS_WORDS.items()),
            *(("loyalty", member, words) for member, words in LOYALTY_WORDS.items()),
            ("store_id", None, "All stores"),
            *(("store_id", store.id, store.name) for store in stores),
        ]

    def choose(self) -> None:
        """Choose the row under the cursor in its group."""
        if self.cursor is not None:
            group, value, _ = self.rows[self.cursor]
            self.query_wanted = replace(self.query_wanted, **{group: value})
            self.refresh()

    def count(self) -> int:
        """One row for each choice."""
        return len(self.rows)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """The group's title before its first choice, then the choice."""
        group, value, words = self.rows[index]
        first = index == 0 or self.rows[index - 1][0] != group
        chosen = getattr(self.query_wanted, group) == value
        title = f" {TITLES[group] if first else '':<9}"
        return (
            (title, "dim"),
            (fit(f"{'(*)' if chosen else '( )'} {words}", width - len(title)), ""),
        )


class ListFilterDialog(Dialog[ListQuery]):
    """Dismisses with the query as filtered."""

    HEADING = "Filter"
    OWN_KEYS = (
        Command("show", "enter", "Show the list", "Choose what the cursor is on, and show the list so.", (), "Show"),
        Command("choose", "space", "Choose", "Choose what the cursor is on, and stay here."),
    )

    def __init__(self, *, query: ListQuery, stores: Sequence[Store]) -> None:
        super().__init__()
        self._choices = FilterChoices(query, stores)

    def compose(self) -> ComposeResult:
        """The title and the choices."""
        with Vertical(classes="dialog"):
            yield Static(plain("Show only"), classes="dialog-title")
            yield self._choices

    def on_mount(self) -> None:
        """As many lines as there are choices, or as fit."""
        self._choices.styles.height = min(self._choices.count(), max(self.app.size.height - 8, 4))
        self._choices.reset(0)
        self._choices.focus()

    def on_key(self, event: events.Key) -> None:
        """Space chooses."""
        if event.key == "space":
            event.stop()
            self._choices.choose()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Choose, and show the list."""
        message.stop()
        self._choices.choose()
        self.dismiss(self._choices.query_wanted)
