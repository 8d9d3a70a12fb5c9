"""Rows of one sheet that have UIDs of their own: they are two people, however alike they are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from operator import itemgetter
from typing import TYPE_CHECKING

from store import folding
from store.look_alikes import MOST_ALIKE
from store.merge import people
from store.workbook.customer_rows import AT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from store.workbook.cells import Stored
    from store.workbook.customer_rows import CustomerReader
    from store.workbook.damage import Cell
    from store.workbook.rows_above import SheetRow

_COMPARED = ("uid", "email", "phone", "first_name", "last_name")
_PICK = itemgetter(*(AT[name] for name in _COMPARED[2:]))


@dataclass(slots=True)
class OwnUids:
    """Remembers the rows of a sheet, whether the book has them or not: what it says of them follows from the file."""

    _by_email: dict[str, list[tuple[str, str, str, str]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, rows: Iterable[SheetRow]) -> None:
        """Remember some rows."""
        for row in rows:
            if row.uid and row.email:
                self._note(row.uid, row.email, *_PICK(row.values))

    def take_cells(self, reader: CustomerReader, cells: Sequence[Sequence[Cell]]) -> None:
        """Remember some rows of which nobody needs to know more."""
        for uid, email, *others in zip(*(reader.column(name, cells) for name in _COMPARED), strict=True):
            if isinstance(uid, str) and isinstance(email, str):
                self._note(uid, folding.nocase(email), *others)

    def _note(self, uid: str, email: str, *others: Stored) -> None:
        phone, first, last = (value if isinstance(value, str) else "" for value in others)
        if phone:
            self._by_email[email].append((uid, phone, first, last))

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
