"""What the metrics page shows beside the customer's own fields, read in one go, and the tiles and words made of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tui.gate import shown
from tui.widgets.paged_list import PAGE_ROWS
from tui.widgets.tiles import Tile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.currency import Currency
    from store.database import Book
    from store.receipt_records import Metrics, ReceiptRow
    from tui.receipt_period import ChosenPeriod

WAITING = "…"
MONTHS = "Last Month Sales: net, 12 months"
DAYS, WEEKDAYS = "Avg. Daily Spent: past 7 days, net", "Avg. Daily Spent: by weekday, net"
"""The manual's words for the charts, and what they are of."""
NET = "Net is without tax, tips and service charges."
NO_POINTS = "-"
TILES: tuple[tuple[str, str, str], ...] = (
    ("visits", "Number of Visits", "blue"),
    ("sales", "Sale Amount", "cyan"),
    ("points", "Loyalty Points", "yellow"),
    ("positive", "Positive Feedback", "green"),
    ("negative", "Negative Feedback", "violet"),
)
"""The manual's tiles in its order: a name, the words, a colour."""


@dataclass(frozen=True, slots=True)
class Receipts:
    """A customer's receipts of a period: how many, and the first page."""

    period: ChosenPeriod
    count: int
    first: Sequence[ReceiptRow]


@dataclass(frozen=True, slots=True)
class Figures:
    """One customer's figures and receipts as they were at one moment.

    `points_name` is what points are called here, `enrolled` whether the customer is in the programme.
    """

    customer_id: int
    metrics: Metrics
    currency: Currency
    points_name: str
    enrolled: bool
    several_stores: bool
    receipts: Receipts


def read(book: Book, customer_id: int, period: ChosenPeriod) -> Figures:
    """Read everything. Takes its time where there are many receipts: call it in a thread."""
    from store import currency, customers, metrics, programme, stores

    money = currency.of(book)
    money.show(Decimal(0))  # reads the locale's marks, here and not while the screen is painted
    return Figures(
        customer_id,
        metrics.of(book, customer_id, today=metrics.today(book)),
        money,
        programme.of(book).currency,
        customers.get(book, customer_id).loyalty,
        len(stores.all_stores(book)) > 1,
        read_receipts(book, customer_id, period),
    )


def read_receipts(book: Book, customer_id: int, period: ChosenPeriod) -> Receipts:
    """How many receipts the period has, and its first page."""
    from store import metrics, receipts

    days = period.days(metrics.today(book))
    return Receipts(
        period,
        receipts.how_many(book, customer_id, days),
        receipts.page(book, customer_id, days, offset=0, limit=PAGE_ROWS),
    )


def tiles(figures: Figures | None) -> list[Tile]:
    """The tiles; without figures they wait for them."""
    if figures is None:
        return [Tile(name, label, WAITING, color) for name, label, color in TILES]
    found, money = figures.metrics, figures.currency
    values = {
        "visits": f"{found.visits:,}",
        "sales": shown(money.show(found.sale_amount)),
        "points": f"{found.points:,}" if figures.enrolled or found.points else NO_POINTS,
        "positive": f"{found.positive:,}",
        "negative": f"{found.negative:,}",
    }
    labels = {"points": shown(f"Loyalty {figures.points_name}")}
    worth = {"points": shown(money.show(found.points_value)) if found.points_value is not None else ""}
    notes = {"points": "" if figures.enrolled else "not enrolled"}
    return [
        Tile(
            name,
            labels.get(name, label),
            values[name],
            color,
            "" if notes.get(name) else worth.get(name, ""),
            notes.get(name, ""),
        )
        for name, label, color in TILES
    ]
