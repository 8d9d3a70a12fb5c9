"""Money: `Decimal` in Python, an integer of minor units (cents) in the book; never a float."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from store.patterns import pattern

MINOR_DIGITS = 2
"""Decimal places of the shop's currency, as the book stores it."""


_GROUPED = r"[+-]?\d{1,3}(?:,\d{3}| \d{3})+(?:\.\d*)?"


def ungrouped(text: str) -> str:
    """A number without the marks between its thousands: `1,292` as `1292`. Any other comma stays: 1,5 is not 15."""
    number = text.strip().replace("\u2212", "-")
    return re.sub("[, ]", "", number) if pattern(_GROUPED).fullmatch(number) else number


def to_minor(amount: Decimal, digits: int = MINOR_DIGITS) -> int:
    """`Decimal('8.99')` as 899 minor units, halves rounded away from zero as tills do."""
    return int(amount.scaleb(digits).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_minor(units: int, digits: int = MINOR_DIGITS) -> Decimal:
    """899 minor units as `Decimal('8.99')`."""
    return Decimal(units).scaleb(-digits)
