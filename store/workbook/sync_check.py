"""Looking at the values of a file's own state: a book takes none that its fields would not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.fields import BY_NAME, FIELDS, LINE_LIMIT, MOST_POINTS, Kind, countries
from store.merge import state
from store.merge.codec import StateError
from store.merge.state import LAST_TIME
from store.workbook.cells import stored

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.merge.state import Row


def _is_text(name: str, value: Any) -> bool:
    """Whether a field reads a text as itself: a name, a number that is one, a date in ISO 8601."""
    try:
        return isinstance(value, str) and stored(BY_NAME[name].parse(value)) == value
    except ValueError:
        return False


def _is_stores(name: str, value: Any) -> bool:
    return isinstance(value, tuple) and BY_NAME[name].parse("\n".join(map(str, value))) == value


def _is_toggle(_: str, value: Any) -> bool:
    return type(value) is int and value in {0, 1}


_FITS: dict[Kind, Callable[[str, Any], bool]] = {
    Kind.STORES: _is_stores,
    Kind.COUNTRY: lambda _, value: isinstance(value, str) and value in countries(),
    Kind.TOGGLE: _is_toggle,
    Kind.STATUS: _is_toggle,
    Kind.WHOLE: lambda _, value: type(value) is int and 0 <= value <= MOST_POINTS,
}
"""How a value of a kind that is no plain text is told."""


_NOT_STATES = frozenset(at for at, field in enumerate(FIELDS) if field.name in {"uid", "points", "reason"})
"""Columns that are looked at elsewhere: who it is, and what the ledger says."""


def _check_time(at: int) -> None:
    if not 0 <= at <= LAST_TIME:
        raise StateError("no time")


class Checker:
    """Looks at the values of a state that no visible cell vouches for: they pass by the fields' own rules, or not."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, Any]] = set()
        self._columns: list[set[Any]] = [set() for _ in FIELDS]

    def value(self, name: str, value: Any) -> None:
        """Raise StateError unless the field may hold the value, or is blank."""
        if name not in BY_NAME:
            raise StateError(f"no {name}")
        if state.is_blank(value) or (name, value) in self._seen:
            return
        if not _FITS.get(BY_NAME[name].kind, _is_text)(name, value):
            raise StateError(f"no {BY_NAME[name].label}")
        self._seen.add((name, value))

    def all_fit(self, many: Sequence[Sequence[Any]]) -> bool:
        """Whether every value of many rows, in the order of FIELDS, may stand there: looked at column by column."""
        try:
            for at, column in enumerate(zip(*many, strict=True)):
                if at not in _NOT_STATES:
                    name = FIELDS[at].name
                    for value in set(column) - self._columns[at]:
                        self.value(name, value)
                        self._columns[at].add(value)
        except (StateError, TypeError):
            return False
        return True

    def row(self, row: Row) -> None:
        """Raise StateError unless every value of a row may stand there."""
        for name, versions in row.fields.items():
            for version in versions:
                _check_time(version.at)
                self.value(name, version.value)
        for name, offers in row.offers.items():
            for offer in offers:
                _check_time(offer.at)
                if len(offer.of) > LINE_LIMIT:
                    raise StateError("nobody")
                self.value(name, offer.value)
