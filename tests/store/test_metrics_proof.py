"""The figures of a customer, against the same sums made another way: the office's sheets, and the manual's example."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from store import metrics, settings
from tests.store import office
from tests.store.tills import ring

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.customer_records import Customer
    from store.database import Book

MANUAL = Path(__file__).parents[2] / "docs" / "figures.md"
NEW_YORK = ZoneInfo("America/New_York")
TODAYS = (
    date(2026, 11, 22),  # after the last receipt
    date(2026, 10, 31),  # the end of a month
    date(2026, 4, 5),  # a day of 25 hours
    date(2026, 2, 28),
)


@pytest.mark.parametrize("today", TODAYS, ids=str)
def test_every_customers_figures_are_those_of_the_offices_sheets(office_book: Book, today: date) -> None:
    expected = office.figures(today)
    people = office_book.rows("SELECT id, uid FROM customer")
    assert len(people) == 2000
    for customer_id, uid in people:
        of, found = expected[uid], metrics.of(office_book, customer_id, today=today)
        assert (found.visits, found.sale_amount) == (of.visits, of.sale_amount)
        assert (found.positive, found.negative) == (of.positive, of.negative)
        assert [bar.amount for bar in found.months] == [of.months[month] for month in _months(today)]
        assert [bar.amount for bar in found.days] == [
            of.days[date.fromordinal(today.toordinal() - at)] for at in range(6, -1, -1)
        ]
        assert [bar.amount for bar in found.weekdays] == [of.average(weekday) for weekday in range(7)]


def _months(today: date) -> list[tuple[int, int]]:
    """Year and month of the 12 up to this one."""
    months = [(today.year, today.month)]
    while len(months) < 12:
        year, month = months[-1]
        months.append((year, month - 1) if month > 1 else (year - 1, 12))
    return months[::-1]


def _table(text: str, header: str) -> list[list[str]]:
    """The rows of the page's table that begins with these headings."""
    lines = text[text.index(f"| {header} |") :].split("\n\n", maxsplit=1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_manuals_example_is_true(book: Book, add: Callable[..., Customer]) -> None:
    settings.put(book, "time_zone", "America/New_York")
    ann, text = add("Ann Lee").id, MANUAL.read_text("utf-8")
    ids = [
        ring(
            book, ann, total, at=datetime.fromisoformat(paid).replace(tzinfo=NEW_YORK), total_tip=tip,
            taxes=[("State tax", "7.75", taxes)], payments=[tuple(paid.split()) for paid in payments.split(", ")],
        )
        for paid, total, taxes, tip, payments in _table(text, "paid | total | taxes | tip | payments")
    ]  # fmt: skip
    sales = metrics.net_sales(book, ids)
    said = _table(text, "paid | visit | sale amount | net sales")
    assert [[str(sales[at].amount), str(sales[at].net)] for at in ids] == [row[2:] for row in said]
    assert [sales[at].visit for at in ids] == [row[1] == "yes" for row in said]
    found = metrics.of(book, ann, today=date(2026, 11, 21))
    figures = {"Number of Visits": found.visits, "Sale Amount": found.sale_amount}
    figures |= {bar.words: bar.amount for bar in (*found.months, *found.days, *found.weekdays)}
    for name, is_ in _table(text, "figure | is"):
        assert str(figures[name]) == is_, name
