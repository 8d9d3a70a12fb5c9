"""Money: `Decimal` in Python, an integer of minor units (cents) in the book; never a float."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from store.patterns import pattern

MINOR_DIGITS = 2
"""Decimal places of the shop's currency, as the book stores it."""


_SPACE = " "
_APART = "[\u00a0\u2009\u202f'\u2019\u066c]"
"""What stands between thousands alone: spaces of any width, apostrophes, the mark of Arabic."""
_UNGROUPED = r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+"
_DOUBTFUL = r"[1-9][0-9]{0,2}[.,][0-9]{3}"
_THOUSANDS = r"[0-9]{{1,3}}(?:{group}[0-9]{{2,3}})*{group}[0-9]{{3}}(?:{decimal}[0-9]*)?"
"""Groups of three digits; of two, as in India, but for the last."""
_GROUPED = r"[+-]?\d{1,3}(?:,\d{3}| \d{3})+(?:\.\d*)?"


def ungrouped(text: str) -> str:
    """A number without the marks between its thousands: `1,292` as `1292`. Any other comma stays: 1,5 is not 15."""
    number = text.strip().replace("\u2212", "-")
    return re.sub("[, ]", "", number) if pattern(_GROUPED).fullmatch(number) else number


def readings(text: str, mark: str = ".") -> tuple[Decimal, ...]:
    """Every amount that a text may mean where `mark` stands before the decimals.

    None when it is no amount. The shop's own mark is taken at its word, and so is the other one wherever it can only
    be meant so: `0,05`, `1,5`, `1.234,50`. Only a lone other mark before three digits leaves two amounts: where the
    shop writes 1.5, `1,234` may be 1234 or 1.234.
    """
    number = re.sub(_APART, _SPACE, text.strip()).replace("\u066b", ".")
    if pattern(_UNGROUPED).fullmatch(number):
        whole, _, part = number.replace(",", ".").partition(".")
        amount = Decimal(f"{whole}.{part}")
        other = "." if mark == "," else ","
        doubtful = other in number and pattern(_DOUBTFUL).fullmatch(number)
        return (Decimal(whole + part), amount) if doubtful else (amount,)
    for group, decimal in ((",", "."), (".", ","), (_SPACE, "."), (_SPACE, ",")):
        grouped = _THOUSANDS.format(group=re.escape(group), decimal=re.escape(decimal))
        if pattern(grouped).fullmatch(number):
            return (Decimal(number.replace(group, "").replace(decimal, ".")),)
    return ()


def to_minor(amount: Decimal, digits: int = MINOR_DIGITS) -> int:
    """`Decimal('8.99')` as 899 minor units, halves rounded away from zero as tills do."""
    return int(amount.scaleb(digits).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_minor(units: int, digits: int = MINOR_DIGITS) -> Decimal:
    """899 minor units as `Decimal('8.99')`."""
    return Decimal(units).scaleb(-digits)
