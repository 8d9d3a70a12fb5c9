"""Money as the shop writes it: its currency's symbol, grouping and decimal mark, as CLDR has them for its locale."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from store import settings
from store.money import to_minor

if TYPE_CHECKING:
    from decimal import Decimal

    from store.database import Book

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
"""Bidirectional classes of letters that a terminal would put on the wrong side of their number."""
_UNSEEN = frozenset({"Cc", "Cf"})
"""Categories of characters that steer a text and show nothing, such as the marks of a direction."""


class _Marks(NamedTuple):
    """What stands around and between an amount's digits. `grouping` is the size of the last group and of the others."""

    before: str
    after: str
    before_negative: str
    after_negative: str
    group: str
    decimal: str
    grouping: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Currency:
    """A shop's currency: ISO 4217 `code`, `digits` after the decimal mark, and the `locale` it is written in."""

    code: str
    digits: int
    locale: str

    @property
    def mark(self) -> str:
        """What stands before the decimals."""
        return _marks(self.code, self.locale).decimal

    def show(self, amount: Decimal) -> str:
        """`$1,234.50`: one line without control characters, halves rounded away from zero."""
        marks = _marks(self.code, self.locale)
        units = to_minor(amount, self.digits)
        text = _number(abs(units), self.digits, marks, grouped=True)
        if units < 0:
            return f"{marks.before_negative}{text}{marks.after_negative}"
        return f"{marks.before}{text}{marks.after}"

    def plain(self, amount: Decimal) -> str:
        """`1234.50`: digits and the locale's decimal mark alone, for tables."""
        units = to_minor(amount, self.digits)
        text = _number(abs(units), self.digits, _marks(self.code, self.locale), grouped=False)
        return f"-{text}" if units < 0 else text


def of(book: Book) -> Currency:
    """The currency that a book's money is in."""
    return Currency(str(settings.get(book, "currency")), settings.minor_digits(book), str(settings.get(book, "locale")))


def _number(units: int, digits: int, marks: _Marks, *, grouped: bool) -> str:
    whole, part = divmod(units, 10**digits)
    text = _grouped(whole, marks) if grouped else str(whole)
    return f"{text}{marks.decimal}{part:0{digits}}" if digits else text


def _grouped(whole: int, marks: _Marks) -> str:
    last, others = marks.grouping
    if last == others == 3:
        return f"{whole:,}".replace(",", marks.group)
    text = str(whole)
    groups = [text[-last:]]
    text = text[:-last]
    while text:
        groups.append(text[-others:])
        text = text[:-others]
    return marks.group.join(reversed(groups))


@lru_cache(maxsize=16)
def _marks(code: str, locale: str) -> _Marks:
    """Read CLDR, once for each currency and locale. A code that is no currency stands for itself."""
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol

    try:
        known = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        known = Locale.parse(settings.LOCALE)
    pattern = known.currency_formats["standard"]
    symbol = _shown(get_currency_symbol(code, known))
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in symbol):
        symbol = _shown(code)
    before, before_negative = (_apart(_shown(prefix).replace("¤", symbol), -1) for prefix in pattern.prefix)
    after, after_negative = (_apart(_shown(suffix).replace("¤", symbol), 0) for suffix in pattern.suffix)
    return _Marks(
        before, after, before_negative, after_negative,
        _shown(get_group_symbol(known)), _shown(get_decimal_symbol(known)), pattern.grouping,
    )  # fmt: skip


def _shown(text: str) -> str:
    """A text of CLDR with common spaces and the common minus, and without what cannot be seen."""
    seen = (" " if unicodedata.category(character) == "Zs" else character for character in text)
    return "".join(character for character in seen if unicodedata.category(character) not in _UNSEEN).replace("−", "-")


def _apart(text: str, beside: int) -> str:
    """What stands before (-1) or after (0) a number, with a space where a letter would touch it, as CLDR asks."""
    if not text or not text[beside].isalpha():
        return text
    return f"{text} " if beside else f" {text}"
