"""What the status of a payment says of its money. Statuses are words of the data: one table reads them all."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

Money = TypeVar("Money", int, "Decimal")
"""An amount in minor units, or in the currency's own."""


class Effect(Enum):
    """What became of a payment's money: it came in, it went back to the customer, or it never came."""

    IN = "in"
    BACK = "back"
    NONE = "none"


EFFECTS: Final[dict[str, Effect]] = {
    "refunded": Effect.BACK,
    "refund": Effect.BACK,
    "partially refunded": Effect.BACK,
    "voided": Effect.NONE,
    "void": Effect.NONE,
    "declined": Effect.NONE,
    "failed": Effect.NONE,
    "failure": Effect.NONE,
    "cancelled": Effect.NONE,
    "canceled": Effect.NONE,
    "rejected": Effect.NONE,
    "reversed": Effect.NONE,
    "expired": Effect.NONE,
    "error": Effect.NONE,
}
"""By status in small letters; triggers of the book know the same words, so that a new one needs a migration.

Any other counts as money that came in, lest a sale vanish from the figures: 'Success', 'Approved', 'Pending' (a card
that is not settled yet), '' and words that nobody foresaw.
"""


def effect(status: str) -> Effect:
    """What a status says, whatever its case."""
    return EFFECTS.get(status.strip(" ").lower(), Effect.IN)


def money_in(total: Money, payments: Iterable[tuple[Effect, Money]]) -> tuple[Money, Money]:
    """What came in and what went back of a receipt's payments, given by effect and amount.

    Tills write a refund in two ways: as a payment of its own, beside the one that came in, or as the first payment's
    new status. It is the second where only so the payments make up the receipt's total. On a receipt that is itself
    a return (a total below zero) what went back is the payment.
    """
    nothing = total - total
    came, back, turned = nothing, nothing, nothing
    for kind, amount in payments:
        if kind is Effect.IN:
            came += amount
        elif kind is Effect.BACK:
            back += abs(amount)
            turned += max(amount, nothing)
    if total < nothing:
        return came - back, nothing
    return (came + turned if came + turned == total else came), back


def share(amount: int, part: int, whole: int) -> int:
    """As much of an amount as `part` is of `whole`, in minor units; halves are rounded away from zero.

    The book's SQL calls it: its own product would pass 64 bits and be a float.
    """
    found = (2 * abs(amount) * part + whole) // (2 * whole)
    return -found if amount < 0 else found
