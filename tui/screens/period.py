"""F5 on a customer's metrics: which receipts are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from store.fields import parse_date, show_date
from tui.gate import plain
from tui.page import Dialog
from tui.receipt_period import FROM_TO, PERIODS, ChosenPeriod
from tui.widgets.choice_list import ChoiceList
from tui.widgets.date_field import DateField
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from datetime import date

    from textual.app import ComposeResult

    from tui.widgets.form_field import ChoiceWanted
    from tui.widgets.line_list import LineList

NAMES = (*PERIODS, FROM_TO)
ROWS = (*(row for row, _ in PERIODS.values()), "From a day to another:")
LABELS = {"from": "From", "to": "To"}
DATE_HINT = "07-Mar-1985; F12: calendar"
TURNED = "From is later than To."
NO_DAY = "Type the first day, the last, or both."


class PeriodChoices(ChoiceList):
    """The periods; Enter on one that has a name applies it."""

    def press(self, key: str) -> bool:
        """Enter is told to the dialog."""
        if key == "enter":
            self.post_message(self.Chosen(self))
            return True
        return super().press(key)


class PeriodDialog(Dialog[ChosenPeriod]):
    """Dismisses with the period once it is applied."""

    HEADING = "Period"
    HELP = "Up and Down choose a period, Enter applies it. Days can be typed, or chosen from the calendar."
    COMMANDS = ("save", "choose")
    WORDS: ClassVar = {
        "save": ("Apply", "Show the receipts of this period."),
        "choose": ("Choose", "Choose the day from a calendar."),
    }
    CSS_PATH = "period.tcss"

    def __init__(self, *, chosen: ChosenPeriod) -> None:
        super().__init__()
        self._chosen = chosen
        self._choices = PeriodChoices("periods", ROWS)
        self._fields = {
            name: DateField(name, show_date(day), hint=DATE_HINT)
            for name, day in (("from", chosen.first), ("to", chosen.last))
        }
        self._fault = Static("", id="period-fault", markup=False)

    def compose(self) -> ComposeResult:
        """The periods, two days, the buttons."""
        with Vertical(classes="dialog", id="period"):
            yield Static(plain("Receipts of which time?"), classes="dialog-title")
            yield self._choices
            for name, field in self._fields.items():
                with Horizontal(classes="day"):
                    yield Static(LABELS[name], classes="label", markup=False)
                    yield field
            yield self._fault
            with Horizontal(classes="dialog-buttons"):
                yield PushButton("Apply", id="apply", classes="-main")
                yield PushButton("Cancel", id="cancel")

    def on_mount(self) -> None:
        """Start on the period that is shown."""
        self._choices.cursor = NAMES.index(self._chosen.name)
        self._choices.focus()

    # -- days

    def on_field_edited(self) -> None:
        """Whoever types a day means it."""
        self._choices.cursor = NAMES.index(FROM_TO)
        self._fault.update("")

    def action_choose(self) -> None:
        """The calendar of the day one is at."""
        choose = getattr(self.focused, "choose", None)
        if choose is not None:
            choose()

    def on_choice_wanted(self, message: ChoiceWanted) -> None:
        """Open the calendar on what is typed."""
        message.stop()
        field = self._fields[message.name]

        def take(day: date | None) -> None:
            if day is not None:
                field.take(show_date(day))

        self.regulars.open_screen("calendar", take, title=LABELS[message.name], typed=message.typed)

    # -- applying

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Apply a period that has a name; one without needs its days."""
        message.stop()
        if NAMES[self._choices.chosen] == FROM_TO:
            self._fields["from"].focus()
        else:
            self.action_save()

    def on_button_pressed(self, event: PushButton.Pressed) -> None:
        """A button does what its key does."""
        if event.button.id == "apply":
            self.action_save()
        else:
            self.action_back()

    def action_save(self) -> None:
        """Show the receipts of this period, unless a day is none."""
        name = NAMES[self._choices.chosen]
        if name != FROM_TO:
            self.dismiss(ChosenPeriod(name))
            return
        days: dict[str, date | None] = {}
        for which, field in self._fields.items():
            try:
                days[which] = parse_date(field.value)
            except ValueError as error:
                self._refuse(f"{LABELS[which]}: {error}", field)
                return
        first, last = days["from"], days["to"]
        if first is None and last is None:
            self._refuse(NO_DAY, self._fields["from"])
        elif first is not None and last is not None and first > last:
            self._refuse(TURNED, self._fields["to"])
        else:
            self.dismiss(ChosenPeriod(FROM_TO, first, last))

    def _refuse(self, words: str, field: DateField) -> None:
        self._fault.update(plain(words))
        field.focus()
