"""What the export form says, and what it asks for."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from store.exchange import ExportRequest
from tui import list_words
from tui.folders import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.exchange import ExportResult
    from store.records import ListQuery, Store

SUFFIXES = (".xlsx", ".csv")
FORMATS = ("Workbook (.xlsx), for Excel and LibreOffice", "Plain text (.csv), the customers alone")


class What(Enum):
    """What can be exported, in the form's order."""

    LIST = "The list as it is shown"
    EVERYTHING = "Everything: customers, stores, points, receipts and feedback"
    CUSTOMERS = "All customers, inactive too, with every column"


def request_for(what: What, query: ListQuery) -> ExportRequest:
    """What the exporter is asked for."""
    if what is What.LIST:
        return ExportRequest(query)
    return ExportRequest(customers_only=what is What.CUSTOMERS)


def list_choice(query: ListQuery, count: int, stores: Sequence[Store]) -> str:
    """The list as shown, in words: how many, which, and how many columns."""
    customers = counted(count, "customer")
    found = f", matching '{query.text}'" if query.text else ""
    only = list_words.filter_words(query, stores)
    return f"{What.LIST.value}: {customers}, {len(query.columns)} columns{found}{f' ({only})' if only else ''}"


def file_name(suffix: str, today: date | None = None) -> str:
    """The name proposed for an export: `customers-2026-11-22.xlsx`; sorted by name is sorted by day."""
    return f"customers-{today or date.today():%Y-%m-%d}{suffix}"  # noqa: DTZ011 (the day on this till's clock)


def with_suffix(text: str, suffix: str) -> str:
    """A typed path with the ending of another format."""
    for known in SUFFIXES:
        if text.lower().endswith(known):
            return text[: -len(known)] + suffix
    return text


def result_words(result: ExportResult) -> str:
    """`Exported 1,234 customers to`, and how many other rows went with them; the path is to follow."""
    customers = result.sheets.get("Customers", 0)
    others = sum(result.sheets.values()) - customers
    more = f" and {counted(others, 'other row')}" if others else ""
    return f"Exported {counted(customers, 'customer')}{more} to"
