"""The shop's loyalty programme: its rules, as the book keeps them and as a manager chooses them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from store import settings
from store.errors import FieldError, InvalidSettingsError
from store.fields import LINE_LIMIT, clean_line
from store.loyalty_records import Awards, Programme

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.database import Book

CURRENCIES = ("Points", "Stars", "Coins", "Gold", "Silver")
"""What points may be called (retail manual: Loyalty Settings, Loyalty Currency)."""
MOST_POINTS = 9_999_999
"""Most points that a rule may give or ask for."""
MOST_AMOUNT = Decimal(1_000_000_000)
"""Most money that a rule may name."""
MOST_REASONS = 50
VALUE_DIGITS = 6
"""Decimal places of a point's value: many points are worth less than the smallest coin."""

_SETTINGS = {
    "on": "loyalty_on", "currency": "loyalty_currency", "sign_up_points": "sign_up_points",
    "visit_points": "visit_points", "amount_points": "amount_points", "per_amount": "per_amount",
    "point_value": "point_value", "minimum": "minimum_redemption", "reasons": "reasons", "awards": "awards",
}  # fmt: skip
"""The setting that keeps each field of a programme."""


def of(book: Book) -> Programme:
    """The book's programme."""
    with book.read():
        kept = {field: settings.get(book, name) for field, name in _SETTINGS.items()}
    reasons = kept["reasons"]
    awards = str(kept["awards"])
    return Programme(
        on=bool(kept["on"]),
        currency=str(kept["currency"]),
        sign_up_points=int(str(kept["sign_up_points"])),
        visit_points=int(str(kept["visit_points"])),
        amount_points=int(str(kept["amount_points"])),
        per_amount=Decimal(str(kept["per_amount"])),
        point_value=Decimal(str(kept["point_value"])),
        minimum=int(str(kept["minimum"])),
        reasons=tuple(reasons) if isinstance(reasons, list) else (),
        awards=Awards(awards) if awards in set(Awards) else Awards.OFFICE,
    )


def awards_points(rules: Programme) -> bool:
    """Whether this book gives points for receipts."""
    return rules.on and rules.awards is Awards.BOOK


def choose(book: Book, chosen: Programme) -> None:
    """Keep a programme. Receipts that are in the book when it begins to give points for them never get any.

    Raises InvalidSettingsError, its faults named by the fields of `Programme`.
    """
    with book.write():
        valid = checked(chosen, settings.minor_digits(book))
        if awards_points(chosen) and not awards_points(of(book)):
            settings.put(book, "awards_since", _newest_receipt(book))
        for field, name in _SETTINGS.items():
            settings.put(book, name, valid[field])


def receipts_went(book: Book) -> None:
    """See to it, after receipts were taken out of the book, that those that get their ids are not taken for them."""
    with book.write():
        if int(str(settings.get(book, "awards_since"))) > (newest := _newest_receipt(book)):
            settings.put(book, "awards_since", newest)


def _newest_receipt(book: Book) -> int:
    """The highest id of a receipt; 0 without any."""
    return int(book.rows("SELECT coalesce(max(id), 0) FROM receipt")[0][0])


def checked(chosen: Programme, digits: int) -> dict[str, settings.Setting]:
    """The programme's settings, tidied, by field; `digits` is how many decimal places the currency has.

    Raises InvalidSettingsError.
    """
    values: dict[str, settings.Setting] = {"on": bool(chosen.on), "awards": str(chosen.awards)}
    faults: list[FieldError] = []
    for field, read in _CHECKS.items():
        try:
            values[field] = read(field, chosen, digits)
        except FieldError as fault:
            faults.append(fault)
    if chosen.awards not in set(Awards):
        faults.append(FieldError("awards", "office or book"))
    if faults:
        raise InvalidSettingsError(tuple(faults))
    return values


def _currency(field: str, chosen: Programme, digits: int) -> str:
    del digits
    if chosen.currency not in CURRENCIES:
        raise FieldError(field, f"one of {', '.join(CURRENCIES)}")
    return chosen.currency


def _points(field: str, chosen: Programme, digits: int) -> int:
    del digits
    points = getattr(chosen, field)
    if type(points) is not int or not 0 <= points <= MOST_POINTS:
        raise FieldError(field, f"a whole number from 0 to {MOST_POINTS:,}")
    return points


def _per_amount(field: str, chosen: Programme, digits: int) -> str:
    return _decimal(field, chosen.per_amount, digits, least=Decimal(1).scaleb(-digits))


def _point_value(field: str, chosen: Programme, digits: int) -> str:
    del digits
    return _decimal(field, chosen.point_value, VALUE_DIGITS, least=Decimal(0))


def _decimal(field: str, value: Decimal, digits: int, *, least: Decimal) -> str:
    """A decimal as the book keeps it: plain digits, no zeros at its end."""
    try:
        fits = least <= value <= MOST_AMOUNT and value == round(value, digits)
    except InvalidOperation:  # no number at all, or one beyond all measure
        fits = False
    if not fits:
        above = "above 0" if least else "of 0 or more"
        places = f"at most {digits} decimal places" if digits else "no decimal places"
        raise FieldError(field, f"an amount {above}, with {places}")
    text = f"{abs(value):f}"  # a zero may have a sign
    return text.rstrip("0").rstrip(".") if "." in text else text


def _reasons(field: str, chosen: Programme, digits: int) -> list[str]:
    del digits
    reasons = [clean_line(reason) for reason in chosen.reasons]
    folded = [reason.casefold() for reason in reasons]
    if not all(reasons):
        raise FieldError(field, "no empty line among them")
    if twice := next((reason for at, reason in enumerate(reasons) if folded[at] in folded[:at]), ""):
        raise FieldError(field, f"{twice} stands there twice")
    if any(len(reason) > LINE_LIMIT for reason in reasons):
        raise FieldError(field, f"at most {LINE_LIMIT} characters each")
    if len(reasons) > MOST_REASONS:
        raise FieldError(field, f"at most {MOST_REASONS} of them")
    return reasons


_CHECKS: dict[str, Callable[[str, Programme, int], settings.Setting]] = {
    "currency": _currency, "sign_up_points": _points, "visit_points": _points, "amount_points": _points,
    "per_amount": _per_amount, "point_value": _point_value, "minimum": _points, "reasons": _reasons,
}  # fmt: skip
