"""Times as the book keeps them: ISO 8601 texts in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> str:
    """This second, as the book writes it: `2026-11-22T09:30:00Z`."""
    return written(datetime.now(UTC))


def written(moment: datetime) -> str:
    """An aware moment as the book writes it, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> datetime:
    """The moment a text of the book stands for, in UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def today() -> date:
    """The day on the shop's own calendar, which is this computer's."""
    return date.today()  # noqa: DTZ011  # a till stands in its shop
