"""What a row of a Customers sheet says otherwise than the book: a spreadsheet's own doing is no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.fields import FIELDS
from store.workbook.cells import CLEARED, padded_zip
from store.workbook.customer_rows import AT, Values, faults_of
from store.workbook.damage import DIGIT_NAMES, Recovered, same_after_damage

if TYPE_CHECKING:
    from store.workbook.match import Known

_EMAIL, _STORES, _ZIP, _COUNTRY = (AT[name] for name in ("email", "stores", "zip_code", "country"))
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
    """Whether two values differ only by what a spreadsheet, or the case of an e-mail, does to them."""
    if isinstance(new, Recovered):
        return same_after_damage(str(old or ""), new, marked=FIELDS[at].name in DIGIT_NAMES)
    return at == _EMAIL and str(old).lower() == str(new).lower()


def keep_what_was_only_damaged(values: Values, known: Known) -> None:
    """A phone that lost its zeros may be too short for one: where the book's own is behind it, nothing is wrong."""
    for at, fault in faults_of(values):
        if known.values[at] and same(at, known.values[at], fault.digits):
            values[at] = known.values[at]


def settle_zip(values: Values, known: Known | None) -> None:
    """The book's own zip where the row means it; else with the zeros that it lost."""
    code = values[_ZIP]
    if not isinstance(code, str):
        return
    old = None if known is None else known.values[_ZIP]
    if code == old or (old and same(_ZIP, old, code)):
        values[_ZIP] = old
    elif len(code) < 5:
        country = values[_COUNTRY] or (known.values[_COUNTRY] if known is not None else "")
        values[_ZIP] = padded_zip(code, country if isinstance(country, str) else "")
