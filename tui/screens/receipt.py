"""One receipt, whole: summary, order, taxes, payments, and where its mails are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from store import currency, outbox, receipts
from store.errors import StoreError, UnknownReceiptError
from store.mail_records import MailState
from tui import receipt_lines
from tui.gate import plain
from tui.mail_desk import mail_desk
from tui.page import Page
from tui.ticket_saving import WHOLE, TicketSaving, choices
from tui.widgets.receipt_sections import ReceiptSections

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer

    from store.currency import Currency
    from store.mail_records import Mail
    from store.receipt_records import Receipt
    from tui.commands import Command
    from tui.receipt_lines import Part
    from tui.widgets.line_list import LineList

TWO_COLUMNS = (124, 30)
"""Columns and lines from which on the summary stands beside the rest."""
SUMMARY_WIDTH = 46
LOOK_SECONDS = 2.0
"""How often the outbox is asked about a mail that waits: another till's program may send it too. Nothing is sent to the
terminal unless it moved."""


class ReceiptScreen(Page[None]):
    """A receipt of the book; one that is no longer there is said to be, and the screen closes."""

    HELP = (
        "One receipt. The arrows and Page Up, Page Down walk it, ^K goes to the next section. On a payment, Enter or "
        "F8 saves its ticket as PDF; anywhere else F8 asks which. ^A mails a copy. Esc or Left goes back."
    )
    COMMANDS = ("send", "export_workbook", "open", "section")
    WORDS: ClassVar = {
        "export_workbook": ("PDF", "Save the receipt, or the ticket of a payment, as PDF."),
        "open": ("Ticket", "Save the ticket of the payment under the cursor as PDF."),
    }
    CSS_PATH = "receipt.tcss"
    AUTO_FOCUS = "#sections"

    def __init__(self, *, receipt_id: int) -> None:
        super().__init__()
        self._receipt_id = receipt_id
        self._receipt: Receipt | None = None
        self._money: Currency | None = None
        self._mails: tuple[Mail, ...] = ()
        self._looking: Timer | None = None
        self._summary = Static("", id="summary", markup=False)
        self._sections = ReceiptSections("sections")
        self._more = Static("", id="more", markup=False)
        self._below: tuple[str, ...] = ()
        self._payment: int | None = None
        """What the keys were shown for, as `_below` is what the line below says: neither is sent with every move."""

    def body(self) -> ComposeResult:
        """The summary, where it has a column of its own, the sections, and which of them go on below."""
        with Horizontal():
            yield self._summary
            yield self._sections
        yield self._more

    def on_mount(self) -> None:
        """Read the receipt."""
        self._saving = TicketSaving(self.regulars, self._saving_changed)
        self._read()
        if self._receipt is None:
            return
        self._looking = self.set_interval(LOOK_SECONDS, self._look, pause=True)
        mail_desk(self.regulars).changed.subscribe(self, lambda _desk: self._look())
        self._look()
        self._show()
        self.retitle()

    def _read(self) -> None:
        """Read the receipt, and in which money it is shown."""
        book = self.regulars.book
        try:
            self._receipt, self._money = receipts.get(book, self._receipt_id), currency.of(book)
        except StoreError as error:
            self.announce(str(error), error=True)
            if self._receipt is None or isinstance(error, UnknownReceiptError):
                self.leave_soon()

    def on_resize(self, event: events.Resize) -> None:
        """The summary has a column of its own where there is room."""
        columns, lines = TWO_COLUMNS
        self.set_class(event.size.width >= columns and event.size.height >= lines, "-wide")
        self._show()

    def on_screen_resume(self) -> None:
        """Something may have changed while another screen was open."""
        if self._opened:
            self._follow()

    def _follow(self) -> None:
        """Show the receipt, its money and its mails as they are now."""
        before = self._receipt, self._money
        if self._receipt is None:
            return
        self._read()
        if (self._receipt, self._money) != before:
            self._show()
        self._look()

    @property
    def heading(self) -> str:
        """The receipt's number."""
        return "Receipt" if self._receipt is None else f"Receipt {self._receipt.number}"

    def _show(self) -> None:
        """Lay everything out for the room there is."""
        receipt, money, width = self._receipt, self._money, self.size.width
        if receipt is None or money is None or not width:
            return
        wide = self.has_class("-wide")
        room = width - (SUMMARY_WIDTH + 1 if wide else 0) - 2
        summary = receipt_lines.summary(receipt, money, SUMMARY_WIDTH - 3 if wide else room)
        parts = receipt_lines.parts(receipt, self._mails, money, room)
        self._summary.update(_static(summary) if wide else "")
        self._sections.show(
            receipt_lines.said_first(receipt, self._mails, room), parts if wide else (summary, *parts)
        )  # fmt: skip
        self._say_more()

    # -- the mails

    def _look(self) -> None:
        """Show where the mails are, and go on looking while one is on its way."""
        if self._receipt is None or self._looking is None:
            return
        try:
            mails = outbox.of_receipt(self.regulars.book, self._receipt_id)
        except StoreError:
            return  # the next look will tell
        if mails != self._mails:
            self._mails = mails
            self._show()
        if any(mail.state is MailState.QUEUED for mail in mails):
            self._looking.resume()
        else:
            self._looking.pause()

    def action_send(self) -> None:
        """Mail a copy."""
        if self._receipt is not None:
            self.regulars.open_screen(
                "send_receipt", self._sent, receipt=self._receipt, mails=self._mails, follow=self._follow
            )

    def _sent(self, mail: Mail | None) -> None:
        if mail is not None:
            self.announce(f"Receipt queued for {mail.recipient}.")
            mail_desk(self.regulars).nudge()
        self._look()

    # -- PDFs

    def action_open(self) -> None:
        """The ticket of the payment under the cursor."""
        if self._receipt is not None and (payment := self._sections.payment) is not None:
            self._saving.choose_place(self._receipt, payment)

    def action_export_workbook(self) -> None:
        """The ticket of the payment under the cursor; elsewhere ask which."""
        if self._receipt is None or self._money is None:
            return
        if self._sections.payment is not None:
            self.action_open()
        elif not self._receipt.payments:
            self._saving.choose_place(self._receipt, None)
        else:
            self.regulars.open_screen(
                "picker", self._picked, title="Save as PDF", rows=choices(self._receipt, self._money.show)
            )

    def _picked(self, key: str | None) -> None:
        if key is not None and self._receipt is not None:
            self._saving.choose_place(self._receipt, None if key == WHOLE else int(key))

    def _saving_changed(self) -> None:
        if self.is_attached:
            self.refresh_bindings()

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A ticket needs a payment; one PDF is made at a time."""
        if action == "open":
            if self._sections.payment is None:
                return False
            return None if self._saving.under_way else True
        if action == "export_workbook" and self._receipt is not None:
            return None if self._saving.under_way else True
        return super().check_action(action, parameters)

    def words(self, command: Command) -> str:
        """Send again after a mail that failed."""
        if command.id == "send" and self._mails and self._mails[0].state is MailState.FAILED:
            return "Send again"
        return super().words(command)

    def on_key(self, event: events.Key) -> None:
        """Left goes back, as the manual's arrow does."""
        if event.key == "left":
            event.stop()
            self.action_back()

    def action_section(self) -> None:
        """The next section."""
        self._sections.next_section()
        self._say_more()

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """Another line: other keys may work there."""
        message.stop()
        if self._sections.payment != self._payment:
            self._payment = self._sections.payment
            self.refresh_bindings()
        self._say_more()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Enter on a payment."""
        message.stop()
        if self.check_action("open", ()):
            self.action_open()

    def _say_more(self) -> None:
        below = self._sections.below
        if below != self._below:
            self._below = below
            self._more.update(plain(f"Below: {', '.join(below)}" if below else ""), layout=False)


def _static(part: Part) -> Content:
    """A part as it stands where no cursor walks."""
    rows = (plain(line.text) for line in part.lines)
    return Content("\n").join((Content.styled(part.title, "bold $accent"), *rows))
