"""Loyalty: the rules of the programme."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from store import awards, currency, programme, settings
from store.errors import FieldError, InvalidSettingsError
from store.loyalty_records import Awards, Programme
from store.metrics import Sale
from tui.points import Points
from tui.screens.settings_page import SettingsPage
from tui.settings_form import MOST_DIGITS, Row, amount, decimal_text, whole
from tui.widgets.choice_field import ChoiceField, ToggleField
from tui.widgets.form_field import FieldInput
from tui.widgets.notes_field import NotesField

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from store.currency import Currency
    from store.database import Book
    from tui.form_model import Entry

SPENT = Decimal(25)
"""What the customer of the example spends."""
AWARDERS = {Awards.OFFICE: "Head office", Awards.BOOK: "This book"}
READERS: dict[str, Callable[[str, str], Any]] = {
    "sign_up_points": whole, "visit_points": whole, "amount_points": whole, "per_amount": amount,
    "point_value": amount, "minimum": whole,
}  # fmt: skip
"""What reads the numbers of the programme."""


def _number(name: str, entry: Entry) -> FieldInput:
    return FieldInput(name, str(entry), limit=MOST_DIGITS)


class LoyaltySettingsScreen(SettingsPage):
    """The settings of the loyalty programme."""

    HEADING = "Loyalty Settings"
    HELP = f"{SettingsPage.HELP} Reasons: one on each line, in the order in which they are offered."
    ROWS: ClassVar[tuple[Row, ...]] = (
        Row("on", "Loyalty Programme", lambda name, entry: ToggleField(name, ("on", "off"), entry=bool(entry))),
        Row("currency", "Points are called", lambda name, entry: ChoiceField(name, programme.CURRENCIES, str(entry)),
            True),
        Row("sign_up_points", "Points at Sign-up", _number, True),
        Row("visit_points", "Points for a Visit", _number, True),
        Row("amount_points", "Points for Spending", _number, True),
        Row("per_amount", "For each Amount of", _number, True),
        Row("point_value", "Value of a Point", _number, True),
        Row("minimum", "Least to Redeem", _number, True),
        Row("awards", "Receipts awarded by",
            lambda name, entry: ChoiceField(name, tuple(AWARDERS.values()), str(entry)), True),
        Row("reasons", "Reasons, one a line", lambda name, entry: NotesField(name, str(entry))),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._money: Currency | None = None
        self._digits = 2

    def read(self, book: Book) -> dict[str, Entry]:
        """The programme as the book has it."""
        self._money = currency.of(book)
        self._digits = settings.minor_digits(book)
        kept = programme.of(book)
        numbers: dict[str, Entry] = {
            name: decimal_text(Decimal(getattr(kept, name))) for name in READERS
        }  # fmt: skip
        return numbers | {
            "on": kept.on, "currency": kept.currency, "awards": AWARDERS[kept.awards],
            "reasons": "\n".join(kept.reasons),
        }  # fmt: skip

    def _read(self) -> tuple[Programme, dict[str, str]]:
        """The programme as typed, and the numbers that cannot be read."""
        numbers: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for name, read in READERS.items():
            try:
                numbers[name] = read(name, self.model.text(name))
            except FieldError as fault:
                faults[name] = fault.message
        awarder = next((who for who, words in AWARDERS.items() if words == self.model.text("awards")), Awards.OFFICE)
        lines = self.model.text("reasons").splitlines()
        chosen = Programme(
            on=self.model.entries["on"] is True, currency=self.model.text("currency"), awards=awarder,
            reasons=tuple(line for line in lines if line.strip()), **numbers,
        )  # fmt: skip
        return chosen, faults

    def faults(self) -> dict[str, str]:
        """What cannot be read, and what the programme does not take."""
        chosen, faults = self._read()
        try:
            programme.checked(chosen, self._digits)
        except InvalidSettingsError as error:
            faults = {fault.field: fault.message for fault in error.faults} | faults
        return faults

    def writing(self) -> Callable[[Book], None]:
        """Keep it; entries that were made before stay as they are."""
        chosen, _ = self._read()
        return lambda book: programme.choose(book, chosen)

    def note(self, name: str) -> str:
        """Who awards, in a sentence."""
        if name != "awards":
            return ""
        if self.model.text("awards") == AWARDERS[Awards.BOOK]:
            return "Receipts that come from now on give points here, each once."
        return "The balances that head office sends count the receipts already."

    def example(self) -> str:
        """What a customer gets."""
        chosen, faults = self._read()
        if faults or self.model.faults():
            return ""
        if not chosen.on:
            return "The programme is off: no points are given or changed."
        money = self._money
        if money is None:
            return ""
        points = awards.points_for(Sale(visit=True, amount=SPENT, net=SPENT), chosen)
        return f"A customer who spends {money.show(SPENT)} gets {Points(chosen, money).said(points)}."
