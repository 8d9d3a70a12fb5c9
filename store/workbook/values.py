"""From a column of the book to the cells that show it: dates as serials, codes as names."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from store import clock, settings, stores
from store.fields import STORE_SEPARATOR, countries, show_date
from store.workbook.writer import FIRST_SERIAL, SERIAL_EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.database import Book
    from store.workbook.writer import Cell

SECONDS_A_DAY = 86_400


@lru_cache(maxsize=1 << 16)
def date_cell(text: str | None) -> int | str | None:
    """A date of the book as its serial; as text where it is older than serials are unambiguous for."""
    if not text:
        return None
    day = date.fromisoformat(text)
    serial = day.toordinal() - SERIAL_EPOCH
    return serial if serial >= FIRST_SERIAL else show_date(day)


class Values:
    """The ways of showing that need something of the book: its stores, its time zone, its money."""

    def __init__(self, book: Book) -> None:
        named = stores.all_stores(book)
        self.store_names = tuple(store.name for store in named)
        self.money_digits = settings.minor_digits(book)
        self._names = {store.id: store.name for store in named}
        self._zone = settings.zone(book)
        self._known_stores: dict[str, str] = {"": ""}
        self._countries = countries()
        self.ways: dict[str, Callable[[str], Cell]] = {
            "date": date_cell,
            "moment": self._moment,
            "country": self._country,
            "stores": self._stores,
        }

    def _moment(self, text: str) -> float:
        """A moment of the book (UTC) as a serial of the shop's own clock, which is what a receipt says."""
        local = clock.read(text).astimezone(self._zone)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return local.toordinal() - SERIAL_EPOCH + seconds / SECONDS_A_DAY

    def _country(self, code: str) -> str:
        return self._countries.get(code, code)

    def _stores(self, ids: str) -> str:
        """Store ids as the names of the stores, in the order of the names."""
        names = self._known_stores.get(ids)
        if names is None:
            wanted = {int(number) for number in ids.split(",")}
            names = STORE_SEPARATOR.join(name for number, name in self._names.items() if number in wanted)
            self._known_stores[ids] = names
        return names
