"""New Customer and Edit Customer: one scrolling form over all that the book knows of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Static

from store import customers, stores
from store.errors import ChangedMeanwhileError, InvalidCustomerError, StoreError, UnknownCustomerError
from tui.commands import BY_ID
from tui.form_model import DUPLICATE_FIELDS, FormModel
from tui.gate import plain
from tui.jobs import run_store
from tui.screens.form_page import FormPage
from tui.screens.form_sections import PHOTO
from tui.screens.form_work import choose_for, duplicate_line, save_work, show_photo
from tui.widgets.form_field import ChoiceWanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.timer import Timer

    from store.customer_records import Customer, Duplicate
    from store.records import Value

NEW, EDIT = "New Customer", "Edit Customer"
CREATED, UPDATED = "Customer Created Successfully", "Customer Updated Successfully"
DUPLICATES_AFTER = 0.15
"""Seconds of rest after a keystroke before likely duplicates are looked for."""


class CustomerFormScreen(FormPage):
    """Dismisses with the id of the customer saved, or None when left without saving.

    `customer_id` is whom to edit, None for a new customer, who starts with the values of `prefill`.
    """

    HEADING = NEW
    HELP = (
        "Tab, Enter and the arrows move from field to field, Ctrl+K and PgUp/PgDn from section to section. "
        "A red * marks what must be filled in. Save becomes available once everything is complete and valid. "
        "Space ticks boxes; Enter on the photo chooses one; Delete takes away a gender, a country or a photo."
    )
    COMMANDS: ClassVar[tuple[str, ...]] = ("save", "choose", "section", "open_duplicate")

    def __init__(self, customer_id: int | None = None, prefill: Mapping[str, Value] | None = None) -> None:
        super().__init__(FormModel(None, prefill))
        self.customer_id = customer_id
        self.duplicates: tuple[Duplicate, ...] = ()
        """Existing customers who may be the one being typed, the likeliest first."""
        self._namesake: Customer | None = None
        """Whose ID number was typed."""
        self._waiting: Timer | None = None
        self._gone: StoreError | None = None

    @property
    def heading(self) -> str:
        """What is being done, and to whom."""
        customer = self.model.customer
        return NEW if customer is None else f"{EDIT} · {customer.name}"

    @property
    def existing(self) -> Customer | None:
        """The customer whose ID number was typed, else who may be the one being typed."""
        if self._namesake is not None and self.model.fault("id_number"):
            return self._namesake
        return self.duplicates[0].customer if self.duplicates else None

    @property
    def help_heading(self) -> str:
        """Whether somebody is added or edited."""
        return NEW if self.model.new else EDIT

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Opening a duplicate needs one."""
        if action == "open_duplicate":
            return self.existing is not None
        return super().check_action(action, parameters)

    def read_book(self) -> tuple[str, ...]:
        """The names of the stores; the customer to edit goes into the model, once."""
        try:
            if self.customer_id is not None and self.model.customer is None:
                self.model = FormModel(customers.get(self.regulars.book, self.customer_id))
            return tuple(store.name for store in stores.all_stores(self.regulars.book))
        except StoreError as error:
            self._gone = error
            return ()

    def on_mount(self) -> None:
        """Read what the form can be shown without."""
        if self._gone is not None:
            self.announce(str(self._gone), error=True)
            self.leave_soon()
            return
        self.sync()
        show_photo(self)
        if self.model.new:
            self._look_for_duplicates()

    async def show(self, model: FormModel) -> None:
        """Show another model in the same form."""
        self.model = model
        self.duplicates = ()
        self._namesake = None
        self.saving = False
        self._words = ""
        self.rebuilding = True
        try:
            await self.recompose()
        finally:
            self.rebuilding = False
        self._unpainted.close()
        self.on_resize()
        self.on_mount()
        if self._gone is None:
            self.query(".field").first().focus()
        self.retitle()
        self.refresh_bindings()

    async def edit(self, customer_id: int) -> None:
        """Start anew with another customer in the same form."""
        self.customer_id = customer_id
        await self.show(FormModel(None))

    def check_unique(self, name: str) -> None:
        """An ID number must not be another customer's."""
        if name != "id_number" or not self.model.touched(name):
            return
        self.model.accept(name)
        number = str(self.model.value(name) or "")
        try:
            fault = customers.id_number_fault(self.regulars.book, number, self.customer_id)
            self._namesake = customers.with_id_number(self.regulars.book, number) if fault is not None else None
        except StoreError as error:
            self.announce(str(error), error=True)
            return
        if fault is not None:
            self.model.refuse(name, f"{fault.message}   {BY_ID['open_duplicate'].key_label} opens")
        self.refresh_bindings()

    @on(ChoiceWanted)
    def _choice_wanted(self, message: ChoiceWanted) -> None:
        message.stop()
        choose_for(self, message)

    def put_photo(self, photo: bytes) -> None:
        """Hold a photo that a person chose."""
        self.model.photo, self.model.photo_changed = photo, True
        self.sync_buttons()

    def photo_removed(self) -> None:
        """The customer shall have no photo."""
        had = self.model.customer is not None and self.model.customer.has_photo
        self.model.photo, self.model.photo_changed = None, had
        self.sync_buttons()

    def field_changed(self, name: str) -> None:
        """Look for duplicates of a new customer once the typing rests."""
        if self.model.new and name in DUPLICATE_FIELDS:
            if self._waiting is not None:
                self._waiting.stop()
            self._waiting = self.set_timer(DUPLICATES_AFTER, self._look_for_duplicates)

    def _look_for_duplicates(self) -> None:
        self._waiting = None
        values = {name: self.model.value(name) for name in DUPLICATE_FIELDS if not self.model.fault(name)}
        if not self.model.new or not any(values.values()):
            self._show_duplicates(())
            return
        run_store(
            self,
            lambda book: customers.likely_duplicates(book, values),
            self._show_duplicates,
            group="duplicates",
            exclusive=True,
        )

    def _show_duplicates(self, found: tuple[Duplicate, ...]) -> None:
        if found == self.duplicates or not self.model.new:
            return
        before = bool(self.duplicates)
        self.duplicates = found
        self.query_one("#duplicates", Static).update(plain(duplicate_line(self.duplicates)), layout=False)
        if bool(self.duplicates) is not before:
            self.refresh_bindings()

    async def action_open_duplicate(self) -> None:
        """Edit the existing customer instead; asks when that would lose something."""
        customer = self.existing
        if customer is None:
            return
        if self.model.dirty:
            text = "What you have typed here is not saved."
            self.ask(f"Open {customer.name}?", text, "Open", lambda: self.call_later(self.edit, customer.id))
        else:
            await self.edit(customer.id)

    def save(self) -> None:
        """Give what was typed to the book."""
        run_store(self, save_work(self.model), self._saved, on_error=self._not_saved, group="save")

    def _saved(self, customer: Customer) -> None:
        self.saving = False
        self.announce(CREATED if self.model.new else UPDATED)
        self.dismiss(customer.id)

    def _not_saved(self, error: StoreError) -> None:
        self.saving = False
        self.sync_buttons()
        match error:
            case ChangedMeanwhileError():
                self.regulars.open_screen("conflict", self._resolved, person=self.model.title, changes=error.changes)
            case InvalidCustomerError():
                self._refuse(error)
            case UnknownCustomerError():
                self._offer_anew()
            case _:
                self.announce(str(error), error=True)

    def _refuse(self, error: InvalidCustomerError) -> None:
        for fault in error.faults:
            if fault.field in self.model.fields:
                self.model.refuse(fault.field, fault.message)
            elif fault.field == PHOTO:
                self.say_fault(PHOTO, fault.message)
        self.sync()
        if not self.say_first_fault():
            self.announce(str(error), error=True)

    def _resolved(self, mine: frozenset[str] | None) -> None:
        """Go on with the book's customer and those of my values that were chosen; None goes back to typing."""
        if mine is not None:
            self.call_later(self._merge, mine)

    async def _merge(self, mine: frozenset[str]) -> None:
        try:
            now = customers.get(self.regulars.book, self.customer_id or 0)
        except UnknownCustomerError:
            self._offer_anew()
            return
        except StoreError as error:
            self.announce(str(error), error=True)
            return
        await self.show(self.model.merged(now, mine))
        if self.model.dirty:
            self.action_save()
        else:
            self.announce("Their changes are kept; there was nothing else to save.")
            self.dismiss(now.id)

    def _offer_anew(self) -> None:
        self.ask(
            "This customer is no longer in the book.",
            "Somebody erased it meanwhile. Keep what is on the form as a new customer?",
            "Keep",
            lambda: self.call_later(self._begin_anew),
            danger=False,
        )

    async def _begin_anew(self) -> None:
        self.customer_id = None
        await self.show(self.model.anew())
