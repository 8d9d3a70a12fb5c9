"""Mail a copy of a receipt: to whom, and what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static
from textual.widgets.input import Selection

from store import outbox
from store.errors import FieldError, StoreError
from store.mail_records import MailState
from tui import receipt_lines
from tui.commands import BY_ID
from tui.gate import plain
from tui.page import Dialog
from tui.widgets.form_field import BETWEEN, FieldInput, without_command_keys
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from store.mail_records import Mail
    from store.receipt_records import Receipt
    from tui.widgets.form_field import FieldRefused

NO_SERVER = (
    "No mail server is set up: the copy waits in the book until there is one. "
    f"{BY_ID['settings'].key_label} sets it up."
)
LONGEST = 254
"""Characters of an e-mail address (RFC 5321)."""


class AddressInput(FieldInput, inherit_bindings=False):
    """The address. Enter is not the field's: it sends."""

    MOVES: ClassVar[dict[str, int]] = BETWEEN | {"down": 1, "up": -1}
    SECTION_MOVES: ClassVar[dict[str, int]] = {}
    BINDINGS: ClassVar[list[BindingType]] = [
        *without_command_keys(Input.BINDINGS, ("enter", "ctrl+a")),
        Binding("ctrl+a", "select_all", show=False),  # it opened the dialog: twice must not be half an address
    ]


class SendReceiptDialog(Dialog["Mail"]):
    """Dismisses with the mail once it is in the outbox. `mails` are the receipt's so far, newest first.

    `follow` is called on the way back from the settings, where what stands behind the dialog may have changed too.
    """

    HEADING = "Send Receipt"
    HELP = (
        "The customer's address is filled in; type another to send the copy there. Enter sends. The mail goes out in "
        "the background; without a network it waits, and the receipt shows where it is."
    )
    COMMANDS = ("save", "settings")
    WORDS: ClassVar = {"save": ("Send", "Put the mail into the outbox.")}
    CSS_PATH = "send_receipt.tcss"

    def __init__(
        self, *, receipt: Receipt, mails: Sequence[Mail] = (), follow: Callable[[], object] | None = None
    ) -> None:
        super().__init__()
        self._follow = follow
        self._receipt = receipt
        self._mails = tuple(mails)
        failed = bool(mails) and mails[0].state is MailState.FAILED
        self._address = AddressInput(
            "recipient", mails[0].recipient if failed else receipt.email, hint="name@example.com", limit=LONGEST
        )
        self._fault = Static("", id="fault", markup=False)
        self._said = Static("", id="said", markup=False)
        self._last = Static("", id="last", markup=False)

    def compose(self) -> ComposeResult:
        """Which receipt, to whom, what is in the way, the buttons."""
        with Vertical(classes="dialog"):
            yield Static(plain(f"Send receipt {self._receipt.number}"), classes="dialog-title", markup=False)
            yield self._last
            with Horizontal(id="line"):
                yield Static(Content.assemble("E-Mail", (" *", "bold $error")), id="label")
                yield self._address
            yield self._fault
            yield self._said
            with Horizontal(classes="dialog-buttons"):
                yield PushButton(plain(self._send_words), id="send", classes="-main")
                yield PushButton(plain("Cancel"), id="cancel")

    def on_mount(self) -> None:
        """Start in the address, all of it selected: typing replaces it."""
        self._show_mails()
        self._address.selection = Selection(0, len(self._address.value))
        self._say_server()
        self._address.focus()

    def _returned(self, _result: object) -> None:
        """Back from the settings, where a mail server may have been chosen; the mail may have gone out."""
        self._say_server()
        if self._follow is not None:
            self._follow()
        try:
            self._went_out()
        except StoreError as error:
            self._fault.update(plain(f"! {error}"))

    def _went_out(self) -> bool:
        """Read the mails; whether one went out to this address since they were read last, which is said."""
        before = self._newest
        self._mails = outbox.of_receipt(self.regulars.book, self._receipt.id)
        self._show_mails()
        if self._newest == before or self._newest is None or self._unsent is not None:
            return False
        self._fault.update(plain("! It went out meanwhile. Send sends another one."))
        return True

    def _show_mails(self) -> None:
        """Where the newest mail is, and whether the next one is that one again."""
        if self._mails:
            self._last.update(plain(receipt_lines.mail_words(self._mails[0])))
        self._last.display = bool(self._mails)
        self.query_one("#send", PushButton).label = plain(self._send_words)

    def _say_server(self) -> None:
        try:
            said = "" if outbox.server(self.regulars.book).host else NO_SERVER
        except StoreError as error:
            said = str(error)
        self._said.update(plain(said))
        self._said.display = bool(said)

    @property
    def _send_words(self) -> str:
        return "Send" if self._unsent is None else "Send again"

    @property
    def _newest(self) -> Mail | None:
        """The newest mail to the address that stands there."""
        typed = self._address.value.strip().lower()
        return next((mail for mail in self._mails if mail.recipient.lower() == typed), None)

    @property
    def _unsent(self) -> Mail | None:
        """The newest mail to this address, where it has not gone out: it is tried again, not sent twice."""
        newest = self._newest
        return newest if newest is not None and newest.state is not MailState.SENT else None

    def on_key(self, event: events.Key) -> None:
        """Enter in the address sends."""
        if event.key == "enter" and self._address.has_focus:
            event.stop()
            self.action_save()

    def on_input_changed(self) -> None:
        """What was said of another address is said no longer."""
        self._say("")
        self._show_mails()

    def on_field_refused(self, message: FieldRefused) -> None:
        """The field did not take what was typed."""
        self._say(message.reason)

    def _say(self, fault: str) -> None:
        self._fault.update(plain(f"! E-Mail: {fault}" if fault else ""))

    def on_button_pressed(self, event: PushButton.Pressed) -> None:
        """A button does what its key does."""
        {"send": self.action_save, "cancel": self.action_back}[str(event.button.id)]()

    def action_save(self) -> None:
        """Put the mail into the outbox, or have the one that is there tried again.

        Where one went out since the dialog was opened, that is said first: nobody is to get two by chance.
        """
        book = self.regulars.book
        try:
            if self._went_out():
                return
            mail = self._unsent
            if mail is None:
                mail = outbox.queue_receipt(book, self._receipt.id, self._address.value)
            else:
                outbox.retry_now(book, mail.id)  # of one that is on its way at this moment, nothing is to be done
        except FieldError as error:
            self._say(str(error))
            self._address.focus()
        except StoreError as error:
            self._fault.update(plain(f"! {error}"))
        else:
            self.dismiss(mail)

    def action_settings(self) -> None:
        """The settings, where the mail server is."""
        self.regulars.open_screen("settings", self._returned)
