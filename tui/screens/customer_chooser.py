"""Another customer, found by typing: with whom the customer at hand is to be merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import customers, search
from store.errors import StoreError
from store.records import ListQuery, Status
from tui.screens.picker import PickerDialog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.screens.customer_page import Subject

MOST = 100
"""Customers that are offered; more typing finds the others."""
COLUMNS = ("name", "email", "phone")
INACTIVE = "inactive"


class CustomerChooser(PickerDialog):
    """Dismisses with the id, as text, of the customer chosen. As long as nothing is typed, look-alikes stand first."""

    HEADING = "Merge"
    HELP = (
        "Type a part of the other entry's name, e-mail, phone or ID number, and press Enter on it. Those who look like "
        "the customer at hand stand first. Nothing is merged before the two were compared."
    )

    def __init__(self, *, subject: Subject) -> None:
        super().__init__(f"Merge {subject.name} with", ())
        self._subject = subject

    def matching(self, typed: str) -> Sequence[tuple[str, str]]:
        """The customers whom the list would find, but for the one at hand."""
        found: dict[str, str] = {}
        try:
            if not typed.strip():
                found.update(self._alike())
            query = ListQuery(text=typed, status=Status.ALL, columns=COLUMNS)
            for row in search.page(self.regulars.book, query, limit=MOST).rows:
                status = "" if row.active else INACTIVE
                found.setdefault(str(row.id), _line(*map(str, row.values), status))
        except StoreError as error:
            self.announce(str(error), error=True)
        found.pop(str(self._subject.id), None)
        return list(found.items())

    def _alike(self) -> Iterator[tuple[str, str]]:
        book = self.regulars.book
        me = customers.get(book, self._subject.id)
        names = ("first_name", "last_name", "email", "phone", "date_of_birth")
        for other in customers.likely_duplicates(book, {name: getattr(me, name) for name in names}, exclude=me.id):
            known = other.customer
            status = "" if known.active else INACTIVE
            yield str(known.id), _line(known.name, known.email, known.phone, status)


def _line(*parts: str) -> str:
    return "   ".join(filter(None, parts))
