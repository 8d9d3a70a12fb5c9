"""What a row of a Customers sheet says otherwise than the book: a spreadsheet's own doing is no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import folding
from store.fields import FIELDS, Kind
from store.workbook.cells import CLEARED, padded_zip
from store.workbook.customer_rows import AT, Values, faults_of
from store.workbook.damage import DIGIT_NAMES, Recovered, same_after_damage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.workbook.cells import Fault
    from store.workbook.match import Known

_EMAIL, _NUMBER, _STORES, _ZIP, _COUNTRY = (
    AT[name] for name in ("email", "id_number", "stores", "zip_code", "country")
)
_DAYS = frozenset(at for at, field in enumerate(FIELDS) if field.kind is Kind.DATE)
_COMPARED = tuple((at, field.name) for at, field in enumerate(FIELDS) if field.name not in {"uid", "stores", "points"})
_NULL = frozenset({"date_of_birth", "id_number", "anniversary", "enrolled"})
EMPTY: tuple[Any, ...] = tuple(
    None if field.name in _NULL else int(field.empty) if isinstance(field.empty, bool) else field.empty
    for field in FIELDS
)
"""What each field's column holds when nobody filled it."""


def changes_of(values: Values, known: Known) -> tuple[dict[str, Any], tuple[str, ...] | None]:
    """The columns that a row gives other values, and its stores; None when they stay. Points are the ledger's."""
    changes: dict[str, Any] = {}
    for at, name in _COMPARED:
        value, old = values[at], known.values[at]
        if value is None or value == old:
            continue
        new = EMPTY[at] if value is CLEARED else value
        if new != old and not same(at, old, new):
            changes[name] = new
    stores = () if values[_STORES] is CLEARED else values[_STORES]
    if not isinstance(stores, tuple) or known.stores == frozenset(stores):
        return changes, None
    return changes, stores


def same(at: int, old: Any, new: Any) -> bool:
    """Whether two values differ only by what a spreadsheet does to them, or by case where that is for reading alone."""
    if isinstance(new, Recovered):
        return same_after_damage(str(old or ""), new, marked=FIELDS[at].name in DIGIT_NAMES)
    if at in _DAYS:
        return swapped(str(old or "")) == str(new)
    if at == _NUMBER:
        return folding.nocase(str(old or "")) == folding.nocase(str(new))
    return at == _EMAIL and str(old).lower() == str(new).lower()


def swapped(day: str) -> str:
    """An ISO date with day and month changed over, as a spreadsheet of another country reads it."""
    year, month, number = day.split("-") if day.count("-") == 2 else ("", "", "")
    return f"{year}-{number}-{month}"


def keep_what_was_only_damaged(values: Values, old: Sequence[Any]) -> None:
    """A phone that lost its zeros may be too short for one: where the known one is behind it, nothing is wrong."""
    for at, fault in faults_of(values):
        if is_only_damaged(at, old[at], fault):
            values[at] = old[at]


def is_only_damaged(at: int, old: Any, fault: Fault) -> bool:
    """Whether a faulty cell is the known value, as a spreadsheet has it that took digits, or a day, for a number."""
    if old is None or str(old) in fault.numbers:
        return old is not None
    return bool(old) and any(same(at, old, digits) for digits in (fault.digits, *map(Recovered, fault.numbers)))


def settle_zip(values: Values, known: Sequence[Any] | None) -> None:
    """The known zip where the row means it; else with the zeros that it lost."""
    code = values[_ZIP]
    if not isinstance(code, str):
        return
    old = None if known is None else known[_ZIP]
    if code == old or (old and same(_ZIP, old, code)):
        values[_ZIP] = old
    elif len(code) < 5:
        country = values[_COUNTRY] or (known[_COUNTRY] if known is not None else "")
        values[_ZIP] = padded_zip(code, country if isinstance(country, str) else "")
