"""The figures of a customer, against the same sums made another way."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest

from store import metrics
from store.database import open_book
from tests.store import office

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.database import Book

TODAYS = (
    date(2026, 11, 22),  # after the last receipt
    date(2026, 10, 31),  # the end of a month
    date(2026, 4, 5),  # a day of 25 hours
    date(2026, 2, 28),
)


@pytest.fixture(scope="session")
def office_book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """The office's customers and receipts, to be read only."""
    with closing(open_book(office.imported(tmp_path_factory))) as book:
        yield book


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
