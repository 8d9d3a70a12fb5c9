"""The office's workbooks, imported once for all tests, and their figures worked out of the sheets alone."""

from __future__ import annotations

import fcntl
import os
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineWorkbook

from store import settings
from store.database import open_book
from tests.conftest import SAMPLES
from tests.store.workbook.importing import run_import

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    import pytest

ZONE = "Pacific/Auckland"
"""There it is the next day already when it is noon in UTC, and the clock changes twice in the workbook's time."""
CENT = Decimal("0.01")
_ADDED = ("Total Tip", "Gratuity", "CC Service Charge", "Online Order Service Charge", "Item Service Charge")


def imported(factory: pytest.TempPathFactory) -> Path:
    """A book with the office's customers and receipts; made by whichever of the workers comes first."""
    base = factory.getbasetemp()
    path = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "office.db"
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            making = path.with_suffix(".making")
            with closing(open_book(making)) as book:
                settings.put(book, "time_zone", ZONE)
                for name in ("office-customers.xlsx", "office-receipts.xlsx"):
                    run_import(book, SAMPLES / name)
                book.checkpoint(truncate=True)
            making.rename(path)
    return path


@dataclass
class Row:
    """A receipt as the sheets have it; every number is what its cell shows."""

    number: str
    customer_uid: str
    store: str
    at: datetime
    cells: dict[str, Any]
    items: list[dict[str, Any]] = field(default_factory=list)
    taxes: list[dict[str, Any]] = field(default_factory=list)
    payments: list[dict[str, Any]] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """As its cell says."""
        return amount(self.cells["Total"])

    @property
    def net(self) -> Decimal:
        """The total without what is not the shop's own: taxes, tips and charges."""
        return (
            self.total
            - sum(amount(tax["Amount"]) for tax in self.taxes)
            - sum(amount(self.cells[name]) for name in _ADDED)
        )


def amount(cell: float) -> Decimal:
    """A cell's number to the cent."""
    return Decimal(str(cell)).quantize(CENT, ROUND_HALF_UP)


@lru_cache(maxsize=1)
def sheets() -> tuple[dict[str, Row], list[dict[str, Any]]]:
    """Every receipt of the workbook by its number, and the feedback."""
    workbook = CalamineWorkbook.from_path(str(SAMPLES / "office-receipts.xlsx"))

    def rows(name: str) -> list[dict[str, Any]]:
        header, *lines = workbook.get_sheet_by_name(name).to_python()
        return [dict(zip(header, line, strict=True)) for line in lines]

    receipts = {
        cells["Receipt Number"]: Row(
            cells["Receipt Number"], cells["Customer UID"], cells["Store"], cells["Date"], cells
        )
        for cells in rows("Receipts")
    }
    for name, of in (("Receipt Items", "items"), ("Receipt Taxes", "taxes"), ("Receipt Payments", "payments")):
        for cells in rows(name):
            getattr(receipts[cells["Receipt Number"]], of).append(cells)
    return receipts, rows("Feedback")


@dataclass
class Figures:
    """One customer's, by month and day as they are called in the calendar."""

    visits: int = 0
    sale_amount: Decimal = Decimal(0)
    months: dict[tuple[int, int], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    days: dict[date, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    weekdays: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    bought: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    positive: int = 0
    negative: int = 0

    def average(self, weekday: int) -> Decimal:
        """Spent on this day of the week, on the days on which anything was bought."""
        days = len(self.bought[weekday])
        return (self.weekdays[weekday] / days).quantize(CENT, ROUND_HALF_UP) if days else Decimal("0.00")


def figures(today: date) -> dict[str, Figures]:
    """The figures of every customer by UID, as of a day: a pass over the sheets in plain Python."""
    found: dict[str, Figures] = defaultdict(Figures)
    receipts, feedback = sheets()
    for row in receipts.values():
        of, day = found[row.customer_uid], row.at.date()
        of.visits += 1
        of.sale_amount += row.total
        age = (today.year - day.year) * 12 + today.month - day.month
        if day <= today and age < 12:
            of.months[day.year, day.month] += row.net
            of.days[day] += row.net
            of.weekdays[day.weekday()] += row.net
            of.bought[day.weekday()].add(day)
    for said in feedback:
        of = found[said["Customer UID"]]
        if said["Rating"] == "Positive":
            of.positive += 1
        else:
            of.negative += 1
    return found
