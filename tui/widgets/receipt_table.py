"""A customer's receipts, newest first, read by the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.fields import show_date
from tui.gate import shown
from tui.widgets.line_list import fit
from tui.widgets.paged_list import PagedList
from tui.widgets.table_columns import CLIPPED, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from store.receipt_records import ReceiptRow
    from tui.widgets.line_list import Span

HEADINGS = ("Receipt No", "Date Created", "Receipt Amount", "Store")
_NUMBER, _DATE, _AMOUNT, _STORE = 18, 12, 20, 40
_NUMBER_LEAST, _AMOUNT_LEAST, _STORE_LEAST = 8, 14, 8
_GAP = 2


class ReceiptTable(PagedList["ReceiptRow"]):
    """Receipt No, Date Created, Receipt Amount, and the store where there are several."""

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self.with_stores = False
        """Whether the store is shown."""
        self.amount: Callable[[Decimal], str] = str
        """Writes money."""

    def heading(self, width: int) -> str:
        """The line of headings that belongs above the rows."""
        return cut(self._columns(HEADINGS, width), width)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One receipt."""
        row: ReceiptRow | None = self.row(index)
        if row is None:
            return ()
        cells = (row.number, show_date(row.paid_at.date()), shown(self.amount(row.amount)), row.store)
        return ((self._columns(cells, width), ""),)

    def press(self, key: str) -> bool:
        """Up on the first row leads out of the table."""
        return False if key in {"up", "pageup"} and not self.cursor else super().press(key)

    def _columns(self, cells: tuple[str, str, str, str], width: int) -> str:
        number, on, amount, store = cells
        room = width - 1 - _DATE - 2 * _GAP
        number_room = min(max(room - _AMOUNT, _NUMBER_LEAST), _NUMBER)
        amount_room = min(max(room - number_room, _AMOUNT_LEAST), _AMOUNT)
        if len(amount) > amount_room:
            amount = CLIPPED  # half a number would be another number
        gap = " " * _GAP
        line = f" {fit(number, number_room)}{gap}{fit(on, _DATE)}{gap}{fit(amount, amount_room, right=True)}"
        store_room = min(width - len(" ") - number_room - _DATE - amount_room - 4 * _GAP, _STORE)
        return line + gap * 2 + fit(store, store_room) if self.with_stores and store_room >= _STORE_LEAST else line
