"""The receipts of a customer: which time and how many, the headings, the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.gate import plain
from tui.receipt_period import ChosenPeriod
from tui.widgets.receipt_table import ReceiptTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from store.currency import Currency
    from store.receipt_records import ReceiptRow
    from tui.customer_figures import Receipts

NO_RECEIPTS = "There are no receipts in this period; F5 chooses another."
NEVER = "There are no receipts yet."


class CustomerReceipts(Vertical):
    """Rows come from `fetch(offset, limit)` as they come near the screen. `table` takes the keys."""

    def __init__(self, identity: str, fetch: Callable[[int, int], Sequence[ReceiptRow]]) -> None:
        super().__init__(id=identity)
        self.table = ReceiptTable("receipts")
        self._fetch = fetch
        self._found: Receipts | None = None
        self._period = ChosenPeriod()
        self._above = Static("", id="above", markup=False)
        self._headings = Static("", id="headings", markup=False)

    def compose(self) -> ComposeResult:
        """Two lines above the table."""
        yield self._above
        yield self._headings
        yield self.table

    def show(self, found: Receipts, money: Currency, *, with_stores: bool, cursor: int = 0) -> None:
        """Show the receipts of a period."""
        self._found, self._period = found, found.period
        self.table.amount, self.table.with_stores = money.show, with_stores
        self.table.show(found.count, self._fetch, first=found.first, cursor=cursor)
        self.say()

    def forget(self) -> None:
        """Show none until others are read."""
        self._found = None
        self.table.show(0, self._fetch)
        self.say()

    def on_resize(self) -> None:
        """The headings stand above their columns."""
        self.say()

    def say(self) -> None:
        """The period and how many receipts it has, and the headings; or that it has none."""
        found = self._found
        many = "" if found is None else f": {found.count:,} receipt{'' if found.count == 1 else 's'}"
        self._above.update(Content.assemble(("Receipts", "bold $accent"), f"  {self._period.words}{many}"))
        nothing = found is not None and not found.count
        if nothing:
            headings = NEVER if self._period == ChosenPeriod() else NO_RECEIPTS
        else:
            headings = "" if found is None else self.table.heading(self.table.size.width or self.app.size.width)
        self._headings.update(plain(headings))
        self._headings.set_class(nothing, "-nothing")
