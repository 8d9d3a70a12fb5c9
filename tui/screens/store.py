"""One store: its name and its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from store import stores
from store.errors import InvalidSettingsError, StoreError
from store.records import Store
from tui.gate import plain, shown
from tui.page import Dialog
from tui.widgets.dialog_input import DialogInput
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from textual.app import ComposeResult

_LABELS = {"name": "Name", "code": "Code"}


class StoreDialog(Dialog[Store]):
    """Dismisses with the store as it is now. `store` is None for a new one."""

    HEADING = "Store"
    HELP = "Enter goes on from the name to the code, and from there saves."
    COMMANDS = ("save",)
    CSS_PATH = "store.tcss"

    def __init__(self, *, store: Store | None) -> None:
        super().__init__()
        self._store = store
        self._naming = DialogInput(shown(store.name) if store else "", "name", self._to_code)
        self._coding = DialogInput(shown(store.code) if store else "", "code", self.action_save)
        self._fault = Static("", id="fault", markup=False)

    def compose(self) -> ComposeResult:
        """The two lines and the buttons."""
        with Vertical(classes="dialog"):
            yield Static(plain("Change the store" if self._store else "Add a store"), classes="dialog-title")
            with Horizontal(classes="line"):
                yield Static("Name *", classes="label", markup=False)
                yield self._naming
            with Horizontal(classes="line"):
                yield Static("Code", classes="label", markup=False)
                yield self._coding
            yield self._fault
            with Horizontal(classes="dialog-buttons"):
                yield PushButton(plain("Save"), id="save", classes="-main")
                yield PushButton(plain("Cancel"), id="cancel")

    def on_mount(self) -> None:
        """Begin in the name."""
        self._naming.focus()

    def _to_code(self) -> None:
        self._coding.focus()

    def on_input_changed(self) -> None:
        """What was said is said no longer."""
        self._fault.update("")

    def on_button_pressed(self, event: PushButton.Pressed) -> None:
        """A button does what its key does."""
        {"save": self.action_save, "cancel": self.action_back}[str(event.button.id)]()

    def action_save(self) -> None:
        """Keep it."""
        try:
            self.dismiss(self._save())
        except InvalidSettingsError as error:
            fault = error.faults[0]
            self._fault.update(plain(f"! {_LABELS[fault.field]}: {fault.message}"))
            (self._naming if fault.field == "name" else self._coding).focus()
        except StoreError as error:
            self._fault.update(plain(f"! {error}"))

    def _save(self) -> Store:
        """A field that nobody touched keeps what the book has, however odd."""
        book, old = self.regulars.book, self._store
        name, code = self._naming.value, self._coding.value
        if old is None:
            return self._add(name, code)
        name = old.name if name == shown(old.name) else name
        code = old.code if code == shown(old.code) else code
        return stores.rename(book, old.id, name, code)

    def _add(self, name: str, code: str) -> Store:
        """A new store; all or nothing, as the code may be another's."""
        book = self.regulars.book
        with book.write():
            known = {store.id for store in stores.all_stores(book)}
            made = stores.ensure(book, name)
            if made.id in known:
                raise StoreError("Another store has this name.")
            return stores.rename(book, made.id, made.name, code)
