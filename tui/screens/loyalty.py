"""A customer's loyalty points: a new balance, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from store import customers, fields, loyalty
from store.errors import BalanceMovedError, FieldError, InactiveCustomerError, StoreError
from tui.gate import plain
from tui.page import Dialog
from tui.points import Points, points_of, refusal
from tui.widgets.dialog_input import DialogInput
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from store.customer_records import Customer

POINTS = fields.BY_NAME["points"]
STEPS = {"up": 1, "down": -1, "pageup": 10, "pagedown": -10}
"""Points that a key adds to the balance."""


class LoyaltyDialog(Dialog[bool]):
    """Dismisses with True once the balance is updated, and with False when only something else moved meanwhile.

    What is typed is the balance the customer shall have, as the manual says; the book keeps the difference. Where the
    programme is off, or the customer is not in it, the dialog says what to do instead.
    """

    HEADING = "Loyalty Points"
    HELP = (
        "Type the balance the customer shall have, or change it by the arrows and Page Up, Page Down; give the reason, "
        "or pick one by Up and Down. Update becomes available once both are there."
    )
    COMMANDS = ("save", "details", "settings")
    WORDS: ClassVar = {
        "save": ("Update", "Write the new balance."),
        "details": ("Ledger", "Every entry that the customer's balance is made of."),
    }
    CSS_PATH = "loyalty.tcss"

    def __init__(self, *, customer: Customer) -> None:
        super().__init__()
        self._customer = customer
        self._now = customer.points
        """The balance as the dialog shows it."""
        self._points = Points()
        self._touched = False
        """Whether the customer is otherwise than when the dialog was opened."""
        self._stepped: str | None = None
        """The balance that stands there, where keys alone made it of the one of now: its difference is what counts."""
        self._obstacle_shown: str | None = None
        self._said_of = ("", "")
        """What was typed when the line below said something about it."""
        self._reason = DialogInput("", "reason", self.action_save)
        self._balance = DialogInput(str(customer.points), "balance", self._reason.focus)
        self._become = Static("", id="become", markup=False)
        self._said = Static("", id="said", markup=False)

    def compose(self) -> ComposeResult:
        """Who, the balance, the reason, what it will become, the buttons; or why there is nothing to fill in."""
        with Vertical(classes="dialog"):
            yield Static("", classes="dialog-title", markup=False)
            yield Static("", id="now", markup=False)
            with Vertical(id="form"):
                with Horizontal(classes="line"):
                    yield Static(_required("New balance"), classes="label")
                    yield self._balance
                    yield Static(plain("Up/Down 1, PgUp/PgDn 10"), classes="hint")
                with Horizontal(classes="line"):
                    yield Static(_required("Reason"), classes="label")
                    yield self._reason
                yield Static("", id="reasons", markup=False)
                yield self._become
            yield Static("", id="advice", markup=False)
            yield self._said
            with Horizontal(classes="dialog-buttons"):
                yield PushButton(plain("Update"), id="update", classes="-main", disabled=True)
                yield PushButton(plain("Enroll"), id="enroll", classes="-main")
                yield PushButton(plain("Cancel"), id="cancel")
                yield PushButton(plain("Ledger ^U"), id="ledger")

    def on_mount(self) -> None:
        """Start in the balance, all of it selected: typing replaces it."""
        try:
            self._points = points_of(self.regulars.book)
        except StoreError as error:
            self.announce(str(error), error=True)
        self._show()

    @property
    def _obstacle(self) -> str:
        """Why no balance can be typed, and what to do; '' where one can."""
        rules = self._points.programme
        if not rules.on:
            return "The loyalty programme is off.\nF11 Settings switches it on."
        if not self._customer.active:
            return str(InactiveCustomerError())
        if self._customer.loyalty:
            return ""
        return f"{self._customer.name} is not in the loyalty programme.\n{self._joining}"

    @property
    def _joining(self) -> str:
        """What Enroll does to this customer."""
        points = self._points.programme.sign_up_points
        gift = loyalty.gift(self.regulars.book, self._customer.id, self._customer.uid)
        if gift:
            return f"Enroll gives {gift:,} {self._points.unit(gift)}."
        if not points:
            return "Enroll puts them in."
        return f"Enroll puts them in, without {points:,} {self._points.unit(points)}: their ledger has entries already."

    def _show(self) -> None:
        """Everything that depends on the programme and on whether the customer is in it."""
        obstacle = self._obstacle
        reasons = ", ".join(self._points.programme.reasons)
        title = plain(f"Loyalty {self._points.name} of {self._customer.name}")
        self.query_one(".dialog-title", Static).update(title)
        self.query_one("#reasons", Static).update(plain(f"Up/Down: {reasons}" if reasons else ""))
        self.query_one("#advice", Static).update(plain(obstacle))
        self.query_one("#enroll").display = self._can_enroll
        for part in ("#form", "#update"):
            self.query_one(part).display = not obstacle
        self.query_one("#advice").display = bool(obstacle)
        self._say("")
        self._judge()
        if obstacle != self._obstacle_shown:
            self._obstacle_shown = obstacle
            start = "#balance" if not obstacle else "#enroll" if self._can_enroll else "#cancel"
            self.query_one(start).focus()

    @property
    def _can_enroll(self) -> bool:
        return self._points.programme.on and self._customer.active and not self._customer.loyalty

    @property
    def _wanted(self) -> int | None:
        """The balance as typed; None while it is none."""
        try:
            return cast("int", POINTS.read(self._balance.value)) if self._balance.value.strip() else None
        except FieldError:
            return None

    def _judge(self) -> None:
        """Say what the balance is and will become, and whether Update can be pressed."""
        wanted, now = self._wanted, self._now
        if wanted is None:
            becomes = f"New balance: {POINTS.hint}, 0 or more"
        elif self._is_too_much:
            becomes = f"New balance: {loyalty.TOO_MANY}"
        elif wanted == now:
            becomes = "Nothing changes yet."
        else:
            becomes = self._points.becomes(now, wanted)
        redeemable = self._points.redeemable(now if wanted is None else wanted)
        self._become.set_class(wanted is None or self._is_too_much, "-fault")
        self._become.update(plain("\n".join(filter(None, (becomes, redeemable)))))
        self.query_one("#now", Static).update(plain(f"Balance now: {self._points.said(now)}"))
        update = self.query_one("#update", PushButton)
        if update.has_focus and not self._is_good:
            self._balance.focus()  # a button that is off would keep the keys to itself
        update.disabled = not self._is_good
        self.refresh_bindings()

    @property
    def _is_too_much(self) -> bool:
        return self._wanted is not None and abs(self._wanted - self._now) > loyalty.MOST_AT_ONCE

    @property
    def _is_good(self) -> bool:
        if self._wanted in {None, self._now} or self._is_too_much:
            return False
        return bool(self._reason.value.strip()) and not self._obstacle

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Ctrl+S needs what Update needs; the settings are named where the programme is off."""
        if action == "save":
            return True if self._is_good else None
        if action == "settings":
            return not self._points.programme.on
        return super().check_action(action, parameters)

    def _say(self, text: str, *, fault: bool = True) -> None:
        self._said_of = (self._balance.value, self._reason.value)
        self._said.display = bool(text)
        self._said.set_class(fault, "-fault")
        self._said.update(plain(text))

    def on_input_changed(self) -> None:
        """Something was typed; what was said of what stood there before is said no longer."""
        if self._said_of != (self._balance.value, self._reason.value):
            self._say("")
        if self._balance.value != self._stepped:
            self._stepped = None
        self._judge()

    def on_button_pressed(self, event: PushButton.Pressed) -> None:
        """A button does what its key does."""
        {
            "update": self.action_save,
            "enroll": self._enroll,
            "ledger": self.action_details,
            "cancel": self.action_back,
        }[str(event.button.id)]()

    def on_key(self, event: events.Key) -> None:
        """The arrows and the page keys change the balance, or walk the reasons."""
        if step := STEPS.get(event.key):
            self._step(step)

    def _step(self, points: int) -> None:
        reasons = self._points.programme.reasons
        if self._balance.has_focus:
            by_keys = self._balance.value in {str(self._now), self._stepped}
            start = self._wanted if self._wanted is not None else self._now
            self._balance.show(_within(start + points))
            self._stepped = self._balance.value if by_keys else None
        elif self._reason.has_focus and reasons:
            known = reasons.index(self._reason.value) if self._reason.value in reasons else None
            at = (0 if points < 0 else -1) if known is None else (known + (1 if points < 0 else -1))
            self._reason.show(reasons[at % len(reasons)])

    def action_save(self) -> None:
        """Write the new balance, unless it moved from the one that is shown: then that is said first."""
        wanted, book = self._wanted, self.regulars.book
        if wanted is None or not self._is_good:
            return
        try:
            loyalty.adjust(book, self._customer.id, balance=wanted, reason=self._reason.value, seen=self._now)
        except BalanceMovedError as error:
            self._say_moved(error.now, wanted)
        except InactiveCustomerError:
            self._touched = True
            self._returned(None)
        except StoreError as error:
            self._say(refusal(error))
        else:
            self.dismiss(True)

    def _say_moved(self, now: int, wanted: int) -> None:
        """Say what becomes of the balance that was wanted, now that it is to start from another."""
        stays = "" if self._stepped is None else f", your {wanted - self._now:+,} stays"
        self._take(now)
        wanted = wanted if self._wanted is None else self._wanted
        rest = "what you typed" if wanted == now else self._points.becomes(now, wanted)
        again = "" if wanted == now else " Update again to set it."
        self._say(f"The balance moved to {now:,} meanwhile{stays}: {rest}.{again}")

    def _take(self, balance: int) -> None:
        """The balance is another now. What was typed stays; what the keys made of the old one they make of this."""
        self._touched = self._touched or balance != self._now
        if balance != self._now and self._balance.value == str(self._now):
            self._balance.show(str(balance))
        elif self._stepped is not None and self._wanted is not None:
            self._stepped = _within(balance + self._wanted - self._now)
            self._balance.show(self._stepped)
        self._now = balance
        self._judge()

    def _enroll(self) -> None:
        """Put the customer into the programme, which may give the first points."""
        book = self.regulars.book
        try:
            before = customers.get(book, self._customer.id)
            self._customer = customers.update(book, before.id, {"loyalty": True}, before.version, base=before)
        except StoreError as error:
            self._say(str(error))
            return
        self._take(self._customer.points)
        self._touched = True
        self._show()
        self._say(f"{self._customer.name} is in the loyalty programme now.", fault=False)

    def action_details(self) -> None:
        """The ledger: the one from which this was opened, or a new one on top."""
        from tui.screens.ledger import LedgerScreen  # not with every dialog

        if isinstance(self.app.screen_stack[-2], LedgerScreen):
            self.action_back()
        else:
            self.regulars.open_screen("ledger", self._returned, customer_id=self._customer.id)

    def action_settings(self) -> None:
        """The settings, where the programme is switched on."""
        self.regulars.open_screen("settings", self._returned)

    def _returned(self, _result: object) -> None:
        """What was seen elsewhere may have changed there."""
        try:
            self._customer = customers.get(self.regulars.book, self._customer.id)
            self._points = points_of(self.regulars.book)
        except StoreError as error:
            self._say(str(error))
            return
        self._take(self._customer.points)
        self._show()

    def action_back(self) -> None:
        """Close; who opened the dialog hears of what moved."""
        self.dismiss(False if self._touched else None)


def _within(balance: int) -> str:
    """A balance as it is typed, none below 0."""
    return str(min(max(balance, 0), fields.MOST_POINTS))


def _required(label: str) -> Content:
    return Content.assemble(label, (" *", "bold $error"))
