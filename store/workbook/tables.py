"""What an export says: for each sheet its columns, where their values stand in the book, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import settings
from store.fields import FIELDS, Field, Kind, countries
from store.workbook import writer
from store.workbook.headers import LABELS, SETTINGS, Sheet
from store.workbook.writer import Choices, Column, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Book
    from store.settings import Setting

UNIT = "minor_units"
"""Stands in the SQL of an amount for how many minor units make one of money, which is a setting of the book."""


@dataclass(frozen=True, slots=True)
class Source:
    """A column, the SQL of its values, and by name how they become cells (see `values.Values`).

    `when_shared`: the column is there only when two stores use one receipt number.
    """

    column: Column
    sql: str
    shown: str = ""
    when_shared: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of the export: `tables` is a FROM clause whose first table has a row for each of the sheet's.

    `order` is one that an index gives, so that the rows can be streamed. An export of changes has the rows whose column
    `chosen` is among the ids of `folder_marks.Changed` by the name `chosen_by`; without a column it has them all.
    `kept` is a condition that all rows of the sheet meet.
    """

    sheet: Sheet
    tables: str
    order: str
    sources: tuple[Source, ...]
    chosen: str = ""
    chosen_by: str = ""
    kept: str = ""

    @property
    def first_table(self) -> str:
        """The table whose rows are the sheet's."""
        return self.tables.partition(" ")[0]


NOT_ERASED = "customer.uid NOT IN (SELECT uid FROM erased_person)"
"""The condition for customers who were not erased on request."""
_STORE_IDS = "coalesce((SELECT group_concat(store_id) FROM customer_store WHERE customer_id = customer.id), '')"
_KINDS: dict[Kind, tuple[Style, str, str]] = {
    Kind.UID: (Style.KEY, "customer.{name}", ""),
    Kind.DATE: (Style.DATE, "customer.{name}", "date"),
    Kind.WHOLE: (Style.WHOLE, "customer.{name}", ""),
    Kind.COUNTRY: (Style.TEXT, "customer.{name}", "country"),
    Kind.STORES: (Style.TEXT, _STORE_IDS, "stores"),
    Kind.TOGGLE: (Style.TEXT, "iif(customer.{name}, '{yes}', '{no}')", ""),
    Kind.STATUS: (Style.TEXT, "iif(customer.{name}, '{yes}', '{no}')", ""),
}
"""Style, SQL and way of being shown of the kinds of field that are more than a text."""
_TEXT = (Style.TEXT, "coalesce(customer.{name}, '')", "")


def _choices(field: Field, store_names: Sequence[str]) -> Choices | None:
    match field.kind:
        case Kind.STORES:
            return Choices(tuple(store_names), many=True) if store_names else None
        case Kind.COUNTRY:
            return Choices(tuple(countries().values()))
        case _:
            return Choices(field.choices) if field.choices else None


def customer_source(field: Field, store_names: Sequence[str]) -> Source:
    """The column of a customer field."""
    style, pattern, shown = _KINDS.get(field.kind, _TEXT)
    yes, no = (*field.choices, "", "")[:2]
    width = max(field.width, len(field.label) + 3)
    column = Column(field.label, style, width, _choices(field, store_names))
    return Source(column, pattern.format(name=field.name, yes=yes, no=no), shown)


def customers(store_names: Sequence[str], fields: Sequence[Field] = FIELDS) -> Table:
    """The sheet Customers in the book's order, with the given fields."""
    sources = tuple(customer_source(field, store_names) for field in fields)
    return Table(Sheet.CUSTOMERS, "customer", "customer.ord", sources, "customer.id", "customers", NOT_ERASED)


def _source(
    sheet: Sheet, name: str, sql: str, style: Style = Style.TEXT, *, width: int = 14, shown: str = ""
) -> Source:
    return Source(Column(LABELS[sheet][name], style, width), sql, shown)


def _amount(sheet: Sheet, name: str, column: str) -> Source:
    return _source(sheet, name, f"{column} / {UNIT}", Style.MONEY, width=max(10, len(LABELS[sheet][name]) + 3))


def _who(sheet: Sheet) -> tuple[Source, ...]:
    return (
        _source(sheet, "customer_uid", "coalesce(customer.uid, '')", Style.KEY, width=36),
        _source(sheet, "email", "coalesce(customer.email, '')", width=28),
        _source(sheet, "customer", "coalesce(trim(customer.first_name || ' ' || customer.last_name), '')", width=24),
    )


def _of_receipt(sheet: Sheet) -> tuple[Source, ...]:
    """What ties a row to its receipt: the number, and the store where the number alone does not tell."""
    number = _source(sheet, "number", "coalesce(receipt.number, '')", width=16)
    store = _source(sheet, "store", "coalesce(store.name, '')", width=16)
    return number, Source(store.column, store.sql, when_shared=True)


def _part(sheet: Sheet, table: str, position: str, sources: tuple[Source, ...]) -> Table:
    tables = (
        f"{table} INDEXED BY {table}_receipt_id CROSS JOIN receipt ON receipt.id = {table}.receipt_id"
        " LEFT JOIN store ON store.id = receipt.store_id"
    )
    order = f"{table}.receipt_id, {table}.{position}, {table}.id"
    return Table(sheet, tables, order, (*_of_receipt(sheet), *sources), f"{table}.receipt_id", "receipts")


_L, _R, _I, _T, _P, _F = (
    Sheet.LOYALTY, Sheet.RECEIPTS, Sheet.ITEMS, Sheet.TAXES, Sheet.PAYMENTS, Sheet.FEEDBACK,
)  # fmt: skip

STORES = Table(Sheet.STORES, "store", "store.name, store.id", (
    _source(Sheet.STORES, "code", "store.code"),
    _source(Sheet.STORES, "name", "store.name", width=24),
))  # fmt: skip

_ENTRIES = "loyalty_entry CROSS JOIN customer ON customer.id = loyalty_entry.customer_id AND NOT loyalty_entry.opening"
LOYALTY = Table(_L, _ENTRIES, "loyalty_entry.id", (
    _source(_L, "uid", "loyalty_entry.uid", Style.KEY, width=36),
    *_who(_L),
    _source(_L, "points", "loyalty_entry.points", Style.WHOLE, width=9),
    _source(_L, "reason", "loyalty_entry.reason", width=20),
    Source(Column("Employee", width=18), "loyalty_entry.employee"),
    _source(_L, "till", "loyalty_entry.till"),
    _source(_L, "date", "loyalty_entry.at", Style.TIME, width=18, shown="moment"),
), "loyalty_entry.customer_id", "customers")  # fmt: skip

RECEIPTS = Table(
    _R,
    "receipt LEFT JOIN customer ON customer.id = receipt.customer_id LEFT JOIN store ON store.id = receipt.store_id",
    "receipt.id",
    (
        _source(_R, "number", "receipt.number", width=16),
        *_who(_R),
        _source(_R, "store", "coalesce(store.name, '')", width=16),
        _source(_R, "date", "receipt.paid_at", Style.TIME, width=18, shown="moment"),
        _source(_R, "service_type", "receipt.service_type"),
        _source(_R, "employee", "receipt.employee", width=18),
        *(
            _amount(_R, name, f"receipt.{name}")
            for name in (
                "gratuity", "discount", "card_service_charge", "online_order_service_charge",
                "total", "total_tip", "cash_discount", "item_service_charge",
            )
        ),
    ),
    "receipt.id",
    "receipts",
)  # fmt: skip

ITEMS = _part(_I, "receipt_item", "position", (
    _source(_I, "item", "receipt_item.item", width=28),
    _amount(_I, "price", "receipt_item.price"),
    _source(_I, "quantity", "receipt_item.quantity / 1000.0", Style.NUMBER, width=8),
    _amount(_I, "amount", "receipt_item.amount"),
))  # fmt: skip

TAXES = _part(_T, "receipt_tax", "position", (
    _source(_T, "type", "receipt_tax.type", width=20),
    _source(_T, "rate", "receipt_tax.rate / 1000.0", Style.RATE, width=9),
    _amount(_T, "amount", "receipt_tax.amount"),
))  # fmt: skip

PAYMENTS = _part(_P, "receipt_payment", "number", (
    _source(_P, "payment_number", "receipt_payment.number", Style.WHOLE, width=13),
    _source(_P, "type", "receipt_payment.type"),
    _amount(_P, "card_service_charge", "receipt_payment.card_service_charge"),
    _amount(_P, "amount", "receipt_payment.amount"),
    _source(_P, "status", "receipt_payment.status", width=12),
    _source(_P, "auth_code", "receipt_payment.auth_code", width=12),
    _source(_P, "transaction_number", "receipt_payment.transaction_number", width=18),
))  # fmt: skip

FEEDBACK = Table(
    _F,
    "feedback CROSS JOIN customer ON customer.id = feedback.customer_id"
    " LEFT JOIN receipt ON receipt.id = feedback.receipt_id LEFT JOIN store ON store.id = receipt.store_id",
    "feedback.id",
    (
        _source(_F, "customer_uid", "customer.uid", Style.KEY, width=36),
        *_of_receipt(_F),
        _source(_F, "rating", "iif(feedback.positive, 'Positive', 'Negative')", width=10),
        _source(_F, "comment", "feedback.comment", width=48),
        _source(_F, "date", "feedback.on_date", Style.DATE, width=12, shown="date"),
    ),
    "feedback.id",
    "feedback",
)

EVERYTHING_ELSE = (STORES, LOYALTY, RECEIPTS, ITEMS, TAXES, PAYMENTS, FEEDBACK)
"""What an export of everything has after the sheet Customers."""


def settings_sheet(book: Book) -> writer.Sheet:
    """What head office needs to know of the shop and its programme. What is secret, or a till's own, has no label."""
    columns = (Column("Setting", width=26), Column("Value", width=48))
    rows: list[tuple[writer.Cell, ...]] = [
        (about.label, line)
        for about in settings.DESCRIPTIONS.values()
        if about.label and not about.secret
        for line in _setting_lines(settings.get(book, about.name))
    ]
    return writer.Sheet(SETTINGS, columns, [rows])


def _setting_lines(value: Setting) -> Sequence[str]:
    """A setting as cells: a list is a row for each of its values."""
    match value:
        case bool():
            return ("On" if value else "Off",)
        case list():
            return value
        case _:
            return (str(value),)
