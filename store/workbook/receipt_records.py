"""Receipts and their lines, as an import reads and writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from store.workbook.headers import Sheet

Key = tuple[str, str]
"""A receipt's number and its store's name; '' for a receipt of no store."""

MONEY = (
    "gratuity", "discount", "card_service_charge", "online_order_service_charge", "total", "total_tip",
    "cash_discount", "item_service_charge",
)  # fmt: skip
RECEIPT_COLUMNS = ("paid_at", "service_type", "employee", *MONEY)
"""A receipt's columns beside its number, store and customer, in the order of a step."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A sheet of receipts' lines: its table, the columns after the place, how the place and the values are read."""

    sheet: Sheet
    table: str
    place: str
    texts: tuple[str, ...]
    numbers: tuple[tuple[str, int | None], ...]
    """Column and decimals; None for the currency's own."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns in the order of a step's values."""
        return (self.place, *self.texts, *(name for name, _ in self.numbers))


LINES: dict[Sheet, Lines] = {
    lines.sheet: lines
    for lines in (
        Lines(Sheet.ITEMS, "receipt_item", "position", ("item",), (("price", None), ("quantity", 3), ("amount", None))),
        Lines(Sheet.TAXES, "receipt_tax", "position", ("type",), (("rate", 3), ("amount", None))),
        Lines(Sheet.PAYMENTS, "receipt_payment", "number", ("type", "status", "auth_code", "transaction_number"),
              (("card_service_charge", None), ("amount", None))),
    )
}  # fmt: skip


@dataclass(slots=True)
class KnownReceipt:
    """A receipt as the book has it."""

    id: int
    key: Key
    customer_uid: str | None
    values: dict[str, Any]
    corrected_at: int = 0
    former: frozenset[str] = frozenset()


@dataclass(slots=True)
class Edit:
    """What a file would have otherwise about a receipt that the book has: columns, and lines by sheet.

    `moved` is what lines that differ do to the mark of the lines, `more` what those do that the book lacks.
    """

    changes: dict[str, Any] = field(default_factory=dict)
    changed: list[tuple[Sheet, list[Any]]] = field(default_factory=list)
    new: list[tuple[Sheet, list[Any]]] = field(default_factory=list)
    moved: int = 0
    more: int = 0

    def step(self, key: Key) -> list[Any]:
        """The step that does it."""
        lines = [[LINES[sheet].table, *line] for sheet, line in (*self.changed, *self.new)]
        return [*key, self.changes, lines]


@dataclass(slots=True)
class NewReceipt:
    """A receipt that the book lacks, with its lines by table, and what its file says of its past."""

    key: Key
    customer_uid: str | None
    values: list[Any]
    lines: dict[str, list[list[Any]]] = field(default_factory=lambda: {lines.table: [] for lines in LINES.values()})
    corrected_at: int = 0
    former: str | None = None

    def step(self, row: int) -> list[Any]:
        """The step that makes it."""
        return [row, *self.key, self.customer_uid, [*self.values, self.corrected_at, self.former], self.lines]
