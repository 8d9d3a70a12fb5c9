"""Stores: add one, give one another name, take one away that nobody uses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from store import stores
from store.errors import StoreError
from tui.gate import plain
from tui.page import Page
from tui.settings_form import SAVED
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from store.records import Store
    from tui.widgets.line_list import Span

_CODE = 22


class StoreList(LineList):
    """Name and code of each store."""

    def __init__(self) -> None:
        super().__init__("entries")
        self.stores: Sequence[Store] = ()

    @property
    def store(self) -> Store | None:
        """The store under the cursor."""
        return None if self.cursor is None else self.stores[self.cursor]

    def count(self) -> int:
        """How many there are."""
        return len(self.stores)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One store."""
        store = self.stores[index]
        room = max(width - _CODE, 1)
        return ((fit(f" {store.name}", room), ""), (fit(f" {store.code}", width - room), "dim"))


class StoreSettingsScreen(Page[None]):
    """The stores of the book."""

    HEADING = "Stores"
    HELP = "The stores of the business, with their codes. One that has customers or receipts cannot be removed."
    COMMANDS = ("new_customer", "edit", "delete", "open")
    WORDS: ClassVar = {
        "new_customer": ("Add", "Add a store."),
        "edit": ("Change", "Give the store under the cursor another name or code."),
        "open": ("Change", "Give the store under the cursor another name or code."),
        "delete": ("Remove", "Take the store under the cursor out of the book, while nobody uses it."),
    }
    CSS_PATH = "settings.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._list = StoreList()
        self._said = Static("", id="whole", markup=False)

    def body(self) -> ComposeResult:
        """The list."""
        yield self._list
        yield self._said

    def on_mount(self) -> None:
        """Read them."""
        self._show()
        self._list.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Changing and removing need a store."""
        if action in {"edit", "open", "delete"}:
            return self._list.store is not None
        return super().check_action(action, parameters)

    def _show(self, store_id: int | None = None) -> None:
        try:
            known = stores.all_stores(self.regulars.book)
        except StoreError as error:
            self.announce(str(error), error=True)
            return
        ids = [store.id for store in known]
        self._list.stores = known
        self._list.reset(ids.index(store_id) if store_id in ids else 0)
        self._said.update(plain("" if known else "No store yet. F2 adds one."))
        self.refresh_bindings()

    def on_line_list_chosen(self) -> None:
        """Change it."""
        self.action_edit()

    def action_open(self) -> None:
        """Change it."""
        self.action_edit()

    def action_new_customer(self) -> None:
        """Add a store."""
        self.regulars.open_screen("store", self._kept, store=None)

    def action_edit(self) -> None:
        """Give it another name or code."""
        if (store := self._list.store) is not None:
            self.regulars.open_screen("store", self._kept, store=store)

    def _kept(self, store: Store | None) -> None:
        if store is not None:
            self._show(store.id)
            self.announce(SAVED)

    def action_delete(self) -> None:
        """Take it away, after asking."""
        if (store := self._list.store) is not None:
            self.regulars.open_screen(
                "confirm", partial(self._remove, store), title=f"Remove {store.name}?",
                text="A store that nobody uses can be removed.", yes="Remove", danger=True,
            )  # fmt: skip

    def _remove(self, store: Store, agreed: bool | None) -> None:
        if not agreed:
            return
        try:
            stores.remove(self.regulars.book, store.id)
        except StoreError as error:
            self.announce(str(error), error=True)
        else:
            self._show()
            self.announce(SAVED)
