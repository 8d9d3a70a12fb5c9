"""Money as the shop writes it."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from babel import localedata
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from store import currency, settings
from store.currency import Currency

if TYPE_CHECKING:
    from store.database import Book

CODES = ("USD", "EUR", "INR", "JPY", "KWD", "ILS", "EGP", "CHF", "ZZZ")


@pytest.mark.parametrize(
    ("code", "digits", "locale", "amount", "shown", "plain"),
    [
        ("USD", 2, "en_US", "1234.5", "$1,234.50", "1234.50"),
        ("USD", 2, "en_US", "-1234.5", "-$1,234.50", "-1234.50"),
        ("USD", 2, "en_US", "0.005", "$0.01", "0.01"),
        ("USD", 2, "en_US", "-0.004", "$0.00", "0.00"),
        ("EUR", 2, "de_DE", "1234567.89", "1.234.567,89 €", "1234567,89"),
        ("EUR", 2, "de-DE", "1234567.89", "1.234.567,89 €", "1234567,89"),
        ("EUR", 2, "fr_FR", "1234567.89", "1 234 567,89 €", "1234567,89"),
        ("INR", 2, "en_IN", "1234567.89", "₹12,34,567.89", "1234567.89"),
        ("INR", 2, "en_IN", "999", "₹999.00", "999.00"),
        ("SEK", 2, "sv_SE", "-12.3", "-12,30 kr", "-12,30"),
        ("CHF", 2, "en_US", "5", "CHF 5.00", "5.00"),
        ("KRW", 0, "ko_KR", "1234567.5", "₩1,234,568", "1234568"),
        ("KWD", 3, "en_US", "1.2345", "KWD 1.235", "1.235"),
        ("KWD", 3, "ar_KW", "1234.5", "1,234.500 KWD", "1234.500"),
        ("ILS", 2, "he_IL", "-7", "-7.00 ₪", "-7.00"),
        ("QQQ", 2, "en_US", "5", "QQQ 5.00", "5.00"),
        ("USD", 2, "tlh_XX", "1234.5", "$1,234.50", "1234.50"),
        ("USD", 2, "", "1234.5", "$1,234.50", "1234.50"),
        ("USD", 2, "../../etc", "1234.5", "$1,234.50", "1234.50"),
    ],
)
def test_an_amount_is_written_as_the_locale_does(
    code: str, digits: int, locale: str, amount: str, shown: str, plain: str
) -> None:
    money = Currency(code, digits, locale)
    assert (money.show(Decimal(amount)), money.plain(Decimal(amount))) == (shown, plain)


@pytest.mark.parametrize("code", CODES)
def test_no_locale_sends_a_terminal_what_it_cannot_show(code: str) -> None:
    for locale in localedata.locale_identifiers():
        for amount in ("-1234567.5", "0"):
            text = Currency(code, 2, locale).show(Decimal(amount))
            odd = {
                unicodedata.name(char, repr(char)) for char in text if unicodedata.category(char) in {"Cc", "Cf", "Zl"}
            }
            assert not odd, (locale, text)
            assert not any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text), (locale, text)
            assert not any(char.isspace() and char != " " for char in text), (locale, text)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["en_US", "de_DE", "en_IN", "pt_BR", "ja_JP", "pl_PL"]))
def test_it_is_what_cldr_says_but_for_its_spaces(cents: int, locale: str) -> None:
    amount = Decimal(cents).scaleb(-2)
    theirs = format_currency(amount, "EUR", locale=locale).replace("\xa0", " ").replace("\u202f", " ")
    assert Currency("EUR", 2, locale).show(amount) == theirs


def test_a_book_says_what_its_money_is_in(book: Book) -> None:
    assert currency.of(book) == Currency("USD", 2, "en_US")
    settings.put(book, "currency", "JPY")
    settings.put(book, "minor_digits", 0)
    assert currency.of(book).show(Decimal(1500)) == "¥1,500"
