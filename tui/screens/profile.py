"""One customer, whole: every field, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store import fields, receipts
from store.fields import Kind, Section
from tui import gate
from tui.screens.open_customer import OpenCustomer
from tui.wrapping import folded

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from store.customer_records import Customer
    from store.fields import Field

LABEL_WIDTH = 20
INDENT = 2
"""Cells before a value that stands below its label."""
ABSENT = "-"
LEFT, RIGHT = (Section.GENERAL, Section.RECORD), (Section.LOYALTY, Section.STORES, Section.ADDRESS)
MARGINS, GUTTER = 3, 2
"""Cells beside the sections (their padding and the scrollbar) and between two columns, as in the style sheet."""
TWO_COLUMNS = 76
"""From this width on the sections stand in two columns."""


class ProfileScreen(OpenCustomer):
    """The details behind the metrics; scanning goes to another customer's."""

    HELP = (
        "Everything the book has of one customer. The arrows and Page Up, Page Down scroll. Scan another card, ID, "
        "phone or e-mail to go to its customer. Esc goes back."
    )
    COMMANDS = ("undo", "restore", "edit", "points", "delete", "actions", "merge", "separate", "hand_over", "erase")
    CSS_PATH: ClassVar = ["open_customer.tcss", "profile.tcss"]
    AUTO_FOCUS = "#sections"

    def __init__(self, *, customer_id: int) -> None:
        super().__init__(customer_id=customer_id)
        self._receipts = 0
        self._sections = VerticalScroll(id="sections")

    def body(self) -> ComposeResult:
        """The sections, filled on mounting, and the line that shows what is being scanned."""
        with self._sections:
            with Vertical(id="left"):
                yield Static("", id="left-text", markup=False)
            with Vertical(id="right"):
                yield Static("", id="right-text", markup=False)
                yield self.photo
            yield Static("", id="notes", markup=False)
        yield self.scanned

    def on_resize(self, event: events.Resize) -> None:
        """Two columns where there is room for them."""
        self.set_class(event.size.width >= TWO_COLUMNS, "-wide")
        if self.customer is not None:
            self._write(self.customer)

    def show_changed(self, customer_id: int) -> None:
        """Another customer is read from the top."""
        another = customer_id != self.customer_id
        super().show_changed(customer_id)
        if another:
            self._sections.scroll_home(animate=False)

    def fill(self, customer: Customer) -> None:
        """Write every field."""
        self._receipts = receipts.how_many(self.regulars.book, customer.id)
        self._write(customer)

    def read_again(self) -> None:
        """There may be other receipts."""
        if self.customer is None:
            return
        with self.telling():
            if receipts.how_many(self.regulars.book, self.customer.id) != self._receipts:
                self.fill(self.customer)

    def _write(self, customer: Customer) -> None:
        width = self.size.width - MARGINS
        column = ((width - GUTTER) // 2 if self.size.width >= TWO_COLUMNS else width) - LABEL_WIDTH
        bought = Content.assemble((f"{'Receipts':<{LABEL_WIDTH}}", "$muted"), f"{self._receipts:,}")
        left = Content("\n").join((_sections(customer, LEFT, column), bought))
        self.query_one("#left-text", Static).update(left)
        self.query_one("#right-text", Static).update(_sections(customer, RIGHT, column))
        notes = gate.plain(customer.notes) if customer.notes else Content(ABSENT)
        self.query_one("#notes", Static).update(Content("\n").join((Content.styled("Notes", "bold $accent"), notes)))


def _sections(customer: Customer, sections: tuple[Section, ...], width: int) -> Content:
    """Some sections, each under its title, a line for each field; longer values go on below their beginning."""
    blocks = []
    for section in sections:
        lines = [Content.styled(str(section), "bold $accent")]
        for field in fields.FIELDS:
            if field.section is section and field.kind not in {Kind.NOTES, Kind.UID}:
                indent, (first, *others) = _placed(_shown(field, customer), max(width, 8))
                lines.append(Content.assemble((f"{field.label:<{LABEL_WIDTH}}", "$muted"), first))
                lines += [Content(" " * indent + other) for other in others]
        blocks.append(Content("\n").join(lines))
    return Content("\n\n").join(blocks)


def _shown(field: Field, customer: Customer) -> str:
    value = getattr(customer, field.name)
    if field.kind is Kind.WHOLE:
        return f"{value:,}"
    return gate.shown(field.show(value)) or ABSENT


def _placed(text: str, width: int) -> tuple[int, list[str]]:
    """A value's lines and the indent of those after the first, for a column of `width` cells beside the label.

    One long word, as an e-mail is, stands whole below its label where that has the room.
    """
    longest = max(map(cell_len, text.split()), default=0)
    if longest <= width:
        return LABEL_WIDTH, folded(text, width)
    return INDENT, ["", *folded(text, width + LABEL_WIDTH - INDENT)]
