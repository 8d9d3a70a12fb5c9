"""Days on the shop's clock, as moments of the book: a day may have 23 or 25 hours, or begin at one o'clock."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from store import settings

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from store.database import Book
    from store.receipt_records import Period

ALWAYS = ("0", ":")
"""Texts before and after every time of the book."""


def today(book: Book) -> date:
    """The day it is in the shop."""
    return datetime.now(settings.zone(book)).date()


def beginning(day: date, zone: ZoneInfo) -> str:
    """The first moment of a day as the book writes times. Raises OverflowError at the ends of the calendar."""
    return f"{datetime.combine(day, time(), zone).astimezone(UTC).isoformat()[:19]}Z"


def bounds(period: Period, zone: ZoneInfo) -> tuple[str, str]:
    """The first moment of a period, and the first one after it."""
    first, after = ALWAYS
    with suppress(OverflowError):  # a day beyond the calendar bounds nothing
        first = beginning(period.first, zone) if period.first else first
    with suppress(OverflowError):
        after = beginning(period.last + timedelta(days=1), zone) if period.last else after
    return first, after
