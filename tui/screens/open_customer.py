"""What the pages that show one customer share: who it is, their photo, and the scanner that goes to the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from store import customers, fields, search
from store.errors import StoreError, UnknownCustomerError
from tui import gate
from tui.commands import BY_ID
from tui.jobs import run_store
from tui.pictures import COLUMNS, LINES, thumbnail
from tui.screens.customer_page import CustomerPage, Subject
from tui.widgets.photo import PhotoField, draws_pictures
from tui.widgets.table_columns import INACTIVE_MARK

if TYPE_CHECKING:
    from textual import events

    from store.customer_records import Customer
    from store.database import Book
    from tui.pictures import Thumbnail

LOOK_SECONDS = 2.0
"""How often the book is asked whether another program wrote in it."""
SCAN_HINT = "Enter goes to the customer with this card, ID, phone or e-mail"


class ShownPhoto(PhotoField, can_focus=False):
    """The photo, only to be looked at."""

    def _words(self) -> str:
        return fields.PHOTO_LABEL


class OpenCustomer(CustomerPage[int]):
    """Dismisses with the customer's id, so that the page below shows them as they are now.

    A scanner works here too: what it types is gathered in the last line, and its Enter shows that customer.
    A page of this kind yields `self.scanned` last, and `self.photo` somewhere.
    """

    COMMANDS: ClassVar[tuple[str, ...]] = ()
    PHOTO: ClassVar[tuple[int, int]] = (COLUMNS, LINES)
    """The most columns and lines the photo takes."""

    def __init__(self, *, customer_id: int) -> None:
        super().__init__()
        self.customer_id = customer_id
        self.customer: Customer | None = None
        self.photo: PhotoField = ShownPhoto("photo")
        self.scanned = Static("", id="scanned", markup=False)
        self._typed = ""
        self._seen: tuple[int, int] | None = None

    def on_mount(self) -> None:
        """Show the customer; one who is gone is said to be."""
        self.show_changed(self.customer_id)
        self.set_interval(LOOK_SECONDS, self._look)

    def on_screen_resume(self) -> None:
        """What was written while another screen was on top, in the settings too, shows at once."""
        self._look()

    def on_screen_suspend(self) -> None:
        """A picture that the terminal keeps would lie over the page that opens."""
        self.photo.withdraw()

    def fill(self, customer: Customer) -> None:
        """Write this customer onto the page."""
        raise NotImplementedError

    def read_again(self) -> None:
        """The book has changed: show anew what the page has besides the customer's own fields."""

    @property
    def reading(self) -> bool:
        """Whether the page is still at work on what it read last."""
        return False

    def _look(self) -> None:
        """Did anybody write in the book, as another program? Then show what became of this customer."""
        if not self.is_current or self.customer is None or self.reading:
            return
        book = self.regulars.book
        try:
            changes = book.changes()
            if changes == self._seen:
                return
            same = customers.get(book, self.customer_id) == self.customer
        except UnknownCustomerError:
            same = False
        except StoreError:
            return  # the next look will tell
        self._seen = changes
        if same:
            self.read_again()
        else:
            self.show_changed(self.customer_id)

    @property
    def heading(self) -> str:
        """The customer's name, and that they are inactive."""
        if self.customer is None:
            return "Customer"
        return self.customer.name + ("" if self.customer.active else INACTIVE_MARK)

    @property
    def subject(self) -> Subject | None:
        """The customer shown."""
        found = self.customer
        return None if found is None else Subject(found.id, found.name, found.active)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The customer is open already."""
        return False if action == "open" else super().check_action(action, parameters)

    def show_changed(self, customer_id: int) -> None:
        """Read the customer and show them."""
        with self.telling():
            self._seen = self.regulars.book.changes()
            try:
                self.customer = customers.get(self.regulars.book, customer_id)
            except UnknownCustomerError:
                self.leave_soon()
                raise
            self.customer_id = customer_id
            self.photo.show(None)
            self.photo.display = False
            self.fill(self.customer)
            self.retitle()
            self.refresh_bindings()
            if self.customer.has_photo and draws_pictures():
                run_store(self, self._read_photo, self._show_photo, group="photo", exclusive=True)

    def _read_photo(self, book: Book) -> Thumbnail | None:
        image = customers.photo(book, self.customer_id)
        return thumbnail(image, *self.PHOTO) if image else None

    def _show_photo(self, photo: Thumbnail | None) -> None:
        if photo is not None:
            self.photo.display = True
            self.photo.show(photo)

    # -- scanning

    def on_key(self, event: events.Key) -> None:
        """Gather what a scanner types; its Enter goes to the customer it names."""
        if event.key == "enter" and self.ends_scan():
            event.stop()
        elif event.key in {"escape", "backspace"} and self._typed:
            event.stop()
            event.prevent_default()
            self._gather("" if event.key == "escape" else self._typed[:-1])
        elif event.is_printable and event.character and (self._typed or not self._commands(event.key)):
            event.stop()
            event.prevent_default()
            self._gather(self._typed + event.character)

    def _commands(self, key: str) -> bool:
        """Whether a printable key is a command here, as Space may be."""
        return any(BY_ID[name].key == key and self.check_action(name, ()) for name in self.command_ids())

    def _gather(self, typed: str) -> None:
        self._typed = typed
        self.scanned.set_class(bool(typed), "-shown")
        self.scanned.update(gate.plain(f"Find {typed}_   {SCAN_HINT}"))

    def ends_scan(self) -> bool:
        """Whether Enter ends what is being scanned; then its customer is shown. Ask before Enter means anything."""
        text, book = self._typed, self.regulars.book
        if not text:
            return False
        self._gather("")
        self.regulars.end_notice()
        with self.telling():
            named = search.exact(book, text)
            if len(named) == 1:
                self.show_changed(named[0])
            elif named:
                self.announce(f"{len(named)} customers have {text}; look for it in the list.", error=True)
            else:
                self.announce(f"No customer has {text}.", error=True)
        return True

    def action_back(self) -> None:
        """Back to the page below, on this customer."""
        self.dismiss(self.customer_id)
