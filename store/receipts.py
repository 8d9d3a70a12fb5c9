"""The receipts of the business: a customer's, newest first, and any of them whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from store import clock, currency, settings, stores
from store.errors import UnknownReceiptError
from store.money import from_minor
from store.payments import Effect, effect, money_in
from store.receipt_faults import faults_of
from store.receipt_records import Comment, Period, Receipt, ReceiptItem, ReceiptPayment, ReceiptRow, ReceiptTax
from store.shop_days import bounds

if TYPE_CHECKING:
    from store.database import Book

_ALL = Period()
_MONEY = (
    "gratuity", "discount", "card_service_charge", "online_order_service_charge", "total", "total_tip",
    "cash_discount", "item_service_charge",
)  # fmt: skip
_THOUSANDTHS = 3
"""Decimal places of quantities and of tax rates in the book."""


def how_many(book: Book, customer_id: int, period: Period = _ALL) -> int:
    """How many receipts a customer has of a period."""
    moments = bounds(period, settings.zone(book))
    return int(
        book.rows(
            "SELECT count(*) FROM receipt WHERE customer_id = ? AND paid_at >= ? AND paid_at < ?",
            (customer_id, *moments),
        )[0][0]
    )


def page(book: Book, customer_id: int, period: Period, *, offset: int, limit: int) -> tuple[ReceiptRow, ...]:
    """A customer's receipts of a period, newest first: `limit` of them after the first `offset`."""
    zone, digits = settings.zone(book), settings.minor_digits(book)
    rows = book.rows(
        # the index alone is walked to the page; only the page's own receipts are read
        "SELECT receipt.id, number, coalesce(store.name, ''), paid_at, total FROM receipt "
        "LEFT JOIN store ON store.id = store_id WHERE receipt.id IN ("
        "SELECT id FROM receipt WHERE customer_id = ? AND paid_at >= ? AND paid_at < ? "
        "ORDER BY paid_at DESC, id DESC LIMIT ? OFFSET ?) ORDER BY paid_at DESC, receipt.id DESC",
        (customer_id, *bounds(period, zone), limit, offset),
    )
    return tuple(
        ReceiptRow(receipt_id, number, store, clock.read(paid_at).astimezone(zone), from_minor(total, digits))
        for receipt_id, number, store, paid_at, total in rows
    )


def get(book: Book, receipt_id: int) -> Receipt:
    """A receipt, whole. Raises UnknownReceiptError."""
    money = currency.of(book)
    with book.read():
        zone = settings.zone(book)
        found = book.rows(
            "SELECT number, coalesce(store.name, ''), customer_id, coalesce(first_name || ' ' || last_name, ''), "  # noqa: S608  # our own columns
            f"coalesce(email, ''), paid_at, service_type, employee, {', '.join(f'receipt.{name}' for name in _MONEY)} "
            "FROM receipt LEFT JOIN store ON store.id = store_id LEFT JOIN customer ON customer.id = customer_id "
            "WHERE receipt.id = ?",
            (receipt_id,),
        )
        if not found:
            raise UnknownReceiptError
        items = book.rows(
            "SELECT item, price, quantity, amount FROM receipt_item WHERE receipt_id = ? ORDER BY position, id",
            (receipt_id,),
        )
        taxes = book.rows(
            "SELECT type, rate, amount FROM receipt_tax WHERE receipt_id = ? ORDER BY position, id", (receipt_id,)
        )
        payments = book.rows(
            "SELECT number, type, card_service_charge, amount, status, auth_code, transaction_number "
            "FROM receipt_payment WHERE receipt_id = ? ORDER BY number, id",
            (receipt_id,),
        )
    number, store, customer_id, customer, email, paid_at, service_type, employee, *amounts = found[0]
    digits = money.digits
    sums = {name: from_minor(amount, digits) for name, amount in zip(_MONEY, amounts, strict=True)}
    paid = tuple(_payment(row, digits) for row in payments)
    came, back = money_in(sums["total"], ((effect(payment.status), payment.amount) for payment in paid))
    receipt = Receipt(
        receipt_id, number, store, customer_id, customer.strip(), email, clock.read(paid_at).astimezone(zone),
        service_type, employee,
        gratuity=sums["gratuity"],
        discount=sums["discount"],
        card_service_charge=sums["card_service_charge"],
        online_order_service_charge=sums["online_order_service_charge"],
        total=sums["total"],
        total_tip=sums["total_tip"],
        cash_discount=sums["cash_discount"],
        item_service_charge=sums["item_service_charge"],
        items=tuple(_item(row, digits) for row in items),
        taxes=tuple(_tax(row, digits) for row in taxes),
        payments=paid,
        sub_total=from_minor(sum(row[-1] for row in items), digits),
        tax_total=from_minor(sum(row[-1] for row in taxes), digits),
        paid=came - back,
        faults=(),
    )  # fmt: skip
    return replace(receipt, faults=faults_of(receipt, money))


def named(book: Book, number: str, store: str = "") -> int:
    """The id of the receipt with this number, of this store where one is named.

    Raises UnknownStoreError, and UnknownReceiptError, with a sentence that names the stores when several have the
    number.
    """
    wanted = stores.named(book, store) if store else None
    found = book.rows(
        "SELECT receipt.id, coalesce(store.name, 'no store') FROM receipt LEFT JOIN store ON store.id = store_id "
        "WHERE number = ? AND store_id IS coalesce(?, store_id) ORDER BY 2, 1",
        (number.strip(), wanted and wanted.id),
    )
    if not found:
        raise UnknownReceiptError(f"No receipt{f' of {wanted.name}' if wanted else ''} has the number {number}.")
    if len(found) > 1:
        names = ", ".join(name for _, name in found)
        raise UnknownReceiptError(f"Several stores have a receipt {number}: {names}. Say which with --store.")
    return int(found[0][0])


def comments(book: Book, customer_id: int, positive: bool | None = None) -> tuple[Comment, ...]:
    """What a customer said, newest first, undated last; only what was positive, or was not, when that is asked."""
    rows = book.rows(
        "SELECT positive, comment, on_date, receipt_id, coalesce(number, '') FROM feedback "
        "LEFT JOIN receipt ON receipt.id = receipt_id "
        "WHERE feedback.customer_id = ? AND positive = coalesce(?, positive) "
        "ORDER BY on_date DESC NULLS LAST, feedback.id DESC",
        (customer_id, positive),
    )
    return tuple(
        Comment(bool(liked), comment, date.fromisoformat(on) if on else None, receipt_id, number)
        for liked, comment, on, receipt_id, number in rows
    )


def _item(row: tuple[Any, ...], digits: int) -> ReceiptItem:
    item, price, quantity, amount = row
    return ReceiptItem(item, from_minor(price, digits), from_minor(quantity, _THOUSANDTHS), from_minor(amount, digits))


def _tax(row: tuple[Any, ...], digits: int) -> ReceiptTax:
    kind, rate, amount = row
    return ReceiptTax(kind, from_minor(rate, _THOUSANDTHS), from_minor(amount, digits))


def _payment(row: tuple[Any, ...], digits: int) -> ReceiptPayment:
    number, kind, card_charge, amount, status, auth_code, transaction = row
    return ReceiptPayment(
        number, kind, from_minor(card_charge, digits), from_minor(amount, digits), status, auth_code, transaction,
        effect(status) is not Effect.NONE,
    )  # fmt: skip
