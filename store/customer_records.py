"""One customer as the store gives them: whole, changed by two at once, alike to another, and in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from store.records import Value


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer, whole. Field names are those of `store.fields`; an absent text is ''.

    `points` is the balance in whole points, `country` an ISO 3166 alpha-2 code, `stores` the names of the
    customer's stores in the book's order. `version` rises with every write and is what an update must name.
    """

    id: int
    uid: str
    version: int
    first_name: str
    last_name: str
    email: str
    phone: str = ""
    gender: str = ""
    date_of_birth: date | None = None
    id_number: str = ""
    nationality: str = ""
    gate_code: str = ""
    anniversary: date | None = None
    notes: str = ""
    stores: tuple[str, ...] = ()
    loyalty: bool = False
    points: int = 0
    reason: str = ""
    gift_card: str = ""
    address_line1: str = ""
    address_line2: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    country: str = ""
    enrolled: date | None = None
    active: bool = True
    has_photo: bool = False

    @property
    def name(self) -> str:
        """First and last name, as shown everywhere."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field two people changed at once: as opened, as the book has it now, as this person wants it."""

    field: str
    base: Value
    theirs: Value
    ours: Value


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An existing customer who may be the one being typed, and the fields that say so (by name)."""

    customer: Customer
    because: tuple[str, ...]
