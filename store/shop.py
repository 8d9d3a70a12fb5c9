"""The shop: its name, its money, its clock and the number of its till, as the book keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import settings
from store.errors import FieldError, InvalidSettingsError
from store.fields import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.database import Book

MOST_NAME = 100
"""Most characters of the shop's name: it stands in one line of a receipt."""
MOST_NODE = 9999


@dataclass(frozen=True, slots=True)
class Shop:
    """What holds for the whole book.

    `currency` is an ISO 4217 code, `locale` a CLDR name such as `en_US`, `time_zone` an IANA name, `node` the number
    of this till, with which its receipt numbers begin.
    """

    name: str = ""
    currency: str = "USD"
    locale: str = settings.LOCALE
    time_zone: str = "UTC"
    node: int = 1


_SETTINGS = {
    "name": "shop_name", "currency": "currency", "locale": "locale", "time_zone": "time_zone", "node": "node",
}  # fmt: skip
"""The setting that keeps each field of a shop."""


def of(book: Book) -> Shop:
    """The book's shop."""
    with book.read():
        kept = {field: settings.get(book, name) for field, name in _SETTINGS.items()}
    node = int(str(kept.pop("node")))
    return Shop(**{field: str(value) for field, value in kept.items()}, node=node)


def choose(book: Book, chosen: Shop) -> None:
    """Keep a shop. Raises InvalidSettingsError, its faults named by the fields of `Shop`."""
    from babel.numbers import get_currency_precision

    values: dict[str, settings.Setting] = {}
    faults: list[FieldError] = []
    with book.write():
        for field, read in _CHECKS.items():
            try:
                values[field] = read(field, chosen, book)
            except FieldError as fault:
                faults.append(fault)
        if faults:
            raise InvalidSettingsError(tuple(faults))
        for field, name in _SETTINGS.items():
            settings.put(book, name, values[field])
        settings.put(book, "minor_digits", get_currency_precision(str(values["currency"])))


def _name(field: str, chosen: Shop, book: Book) -> str:
    del book
    name = clean_line(chosen.name)
    if len(name) > MOST_NAME:
        raise FieldError(field, f"at most {MOST_NAME} characters; this has {len(name)}")
    return name


def _currency(field: str, chosen: Shop, book: Book) -> str:
    """The book's money is whole minor units: another number of decimal places would make other amounts of it."""
    from babel.numbers import get_currency_precision, list_currencies

    code = clean_line(chosen.currency).upper()
    if code not in list_currencies():
        raise FieldError(field, "a code of ISO 4217 such as USD or EUR")
    digits, now = get_currency_precision(code), settings.get(book, "minor_digits")
    if digits != now and book.rows("SELECT 1 FROM receipt LIMIT 1"):
        raise FieldError(
            field, f"the book has receipts with {now} decimal places; {code} has {digits}. Begin a new book for it"
        )
    return code


def _locale(field: str, chosen: Shop, book: Book) -> str:
    del book
    known = settings.known_locale(chosen.locale)
    if not known:
        raise FieldError(field, "a language and a country such as en_US")
    return known


def _time_zone(field: str, chosen: Shop, book: Book) -> str:
    del book
    name = chosen.time_zone.strip()
    if not settings.is_zone(name):
        raise FieldError(field, "a zone such as America/New_York")
    return name


def _node(field: str, chosen: Shop, book: Book) -> int:
    del book
    if type(chosen.node) is not int or not 1 <= chosen.node <= MOST_NODE:
        raise FieldError(field, f"a whole number from 1 to {MOST_NODE}")
    return chosen.node


_CHECKS: dict[str, Callable[[str, Shop, Book], settings.Setting]] = {
    "name": _name, "currency": _currency, "locale": _locale, "time_zone": _time_zone, "node": _node,
}  # fmt: skip
