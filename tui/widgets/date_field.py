"""The control for a date, and the month that its calendar shows."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from store.fields import MONTHS
from tui.widgets.form_field import ChoiceWanted, FieldInput

if TYPE_CHECKING:
    from rich.style import Style
    from textual.geometry import Size

WEEK = "Mo Tu We Th Fr Sa Su"
HEAD_LINES = 2
"""Lines above the weeks: the month, and the days' names."""


class DateField(FieldInput):
    """A date, typed in any of the forms that `store.fields.parse_date` reads, or chosen from a calendar."""

    def choose(self) -> None:
        """Ask for the calendar."""
        self.post_message(ChoiceWanted(self, self.name or "", self.value))

    def take(self, text: str) -> None:
        """Hold the date that a person chose, as text."""
        self.value = text
        self.cursor_position = len(text)


def moved_months(day: date, months: int) -> date:
    """The same day some months on, or the last of a shorter month; stays within the years that dates have."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(max(years, date.min.year), date.max.year)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class MonthView(Widget):
    """A month by weeks, with a cursor on a day. `latest` is the last day that may be chosen, or None."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"month--cursor", "month--dim", "month--today"}
    DEFAULT_CSS = """
    MonthView { width: 20; height: 8; }
    MonthView > .month--cursor { text-style: reverse; }
    MonthView > .month--dim { color: $text-muted; text-style: dim; }
    MonthView > .month--today { text-style: bold underline; }
    """

    def __init__(self, day: date, *, today: date, latest: date | None = None) -> None:
        super().__init__(id="month")
        self.day = day
        self.today = today
        self.latest = latest

    def go(self, day: date) -> None:
        """Put the cursor on a day, or on the last one that may be chosen."""
        self.day = day if self.latest is None else min(day, self.latest)
        self.refresh()

    def step_days(self, days: int) -> None:
        """Some days on or back."""
        try:
            self.go(self.day + timedelta(days=days))
        except OverflowError:
            self.go(self.day)

    def step_months(self, months: int) -> None:
        """Some months on or back."""
        self.go(moved_months(self.day, months))

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """The width it takes."""
        return len(WEEK)

    def render_line(self, y: int) -> Strip:
        """The month's name, the days' names, or a week."""
        plain = self.rich_style
        if y == 0:
            text = f"{MONTHS[self.day.month - 1]} {self.day.year}".center(len(WEEK))
            return Strip([Segment(text, plain)])
        if y < HEAD_LINES:
            return Strip([Segment(WEEK, self.get_component_rich_style("month--dim"))])
        weeks = calendar.Calendar().monthdayscalendar(self.day.year, self.day.month)
        if y - HEAD_LINES >= len(weeks):
            return Strip.blank(len(WEEK), plain)
        segments: list[Segment] = []
        for number in weeks[y - HEAD_LINES]:
            segments += [Segment(f"{number or '':>2}", self._style(number)), Segment(" ", plain)]
        return Strip(segments[:-1])

    def _style(self, number: int) -> Style:
        if number == 0:
            return self.rich_style
        day = self.day.replace(day=number)
        if day == self.day:
            return self.get_component_rich_style("month--cursor")
        if self.latest is not None and day > self.latest:
            return self.get_component_rich_style("month--dim")
        return self.get_component_rich_style("month--today") if day == self.today else self.rich_style
