"""Rows of one sheet that have UIDs of their own: they are two people, however alike they are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from store import folding
from store.look_alikes import MOST_ALIKE
from store.merge import people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.workbook.customer_rows import CustomerReader
    from store.workbook.damage import Cell

_COMPARED = ("uid", "email", "phone", "first_name", "last_name")


@dataclass(slots=True)
class OwnUids:
    """Remembers the rows of a sheet, whether the book has them or not: what it says of them follows from the file."""

    _by_email: dict[str, list[tuple[str, str, str, str]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, reader: CustomerReader, cells: Sequence[Sequence[Cell]]) -> None:
        """Remember some rows."""
        if not any(isinstance(uid, str) for uid in reader.column("uid", cells)):
            return
        for row in zip(*(reader.column(name, cells) for name in _COMPARED), strict=True):
            uid, email, phone, first, last = (value if isinstance(value, str) else "" for value in row)
            if uid and email and phone:
                self._by_email[folding.nocase(email)].append((uid, phone, first, last))

    def pairs(self) -> set[tuple[str, str]]:
        """The pairs of whom each would else be found to be the other; rows of one name are one customer's, twice."""
        found = set()
        for email, some in self._by_email.items():
            if 1 < len(some) <= MOST_ALIKE and people.email_key(email):
                told = [(uid, people.phone_key(phone), folding.name_key(*names)) for uid, phone, *names in some]
                found |= {
                    people.pair(one, other)
                    for (one, phone, name), (other, its_phone, its_name) in combinations(told, 2)
                    if phone and phone == its_phone and name != its_name and one != other
                }
        return found
