"""How points are said: by the programme's name for them, and with what they are worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store import currency, fields, programme
from store.errors import FieldError
from store.loyalty_records import Programme

if TYPE_CHECKING:
    from store.currency import Currency
    from store.database import Book
    from store.errors import StoreError

_ONE = {"points": "point", "stars": "star", "coins": "coin"}
"""What one of them is called; gold and silver are not counted by the piece."""


@dataclass(frozen=True, slots=True)
class Points:
    """The programme's words. `money` is None while a point has no value, and then none is said."""

    programme: Programme = field(default_factory=Programme)
    money: Currency | None = None

    @property
    def name(self) -> str:
        """What points are called within a sentence: 'points', 'stars'."""
        return self.programme.currency.lower()

    def unit(self, points: int) -> str:
        """The name as it stands after a number."""
        return _ONE.get(self.name, self.name) if abs(points) == 1 else self.name

    def said(self, points: int) -> str:
        """'150 points, worth $1.50'."""
        value = self.programme.worth(points)
        worth = "" if value is None or self.money is None else f", worth {self.money.show(value)}"
        return f"{points:,} {self.unit(points)}{worth}"

    def becomes(self, before: int, after: int) -> str:
        """What becomes of a balance: '120 +30 = 150 points, worth $1.50'."""
        return f"{before:,} {after - before:+,} = {self.said(after)}"

    def redeemable(self, points: int) -> str:
        """Whether so many points can be redeemed: 'Redeem from 100: reached'; '' where any number can be."""
        least = self.programme.minimum
        if not least:
            return ""
        short = least - points
        return f"Redeem from {least:,}: " + (f"{short:,} {self.unit(short)} short" if short > 0 else "reached")


def points_of(book: Book) -> Points:
    """The words of the book's programme."""
    rules = programme.of(book)
    return Points(rules, currency.of(book) if rules.point_value else None)


def refusal(error: StoreError) -> str:
    """Why the store refuses, as a sentence: a fault of a field names it."""
    return f"{fields.BY_NAME[error.field].label}: {error}" if isinstance(error, FieldError) else str(error)
