"""Which column of a sheet is which field: headers by name, in any order and case, with the aliases people use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from store import fields, folding
from store.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEADER_ROWS = 10
"""The header stands in one of this many first rows."""
EXPORTERS_OWN = "sync"
"""The column, and the hidden sheet `_sync`, that carry the exporter's own state: passed over without a word."""

STATUS = "Regulars Status"
"""The column in which a returned workbook says what became of each row: passed over without a word as well."""
SETTINGS = "Settings"
"""The sheet that tells head office how the shop is set up. Nothing is read from it."""


class Sheet(StrEnum):
    """The sheets of a workbook, by the name they are written with."""

    CUSTOMERS = "Customers"
    STORES = "Stores"
    LOYALTY = "Loyalty"
    RECEIPTS = "Receipts"
    ITEMS = "Receipt Items"
    TAXES = "Receipt Taxes"
    PAYMENTS = "Receipt Payments"
    FEEDBACK = "Feedback"


_SHEET_ALIASES: dict[str, Sheet] = {
    "customer": Sheet.CUSTOMERS, "clients": Sheet.CUSTOMERS, "guests": Sheet.CUSTOMERS,
    "store": Sheet.STORES, "shops": Sheet.STORES, "locations": Sheet.STORES,
    "loyalty points": Sheet.LOYALTY, "points": Sheet.LOYALTY, "loyalty entries": Sheet.LOYALTY,
    "receipt": Sheet.RECEIPTS, "sales": Sheet.RECEIPTS,
    "items": Sheet.ITEMS, "taxes": Sheet.TAXES, "payments": Sheet.PAYMENTS,
    "feedbacks": Sheet.FEEDBACK, "reviews": Sheet.FEEDBACK,
}  # fmt: skip

BOTH_NAMES = "name"
"""The column that holds first and last name together."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a sheet may have: the name code uses, the header we write, other headers people write."""

    name: str
    label: str
    aliases: tuple[str, ...] = ()


_UID = Column("customer_uid", "Customer UID", ("uid", "customer uuid"))
_EMAIL = Column("email", "E-Mail", ("email", "e-mail address", "email address", "mail"))
_CUSTOMER = Column("customer", "Customer", ("customer name", "name", "full name"))
_NUMBER = Column("number", "Receipt Number", ("receipt no", "receipt no.", "receipt", "receipt #"))
_STORE = Column("store", "Store", ("store name", "shop"))
_EMPLOYEE = Column("employee", "Employee Name", ("employee", "cashier", "server", "staff"))
_AMOUNT = Column("amount", "Amount", ("amt", "sum"))
_DATE = Column("date", "Date", ("date and time", "date/time", "time", "paid at", "created"))

COLUMNS: dict[Sheet, tuple[Column, ...]] = {
    Sheet.CUSTOMERS: (
        *(Column(field.name, field.label, field.aliases) for field in fields.FIELDS),
        Column(BOTH_NAMES, fields.NAME_LABEL, fields.NAME_ALIASES),
    ),
    Sheet.STORES: (
        Column("code", "Store Code", ("code", "store no", "store number")),
        Column("name", "Store", ("store name", "name", "shop")),
    ),
    Sheet.LOYALTY: (
        Column("uid", "Entry UID", ("entry", "entry uuid")), _UID, _EMAIL, _CUSTOMER,
        Column("points", "Points", ("loyalty points", "change")),
        Column("reason", "Reason", ("loyalty reason",)), _EMPLOYEE,
        Column("till", "Till", ("terminal", "register")), _DATE,
    ),
    Sheet.RECEIPTS: (
        _NUMBER, _UID, _EMAIL, _CUSTOMER, _STORE, _DATE,
        Column("service_type", "Service Type", ("service",)), _EMPLOYEE,
        Column("gratuity", "Gratuity"), Column("discount", "Discount"),
        Column("card_service_charge", "CC Service Charge", ("card service charge",)),
        Column("online_order_service_charge", "Online Order Service Charge"),
        Column("total", "Total", ("grand total",)), Column("total_tip", "Total Tip", ("tip",)),
        Column("cash_discount", "Cash Discount"), Column("item_service_charge", "Item Service Charge"),
    ),
    Sheet.ITEMS: (
        _NUMBER, _STORE, Column("item", "Item", ("item name", "product")), Column("price", "Price", ("unit price",)),
        Column("quantity", "Qty", ("quantity",)), _AMOUNT,
    ),
    Sheet.TAXES: (
        _NUMBER, _STORE, Column("type", "Type", ("tax", "tax type")), Column("rate", "Rate %", ("rate", "tax rate")),
        _AMOUNT,
    ),
    Sheet.PAYMENTS: (
        _NUMBER, _STORE, Column("payment_number", "Payment No", ("payment no.", "payment number", "no")),
        Column("type", "Type", ("payment type", "method")),
        Column("card_service_charge", "CC Service Charge", ("card service charge",)), _AMOUNT,
        Column("status", "Status"), Column("auth_code", "Auth Code", ("authorization code", "auth")),
        Column("transaction_number", "Transaction No", ("transaction no.", "transaction number", "transaction")),
    ),
    Sheet.FEEDBACK: (
        _UID, _EMAIL, _CUSTOMER, _NUMBER, _STORE, Column("rating", "Rating", ("feedback", "experience")),
        Column("comment", "Comment", ("comments",)), _DATE,
    ),
}  # fmt: skip
"""What each sheet may hold, in the order we write it."""

REQUIRED: dict[Sheet, tuple[str, ...]] = {
    Sheet.CUSTOMERS: (),
    Sheet.STORES: ("name",),
    Sheet.LOYALTY: ("points",),
    Sheet.RECEIPTS: ("number", "date"),
    Sheet.ITEMS: ("number", "item"),
    Sheet.TAXES: ("number", "type"),
    Sheet.PAYMENTS: ("number", "amount"),
    Sheet.FEEDBACK: ("rating",),
}
"""Columns without which a sheet says nothing."""

_WHO = ("uid", "id_number", "email", "first_name", "last_name", BOTH_NAMES)

LABELS: dict[Sheet, dict[str, str]] = {
    sheet: {column.name: column.label for column in columns} for sheet, columns in COLUMNS.items()
}
"""The header of each column by its name in code."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header row that was understood: `at` says which column holds what; `row` is as the spreadsheet counts."""

    row: int
    at: Mapping[str, int]
    unknown: tuple[str, ...]


def sheet_named(name: str) -> Sheet | None:
    """The sheet a tab's name stands for, whatever its case."""
    return _SHEETS.get(_plain(name))


_PART = re.compile(r"(.+) part (\d{1,4})", re.IGNORECASE)


def part_name(name: str, number: int) -> str:
    """The tab of a sheet's part, counted from 1. No spreadsheet program gives a copy such a name."""
    return name if number == 1 else f"{name} part {number}"


def sheet_and_part(name: str) -> tuple[Sheet | None, int]:
    """The sheet a tab's name stands for, and which part of it."""
    found = _PART.fullmatch(name.strip())
    return (sheet_named(found[1]), int(found[2])) if found else (sheet_named(name), 1)


def is_exporters_own(name: str) -> bool:
    """Whether a tab is the exporter's: its hidden state, the values of its drop-downs (`_lists`), its settings."""
    return _plain(name) in {EXPORTERS_OWN, "lists", _plain(SETTINGS)}


def is_status(text: object) -> bool:
    """Whether a cell is the header of a returned workbook's own column."""
    return isinstance(text, str) and _plain(text) == _STATUS


def find_header(sheet: Sheet, rows: Iterable[Sequence[object]]) -> Header | None:
    """The first row that reads best as this sheet's header; None when no row is usable.

    Raises WorkbookError when the same field stands there twice.
    """
    best: tuple[int, int, list[str]] | None = None
    names = _NAMES[sheet]
    for number, cells in enumerate(rows, 1):
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        known = len({names[plain] for text in texts if (plain := _plain(text)) in names})
        if known and (best is None or known > best[0]):
            best = (known, number, texts)
    if best is None:
        return None
    header = _read_header(sheet, best[1], best[2])
    return header if _usable(sheet, header) else None


def _read_header(sheet: Sheet, row: int, texts: Sequence[str]) -> Header:
    at: dict[str, int] = {}
    unknown = []
    for column, text in enumerate(texts):
        plain = _plain(text)
        if not plain or plain in {EXPORTERS_OWN, _STATUS}:
            continue
        if (name := _NAMES[sheet].get(plain)) is None:
            unknown.append(text)
        elif name in at:
            raise WorkbookError(
                f"Sheet {sheet} has {LABELS[sheet][name]} twice ({texts[at[name]]!r} and {text!r}). "
                "Remove one of the two columns and import again."
            )
        else:
            at[name] = column
    return Header(row, at, tuple(unknown))


def _usable(sheet: Sheet, header: Header) -> bool:
    if sheet is Sheet.CUSTOMERS:
        return any(name in header.at for name in _WHO)
    return all(name in header.at for name in REQUIRED[sheet])


def looks_like_customers(header: Header | None) -> bool:
    """Whether a sheet of another name holds customers: who they are, and at least one thing more."""
    return header is not None and len(header.at) >= 2 and any(name in header.at for name in _WHO)


def no_header(sheet_name: str, rows: Sequence[Sequence[object]]) -> WorkbookError:
    """Why a sheet is refused, with the headers it does have."""
    first = next((row for row in rows if any(str(cell or "").strip() for cell in row)), ())
    has = [fields.clean_line(str(cell))[:40] for cell in first if str(cell or "").strip()][:12]
    words = f"Its first row says: {', '.join(has)}." if has else "It is empty."
    return WorkbookError(
        f"Sheet {sheet_name} has no column that Regulars knows, such as First Name, Last Name or E-Mail. {words}"
    )


_MARKS = re.compile(r"[\s_*:]+")


def _plain(text: str) -> str:
    return _MARKS.sub(" ", folding.fold(text)).strip()


_STATUS = _plain(STATUS)
_SHEETS: dict[str, Sheet] = {_plain(sheet): sheet for sheet in Sheet} | _SHEET_ALIASES
_NAMES: dict[Sheet, dict[str, str]] = {
    sheet: {_plain(text): column.name for column in columns for text in (*column.aliases, column.label)}
    for sheet, columns in COLUMNS.items()
}
