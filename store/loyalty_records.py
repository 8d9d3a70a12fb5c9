"""The loyalty programme and the points ledger, as they leave the store."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Awards(StrEnum):
    """Who gives points for receipts."""

    OFFICE = "office"
    BOOK = "book"


@dataclass(frozen=True, slots=True)
class Programme:
    """The shop's loyalty programme.

    `currency` is what points are called ('Points', 'Stars', 'Coins', 'Gold', 'Silver'). Each `per_amount` of net sales
    gives `amount_points`; a visit gives `visit_points`, enrolling `sign_up_points`. A point is worth `point_value` of
    the shop's money; with fewer than `minimum` points nothing can be redeemed.
    """

    on: bool = True
    currency: str = "Points"
    sign_up_points: int = 0
    visit_points: int = 0
    amount_points: int = 0
    per_amount: Decimal = Decimal(1)
    point_value: Decimal = Decimal(0)
    minimum: int = 0
    reasons: tuple[str, ...] = ()
    awards: Awards = Awards.OFFICE

    def worth(self, points: int) -> Decimal | None:
        """What so many points are worth in the shop's money; None when a point has no value."""
        return self.point_value * points if self.point_value else None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An entry of the ledger in its place: `points` is signed, `at` is aware, on the shop's clock.

    `balance` is what the customer had after it. `reversal` says that the entry takes another back, `reversed` that it
    was itself taken back.
    """

    uid: str
    at: datetime
    points: int
    reason: str
    employee: str
    till: str
    balance: int
    reversal: bool
    reversed: bool
