"""Whether values may stand on a customer: what each field asks, and what only the book can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import fields
from store.errors import FieldError, InvalidCustomerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.customer_records import Customer
    from store.database import Book
    from store.records import Value

_TAKEN_AS_GIVEN = frozenset({fields.Kind.COUNTRY, fields.Kind.STORES})
"""Kinds whose value is no typed text: a code from the list of countries, names of stores."""


def accept(book: Book, values: Mapping[str, Value], before: Customer | None) -> dict[str, Any]:
    """The values as their fields read them; `before` is the customer they change, None for a new one.

    Raises InvalidCustomerError with every fault.
    """
    faults: list[FieldError] = []
    accepted: dict[str, Any] = {}
    for field in fields.FIELDS:
        if field.name not in values:
            if field.required and before is None:
                faults.append(FieldError(field.name, "required"))
            continue
        value = values[field.name]
        if before is not None and value == getattr(before, field.name):
            continue
        try:
            accepted[field.name] = value if field.kind in _TAKEN_AS_GIVEN else field.read(field.show(value))
        except FieldError as fault:
            faults.append(fault)
    number = str(accepted.get("id_number") or "")
    if taken := id_number_fault(book, number, None if before is None else before.id):
        faults.append(taken)
    faults += _store_faults(book, accepted)
    faults += _points_fault(accepted, before)
    if faults:
        raise InvalidCustomerError(tuple(faults))
    return accepted


def id_number_fault(book: Book, id_number: str, exclude: int | None = None) -> FieldError | None:
    """What is wrong with giving a customer this ID number: it is another's already. `exclude` is the customer's id."""
    if not id_number:
        return None
    found = book.rows("SELECT id, first_name, last_name FROM customer WHERE id_number = ?", (id_number,))
    if not found or found[0][0] == exclude:
        return None
    return FieldError("id_number", f"already the number of {found[0][1]} {found[0][2]}")


def _store_faults(book: Book, accepted: dict[str, Any]) -> list[FieldError]:
    """Also turns store names into the book's own spelling."""
    known = {name.casefold(): name for (name,) in book.rows("SELECT name FROM store")} if "stores" in accepted else {}
    unknown = [name for name in accepted.get("stores", ()) if name.casefold() not in known]
    if unknown:
        return [FieldError("stores", f"no store is called {', '.join(unknown)}")]
    if "stores" in accepted:
        names = {known[name.casefold()] for name in accepted["stores"]}
        accepted["stores"] = tuple(name for name in known.values() if name in names)
    return []


def _points_fault(accepted: dict[str, Any], before: Customer | None) -> list[FieldError]:
    enrolled = accepted.get("loyalty", before is not None and before.loyalty)
    balance = before.points if before is not None else 0
    if not enrolled and accepted.get("points", balance) != balance:
        return [FieldError("points", "switch Loyalty on first")]
    return []
