"""Which receipts a customer's table shows: a period as a person chose it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.fields import show_date
from store.receipt_records import Period

if TYPE_CHECKING:
    from datetime import date

PERIODS: dict[str, tuple[str, str]] = {
    "today": ("Today", "today"),
    "7 days": ("Past 7 days", "past 7 days"),
    "30 days": ("Past 30 days", "past 30 days"),
    "12 months": ("Past 12 months", "past 12 months"),
    "all": ("All", "all time"),
}
"""By the store's name for it: how a period is called in the dialog, and above the table."""
FROM_TO = "from-to"


@dataclass(frozen=True, slots=True)
class ChosenPeriod:
    """A period of `PERIODS`, or the days typed: `FROM_TO` with its first and last day, either of which may be open."""

    name: str = "all"
    first: date | None = None
    last: date | None = None

    @property
    def words(self) -> str:
        """The period above the table."""
        if self.name != FROM_TO:
            return PERIODS[self.name][1]
        first, last = show_date(self.first), show_date(self.last)
        if first == last:
            return first
        return " ".join(part for part in (f"from {first}" if first else "", f"to {last}" if last else "") if part)

    def days(self, today: date) -> Period:
        """The period's days as of `today`."""
        if self.name == FROM_TO:
            return Period(self.first, self.last)
        from store import metrics

        return metrics.period_named(self.name, today)
