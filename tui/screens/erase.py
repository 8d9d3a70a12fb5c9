"""Erasing a customer for good: asked in earnest, and what could not be cleared at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from store import folding
from tui.gate import plain
from tui.page import Dialog
from tui.widgets.dialog_input import DialogInput
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from store.customer_records import Customer
    from store.erasure_records import Erased

WORD = "ERASE"
"""What is typed in place of the name."""
WHAT_GOES = (
    "Name, addresses, notes, photo, mails and all else that says who it is go for good: here, in the backups and, with "
    "the next exchange, in the shop's other books. Nothing brings them back."
)
WHAT_STAYS = "Receipts, ratings and the points ledger stay, of an erased customer."
ASKS = f"Type {WORD}, or the customer's name:"
NOT_IT = f"! That is neither {WORD} nor the name."


class EraseDialog(Dialog[bool]):
    """Dismisses with True once somebody has typed the word or the name, and pressed Enter or the button."""

    HEADING = "Erase"
    HELP = f"{WHAT_GOES} {WHAT_STAYS} To take a customer out of the list alone, delete them: that can be taken back."
    CSS_PATH: ClassVar = "erase.tcss"

    def __init__(self, *, customer: Customer) -> None:
        super().__init__()
        self._called = customer.name
        self._typed = DialogInput("", "typed", self._erase)
        self._fault = Static("", id="fault", markup=False)

    def compose(self) -> ComposeResult:
        """Whom, what goes and what stays, the line to type in, the buttons."""
        with Vertical(classes="dialog"):
            yield Static(plain(f"Erase {self._called}?"), classes="dialog-title")
            yield Static(plain(f"{WHAT_GOES}\n\n{WHAT_STAYS}"), classes="dialog-text")
            yield Static(ASKS, markup=False)
            yield self._typed
            yield self._fault
            with Horizontal(classes="dialog-buttons"):
                yield PushButton(plain("Erase"), id="erase", classes="-danger", disabled=True)
                yield PushButton(plain("Cancel"), id="cancel")

    def on_mount(self) -> None:
        """Begin in the line."""
        self._typed.focus()

    @property
    def _agrees(self) -> bool:
        typed = " ".join(self._typed.value.split())
        return typed == WORD or (bool(typed) and folding.fold(typed) == folding.fold(" ".join(self._called.split())))

    def on_input_changed(self) -> None:
        """The button can be pressed once the word, or the name, stands there."""
        self._fault.update("")
        self.query_one("#erase", PushButton).disabled = not self._agrees

    def on_button_pressed(self, event: PushButton.Pressed) -> None:
        """Answer."""
        self.dismiss(event.button.id == "erase" and self._agrees)

    def _erase(self) -> None:
        if self._agrees:
            self.dismiss(True)
        else:
            self._fault.update(NOT_IT)


class ErasedDialog(Dialog[None]):
    """What of an erasure is left: a file that is in use, and backups that cannot be reached."""

    HEADING = "Erased"
    HELP = (
        "What is named here is tried again with the next backup and the next erasure. `regulars erase` tries it at "
        "once: connect the drive first. Of a backup that is no more, tell `regulars backup FILE --gone`."
    )
    CSS_PATH: ClassVar = "erase.tcss"

    def __init__(self, *, done: Erased) -> None:
        super().__init__()
        self._done = done

    def compose(self) -> ComposeResult:
        """A sentence for each."""
        with Vertical(classes="dialog -wide"):
            yield Static("The customer is erased. This is left:", classes="dialog-title", markup=False)
            with VerticalScroll():
                for sentence in self._done.sentences:
                    yield Static(plain(sentence), classes="dialog-text")
            with Horizontal(classes="dialog-buttons"):
                yield PushButton(plain("Close"), id="close", classes="-main")

    def on_mount(self) -> None:
        """One key closes it."""
        self.query_one("#close").focus()

    def on_button_pressed(self) -> None:
        """Close."""
        self.dismiss(None)
