"""Where a value comes from, in words, and when it was written, on the shop's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store import settings
from store.fields import show_date
from store.merge import state
from store.merge.state import BIRTH, EDIT, Why

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from store.database import Book
    from store.merge.state import Offer, Row, Value, Version
    from store.merge.writing import Rows

HERE, ELSEWHERE, SHEET = "this book", "another till", "an edited workbook"
FIRST = "the customer's first entry"
TOGETHER = "two entries put together"
"""Each of two entries for one person had a value of its own."""


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a value comes from, and when it was written: `07-Mar-2026 18:30`; each '' where nobody knows."""

    source: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells of values where they come from, as a book sees it: by its id, in its time zone.

    `file` is the name of the workbook that is looked at, and `edits` are the origins of what was edited in it.
    """

    origin: str
    zone: ZoneInfo
    file: str = ""
    edits: frozenset[str] = frozenset()

    def in_force(self, view: Row, name: str) -> Whence:
        """Whence the value in force comes; of a balance, which is the ledger's, nothing is said."""
        if (version := state.winner(view, name)) is not None:
            return self._written(version)
        lists = [offer for offer in view.offers.get(name, ()) if offer.why is Why.LIST]
        if not lists or name == state.POINTS:
            return Whence()
        return self.offered(min(lists, key=state.offer_rank))

    def other(self, rows: Rows, view: Row, name: str, value: Value) -> Whence:
        """Whence a value comes that was written at the same time as the one in force."""
        latest = max((one for one in view.fields.get(name, ()) if one.value == value), key=state.rank)
        found = self._written(latest)
        now = state.winner(view, name)
        if now is not None and not any({now, latest} <= row.fields.get(name, frozenset()) for row in rows.values()):
            return Whence(TOGETHER, found.at)
        return found

    def offered(self, offer: Offer) -> Whence:
        """Whence a value comes that is only offered."""
        return Whence(offer.source, self.moment(offer.at))

    def _written(self, version: Version) -> Whence:
        return Whence(self._writer(version.origin), self.moment(version.at))

    def _writer(self, origin: str) -> str:
        if origin == self.origin:
            return HERE
        if origin.startswith(BIRTH):
            return FIRST
        if origin in self.edits:
            return self.file
        return SHEET if origin.startswith(EDIT) else ELSEWHERE

    def moment(self, at: int) -> str:
        """A time in seconds on the shop's clock; '' for none."""
        if not at:
            return ""
        moment = datetime.fromtimestamp(at, UTC).astimezone(self.zone)
        return f"{show_date(moment.date())} {moment:%H:%M}"


def teller(book: Book) -> Teller:
    """The teller of a book."""
    return Teller(str(settings.get(book, "origin")), settings.zone(book))
