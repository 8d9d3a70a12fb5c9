"""The outbox: the mails of late, where each is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from store import outbox
from store.errors import StoreError
from store.fields import show_date
from store.mail_records import MailState
from tui.screens.list_page import ListPage
from tui.screens.settings import outbox_words
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.mail_records import Mail
    from tui.mail_desk import MailDesk
    from tui.widgets.line_list import Span

MOST = 200
"""Mails in the list, the newest; older ones stand at their receipts."""
_STATE, _DATE, _RECEIPT = 9, 12, 14
_WORDS = {MailState.QUEUED: "waiting", MailState.SENT: "sent", MailState.FAILED: "failed"}


class MailList(LineList):
    """State, day, receipt and recipient of each mail."""

    def __init__(self) -> None:
        super().__init__("entries")
        self.mails: Sequence[Mail] = ()

    @property
    def mail(self) -> Mail | None:
        """The mail under the cursor."""
        return None if self.cursor is None else self.mails[self.cursor]

    def count(self) -> int:
        """How many there are."""
        return len(self.mails)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One mail."""
        mail = self.mails[index]
        room = max(width - _STATE - _DATE - _RECEIPT - 1, 1)
        return (
            (f" {_WORDS[mail.state]:<{_STATE}}", "fault" if mail.state is MailState.FAILED else ""),
            (f"{show_date(mail.created_at.date()):<{_DATE}}", "dim"),
            (f"{fit(mail.receipt_number, _RECEIPT - 1)} ", "dim"),
            (fit(mail.recipient, room), ""),
        )


class OutboxScreen(ListPage[MailList]):
    """The mails of the book, newest first."""

    HEADING = "Outbox"
    HELP = (
        "The mails of late, newest first; what is in the way of one stands below. Enter opens its receipt. Del cancels "
        "one that has not gone out."
    )
    COMMANDS = ("send", "open", "delete")
    WORDS: ClassVar = {
        "send": ("Send now", "Try everything that waits or failed again, now."),
        "open": ("Receipt", "Open the mail's receipt."),
        "delete": ("Cancel mail", "Take a mail that waits or failed out of the outbox, after asking."),
    }

    def __init__(self) -> None:
        super().__init__(MailList())

    def on_mount(self) -> None:
        """Read them, and again whenever mail moves."""
        from tui.mail_desk import mail_desk

        mail_desk(self.regulars).changed.subscribe(self, self._moved)
        self._show()
        self._list.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A mail may have no receipt any more; one that was sent is beyond recall."""
        if action == "delete":
            return self._list.mail is not None and self._list.mail.state is not MailState.SENT
        if action == "open":
            return self._list.mail is not None and self._list.mail.receipt_id is not None
        return super().check_action(action, parameters)

    def _moved(self, _: MailDesk) -> None:
        self._show()

    def _show(self) -> None:
        book, under = self.regulars.book, self._list.mail
        try:
            mails = outbox.mails(book, offset=0, limit=MOST)
            words = outbox_words(book)
        except StoreError as error:
            self.announce(str(error), error=True)
            return
        ids = [mail.id for mail in mails]
        self._list.mails = mails
        self._list.reset(ids.index(under.id) if under is not None and under.id in ids else 0)
        self.count_in_words(f"{words}.")
        self.tell()

    def whole(self) -> str:
        """Why the mail under the cursor is where it is."""
        mail = self._list.mail
        if mail is None:
            return "No mail yet."
        return mail.last_error or f"{_WORDS[mail.state].capitalize()} to {mail.recipient}."

    def action_open(self) -> None:
        """Open the mail's receipt."""
        mail = self._list.mail
        if mail is not None and mail.receipt_id is not None:
            self.regulars.open_screen("receipt", receipt_id=mail.receipt_id)

    def action_delete(self) -> None:
        """Cancel the mail under the cursor, after asking."""
        mail = self._list.mail
        if mail is not None:
            self.regulars.open_screen(
                "confirm",
                lambda agreed: self._cancel_if(mail, agreed=bool(agreed)),
                title="Cancel this mail?",
                text=f"{mail.receipt_number} to {mail.recipient}\nIt is taken out of the outbox, and never sent.",
                yes="Cancel mail",
                no="Keep",
                danger=True,
            )

    def _cancel_if(self, mail: Mail, *, agreed: bool) -> None:
        if not agreed:
            return
        try:
            outbox.cancel(self.regulars.book, mail.id)
        except StoreError as error:
            self._show()
            self.announce(str(error), error=True)
            return
        self._show()
        self.announce(f"Mail to {mail.recipient} cancelled.")

    def action_send(self) -> None:
        """Have everything that waits or failed tried again."""
        from tui.mail_desk import mail_desk

        try:
            number = outbox.retry_now(self.regulars.book)
        except StoreError as error:
            self.announce(str(error), error=True)
            return
        mail_desk(self.regulars).nudge()
        self._show()
        self.announce(f"{number:,} to be sent now." if number else "Nothing waits.")
