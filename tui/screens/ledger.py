"""A customer's points ledger: every entry, newest first, and what each made of the balance."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from store import customers, loyalty
from store.errors import StoreError, UnknownCustomerError
from tui.gate import plain
from tui.page import Page
from tui.points import Points, points_of, refusal
from tui.screens.customer_page import POINTS_UPDATED
from tui.screens.loyalty import LoyaltyDialog
from tui.widgets.ledger_table import LedgerTable, moment_of, reason_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from store.customer_records import Customer
    from store.loyalty_records import LedgerLine
    from tui.widgets.line_list import LineList

EMPTY = "No entries yet: nothing was ever given or taken."
OUTSIDE = "No entries: the customer is not in the loyalty programme."


class LedgerScreen(Page[int]):
    """Dismisses with the customer's id, so that who opened it shows the balance as it is now."""

    HELP = (
        "Every entry of one customer's points, newest first, with the balance after it. Nothing is ever changed here: "
        "a wrong entry is reversed by another one. The line below the table has the whole entry under the cursor."
    )
    COMMANDS: ClassVar[tuple[str, ...]] = ("points", "delete")
    WORDS: ClassVar = {
        "delete": ("Reverse", "Take back the entry under the cursor by another one, after asking."),
        "points": ("Adjust", "Edit the customer's loyalty points."),
    }
    CSS_PATH = "ledger.tcss"
    AUTO_FOCUS = "#entries"

    def __init__(self, *, customer_id: int) -> None:
        super().__init__()
        self._customer_id = customer_id
        self._customer: Customer | None = None
        self._points = Points()
        self._stale = False
        self._table = LedgerTable("entries")

    def body(self) -> ComposeResult:
        """The balance, the entries, and the one under the cursor in full."""
        yield Static("", id="balance", markup=False)
        yield Static("", id="headings", markup=False)
        yield self._table
        yield Static("", id="entry", markup=False)

    def on_mount(self) -> None:
        """Read the ledger; of a customer who is gone there is none."""
        self._refresh(0)

    def on_resize(self, event: events.Resize) -> None:
        """The headings stand over their columns."""
        self._say_headings(event.size.width)

    def _say_headings(self, width: int) -> None:
        headings = self._table.heading(width, self._points.programme.currency)
        self.query_one("#headings", Static).update(plain(headings))

    @property
    def heading(self) -> str:
        """Whose points these are."""
        name = self._points.programme.currency
        return name if self._customer is None else f"{name} · {self._customer.name}"

    def _refresh(self, cursor: int) -> None:
        """Read everything anew."""
        book = self.regulars.book
        self._stale = False
        try:
            self._points = points_of(book)
            self._customer = customers.get(book, self._customer_id)
            entries = loyalty.how_many(book, self._customer_id)
        except StoreError as error:
            self.announce(str(error), error=True)
            if isinstance(error, UnknownCustomerError):
                self.leave_soon()
            return
        self._table.show(entries, self._read, cursor=cursor)
        balance, counted = self._customer.points, f"{entries:,} {'entry' if entries == 1 else 'entries'}"
        standing = "   ".join(filter(None, (counted, self._points.redeemable(balance))))
        self.query_one("#balance", Static).update(plain(f"Balance {self._points.said(balance)}\n{standing}"))
        self.query_one("#headings").display = bool(entries)
        self._say_headings(self.size.width)
        self.retitle()
        self._say_entry()

    def _read(self, offset: int, limit: int) -> Sequence[LedgerLine]:
        """Some entries; when the ledger has grown since it was counted, all is read anew."""
        book = self.regulars.book
        try:
            if loyalty.how_many(book, self._customer_id) != self._table.count() and not self._stale:
                self._stale = True
                self.call_later(self._follow)
            return loyalty.lines(book, self._customer_id, offset=offset, limit=limit)
        except StoreError as error:
            self.announce(str(error), error=True)
            return ()

    def _follow(self) -> None:
        """Others wrote in the ledger: new entries come on top, and the cursor stays on its own."""
        try:
            grown = loyalty.how_many(self.regulars.book, self._customer_id) - self._table.count()
        except StoreError as error:
            self.announce(str(error), error=True)
            return
        self._refresh(max((self._table.cursor or 0) + grown, 0))

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """Say the entry that the cursor came to."""
        message.stop()
        self._say_entry()

    def _say_entry(self) -> None:
        entry = self._table.current
        self.query_one("#entry", Static).update(plain(self._in_words(entry) if entry else self._nothing))
        self.refresh_bindings()

    @property
    def _nothing(self) -> str:
        """What stands there instead of an entry."""
        customer = self._customer
        if self._table.count() or customer is None:
            return ""
        enrolled, active = customer.loyalty, customer.active
        how = f"gives the first {self._points.name}" if enrolled else "enrolls them"
        return (EMPTY if enrolled else OUTSIDE) + (f" F6 {how}." if active else "")

    def _in_words(self, entry: LedgerLine, apart: str = "   ") -> str:
        """The whole entry; the reason, which may be long, at the end."""
        points = f"{entry.points:+,} {self._points.unit(entry.points)}"
        who = " at ".join(filter(None, (entry.employee, entry.till))) or "nobody named"
        return f"{moment_of(entry)}{apart}{points}, balance {entry.balance:,}{apart}{who}\n{reason_of(entry)}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Reversing needs an entry that still counts; adjusting needs an active customer."""
        if action == "delete":
            return True if self._table.current is not None else None
        if action == "points":
            return self._customer is not None and self._customer.active
        return super().check_action(action, parameters)

    def action_points(self) -> None:
        """Adjust the balance, in the dialog from which the ledger was opened or in a new one."""
        if isinstance(self.app.screen_stack[-2], LoyaltyDialog):
            self.action_back()
            return
        self._follow()
        if self._customer is not None:
            self.regulars.open_screen("loyalty", self._adjusted, customer=self._customer)

    def _adjusted(self, updated: bool | None) -> None:
        if updated is not None:
            self._refresh(0)
        if updated:
            self.announce(POINTS_UPDATED)

    def action_delete(self) -> None:
        """Reverse the entry under the cursor, after asking."""
        entry, customer = self._table.current, self._customer
        if entry is None or customer is None:
            return
        if entry.reversed or entry.reversal:
            self._reverse_if(entry, agreed=True)  # never asked: the store says why it cannot be
            return
        words = self._in_words(entry, apart="\n")
        becomes = self._points.becomes(customer.points, customer.points - entry.points)
        self.regulars.open_screen(
            "confirm",
            lambda agreed: self._reverse_if(entry, agreed=bool(agreed)),
            title="Reverse this entry?",
            text=f"{words}\n\nBoth entries stay in the ledger: {becomes}.",
            yes="Reverse",
            danger=True,
        )

    def _reverse_if(self, entry: LedgerLine, *, agreed: bool) -> None:
        if not agreed:
            return
        try:
            balance = loyalty.reverse(self.regulars.book, entry.uid)
        except StoreError as error:
            self._follow()
            self.announce(refusal(error), error=True)
            return
        self._follow()
        self.announce(f"Entry reversed. The balance is {self._points.said(balance)}.")

    def action_back(self) -> None:
        """Back to where the ledger was opened."""
        self.dismiss(self._customer_id)
