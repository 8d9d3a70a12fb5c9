"""Money: cents in the book, decimals in Python, and the marks that people write numbers with."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.money import from_minor, readings, to_minor, ungrouped


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


@pytest.mark.parametrize("mark", [".", ","])
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("10", "10"), ("1,5", "1.5"), ("1.5", "1.5"), ("0,05", "0.05"), (",5", "0.5"), ("5.", "5"), ("12,34", "12.34"),
        ("0,005", "0.005"), ("0.005", "0.005"), ("1,2345", "1.2345"), ("1234,567", "1234.567"),
        ("1,234.50", "1234.50"), ("1.234,50", "1234.50"), ("1,234,567", "1234567"), ("1.234.567", "1234567"),
        ("1 234,5", "1234.5"), ("1\u202f234", "1234"), ("1'234.5", "1234.5"), ("12,34,567.5", "1234567.5"),
        ("1\u066c234\u066b5", "1234.5"),
    ],
)  # fmt: skip
def test_an_amount_is_read_with_either_mark_where_only_one_can_be_meant(mark: str, text: str, amount: str) -> None:
    assert readings(text, mark) == (Decimal(amount),)


@pytest.mark.parametrize(("own", "other"), [(".", ","), (",", ".")])
def test_three_digits_after_the_other_mark_are_never_guessed(own: str, other: str) -> None:
    assert readings(f"1{own}234", own) == (Decimal("1.234"),)
    assert readings(f"1{other}234", own) == (Decimal(1234), Decimal("1.234"))
    assert readings(f"999{other}000", own) == (Decimal(999_000), Decimal(999))


@pytest.mark.parametrize("text", ["", ".", ",", "-1", "x", "1,2,3", "1,23.4", "1.2.3", "1e3", "1,,5", "\u0661", "$5"])
def test_what_is_no_amount_has_no_reading(text: str) -> None:
    assert readings(text) == readings(text, ",") == ()
