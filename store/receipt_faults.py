"""Where the parts of a receipt do not add up, in sentences for whoever looks at it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from store.payments import effect, money_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.currency import Currency
    from store.receipt_records import Receipt

NO_LINES = "The order's lines are not in the book."
NO_PAYMENTS = "The payments are not in the book."
NOTHING_PAID = "None of its payments brought money: the receipt counts for nothing."
_QUANTITY = Decimal("0.001")


def faults_of(receipt: Receipt, money: Currency) -> tuple[str, ...]:
    """Every sentence, those of the order first. What the book does not have is said, and not reckoned with."""
    return (*_order(receipt, money), *_total(receipt, money), *_payments(receipt, money))


def _order(receipt: Receipt, money: Currency) -> Iterator[str]:
    if not receipt.items:
        yield NO_LINES
    unit = Decimal(1).scaleb(-money.digits)
    for line in receipt.items:
        makes = (line.price * line.quantity).quantize(unit, ROUND_HALF_UP)
        if makes != line.amount:
            times = f"{line.quantity.quantize(_QUANTITY).normalize():f} x {money.show(line.price)}"
            yield f"{line.item}: {times} is {money.show(makes)}, but its amount says {money.show(line.amount)}."


def _total(receipt: Receipt, money: Currency) -> Iterator[str]:
    if not receipt.items:
        return
    parts = receipt.sub_total + receipt.tax_total - receipt.discount - receipt.cash_discount + charges(receipt)
    if parts != receipt.total:
        untaxed = " No tax of it is in the book." if not receipt.taxes and parts < receipt.total else ""
        yield (
            f"Items, taxes and charges less the discounts make {money.show(parts)}, "
            f"but the total says {money.show(receipt.total)}.{untaxed}"
        )


def _payments(receipt: Receipt, money: Currency) -> Iterator[str]:
    if not receipt.payments:
        yield NO_PAYMENTS
        return
    if not any(payment.counts for payment in receipt.payments):
        yield NOTHING_PAID
        return
    came, back = money_in(receipt.total, ((effect(payment.status), payment.amount) for payment in receipt.payments))
    if came != receipt.total:
        yield f"The payments that count make {money.show(came)}, but the total says {money.show(receipt.total)}."
    if back > receipt.total >= 0:
        yield f"{money.show(back)} went back to the customer, more than the total of {money.show(receipt.total)}."


def charges(receipt: Receipt) -> Decimal:
    """What a receipt asks for beside goods and taxes: tips, gratuity and service charges."""
    return (
        receipt.total_tip
        + receipt.gratuity
        + receipt.card_service_charge
        + receipt.online_order_service_charge
        + receipt.item_service_charge
    )
