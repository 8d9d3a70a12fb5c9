"""A customer's loyalty points: a new balance, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from store import fields, loyalty, settings
from store.errors import FieldError, StoreError
from tui.gate import plain
from tui.page import Dialog
from tui.widgets.form_field import without_command_keys
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from store.customer_records import Customer

POINTS, REASON = fields.BY_NAME["points"], fields.BY_NAME["reason"]


class DialogInput(Input, inherit_bindings=False):
    """One line, compact and still. Up and Down belong to the dialog; `on_enter` is called before the next key."""

    BINDINGS: ClassVar[list[BindingType]] = without_command_keys(Input.BINDINGS)

    def __init__(self, value: str, identity: str, on_enter: Callable[[], object]) -> None:
        super().__init__(value, compact=True, select_on_focus=True, id=identity)
        self.cursor_blink = False
        self._entered = on_enter

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self._entered()
        else:
            await super()._on_key(event)


class LoyaltyDialog(Dialog[int]):
    """Dismisses with the new balance once it stands in the ledger.

    What is typed is the balance the customer shall have, as the manual says; the book keeps the difference.
    """

    HEADING = "Loyalty Points"
    COMMANDS = ("save",)
    CSS_PATH = "loyalty.tcss"

    def __init__(self, *, customer: Customer) -> None:
        super().__init__()
        self._customer = customer
        self._reason = DialogInput("", "reason", self.action_save)
        self._balance = DialogInput(str(customer.points), "balance", self._reason.focus)
        self._become = Static("", id="become", markup=False)
        self._fault = Static("", id="fault", markup=False)
        self._reasons: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Who, the balance, the reason, what it will become, the buttons."""
        with Vertical(classes="dialog"):
            yield Static(plain(f"Loyalty points of {self._customer.name}"), classes="dialog-title")
            yield Static(plain(f"Balance now: {self._customer.points:,}"), id="now")
            with Horizontal(classes="line"):
                yield Static(_required("New balance"), classes="label")
                yield self._balance
                yield Static(plain("Up/Down 1, PgUp/PgDn 10"), classes="hint")
            with Horizontal(classes="line"):
                yield Static(_required("Reason"), classes="label")
                yield self._reason
            yield Static("", id="reasons", markup=False)
            yield self._become
            yield self._fault
            with Horizontal(classes="dialog-buttons"):
                yield PushButton(plain("Update"), id="update", classes="-main", disabled=True)
                yield PushButton(plain("Cancel"), id="cancel")

    def on_mount(self) -> None:
        """Start in the balance, all of it selected: typing replaces it."""
        try:
            kept = settings.get(self.regulars.book, "reasons")
        except StoreError as error:
            self.announce(str(error), error=True)
        else:
            self._reasons = tuple(kept) if isinstance(kept, list) else ()
        offered = ", ".join(self._reasons)
        self.query_one("#reasons", Static).update(plain(f"Up/Down: {offered}" if offered else ""))
        self._balance.focus()
        self._judge()

    @property
    def _wanted(self) -> int | None:
        """The balance as typed; None while it is none."""
        try:
            return cast("int", POINTS.read(self._balance.value)) if self._balance.value.strip() else None
        except FieldError:
            return None

    def _judge(self) -> None:
        """Say what the balance will become, and whether Update can be pressed."""
        wanted, now = self._wanted, self._customer.points
        self._become.remove_class("-fault")
        if wanted is None:
            self._become.add_class("-fault")
            self._become.update(plain(f"New balance: {POINTS.hint}, 0 or more"))
        elif wanted == now:
            self._become.update(plain("Nothing changes yet."))
        else:
            self._become.update(plain(f"{now:,} {wanted - now:+,} = {wanted:,} points"))
        self.query_one("#update", PushButton).disabled = not self._is_good
        self.refresh_bindings()

    @property
    def _is_good(self) -> bool:
        return self._wanted is not None and self._wanted != self._customer.points and bool(self._reason.value.strip())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Ctrl+S needs what Update needs."""
        if action == "save":
            return True if self._is_good else None
        return super().check_action(action, parameters)

    def on_input_changed(self) -> None:
        """Something was typed."""
        self._fault.update("")
        self._judge()

    def on_button_pressed(self, event: PushButton.Pressed) -> None:
        """A button does what its key does."""
        if event.button.id == "update":
            self.action_save()
        else:
            self.action_back()

    def key_up(self) -> None:
        """One point more, or the reason before."""
        self._step(1)

    def key_down(self) -> None:
        """One point less, or the next reason."""
        self._step(-1)

    def key_pageup(self) -> None:
        """Ten points more."""
        self._step(10)

    def key_pagedown(self) -> None:
        """Ten points less."""
        self._step(-10)

    def _step(self, points: int) -> None:
        if self._balance.has_focus:
            start = self._wanted if self._wanted is not None else self._customer.points
            self._balance.value = str(min(max(start + points, 0), fields.MOST_POINTS))
            self._balance.cursor_position = len(self._balance.value)
        elif self._reason.has_focus and self._reasons:
            known = self._reasons.index(self._reason.value) if self._reason.value in self._reasons else None
            at = (0 if points < 0 else -1) if known is None else (known + (1 if points < 0 else -1))
            self._reason.value = self._reasons[at % len(self._reasons)]
            self._reason.cursor_position = len(self._reason.value)

    def action_save(self) -> None:
        """Write the new balance."""
        wanted = self._wanted
        if wanted is None or not self._is_good:
            return
        try:
            balance = loyalty.adjust(self.regulars.book, self._customer.id, balance=wanted, reason=self._reason.value)
        except StoreError as error:
            label = fields.BY_NAME[error.field].label if isinstance(error, FieldError) else ""
            self._fault.update(plain(f"{label}: {error}" if label else str(error)))
            return
        self.dismiss(balance)


def _required(label: str) -> Content:
    return Content.assemble(label, (" *", "bold $error"))
