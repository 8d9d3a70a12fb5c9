"""Mail: the server that receipts are sent by, and a mail to try it."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

from store import mail_settings, outbox
from store.errors import FieldError, InvalidSettingsError, StoreError
from store.mail_address import one_address
from store.mail_records import MailServer, Security
from tui.jobs import Outcome
from tui.screens.settings_page import SettingsPage
from tui.settings_form import Row, whole
from tui.widgets.choice_field import ChoiceField, ToggleField
from tui.widgets.form_button import FormButton
from tui.widgets.form_field import FieldInput
from tui.widgets.password_field import PasswordField

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from store.database import Book
    from tui.form_model import Entry

SECURITIES = {Security.STARTTLS: "STARTTLS", Security.TLS: "TLS", Security.NONE: "None"}
PORTS = {words: str(mail_settings.USUAL_PORTS[way]) for way, words in SECURITIES.items()}
"""The usual port of each way to connect, by its words."""
KEPT = "One is kept. Type another to replace it."
NOT_FOR_ANOTHER = "One is kept, for the mail server it was typed for. Type it again."
LONGEST = 254
LONGEST_PASSWORD = 500


def _host(name: str, entry: Entry) -> FieldInput:
    return FieldInput(name, str(entry), hint="smtp.example.com", limit=253)


def _security(name: str, entry: Entry) -> ChoiceField:
    return ChoiceField(name, tuple(SECURITIES.values()), str(entry))


class MailSettingsScreen(SettingsPage):
    """The settings of the mail server. A password that is kept comes neither to the screen nor to another server."""

    HEADING = "Mail Settings"
    HELP = (
        f"{SettingsPage.HELP} Without a server receipts wait in the outbox. The test mail is sent with what stands "
        "here, saved or not."
    )
    COMMANDS: ClassVar[tuple[str, ...]] = ("save", "send")
    WORDS: ClassVar = {"send": ("Send test mail", "Send a small mail with what stands here.")}
    ROWS: ClassVar[tuple[Row, ...]] = (
        Row("host", "Mail Server", _host),
        Row("security", "Security", _security, True),
        Row("port", "Port", lambda name, entry: FieldInput(name, str(entry), limit=5), True),
        Row("user", "User", lambda name, entry: FieldInput(name, str(entry), limit=LONGEST)),
        Row("password", "Password", lambda name, _: PasswordField(name, limit=LONGEST_PASSWORD)),
        Row("forget", "Remove the password", lambda name, entry: ToggleField(name, ("yes", "no"), entry=bool(entry))),
        Row("sender", "Sender Address", lambda name, entry: FieldInput(name, str(entry), limit=LONGEST)),
        Row("sender_name", "Sender Name",
            lambda name, entry: FieldInput(name, str(entry), hint="the shop's", limit=mail_settings.MOST_NAME)),
        Row("recipient", "Test Mail to", lambda name, entry: FieldInput(name, str(entry), limit=LONGEST),
            kept=False),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._kept = MailServer()
        self._sender = ""
        self._testing = False
        self._result = ""

    def read(self, book: Book) -> dict[str, Entry]:
        """The server as the book has it, but for its password."""
        self._kept = kept = outbox.server(book)
        self._sender = kept.sender
        return {
            "host": kept.host, "security": SECURITIES[kept.security], "port": str(kept.port), "user": kept.user,
            "password": "", "forget": False, "sender": kept.sender, "sender_name": kept.sender_name,
            "recipient": kept.sender,
        }  # fmt: skip

    def on_mount(self) -> None:
        """Only a password that is kept can be removed."""
        for row in self.query("#row-forget"):
            row.display = bool(self._kept.password)

    @property
    def _is_another(self) -> bool:
        """Whether another server is named than the one that the kept password is for: it must not get to know it."""
        return self.model.text("host").strip().lower() not in {"", self._kept.host.lower()}

    def _chosen(self) -> MailServer:
        """The server as typed. Raises FieldError for a port that is no number."""
        text = self.model.text
        security = next(way for way, words in SECURITIES.items() if words == (text("security") or "STARTTLS"))
        kept = "" if self.model.entries["forget"] is True or self._is_another else self._kept.password
        return MailServer(
            text("host"), whole("port", text("port")), security, text("user"), text("password") or kept,
            text("sender"), text("sender_name"),
        )  # fmt: skip

    def faults(self) -> dict[str, str]:
        """What the settings of mail do not take."""
        if not self.model.text("security"):
            return {"security": "required"}
        try:
            mail_settings.checked(self._chosen())
        except FieldError as fault:
            return {fault.field: fault.message}
        except InvalidSettingsError as error:
            return {fault.field: fault.message for fault in error.faults}
        return {}

    def writing(self) -> Callable[[Book], None]:
        """Keep it."""
        chosen = self._chosen()
        return lambda book: outbox.choose_server(book, chosen)

    def saved(self) -> None:
        """What waits is tried with the new server."""
        from tui.mail_desk import mail_desk

        mail_desk(self.regulars).nudge()

    def edited(self, name: str) -> None:
        """Another way to connect has another usual port; a port of one's own stays. The test mail is no setting."""
        self._result = ""
        if name == "sender":
            self._follow_sender()
        port = self.control("port")
        if name == "security" and port.entry in PORTS.values():
            port.show_entry(PORTS.get(self.model.text("security"), port.entry))
            self.model.enter("port", port.entry)

    def _follow_sender(self) -> None:
        """The test mail goes to the sender, unless another address was typed."""
        recipient, sender = self.control("recipient"), self.model.text("sender")
        if recipient.entry == self._sender:
            recipient.show_entry(sender)
            self.model.enter("recipient", sender)
        self._sender = sender

    def note(self, name: str) -> str:
        """What becomes of the password; how the test went."""
        if name == "password" and self._kept.password:
            if self.model.entries["forget"] is True:
                return "It will be removed."
            return NOT_FOR_ANOTHER if self._is_another else KEPT
        if name == "recipient":
            return "Connecting..." if self._testing else self._result
        return ""

    def more_buttons(self) -> ComposeResult:
        """The test."""
        yield FormButton("Send test mail", "send", id="test")

    def action_send(self) -> None:
        """Send a small mail with what stands here; the keys go on meanwhile, and leaving forgets it."""
        if self._testing or not self.caught_up(self.action_send):
            return
        self.model.leave_all()
        faults = self.model.faults()
        if not faults and not self.model.text("host").strip():
            faults = {"host": "required for a test"}
        try:
            recipient = one_address(self.model.text("recipient"))
        except FieldError as fault:
            faults |= {"recipient": fault.message}
            self._result = f"! {fault.message}"
        if faults:
            self.sync()
            self.say_first_fault(faults)
            return
        server = self._chosen()
        self._testing, self._result = True, ""
        self.sync()

        def work() -> None:
            finish: Callable[[], None] = partial(self._tested, None)
            try:
                outbox.test_server(server, recipient)
            except StoreError as error:
                finish = partial(self._failed, error)
            with suppress(RuntimeError):  # the program has ended meanwhile
                self.post_message(Outcome(finish))

        # A thread that the end of the program does not wait for, as it does for those of the book.
        Thread(target=work, daemon=True, name="test mail").start()

    def _tested(self, _: None) -> None:
        self._testing, self._result = False, "Sent. See whether it arrives."
        self.sync()

    def _failed(self, error: StoreError) -> None:
        self._testing, self._result = False, f"Not sent: {error}"
        self.sync()
