"""Who a customer is, at a glance: name, address, phone, e-mail, enrol date, and the beginning of the notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from store import fields
from tui.commands import BY_ID
from tui.gate import shown, shown_lines
from tui.widgets.line_list import fit
from tui.widgets.table_columns import INACTIVE_MARK, MOST_CHARACTERS
from tui.wrapping import folded

if TYPE_CHECKING:
    from store.customer_records import Customer

LABEL = 9
PHONE = 24
"""Cells that a phone is given before what stands behind it."""
ABSENT = "-"
FIELD_LINES = 4
"""Lines before the notes."""
MOST_NOTES = 4
"""Lines of notes that are shown here at most."""
MORE_NOTES = f"  {BY_ID['details'].key_label} all"
"""Stands after notes that go on."""


class CustomerHeader(Widget):
    """A line each; what is longer than its line is clipped, and whole among the details."""

    DEFAULT_CSS = "CustomerHeader { height: 1fr; width: 1fr; }"

    def __init__(self, identity: str) -> None:
        super().__init__(id=identity)
        self._customer: Customer | None = None

    def wanted_lines(self, width: int) -> int:
        """How many lines the customer's fields and notes would take at a width."""
        notes = "" if self._customer is None else self._customer.notes
        return FIELD_LINES + len(_notes(notes, MOST_NOTES, width - LABEL))

    def show(self, customer: Customer) -> None:
        """Show another customer, or the same as they are now."""
        self._customer = customer
        self.refresh()

    def render(self) -> Content:
        """The lines that there is room for."""
        if self._customer is None:
            return Content("")
        width, customer = self.size.width, self._customer
        lines = [
            Content.styled(fit(customer.name + ("" if customer.active else INACTIVE_MARK), width), "bold"),
            _line("Address", address(customer), width),
            _contact(customer, width),
            _line("E-Mail", customer.email, width),
        ]
        room = max(self.size.height - len(lines), 1)
        for at, note in enumerate(_notes(customer.notes, room, width - LABEL)):
            lines.append(_line("" if at else "Notes", note, width))
        return Content("\n").join(lines)


def address(customer: Customer) -> str:
    """The address on one line."""
    country = fields.BY_NAME["country"].show(customer.country)
    place = f"{customer.state} {customer.zip_code}".strip()
    parts = (customer.address_line1, customer.address_line2, customer.city, place, country)
    return ", ".join(part for part in parts if part)


def _line(label: str, value: str, width: int) -> Content:
    return Content.assemble((f"{label:<{LABEL}}", "$muted"), fit(value or ABSENT, max(width - LABEL, 0)))


def _contact(customer: Customer, width: int) -> Content:
    phone = shown((customer.phone or ABSENT)[:MOST_CHARACTERS])
    enrolled = fields.show_date(customer.enrolled) or ABSENT
    taken = LABEL + max(cell_len(phone) + 2, PHONE)
    rest = ("Enrolled  ", enrolled)
    if taken + sum(map(len, rest)) > width:
        return _line("Phone", f"{phone}", width)
    return Content.assemble(
        (f"{'Phone':<{LABEL}}", "$muted"), fit(phone, taken - LABEL), (rest[0], "$muted"), rest[1]
    )  # fmt: skip


def _notes(notes: str, room: int, width: int) -> list[str]:
    """The first lines of the notes; the last says when there are more."""
    lines = [
        part
        for line in shown_lines(notes[: room * MOST_CHARACTERS]).split("\n")
        if line.strip()
        for part in folded(line.strip(), max(width, 8))
    ]
    if len(lines) <= room and len(notes) <= room * MOST_CHARACTERS:
        return lines or [""]
    shown_now = lines[:room]
    shown_now[-1] = fit(shown_now[-1], max(width - len(MORE_NOTES), 0)).rstrip() + MORE_NOTES
    return shown_now
