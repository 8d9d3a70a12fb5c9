"""Another customer, found by typing: with whom the customer at hand is to be merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from store import customers, erased, search
from store.errors import StoreError
from store.records import ListQuery, Status
from tui.commands import Command
from tui.screens.picker import PickerDialog
from tui.widgets.line_list import fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.screens.customer_page import Subject

MOST = 100
"""Customers that are offered; more typing finds the others."""
COLUMNS = ("name", "email", "phone")
WIDTHS = (25, 28, 18)
"""Cells of a name, an e-mail and a phone number, which a space parts."""
INACTIVE = "inactive"


class CustomerChooser(PickerDialog):
    """Dismisses with the id, as text, of the customer chosen. As long as nothing is typed, look-alikes stand first."""

    HEADING = "Merge"
    CSS_PATH: ClassVar = ["picker.tcss", "customer_chooser.tcss"]  # type: ignore[assignment]  # one or several
    OWN_KEYS = (Command("choose", "enter", "Compare", "Compare the two, side by side."),)
    HELP = (
        "Type a part of the other entry's name, e-mail, phone or ID number, and press Enter on it. Those who look like "
        "the customer at hand stand first. Nothing is merged before the two were compared."
    )

    def __init__(self, *, subject: Subject) -> None:
        super().__init__(f"Merge {subject.name} with", ())
        self._subject = subject

    def matching(self, typed: str) -> Sequence[tuple[str, str]]:
        """The customers whom the list would find, but for the one at hand, and those who were erased."""
        book = self.regulars.book
        found: dict[str, str] = {}
        try:
            if not typed.strip():
                found.update(self._alike())
            query = ListQuery(text=typed, status=Status.ALL, columns=COLUMNS)
            for row in search.page(book, query, limit=MOST).rows:
                if row.active or not erased.is_erased(book, row.id):
                    found.setdefault(str(row.id), _line(*map(str, row.values), active=row.active))
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
            yield str(known.id), _line(known.name, known.email, known.phone, active=known.active)


def _line(name: str, email: str, phone: str, *, active: bool) -> str:
    cells = (name if active else f"{name}, {INACTIVE}", email, phone)
    return " ".join(fit(text, width) for text, width in zip(cells, WIDTHS, strict=True))
