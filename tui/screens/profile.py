"""One customer, whole: every field, on one page."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store import customers, fields, receipts, search
from store.errors import UnknownCustomerError
from store.fields import Kind, Section
from tui import gate
from tui.jobs import run_store
from tui.pictures import thumbnail
from tui.screens.customer_page import CustomerPage, Subject
from tui.widgets.photo import PhotoField, draws_pictures
from tui.widgets.table_columns import INACTIVE_MARK

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from store.customer_records import Customer
    from store.database import Book
    from store.fields import Field
    from tui.pictures import Thumbnail

SCAN_HINT = "Enter goes to the customer with this card, ID, phone or e-mail"
LABEL_WIDTH = 20
INDENT = 2
"""Cells before a value that stands below its label."""
ABSENT = "-"
LEFT, RIGHT = (Section.GENERAL, Section.RECORD), (Section.LOYALTY, Section.STORES, Section.ADDRESS)
MARGINS, GUTTER = 3, 2
"""Cells beside the sections (their padding and the scrollbar) and between two columns, as in the style sheet."""
TWO_COLUMNS = 76
"""From this width on the sections stand in two columns."""


class ShownPhoto(PhotoField, can_focus=False):
    """The photo, only to be looked at."""

    def _words(self) -> str:
        return fields.PHOTO_LABEL


class ProfileScreen(CustomerPage[int]):
    """Dismisses with the customer's id, so that the list shows them as they are now.

    A scanner works here too: what it types is gathered in the last line, and its Enter shows that customer.
    """

    HELP = (
        "Everything the book has of one customer. The arrows and Page Up, Page Down scroll. Scan another card, ID, "
        "phone or e-mail to go to its customer. Esc goes back to the list."
    )
    COMMANDS = ("undo", "restore", "edit", "points", "delete", "actions")
    CSS_PATH = "profile.tcss"
    AUTO_FOCUS = "#sections"

    def __init__(self, *, customer_id: int) -> None:
        super().__init__()
        self._customer_id = customer_id
        self._customer: Customer | None = None
        self._receipts = 0
        self._typed = ""
        self._sections = VerticalScroll(id="sections")
        self._scanned = Static("", id="scanned", markup=False)
        self._photo = ShownPhoto("photo")

    def body(self) -> ComposeResult:
        """The sections, filled on mounting, and the line that shows what is being scanned."""
        with self._sections:
            with Vertical(id="left"):
                yield Static("", id="left-text", markup=False)
            with Vertical(id="right"):
                yield Static("", id="right-text", markup=False)
                yield self._photo
            yield Static("", id="notes", markup=False)
        yield self._scanned

    def on_mount(self) -> None:
        """Show the customer; one who is gone is said to be."""
        self.show_changed(self._customer_id)

    def on_resize(self, event: events.Resize) -> None:
        """Two columns where there is room for them."""
        self.set_class(event.size.width >= TWO_COLUMNS, "-wide")
        if self._customer is not None:
            self._write(self._customer)

    @property
    def heading(self) -> str:
        """The customer's name, and that they are inactive."""
        if self._customer is None:
            return "Customer"
        return self._customer.name + ("" if self._customer.active else INACTIVE_MARK)

    @property
    def subject(self) -> Subject | None:
        """The customer shown."""
        found = self._customer
        return None if found is None else Subject(found.id, found.name, found.active)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The customer is open already."""
        return False if action == "open" else super().check_action(action, parameters)

    def show_changed(self, customer_id: int) -> None:
        """Read the customer and show every field."""
        with self.telling():
            try:
                self._customer = customers.get(self.regulars.book, customer_id)
            except UnknownCustomerError:
                self.call_after_refresh(self.dismiss, None)
                raise
            self._customer_id = customer_id
            self._receipts = receipts.how_many(self.regulars.book, customer_id)
            self._fill(self._customer)

    def _fill(self, customer: Customer) -> None:
        self._write(customer)
        self._photo.show(None)
        self._photo.display = False
        self.retitle()
        self.refresh_bindings()
        if customer.has_photo and draws_pictures():
            run_store(self, self._read_photo, self._show_photo, group="photo", exclusive=True)

    def _write(self, customer: Customer) -> None:
        width = self.size.width - MARGINS
        column = ((width - GUTTER) // 2 if self.size.width >= TWO_COLUMNS else width) - LABEL_WIDTH
        bought = Content.assemble((f"{'Receipts':<{LABEL_WIDTH}}", "$muted"), f"{self._receipts:,}")
        left = Content("\n").join((_sections(customer, LEFT, column), bought))
        self.query_one("#left-text", Static).update(left)
        self.query_one("#right-text", Static).update(_sections(customer, RIGHT, column))
        notes = gate.plain(customer.notes) if customer.notes else Content(ABSENT)
        self.query_one("#notes", Static).update(Content("\n").join((Content.styled("Notes", "bold $accent"), notes)))

    def _read_photo(self, book: Book) -> Thumbnail | None:
        image = customers.photo(book, self._customer_id)
        return thumbnail(image) if image else None

    def _show_photo(self, photo: Thumbnail | None) -> None:
        if photo is not None:
            self._photo.display = True
            self._photo.show(photo)

    # -- scanning

    def on_key(self, event: events.Key) -> None:
        """Gather what a scanner types; its Enter goes to the customer it names."""
        if event.key == "enter" and self._typed:
            event.stop()
            self._go_to_typed()
        elif event.key in {"escape", "backspace"} and self._typed:
            event.stop()
            event.prevent_default()
            self._gather("" if event.key == "escape" else self._typed[:-1])
        elif event.is_printable and event.character:
            event.stop()
            self._gather(self._typed + event.character)

    def _gather(self, typed: str) -> None:
        self._typed = typed
        self._scanned.set_class(bool(typed), "-shown")
        self._scanned.update(gate.plain(f"Find {typed}_   {SCAN_HINT}"))

    def _go_to_typed(self) -> None:
        text, book = self._typed, self.regulars.book
        self._gather("")
        self.regulars.end_notice()
        with self.telling():
            named = search.exact(book, text)
            if len(named) == 1:
                self.show_changed(named[0])
                self._sections.scroll_home(animate=False)
            elif named:
                self.announce(f"{len(named)} customers have {text}; look for it in the list.", error=True)
            else:
                self.announce(f"No customer has {text}.", error=True)

    def action_back(self) -> None:
        """Back to the list, on this customer."""
        self.dismiss(self._customer_id)


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
        return LABEL_WIDTH, _folded(text, width)
    return INDENT, ["", *_folded(text, width + LABEL_WIDTH - INDENT)]


def _folded(text: str, width: int) -> list[str]:
    """A value in lines of `width` cells, broken between words, or after an @, where its cells are its characters."""
    if cell_len(text) != len(text):
        return chop_cells(text, width)
    name, at, domain = text.rpartition("@")
    if at and len(text) > width and " " not in text:
        return [*textwrap.wrap(name + at, width), *textwrap.wrap(domain, width)]
    return textwrap.wrap(text, width) or [text]
