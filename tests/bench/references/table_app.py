"""Textual's DataTable with so many rows, all in memory; with `--search`, refilled for every typed character."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input

COLUMNS = ("Name", "E-Mail", "Phone Number", "Points", "Stores")
_GIVEN = ("Agnes", "Maria", "Bruno", "Smilla", "Cyril", "Garret", "Nguyen", "Joséphine", "Viktor", "Wanda")
_FAMILY = ("Smith", "García", "Kowalczyk", "Østergaard", "Lindström", "Martin", "O'Brien", "Zúñiga")


def rows(count: int) -> list[tuple[str, ...]]:
    """Rows that look like the customer list."""
    return [
        (
            f"{_GIVEN[at % len(_GIVEN)]} {_FAMILY[at % len(_FAMILY)]}",
            f"customer{at}@example.com",
            f"290-555-{at % 10_000:04}",
            f"{at * 37 % 5000:,}",
            "Market Square; Harbor",
        )
        for at in range(count)
    ]


class TableApp(App[None]):
    """A table with the cursor on a row; above it, when searching, an input."""

    def __init__(self, count: int, *, search: bool) -> None:
        super().__init__()
        self._rows = rows(count)
        self._search = search

    def compose(self) -> ComposeResult:
        """The input, when searching, and the table."""
        if self._search:
            search = Input(compact=True)
            search.cursor_blink = False
            yield search
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill the table."""
        table = self.query_one(DataTable)
        table.add_columns(*COLUMNS)
        table.add_rows(self._rows)
        (self.query_one(Input) if self._search else table).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Fill the table anew, as an app without a list of its own must."""
        table = self.query_one(DataTable)
        table.clear()
        start = len(event.value)
        table.add_rows(self._rows[start:] + self._rows[:start])


if __name__ == "__main__":
    TableApp(int(sys.argv[1]), search="--search" in sys.argv).run()
