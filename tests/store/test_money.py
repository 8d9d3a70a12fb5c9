"""Money: cents in the book, decimals in Python, and the marks that people write numbers with."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.money import from_minor, to_minor, ungrouped


@given(st.integers(-(10**15), 10**15), st.sampled_from([0, 2, 3]))
def test_an_amount_comes_back(units: int, digits: int) -> None:
    assert to_minor(from_minor(units, digits), digits) == units


@pytest.mark.parametrize(("amount", "units"), [("8.99", 899), ("0.005", 1), ("-0.005", -1), ("1.004", 100)])
def test_halves_go_away_from_zero(amount: str, units: int) -> None:
    assert to_minor(Decimal(amount)) == units


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,292", "1292"),
        ("1,234,567.5", "1234567.5"),
        ("1 292", "1292"),
        ("\u22121,000", "-1000"),
        (" 7 ", "7"),
        ("1,5", "1,5"),
        ("12,34", "12,34"),
        ("1,2345", "1,2345"),
        ("1.234,50", "1.234,50"),
    ],
)
def test_only_marks_between_thousands_go(text: str, number: str) -> None:
    assert ungrouped(text) == number
