"""The figures of a customer, case by case."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from store import metrics, settings
from store.errors import UnknownCustomerError
from store.payments import EFFECTS, Effect, effect
from store.receipt_records import Period
from tests.store.tills import NOON, ring

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.customer_records import Customer
    from store.database import Book
    from store.receipt_records import Metrics

    Add = Callable[..., Customer]


def _bars(found: Metrics) -> dict[str, Decimal]:
    """Every bar that is not zero, by its words."""
    return {bar.words: bar.amount for bar in (*found.months, *found.days, *found.weekdays) if bar.amount}


TUESDAY = date(2026, 3, 10)
TUESDAY_ONLY = ("March 2026", "Tuesday 10 March 2026", "Tuesday")


@pytest.mark.parametrize(
    ("total", "money", "visits", "amount", "net"),
    [
        ("10.00", {}, 1, "10.00", "10.00"),
        ("10.78", {"taxes": [("State", "6.25", "0.63"), ("City", "1.5", "0.15")]}, 1, "10.78", "10.00"),
        (
            "20.00",
            {"total_tip": "1.00", "gratuity": "2.00", "card_service_charge": "0.30",
             "online_order_service_charge": "0.40", "item_service_charge": "0.50"},
            1, "20.00", "15.80",
        ),
        ("10.00", {"discount": "3.00", "cash_discount": "1.00"}, 1, "10.00", "10.00"),
        ("10.00", {"payments": []}, 1, "10.00", "10.00"),
        ("10.00", {"payments": [("Success", "4.00"), ("Success", "6.00")]}, 1, "10.00", "10.00"),
        ("10.00", {"payments": [("Pending", "10.00")]}, 1, "10.00", "10.00"),
        ("10.00", {"payments": [("Voided", "10.00")]}, 0, "0.00", "0.00"),
        ("10.00", {"payments": [("vOIDED ", "4.00"), ("Declined", "6.00")]}, 0, "0.00", "0.00"),
        ("10.00", {"payments": [("Voided", "10.00"), ("Success", "10.00")]}, 1, "10.00", "10.00"),
        ("10.00", {"payments": [("Success", "10.00"), ("Refunded", "-2.50")]}, 1, "7.50", "7.50"),
        ("10.00", {"payments": [("Success", "10.00"), ("REFUNDED", "2.50")]}, 1, "7.50", "7.50"),
        ("10.00", {"payments": [("Refunded", "10.00")]}, 1, "0.00", "0.00"),
        ("10.00", {"payments": [("Success", "10.00"), ("Refunded", "-10.00")]}, 1, "0.00", "0.00"),
        ("10.00", {"payments": [("Refunded", "10.00"), ("Refunded", "-10.00")]}, 1, "0.00", "0.00"),
        ("10.00", {"payments": [("Voided", "10.00"), ("Refunded", "-1.00")]}, 1, "9.00", "9.00"),
        (
            "10.00",
            {"taxes": [("State", "10", "0.91")], "payments": [("Success", "10.00"), ("Refunded", "-3.33")]},
            1, "6.67", "6.06",  # 9.09 less 33.3 % of it, which is 3.02697
        ),
        (
            "2.00",
            {"taxes": [("State", "0", "0.99")], "payments": [("Success", "2.00"), ("Refunded", "-1.00")]},
            1, "1.00", "0.50",  # half of 1.01 went back: 0.505, which is 0.51
        ),
        ("-10.78", {"taxes": [("State", "7.75", "-0.78")], "payments": [("Refunded", "-10.78")]}, 0, "-10.78", "-10.00"),
        ("0.00", {}, 0, "0.00", "0.00"),
        ("1.00", {"total_tip": "3.00", "payments": [("Success", "1.00"), ("Refunded", "-0.50")]}, 1, "0.50", "-1.00"),
        ("99999999999.99", {"payments": [("Success", "99999999999.99"), ("Refunded", "-1.00")]},
         1, "99999999998.99", "99999999998.99"),
    ],
)  # fmt: skip
def test_what_a_receipt_counts_for(
    book: Book, add: Add, total: str, money: dict[str, Any], visits: int, amount: str, net: str
) -> None:
    settings.put(book, "time_zone", "UTC")
    ann = add("Ann Lee").id
    receipt = ring(book, ann, total, **money)
    sale = metrics.net_sales(book, [receipt, 10**6])
    assert sale == {receipt: metrics.Sale(bool(visits), Decimal(amount), Decimal(net))}
    found = metrics.of(book, ann, today=TUESDAY)
    assert (found.visits, found.sale_amount) == (visits, Decimal(amount))
    assert _bars(found) == (dict.fromkeys(TUESDAY_ONLY, Decimal(net)) if Decimal(net) else {})


def test_every_status_is_read_alike_by_the_book_and_the_table(book: Book, add: Add) -> None:
    for word in (*EFFECTS, "Success", "Pending", "", "unheard of"):
        receipt = ring(book, add("Ann Lee").id, "10.00", payments=[(f" {word.title()}", "4.00")])
        expected = {Effect.IN: "10.00", Effect.BACK: "6.00", Effect.NONE: "0.00"}[effect(word)]
        assert metrics.net_sales(book, [receipt])[receipt].amount == Decimal(expected), word


@given(
    total=st.integers(1, 10**14),
    taxes=st.integers(-(10**14), 10**14),
    tip=st.integers(0, 10**6),
    back=st.integers(0, 10**14),
)
@settings_of_hypothesis(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_refund_takes_its_share_of_the_net_sales(
    book: Book, add: Add, total: int, taxes: int, tip: int, back: int
) -> None:
    cents = {"total": total, "taxes": taxes, "tip": tip, "back": back}
    in_full = {name: str(Decimal(value).scaleb(-2)) for name, value in cents.items()}
    receipt = ring(
        book, None, in_full["total"], total_tip=in_full["tip"], taxes=[("State", "1", in_full["taxes"])],
        payments=[("Success", in_full["total"]), ("Refunded", in_full["back"])],
    )  # fmt: skip
    net = total - taxes - tip
    share = Fraction(abs(net) * min(back, total), total)
    back_of_net = int(share + Fraction(1, 2))
    left = net - back_of_net if net > 0 else net + back_of_net
    assert metrics.net_sales(book, [receipt])[receipt].net == Decimal(left).scaleb(-2)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/New_York", date(2026, 3, 8)),
        ("America/New_York", date(2026, 11, 1)),
        ("America/Santiago", date(2026, 9, 6)),
        ("America/Havana", date(2026, 11, 1)),
        ("Pacific/Kiritimati", date(2026, 12, 31)),
    ],
)
def test_a_sale_is_in_the_bars_of_the_day_it_was_in_the_shop(book: Book, add: Add, zone: str, day: date) -> None:
    settings.put(book, "time_zone", zone)
    ann, shop = add("Ann Lee").id, ZoneInfo(zone)
    start, after = (datetime.combine(day + timedelta(days=at), time(), shop).astimezone(UTC) for at in (0, 1))
    second = timedelta(seconds=1)
    for total, at in (("1.00", start - second), ("2.00", start), ("4.00", after - second), ("8.00", after)):
        ring(book, ann, total, at=at)
    found = metrics.of(book, ann, today=day + timedelta(days=1))
    assert [str(bar.amount) for bar in found.days[-3:]] == ["1.00", "6.00", "8.00"]
    assert metrics.of(book, ann, today=day).days[-1].amount == Decimal("6.00")


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2028, 2, 29), "March 2027", "February 2028"),
        (date(2027, 2, 28), "March 2026", "February 2027"),
        (date(2026, 1, 1), "February 2025", "January 2026"),
        (date(2026, 12, 31), "January 2026", "December 2026"),
    ],
)
def test_twelve_months_end_with_this_one(book: Book, add: Add, today: date, first: str, last: str) -> None:
    settings.put(book, "time_zone", "UTC")
    ann = add("Ann Lee").id
    begins = metrics.period_named("12 months", today).first
    assert begins is not None
    for total, day in (
        ("1.00", begins - timedelta(days=1)),
        ("2.00", begins),
        ("4.00", today),
        ("8.00", today + timedelta(days=1)),
    ):
        ring(book, ann, total, at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    found = metrics.of(book, ann, today=today)
    assert [(bar.words, str(bar.amount)) for bar in found.months if bar.amount] == [(first, "2.00"), (last, "4.00")]
    assert (found.months[0].words, found.months[-1].words, len({bar.label for bar in found.months})) == (
        first,
        last,
        12,
    )
    assert (found.visits, found.sale_amount) == (4, Decimal("15.00"))
    assert sum(bar.amount > 0 for bar in found.weekdays) in {1, 2}


def test_an_average_is_by_the_days_with_a_visit(book: Book, add: Add) -> None:
    settings.put(book, "time_zone", "UTC")
    ann = add("Ann Lee").id
    week = timedelta(days=7)
    for total, weeks in (("10.00", 0), ("10.00", 0), ("0.03", 1), ("-5.00", 2), ("0.00", 3)):
        ring(book, ann, total, at=NOON - weeks * week)
    ring(book, ann, "50.00", at=NOON - 4 * week, payments=[("Voided", "50.00")])
    (tuesday,) = [bar for bar in metrics.of(book, ann, today=TUESDAY).weekdays if bar.amount]
    assert (tuesday.label, tuesday.words, tuesday.amount) == ("Tue", "Tuesday", Decimal("7.52"))  # 15.03 / 2


@pytest.mark.parametrize(
    ("digits", "total", "back", "net"), [(0, "1001", "501", "500"), (3, "1.001", "0.0005", "1.000")]
)
def test_currencies_of_no_and_of_three_decimals(
    book: Book, add: Add, digits: int, total: str, back: str, net: str
) -> None:
    settings.put(book, "minor_digits", digits)
    ann = add("Ann Lee").id
    ring(book, ann, total, payments=[("Success", total), ("Refunded", back)])
    found = metrics.of(book, ann, today=TUESDAY)
    assert str(found.sale_amount) == str(found.months[-1].amount) == str(found.weekdays[1].amount) == net


def test_a_customer_without_receipts_has_every_bar_at_zero(book: Book, add: Add) -> None:
    ann, bob = add("Ann Lee", loyalty=True, points=70).id, add("Bob Lee", email="bob@example.com").id
    ring(book, bob, "9.00")
    ring(book, None, "9.00")
    found = metrics.of(book, ann)
    assert (found.visits, str(found.sale_amount), found.points, found.positive, found.negative) == (0, "0.00", 70, 0, 0)
    assert (len(found.months), len(found.days), len(found.weekdays)) == (12, 7, 7)
    assert not _bars(found)
    with pytest.raises(UnknownCustomerError):
        metrics.of(book, 99)


def test_today_is_the_shops_day(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # a day or two apart, always
        settings.put(book, "time_zone", zone)
        before = datetime.now(ZoneInfo(zone)).date()
        assert before <= metrics.today(book) <= datetime.now(ZoneInfo(zone)).date()


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2026-11-24", "2026-11-24"), ("7 days", "2026-11-18", "2026-11-24"),
        ("30 days", "2026-10-26", "2026-11-24"), ("12 months", "2025-12-01", "2026-11-24"),
    ],
)  # fmt: skip
def test_the_periods_include_today(name: str, first: str, last: str) -> None:
    found = metrics.period_named(name, date(2026, 11, 24))
    assert found == Period(date.fromisoformat(first), date.fromisoformat(last))
    assert metrics.period_named("all", date(2026, 11, 24)) == Period()
