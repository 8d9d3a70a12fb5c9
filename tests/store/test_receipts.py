"""A customer's receipts by period, and any receipt whole, with a sentence where its parts do not add up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from store import demo, receipts, settings
from store.errors import UnknownReceiptError
from store.payments import EFFECTS, Effect, effect
from store.receipt_faults import NO_LINES, NO_PAYMENTS, NOTHING_PAID
from store.receipt_records import Period
from store.stores import UnknownStoreError
from tests.store import office
from tests.store.office import amount
from tests.store.tills import NOON, ring

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.customer_records import Customer
    from store.database import Book

    Add = Callable[..., Customer]

SOCKS = ("Running socks", "8.99", "2", "17.98")


def test_the_offices_receipts_come_back_whole(office_book: Book) -> None:
    expected, _ = office.sheets()
    zone = ZoneInfo(office.ZONE)
    ids = office_book.rows("SELECT id FROM receipt WHERE id % 4 = 0")
    assert len(ids) > 2900
    for (receipt_id,) in ids:
        found = receipts.get(office_book, receipt_id)
        row = expected[found.number]
        cells = row.cells
        assert found.paid_at == row.at.replace(tzinfo=zone)
        assert found.paid_at.utcoffset() == row.at.replace(tzinfo=zone).utcoffset()
        assert (found.store, found.email) == (row.store, cells["E-Mail"])
        assert found.customer == " ".join(cells["Customer"].split())
        assert (found.service_type, found.employee) == (cells["Service Type"], cells["Employee Name"])
        assert (found.gratuity, found.discount) == (amount(cells["Gratuity"]), amount(cells["Discount"]))
        assert found.card_service_charge == amount(cells["CC Service Charge"])
        assert found.online_order_service_charge == amount(cells["Online Order Service Charge"])
        assert (found.total, found.total_tip) == (row.total, amount(cells["Total Tip"]))
        assert found.cash_discount == amount(cells["Cash Discount"])
        assert found.item_service_charge == amount(cells["Item Service Charge"])
        assert [(line.item, line.price, float(line.quantity), line.amount) for line in found.items] == [
            (line["Item"], amount(line["Price"]), line["Qty"], amount(line["Amount"])) for line in row.items
        ]
        assert [(tax.type, float(tax.rate), tax.amount) for tax in found.taxes] == [
            (tax["Type"], tax["Rate %"], amount(tax["Amount"])) for tax in row.taxes
        ]
        assert [(paid.number, paid.type, paid.amount, paid.auth_code) for paid in found.payments] == [
            (paid["Payment No"], paid["Type"], amount(paid["Amount"]), paid["Auth Code"]) for paid in row.payments
        ]
        assert found.sub_total == sum(amount(line["Amount"]) for line in row.items)
        assert found.tax_total == sum(amount(tax["Amount"]) for tax in row.taxes)
        assert found.paid == row.total
        assert found.faults == ()


def test_no_receipt_of_the_demo_shop_is_found_at_fault(book: Book) -> None:
    demo.make_shop(book, customers=100, receipts=600)
    statuses = {status for (status,) in book.rows("SELECT DISTINCT status FROM receipt_payment")}
    assert statuses == {"Success", "Voided", "Refunded"}
    for (receipt_id,) in book.rows("SELECT id FROM receipt"):
        assert receipts.get(book, receipt_id).faults == ()


def _faults(book: Book, *given: object, **more: object) -> tuple[str, ...]:
    return receipts.get(book, ring(book, None, *given, **more)).faults  # type: ignore[arg-type]  # as `ring` takes them


def test_a_receipt_that_adds_up_has_no_faults(book: Book) -> None:
    assert not _faults(
        book, "36.02", items=[SOCKS, ("Cheese", "9.99", "0.345", "3.45")],
        taxes=[("State tax", "6.25", "1.34"), ("City tax", "1.5", "0.25")], payments=[("Success", "36.02")],
        discount="2.00", cash_discount="1.00", total_tip="5.00", gratuity="3.00", card_service_charge="4.00",
        online_order_service_charge="2.50", item_service_charge="1.50",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"items": [("Running socks", "8.99", "2", "18.98")], "total": "18.98"},
            "Running socks: 2 x $8.99 is $17.98, but its amount says $18.98.",
        ),
        (
            {"items": [("Cheese", "9.99", "0.345", "3.44")], "total": "3.44"},
            "Cheese: 0.345 x $9.99 is $3.45, but its amount says $3.44.",
        ),
        (
            {"total": "18.00", "taxes": [("State tax", "6.25", "0.01")]},
            "Items, taxes and charges less the discounts make $17.99, but the total says $18.00.",
        ),
        (
            {"total": "19.32"},
            (
                "Items, taxes and charges less the discounts make $17.98, but the total says $19.32. "
                "No tax of it is in the book."
            ),
        ),
        (
            {"payments": [("Success", "10.00"), ("Declined", "7.98")]},
            "The payments that count make $10.00, but the total says $17.98.",
        ),
        (
            {"payments": [("Success", "17.98"), ("Refunded", "-20.00")]},
            "$20.00 went back to the customer, more than the total of $17.98.",
        ),
        ({"payments": []}, NO_PAYMENTS),
        ({"items": []}, NO_LINES),
        ({"payments": [("Voided", "17.98"), ("DECLINED", "17.98")]}, NOTHING_PAID),
    ],
)
def test_parts_that_do_not_add_up_are_told(book: Book, changed: dict[str, object], sentence: str) -> None:
    given = {"total": "17.98", "items": [SOCKS]} | changed
    total = given.pop("total")
    assert _faults(book, total, **given) == (sentence,)


@pytest.mark.parametrize(
    ("total", "payments", "paid"),
    [
        ("17.98", [("Success", "10.00"), ("success", "7.98")], "17.98"),
        ("17.98", [("Voided", "17.98"), ("Success", "17.98")], "17.98"),
        ("17.98", [("Success", "17.98"), ("Refunded", "-5.00")], "12.98"),
        ("17.98", [("Success", "17.98"), ("Refunded", "5.00")], "12.98"),
        ("17.98", [("REFUNDED ", "17.98")], "0.00"),
        ("17.98", [("Success", "10.00"), ("Refunded", "7.98")], "10.00"),
        ("17.98", [("Pending", "17.98")], "17.98"),
        ("17.98", [("", "17.98")], "17.98"),
        ("-17.98", [("Success", "-17.98")], "-17.98"),
        ("-17.98", [("Refunded", "-17.98")], "-17.98"),
        ("-17.98", [("Refunded", "17.98")], "-17.98"),
    ],
)
def test_what_was_paid_is_what_the_shop_kept(
    book: Book, total: str, payments: list[tuple[str, str]], paid: str
) -> None:
    sign = "-" if total.startswith("-") else ""
    items = [("Running socks", "8.99", f"{sign}2", f"{sign}17.98")]
    found = receipts.get(book, ring(book, None, total, items=items, payments=payments))
    assert (found.paid, found.faults) == (Decimal(paid), ())


def test_the_words_of_a_status_are_read_in_any_case() -> None:
    assert {word: effect(f" {word.upper()} ") for word in EFFECTS} == EFFECTS
    assert {effect(word) for word in ("Success", "Approved", "Pending", "", "Angenommen")} == {Effect.IN}
    for word in EFFECTS:
        assert word == word.strip().lower()


def test_a_sale_to_nobody_known_has_no_customer(book: Book) -> None:
    found = receipts.get(book, ring(book, None, "5.00", store=""))
    assert (found.customer_id, found.customer, found.email, found.store) == (None, "", "", "")


def test_an_unknown_receipt_is_said_to_be_gone(book: Book) -> None:
    with pytest.raises(UnknownReceiptError, match="no longer in the book"):
        receipts.get(book, 99)


def test_a_receipt_is_named_by_its_number_and_where_needed_its_store(book: Book) -> None:
    downtown, airport = (ring(book, None, "5.00", number="1-1001", store=store) for store in ("Downtown", "Airport"))
    alone = ring(book, None, "5.00", number="2-7", store="")
    assert receipts.named(book, " 2-7 ") == alone
    assert receipts.named(book, "1-1001", "airport") == airport != downtown
    with pytest.raises(UnknownReceiptError, match=r"Several stores have a receipt 1-1001: Airport, Downtown\."):
        receipts.named(book, "1-1001")
    with pytest.raises(UnknownReceiptError, match="No receipt has the number 9-9"):
        receipts.named(book, "9-9")
    assert receipts.named(book, "1-1001", " 01 ") == downtown
    with pytest.raises(UnknownReceiptError, match="No receipt of harbour has the number 1-1001"):
        receipts.named(book, "1-1001", "HARBOUR")
    with pytest.raises(UnknownStoreError, match=r"No store is called Mars\. The book's stores: Airport, Downtown, har"):
        receipts.named(book, "1-1001", "Mars")


def test_pages_show_the_newest_first_and_all_of_them_once(book: Book, add: Add) -> None:
    ann, bob = add("Ann Lee").id, add("Bob Lee", email="bob@example.com").id
    ids = [ring(book, ann, f"{at}.00", at=NOON + timedelta(minutes=at // 3)) for at in range(25)]
    ring(book, bob, "99.00")
    found = [row for offset in range(0, 30, 10) for row in receipts.page(book, ann, Period(), offset=offset, limit=10)]
    assert [row.id for row in found] == ids[::-1]
    assert receipts.how_many(book, ann) == 25
    assert (found[0].amount, found[0].store, found[0].number) == (Decimal("24.00"), "Downtown", "1-1025")
    assert receipts.page(book, ann, Period(), offset=25, limit=10) == ()


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("America/Santiago", date(2026, 9, 6), 23),  # begins at one o'clock
        ("America/Havana", date(2026, 11, 1), 25),  # its first hour comes twice
        ("Asia/Kolkata", date(2026, 3, 8), 24),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ],
)
def test_a_day_is_the_shops_own(book: Book, add: Add, zone: str, day: date, hours: float) -> None:
    settings.put(book, "time_zone", zone)
    ann, shop = add("Ann Lee").id, ZoneInfo(zone)
    start = datetime.combine(day, datetime.min.time(), shop).astimezone(UTC)
    end = start + timedelta(hours=hours)
    moments = (start - timedelta(seconds=1), start, end - timedelta(seconds=1), end)
    ids = [ring(book, ann, "1.00", at=moment) for moment in moments]
    assert [moment.astimezone(shop).date() == day for moment in moments] == [False, True, True, False]
    found = receipts.page(book, ann, Period(day, day), offset=0, limit=9)
    assert [row.id for row in found] == [ids[2], ids[1]]
    assert [row.paid_at.date() for row in found] == [day, day]
    assert receipts.how_many(book, ann, Period(day, None)) == 3
    assert receipts.how_many(book, ann, Period(None, day)) == 3
    assert receipts.how_many(book, ann, Period(date.min, date.max)) == 4
    assert receipts.how_many(book, ann, Period(date.min, day)) == 3
    assert receipts.how_many(book, ann, Period(day, date.max)) == 3
    assert receipts.how_many(book, ann, Period(date.max, None)) == 0
    assert receipts.how_many(book, ann, Period(None, date.min)) == 0


def test_comments_come_newest_first_and_undated_last(book: Book, add: Add) -> None:
    ann = add("Ann Lee").id
    receipt = ring(book, ann, "5.00")
    said = [("a", 1, "Good", "2026-01-02", None), ("b", 0, "Cold [/]", "2026-02-03", receipt), ("c", 1, "", None, None)]
    for uid, positive, words, on, of in said:
        book.execute(
            "INSERT INTO feedback (uid, customer_id, positive, comment, on_date, receipt_id) VALUES (?, ?, ?, ?, ?, ?)",
            (uid, ann, positive, words, on, of),
        )
    found = receipts.comments(book, ann)
    assert [(comment.positive, comment.comment) for comment in found] == [
        (False, "Cold [/]"),
        (True, "Good"),
        (True, ""),
    ]
    assert (found[0].on, found[0].receipt_id, found[0].receipt_number) == (date(2026, 2, 3), receipt, "1-1001")
    assert (found[2].on, found[2].receipt_id, found[2].receipt_number) == (None, None, "")
    assert receipts.comments(book, ann, True) == found[1:]
    assert receipts.comments(book, ann, False) == found[:1]


@pytest.mark.parametrize(("digits", "total"), [(0, "1500"), (3, "1.235")])
def test_currencies_of_no_and_of_three_decimals(book: Book, digits: int, total: str) -> None:
    settings.put(book, "minor_digits", digits)
    found = receipts.get(book, ring(book, None, total, items=[("Tea", total, "1", total)]))
    assert (found.total, found.sub_total, found.paid, found.faults) == (*[Decimal(total)] * 3, ())
    wrong = receipts.get(book, ring(book, None, total, items=[("Tea", total, "1.5", total)]))
    assert len(wrong.faults) == 1
