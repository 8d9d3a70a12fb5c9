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

MOST_NAME = 40
"""Most characters of the shop's name: it stands in the title, before the till's. A longer one from before is kept."""
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


@dataclass(frozen=True, slots=True)
class Retold:
    """What another shop would make of the `receipts` in the book: whether their money, and their clock, is another."""

    receipts: int = 0
    currency: bool = False
    clock: bool = False


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


def retold(book: Book, chosen: Shop) -> Retold:
    """What keeping a shop would do to receipts that are in the book: their amounts and moments stay as they are.

    Raises InvalidSettingsError as `choose` would.
    """
    read = _read(chosen)
    with book.read():
        values = _checked(book, chosen, read)
        kept = of(book)
        currency, clock = values["currency"] != kept.currency, values["time_zone"] != kept.time_zone
        receipts = int(book.rows("SELECT count(*) FROM receipt")[0][0]) if currency or clock else 0
    return Retold(receipts, currency and receipts > 0, clock and receipts > 0)


def choose(book: Book, chosen: Shop) -> None:
    """Keep a shop. Raises InvalidSettingsError, its faults named by the fields of `Shop`."""
    read = _read(chosen)
    with book.write():
        values = _checked(book, chosen, read)
        for field, name in _SETTINGS.items():
            settings.put(book, name, values[field])
        settings.put(book, "minor_digits", read.digits)


@dataclass(frozen=True, slots=True)
class _Read:
    """A shop as read, without a look into the book: values by field, faults, decimal places of its currency."""

    values: dict[str, settings.Setting]
    faults: tuple[FieldError, ...]
    digits: int


def _read(chosen: Shop) -> _Read:
    """Read each field. What this loads takes its time: not while others wait for the book."""
    from babel.numbers import get_currency_precision

    values: dict[str, settings.Setting] = {}
    faults: list[FieldError] = []
    for field, read in _CHECKS.items():
        try:
            values[field] = read(field, chosen)
        except FieldError as fault:
            faults.append(fault)
    code = str(values.get("currency", ""))
    return _Read(values, tuple(faults), get_currency_precision(code) if code else 0)


def _checked(book: Book, chosen: Shop, read: _Read) -> dict[str, settings.Setting]:
    """The values by field. Raises InvalidSettingsError for what was read wrongly, or what this book does not take."""
    faults = list(read.faults)
    if (name := _name_fault(book, chosen)) is not None:
        faults.append(name)
    code = str(read.values.get("currency", ""))
    if code and (kept_from := _digits_fault(book, code, read.digits)):
        faults.append(kept_from)
    if faults:
        raise InvalidSettingsError(tuple(faults))
    return read.values


def _name_fault(book: Book, chosen: Shop) -> FieldError | None:
    """A name is short, but for one that an older book has already."""
    name = clean_line(chosen.name)
    if len(name) <= MOST_NAME or name == clean_line(str(settings.get(book, "shop_name"))):
        return None
    return FieldError("name", f"at most {MOST_NAME} characters; this has {len(name)}")


def _digits_fault(book: Book, code: str, digits: int) -> FieldError | None:
    """The book's money is whole minor units: another number of decimal places would make other amounts of it."""
    now = settings.minor_digits(book)
    if digits == now:
        return None
    if book.rows("SELECT 1 FROM receipt LIMIT 1"):
        return FieldError(
            "currency", f"the book has receipts with {now} decimal places; {code} has {digits}. Begin a new book for it"
        )
    if book.rows("SELECT 1 FROM import_run WHERE state IN ('applying', 'taking back')"):
        return FieldError("currency", "an import is under way, and reads amounts as they are now; wait until it ends")
    return None


def _name(field: str, chosen: Shop) -> str:
    del field
    return clean_line(chosen.name)


def _currency(field: str, chosen: Shop) -> str:
    from babel.numbers import list_currencies

    code = clean_line(chosen.currency).upper()
    if code not in list_currencies():
        raise FieldError(field, "a code of ISO 4217 such as USD or EUR")
    return code


def _locale(field: str, chosen: Shop) -> str:
    known = settings.known_locale(chosen.locale)
    if not known:
        raise FieldError(field, "a language and a country such as en_US")
    return known


def _time_zone(field: str, chosen: Shop) -> str:
    name = chosen.time_zone.strip()
    if not settings.is_zone(name):
        raise FieldError(field, "a zone such as America/New_York")
    return name


def _node(field: str, chosen: Shop) -> int:
    if type(chosen.node) is not int or not 1 <= chosen.node <= MOST_NODE:
        raise FieldError(field, f"a whole number from 1 to {MOST_NODE}")
    return chosen.node


_CHECKS: dict[str, Callable[[str, Shop], settings.Setting]] = {
    "name": _name, "currency": _currency, "locale": _locale, "time_zone": _time_zone, "node": _node,
}  # fmt: skip
