"""The numbers behind both charts as a table: for a screen reader, or a line too bad for pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from tui.customer_figures import DAYS, MONTHS, NET, WEEKDAYS
from tui.gate import plain
from tui.page import Dialog
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from store.currency import Currency
    from store.receipt_records import Bar, Metrics
    from tui.widgets.line_list import Span

HINT = "Up, Down: move   Esc: close"
OTHER_LINES = 9
"""Lines of the dialog that are no rows, and those around it."""
_AMOUNT = 20


def rows(metrics: Metrics) -> list[tuple[str, Bar | None]]:
    """The table's rows: the title of a series, then its bars, newest first; weekdays in their order."""
    series: tuple[tuple[str, Sequence[Bar]], ...] = (
        (MONTHS, metrics.months[::-1]),
        (DAYS, metrics.days[::-1]),
        (WEEKDAYS, metrics.weekdays),
    )
    return [row for title, bars in series for row in ((title, None), *((bar.words, bar) for bar in bars))]


class NumbersTable(LineList):
    """Words and amount, a line each."""

    def __init__(self, metrics: Metrics, currency: Currency) -> None:
        super().__init__("numbers")
        self._rows = rows(metrics)
        self._currency = currency

    def count(self) -> int:
        """Titles and bars."""
        return len(self._rows)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """A series' title, or a bar."""
        words, bar = self._rows[index]
        if bar is None:
            return ((fit(words, width), "accent"),)
        amount = min(_AMOUNT, width // 2)
        return (
            (fit(f"  {words}", width - amount - 1), ""),
            (fit(self._currency.show(bar.amount), amount, right=True) + " ", ""),
        )


class NumbersDialog(Dialog[None]):
    """Closes without a result."""

    HEADING = "The charts as numbers"

    def __init__(self, *, metrics: Metrics, currency: Currency) -> None:
        super().__init__()
        self._table = NumbersTable(metrics, currency)

    def compose(self) -> ComposeResult:
        """The table and what the keys do."""
        with Vertical(classes="dialog"):
            yield Static(plain(self.HEADING), classes="dialog-title")
            yield self._table
            yield Static(plain(f"{NET}\n{HINT}"), classes="dialog-hint")

    def on_mount(self) -> None:
        """As many lines as there are numbers, or as fit."""
        self._table.styles.height = min(self._table.count(), max(self.app.size.height - OTHER_LINES, 4))
        self._table.reset(0)
        self._table.focus()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Enter opened it, and Enter closes it."""
        message.stop()
        self.dismiss(None)
