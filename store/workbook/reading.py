"""What a workbook says, as a pure function of the file: its own state, and each cell that differs from it as a write.

The visible cells are compared with the values that the file's own state implies. What Excel or LibreOffice does to a
value by itself is no edit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import store_states
from store.fields import FIELDS
from store.merge import people, writing
from store.merge.exchange import Entry, moment
from store.merge.people import named_uid
from store.merge.state import POINTS, Offer, Value, Why
from store.rows import stores_of
from store.workbook import compare
from store.workbook.cells import CLEARED, UNCLEARABLE, Fault
from store.workbook.customer_rows import AT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.merge.writing import Rows
    from store.workbook.customer_rows import Values

IDENTITY = tuple(AT[name] for name in ("first_name", "last_name", "email", "phone", "id_number"))
MOST_STRANGERS, MOST_STRANGERS_SHARE = 3, 0.02
"""Rows that may have become somebody else's before the whole file is taken to have been sorted without its UIDs."""
_UID, _POINTS, _REASON, _STORES = (AT[name] for name in ("uid", "points", "reason", "stores"))
_KEPT = frozenset(at for at, field in enumerate(FIELDS) if field.required or field.name in UNCLEARABLE)
_NOT_WRITTEN = frozenset({_UID, _POINTS, _REASON})
"""Columns that are no fields of a row's state: who it is, and what the ledger holds."""
KEPT = "required, and stays as it is"
MOST_NAME = 60
"""Characters of a file's name that are kept with what it said."""


@dataclass(frozen=True, slots=True)
class File:
    """Which export a workbook is: its id, the time at which it was made, in seconds, and its name now.

    `saved` is when it was saved, by the file itself; 0 where it does not say. `stores` are its own names of stores by
    those of the book.
    """

    id: str
    at: int
    name: str
    saved: int = 0
    stores: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def source(self) -> str:
        """Its name as it is kept with what it said."""
        return self.name[:MOST_NAME]

    @property
    def edited(self) -> int:
        """When its cells were written as they are: of two saves of one file the later counts."""
        return self.saved or self.at

    def told(self, value: Value) -> Value:
        """A value as the file has it, stores by its own names: what an edit is called by in every book."""
        return store_states.in_value(value, lambda name: self.stores.get(name, name))


@dataclass(slots=True)
class Said:
    """What one visible row says otherwise than its base.

    `edits` are values by field, None for one that was cleared; `blanks` are fields whose cell is empty now. `points`
    is another balance, `reason` another reason. `faults` are cells that say nothing. With `is_stranger` every field
    that says who somebody is has become another.
    """

    edits: dict[str, Value] = field(default_factory=dict)
    blanks: list[str] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    points: int | None = None
    reason: str = ""
    is_stranger: bool = False

    @property
    def says_nothing(self) -> bool:
        """Whether the row is as it was written."""
        return not (self.edits or self.blanks or self.faults or self.reason) and self.points is None

    @property
    def keeps_keys(self) -> bool:
        """Whether nothing of it says who somebody is."""
        return set(people.IDENTITY).isdisjoint([*self.edits, *self.blanks, *(name for name, _ in self.faults)])


def said(values: Values, base: Sequence[Any], columns: Sequence[int]) -> Said:
    """What a row's cells say otherwise than `base`; both in the order of FIELDS, `base` with None for blanks.

    `columns` are the fields that the sheet has a column for: of one that was deleted nothing is said.
    """
    compare.settle_zip(values, base)
    found = Said()
    differing = [at for at in columns if at != _UID and values[at] != base[at]]
    for at in differing:
        _take(found, at, values[at], base[at])
    found.is_stranger = _is_stranger(values, base, columns, found)
    return found


def _take(found: Said, at: int, value: Any, old: Any) -> None:
    name = FIELDS[at].name
    if isinstance(value, Fault):
        if value.value != str(old) and not compare.is_only_damaged(at, old, value):
            found.faults.append((name, value))
    elif value is None:
        if at not in _NOT_WRITTEN and not _is_empty(at, old):
            _take_blank(found, at, name)
    elif _means_the_same(at, value, old):
        return
    elif at == _POINTS:
        found.points = 0 if value is CLEARED else value
    elif at == _REASON:
        found.reason = "" if value is CLEARED else str(value)
    else:
        found.edits[name] = None if value is CLEARED else plain(value)


def _take_blank(found: Said, at: int, name: str) -> None:
    if at in _KEPT:
        found.faults.append((name, Fault("", KEPT)))
    else:
        found.blanks.append(name)


def _is_empty(at: int, value: Any) -> bool:
    """Whether there is nothing that a blank could stand over; a toggle that is off is as good as blank."""
    return value is None or value == compare.EMPTY[at]


def _means_the_same(at: int, value: Any, old: Any) -> bool:
    if value is CLEARED:
        return _is_empty(at, old)
    if at == _STORES:
        return frozenset(value) == frozenset(old or ())
    return compare.same(at, old, value)


def plain(value: Any) -> Value:
    """A parsed value as a row's state holds it: a text is a text, whatever its cell had been, and stores are sorted."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple):
        return stores_of(value)
    return value if isinstance(value, int) else None


def _is_stranger(values: Values, base: Sequence[Any], columns: Sequence[int], found: Said) -> bool:
    """Whether all that says who this is has become another; a row with only one such cell says too little."""
    compared = [at for at in IDENTITY if at in columns and not (base[at] is None and values[at] in {None, CLEARED})]
    others = {*found.edits, *found.blanks, *(name for name, _ in found.faults)}
    return (
        len(compared) > 1
        and any(name in found.edits for name in (FIELDS[at].name for at in compared))
        and all(FIELDS[at].name in others for at in compared)
    )


def too_many_strangers(strangers: int, rows: int) -> bool:
    """Whether so many rows have become somebody else's that the sheet must have been sorted without its UIDs."""
    return strangers > max(MOST_STRANGERS, MOST_STRANGERS_SHARE * rows)


def written(rows: Rows, leader: str, base: Sequence[Any], row: Said, file: File) -> Rows:
    """The rows of a person as the file has them after what its visible row says.

    A blank over a value is held, and so is every cell of a row that has become somebody else's.
    """
    held: dict[str, tuple[Value, Why]]
    if row.is_stranger:
        held = {name: (value, Why.PERSON) for name, value in (*row.edits.items(), *dict.fromkeys(row.blanks).items())}
        if row.points is not None:
            held[POINTS] = (row.points, Why.PERSON)
    else:
        held = dict.fromkeys(row.blanks, (None, Why.BLANK))
        for name, value in row.edits.items():
            old = file.told(plain(base[AT[name]]))
            dot = writing.edit_dot(file.id, leader, name, old, file.told(value), at=file.edited)
            rows = writing.write(rows, leader, name, value, dot)
    for name, (value, why) in held.items():
        old = plain(base[AT[name]])
        key = writing.held_key(file.id, leader, name, file.told(old), file.told(value))
        at = file.edited if why is Why.BLANK else file.at  # the cells of a slipped row are one by their time
        rows = writing.offer(rows, leader, name, [Offer(at, key, value, why, old, file.source)])
    return rows


def adjustment(file: File, uid: str, points: int, reason: str) -> Entry:
    """The ledger entry of so many points that a sheet's balance, or its reason, makes of a customer.

    It is the same one wherever the file is read, and however often it was edited and sent: the last save counts.
    """
    name = named_uid(repr(("balance", file.id, uid)))
    return Entry(moment(file.edited), name, uid, points, reason, "", file.name)
