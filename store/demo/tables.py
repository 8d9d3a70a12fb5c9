"""Rows gathered for the book's tables, written many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.database import Book

_COLUMNS: dict[str, tuple[str, ...]] = {
    "customer": (
        "id", "uid", "ord", "name_key", "first_name", "last_name", "email", "phone", "phone_digits", "gender",
        "date_of_birth", "id_number", "nationality", "gate_code", "anniversary", "notes", "loyalty", "points",
        "reason", "gift_card", "address_line1", "address_line2", "city", "state", "zip_code", "country", "enrolled",
        "active", "has_photo",
    ),
    "customer_store": ("customer_id", "store_id"),
    "customer_photo": ("customer_id", "media_type", "image"),
    "customer_search": ("rowid", "words"),
    "loyalty_entry": ("uid", "customer_id", "points", "reason", "employee", "till", "at"),
    "receipt": (
        "id", "store_id", "number", "customer_id", "paid_at", "service_type", "employee", "gratuity", "discount",
        "card_service_charge", "online_order_service_charge", "total", "total_tip", "cash_discount",
        "item_service_charge",
    ),
    "receipt_item": ("receipt_id", "position", "item", "price", "quantity", "amount"),
    "receipt_tax": ("receipt_id", "position", "type", "rate", "amount"),
    "receipt_payment": (
        "receipt_id", "number", "type", "card_service_charge", "amount", "status", "auth_code", "transaction_number",
    ),
    "feedback": ("uid", "customer_id", "receipt_id", "positive", "comment", "on_date"),
}  # fmt: skip
"""Parents before children: in this order they are written."""


class Rows:
    """Rows that wait, by table."""

    def __init__(self) -> None:
        self.of: dict[str, list[tuple[object, ...]]] = {table: [] for table in _COLUMNS}
        """Append to the list of a table; values stand in the order of its columns above."""
        self.written = 0
        """Rows written so far."""

    def write(self, book: Book) -> None:
        """Put every waiting row into the book, within the caller's transaction."""
        connection = book.raw()
        for table, rows in self.of.items():
            if rows:
                columns = _COLUMNS[table]
                marks = ", ".join("?" * len(columns))
                with book.faults():
                    connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608
                self.written += len(rows)
                rows.clear()
