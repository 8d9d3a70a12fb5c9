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
COUNTS = ("sign_up_points", "visit_points", "amount_points", "minimum")
"""The fields that hold a number of points."""
AMOUNTS = ("per_amount", "point_value")
"""The fields that hold an amount of money."""
GIVEN_BY_OFFICE = "Head office gives the points for receipts; this book gives none."


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
        Row("sign_up_points", "Points at Sign-up", _number, True, counts=True),
        Row("visit_points", "Points for a Visit", _number, True, counts=True),
        Row("amount_points", "Points for Spending", _number, True, counts=True),
        Row("per_amount", "For each Amount of", _number, True, counts=True),
        Row("point_value", "Value of a Point", _number, True, counts=True),
        Row("minimum", "Least to Redeem", _number, True, counts=True),
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
            name: decimal_text(Decimal(getattr(kept, name)), self._money.mark) for name in (*COUNTS, *AMOUNTS)
        }
        return numbers | {
            "on": kept.on, "currency": kept.currency, "awards": AWARDERS[kept.awards],
            "reasons": "\n".join(kept.reasons),
        }  # fmt: skip

    def _read(self) -> tuple[Programme, dict[str, str]]:
        """The programme as typed, and the numbers that cannot be read."""
        numbers: dict[str, Any] = {}
        faults: dict[str, str] = {}
        mark = self._money.mark if self._money is not None else "."
        for name in (*COUNTS, *AMOUNTS):
            text = self.model.text(name)
            try:
                numbers[name] = whole(name, text) if name in COUNTS else amount(name, text, mark)
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

    def unit(self, name: str) -> str:
        """Points by the name that is chosen for them, or the shop's money."""
        if name in COUNTS:
            return self.model.text("currency").lower()
        return self._money.code if self._money is not None else ""

    def note(self, name: str) -> str:
        """Who awards, in a sentence."""
        if name != "awards":
            return ""
        if self.model.text("awards") == AWARDERS[Awards.BOOK]:
            return "Receipts that come from now on give points here, each once."
        return "The balances that head office sends count the receipts already."

    def example(self) -> str:
        """What a customer gets, where it is this book that gives it."""
        chosen, faults = self._read()
        if faults or self.model.faults():
            return ""
        if not chosen.on:
            return "The programme is off: no points are given or changed."
        if chosen.awards is Awards.OFFICE:
            return GIVEN_BY_OFFICE
        money = self._money
        if money is None:
            return ""
        points = awards.points_for(Sale(visit=True, amount=SPENT, net=SPENT), chosen)
        return f"A customer who spends {money.show(SPENT)} gets {Points(chosen, money).said(points)}."
