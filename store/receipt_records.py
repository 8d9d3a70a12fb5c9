"""Receipts and what is computed from them, as they leave the store. Money is `Decimal` in the shop's currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Period:
    """Days on the shop's clock, both included; None is open on that side."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt in a table. `paid_at` is aware, on the shop's clock; `amount` is the receipt's total."""

    id: int
    number: str
    store: str
    paid_at: datetime
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptItem:
    """A line of the order; `quantity` has up to three decimal places."""

    item: str
    price: Decimal
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptTax:
    """A tax; `rate` is in percent (6.25)."""

    type: str
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptPayment:
    """A payment; a split receipt has several. `counts` is False for one that brought no money, as a voided one."""

    number: int
    type: str
    card_service_charge: Decimal
    amount: Decimal
    status: str
    auth_code: str
    transaction_number: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt, whole. `customer_id` is None, and `customer` and `email` '', for a sale to nobody known.

    `sub_total` is the sum of the items, `tax_total` of the taxes, `paid` of the payments that count. `faults` says in
    sentences where the parts do not add up.
    """

    id: int
    number: str
    store: str
    customer_id: int | None
    customer: str
    email: str
    paid_at: datetime
    service_type: str
    employee: str
    gratuity: Decimal
    discount: Decimal
    card_service_charge: Decimal
    online_order_service_charge: Decimal
    total: Decimal
    total_tip: Decimal
    cash_discount: Decimal
    item_service_charge: Decimal
    items: tuple[ReceiptItem, ...]
    taxes: tuple[ReceiptTax, ...]
    payments: tuple[ReceiptPayment, ...]
    sub_total: Decimal
    tax_total: Decimal
    paid: Decimal
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart. `label` is short ('Nov', 'Sat 21'), `words` say the same in full ('November 2026')."""

    label: str
    words: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Metrics:
    """A customer's figures; `docs/figures.md` says how each is computed.

    `months` are the net sales of the past 12 months, oldest first, `days` those of the past 7, `weekdays` the average
    spent on a Monday, Tuesday... `points_value` is None when a point has no value.
    """

    visits: int
    sale_amount: Decimal
    points: int
    points_value: Decimal | None
    positive: int
    negative: int
    months: tuple[Bar, ...]
    days: tuple[Bar, ...]
    weekdays: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """What a customer said of a visit; `receipt_id` is None and `receipt_number` '' when it names no receipt."""

    positive: bool
    comment: str
    on: date | None
    receipt_id: int | None
    receipt_number: str
