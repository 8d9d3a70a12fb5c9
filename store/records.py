"""What leaves the store: frozen records without a trace of the database.

Here are those that the list needs. Each costs a part of the start, so that others stand in modules of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Value = str | int | bool | date | tuple[str, ...] | None
"""What one customer field may hold; `store.fields` says which field holds which."""

DEFAULT_COLUMNS = ("photo", "name", "email", "phone", "points", "reason", "gift_card", "stores")
"""The manual's list columns by name (Actions, the last, is a key, not a value)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: stands on loyalty entries and import runs."""

    employee: str
    till: str


@dataclass(frozen=True, slots=True)
class Store:
    """A shop of the business. `code` may be ''."""

    id: int
    code: str
    name: str


class Status(StrEnum):
    """Which customers a list shows."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the list asks for. `order` is a column name; 'name' is the book's own order."""

    text: str = ""
    store_id: int | None = None
    loyalty: bool | None = None
    status: Status = Status.ACTIVE
    order: str = "name"
    descending: bool = False
    columns: tuple[str, ...] = DEFAULT_COLUMNS


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A row of the list: `values` stand in the order of the query's columns, unformatted.

    `cursor` is opaque: it marks the row's place in the query's order, for the page before or after it.
    """

    id: int
    active: bool
    values: tuple[Value, ...]
    cursor: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A run of rows in the query's order, and whether others stand before and after it."""

    rows: tuple[CustomerRow, ...]
    has_before: bool
    has_after: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many match; `capped` when counting stopped there ("1,000+")."""

    value: int
    capped: bool = False
