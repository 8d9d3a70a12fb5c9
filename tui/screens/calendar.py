"""A calendar over the form, to choose a date by keys."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from store import clock
from store.fields import parse_date
from tui.page import Dialog
from tui.widgets.date_field import MonthView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

KEYS = "arrows: day   PgUp PgDn: month\nHome End: year       t: today\nEnter: choose      Esc: close"
YEARS_BACK = 30
"""Where the calendar of a birthday opens when none is typed yet."""


class CalendarDialog(Dialog[date]):
    """Dismisses with the day chosen. `latest` is the last day that can be, or None."""

    HEADING = "Calendar"
    CSS_PATH = "calendar.tcss"

    def __init__(self, title: str, typed: str, *, latest: date | None = None) -> None:
        super().__init__()
        self._title = title
        today = clock.today()
        try:
            day = parse_date(typed)
        except ValueError:
            day = None
        start = today if latest is None else today.replace(year=today.year - YEARS_BACK, day=1)
        self._month = MonthView(day or start, today=today, latest=latest)
        self._keys: dict[str, Callable[[], None]] = {
            "left": lambda: self._month.step_days(-1),
            "right": lambda: self._month.step_days(1),
            "up": lambda: self._month.step_days(-7),
            "down": lambda: self._month.step_days(7),
            "pageup": lambda: self._month.step_months(-1),
            "pagedown": lambda: self._month.step_months(1),
            "home": lambda: self._month.step_months(-12),
            "end": lambda: self._month.step_months(12),
            "t": lambda: self._month.go(today),
            "enter": self._choose,
            "space": self._choose,
        }

    def compose(self) -> ComposeResult:
        """The box: what for, the month, the keys."""
        with Vertical(classes="dialog", id="calendar"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield self._month
            yield Static(KEYS, id="calendar-keys", markup=False)

    def on_key(self, event: events.Key) -> None:
        """Move in time, or choose."""
        if (act := self._keys.get(event.key)) is not None:
            event.stop()
            act()

    def _choose(self) -> None:
        self.dismiss(self._month.day)
