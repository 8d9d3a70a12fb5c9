"""A customer as they were before an import, read out of its record (see `journal.person_before`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import rows, store_states
from store.merge import codec, state
from store.rows import Person
from store.workbook import journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.merge.writing import Rows


@dataclass(slots=True)
class Before:
    """A customer as they were before the import."""

    id: int
    uid: str
    version: int
    columns: dict[str, Any]
    told: str | None
    stores: tuple[str, ...]
    rows: Rows
    openings: list[list[Any]]
    has_photo: bool
    noted: dict[str, str]
    with_photos: list[str]
    points: int

    @classmethod
    def of(cls, row_id: int, told: dict[str, Any], called: Callable[[str], str] = str) -> Before:
        """A customer out of the record; `called` says what stores are called by now."""
        columns = dict(told["columns"])
        has_photo = bool(columns.pop("has_photo"))
        all_rows = {uid: store_states.in_row(codec.parsed(row), called) for uid, row in told["rows"].items()}
        stores = store_states.in_names(tuple(told["stores"]), called)
        return cls(
            row_id, told["uid"], told["version"], columns, told["told"], stores, all_rows,
            told["openings"], has_photo, told["noted"], told["with_photos"], told.get("points", 0),
        )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        """The values in force by field, blanks left out."""
        values = {name: value for name, value in self.columns.items() if not state.is_blank(value)}
        return values | ({"stores": self.stores} if self.stores else {})

    @property
    def is_short(self) -> bool:
        """Whether the columns and the short form tell the whole state."""
        return self.told is None or self.told.encode() != rows.WHOLE

    @property
    def mark(self) -> str:
        """What the state is called."""
        return journal.state_mark(Person(self.id, self.uid, self.version, 0, {}, self.rows))
