"""The figures of a customer, and what of each receipt they are made of: the one place that computes them.

`docs/figures.md` says in plain words what is computed here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from store import programme, settings, shop_days
from store.errors import UnknownCustomerError
from store.money import from_minor
from store.receipt_records import Bar, Metrics, Period
from store.shop_days import ALWAYS, beginning, today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from zoneinfo import ZoneInfo

    from store.database import Book

__all__ = ["PERIODS", "Sale", "net_sales", "of", "period_named", "today"]

_MONTHS, _DAYS = 12, 7
_WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _months_back(day: date, months: int) -> date:
    """The first day of the month that lies so many before a day's own."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)


PERIODS: dict[str, Callable[[date], Period]] = {
    "today": lambda today: Period(today, today),
    "7 days": lambda today: Period(today - timedelta(days=_DAYS - 1), today),
    "30 days": lambda today: Period(today - timedelta(days=29), today),
    "12 months": lambda today: Period(_months_back(today, _MONTHS - 1), today),
    "all": lambda _: Period(),
}
"""The periods that have a name, today included; '12 months' are those of the chart, this one and the 11 before it."""


def period_named(name: str, today: date) -> Period:
    """The days that one of `PERIODS` means on a day. Raises KeyError for another name."""
    return PERIODS[name](today)


@dataclass(frozen=True, slots=True)
class Sale:
    """What a receipt counts for: whether it is a visit, its total and its net sales, both less what went back."""

    visit: bool
    amount: Decimal
    net: Decimal


_SOLD = "total > 0, total - back, net - iif(back, share(net, back, total), 0)"
"""Of a row of `sale`: visit, amount and net sales. As large a share of the net sales went back as of the total."""


def _sale(place: str, source: str) -> str:
    """SQL of the table `sale` (place, total, net, back) in minor units, of the receipts in a source, a row each.

    A receipt with payments, none of which counts, has no row. No more goes `back` than came, and nothing of a return,
    whose own total is below zero. The index `receipt_customer_id_paid_at` has every column that is read here.
    """
    return f"""sale AS (
        SELECT {place} AS place, total, iif(total > 0, min(refunded, total), 0) AS back,
            total - total_tip - gratuity - card_service_charge - online_order_service_charge - item_service_charge
                - taxes AS net
        FROM {source} WHERE refunded IS NOT NULL
    )"""  # noqa: S608  # our own columns


def net_sales(book: Book, receipt_ids: Iterable[int]) -> dict[int, Sale]:
    """What each of some receipts counts for, by its id; ids that the book does not have are left out."""
    wanted = json.dumps(list(receipt_ids))
    digits = settings.minor_digits(book)
    sale = _sale("receipt.id", "json_each(?) AS given CROSS JOIN receipt ON receipt.id = given.value")
    with book.read():
        known = book.rows("SELECT id FROM receipt WHERE id IN (SELECT value FROM json_each(?))", (wanted,))
        sold = book.rows(f"WITH {sale} SELECT place, {_SOLD} FROM sale", (wanted,))  # noqa: S608  # as above
    nothing = Sale(visit=False, amount=from_minor(0, digits), net=from_minor(0, digits))
    sales = {row[0]: Sale(bool(row[1]), from_minor(row[2], digits), from_minor(row[3], digits)) for row in sold}
    return {receipt_id: sales.get(receipt_id, nothing) for (receipt_id,) in known}


@lru_cache(maxsize=8)
def _edges(first: date, last: date, zone: ZoneInfo) -> str:
    """The moments that part all time into before a range, each of its days, and after, as a JSON list."""
    days = (first + timedelta(days=at) for at in range((last - first).days + 2))
    return json.dumps([ALWAYS[0], *(beginning(day, zone) for day in days)])


@dataclass(slots=True)
class _Sum:
    """Sales of one or more days: visits, amount and net sales in minor units, and how many of the days had a visit."""

    visits: int = 0
    amount: int = 0
    net: int = 0
    days: int = 0

    def __iadd__(self, other: _Sum) -> _Sum:
        self.visits += other.visits
        self.amount += other.amount
        self.net += other.net
        self.days += other.days
        return self


def of(book: Book, customer_id: int, *, today: date | None = None) -> Metrics:
    """A customer's figures, the series up to a day on the shop's clock (now, when none is given).

    Raises UnknownCustomerError.
    """
    last = today or shop_days.today(book)
    first = _months_back(last, _MONTHS - 1)
    with book.read():
        points, positive, negative = _person(book, customer_id)
        worth = programme.of(book).worth(points)
        digits = settings.minor_digits(book)
        by_day, ever = _sums(book, customer_id, first, last)
    return Metrics(
        visits=ever.visits,
        sale_amount=from_minor(ever.amount, digits),
        points=points,
        points_value=worth,
        positive=positive,
        negative=negative,
        months=_month_bars(by_day, first, digits),
        days=_day_bars(by_day, digits),
        weekdays=_weekday_bars(by_day, digits),
    )


def _person(book: Book, customer_id: int) -> tuple[int, int, int]:
    """Points, and how many comments were positive and negative."""
    found = book.rows(
        "SELECT points, (SELECT count(*) FROM feedback WHERE customer_id = customer.id AND positive), "
        "(SELECT count(*) FROM feedback WHERE customer_id = customer.id AND NOT positive) FROM customer WHERE id = ?",
        (customer_id,),
    )
    if not found:
        raise UnknownCustomerError
    points, positive, negative = found[0]
    return points, positive, negative


def _sums(book: Book, customer_id: int, first: date, last: date) -> tuple[dict[date, _Sum], _Sum]:
    """Sales by day, every day of a range oldest first, and those of all time; each receipt is read once."""
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    sale = _sale(
        "stretch.key", "stretch CROSS JOIN receipt ON customer_id = :customer AND paid_at >= since AND paid_at < until"
    )
    found = book.rows(
        "WITH stretch AS MATERIALIZED ("  # noqa: S608  # our own columns
        "SELECT key, value AS since, lead(value, 1, :end) OVER (ORDER BY key) AS until FROM json_each(:edges)), "
        f"{sale}, sold (place, visit, amount, net) AS (SELECT place, {_SOLD} FROM sale) "
        "SELECT place, sum(visit), sum(amount), sum(net) FROM sold GROUP BY place",
        {"edges": _edges(first, last, settings.zone(book)), "end": ALWAYS[1], "customer": customer_id},
    )
    ever, by_place = _Sum(), {}
    for place, visits, amount, net in found:
        by_place[place] = _Sum(visits, amount, net, int(visits > 0))
        ever += by_place[place]
    return {day: by_place.get(at, _Sum()) for at, day in enumerate(days, start=1)}, ever


def _month_bars(by_day: dict[date, _Sum], first: date, digits: int) -> tuple[Bar, ...]:
    """Net sales of each month from the first on."""
    net = dict.fromkeys((_months_back(first, -at) for at in range(_MONTHS)), 0)
    for day, found in by_day.items():
        net[day.replace(day=1)] += found.net
    return tuple(
        Bar(name[:3], f"{name} {month.year}", from_minor(units, digits))
        for month, units in net.items()
        for name in (_MONTH_NAMES[month.month - 1],)
    )


def _day_bars(by_day: dict[date, _Sum], digits: int) -> tuple[Bar, ...]:
    """Net sales of each of the last days."""
    return tuple(
        Bar(
            f"{name[:3]} {day.day}",
            f"{name} {day.day} {_MONTH_NAMES[day.month - 1]} {day.year}",
            from_minor(found.net, digits),
        )
        for day, found in list(by_day.items())[-_DAYS:]
        for name in (_WEEKDAY_NAMES[day.weekday()],)
    )


def _weekday_bars(by_day: dict[date, _Sum], digits: int) -> tuple[Bar, ...]:
    """Net sales of each weekday, by the number of those days on which the customer bought; halves rounded up."""
    sums = [_Sum() for _ in _WEEKDAY_NAMES]
    for day, found in by_day.items():
        sums[day.weekday()] += found
    unit = from_minor(1, digits)
    return tuple(
        Bar(name[:3], name, (from_minor(found.net, digits) / max(found.days, 1)).quantize(unit, ROUND_HALF_UP))
        for name, found in zip(_WEEKDAY_NAMES, sums, strict=True)
    )
