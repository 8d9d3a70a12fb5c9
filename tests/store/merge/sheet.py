"""Workbooks in memory: the cells of a Customers sheet, what people and spreadsheets do to them, and what they say.

Cells are read by the importer's own parsers, so that a damaged cell is what it is in a real file.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from store import folding
from store.fields import BY_NAME, FIELDS
from store.merge import people, state
from store.merge.exchange import State
from store.merge.state import NOTHING, POINTS, Value
from store.workbook import reading
from store.workbook.customer_rows import AT, CustomerReader
from store.workbook.headers import Header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.workbook.damage import Cell
    from store.workbook.reading import File, Said

COLUMNS = (
    "uid", "first_name", "last_name", "email", "phone", "id_number", "date_of_birth", "zip_code", "country",
    "gate_code", "notes", "stores", "loyalty", "points", "reason", "active",
)  # fmt: skip
"""The fields that the sheets of these tests have a column for."""
STORES = ("Airport", "Downtown", "Harbour")
_KNOWN_STORES = {name.casefold(): name for name in STORES}
_EPOCH = date(1899, 12, 30)

ADDED = "(added)"
Cells = dict[str, Any]
"""A row's cells by field; under ADDED the values that somebody typed in a new row."""


@dataclass
class Workbook:
    """A file: `base` is what its hidden sheet holds, None for a list; `bases` the visible rows' values as written.

    `meant` says by uid what people changed, by field, and `strange` what may not be written of it: the oracle's side,
    which no reader looks at.
    """

    file: File
    base: State | None
    bases: dict[str, list[Any]]
    rows: list[Cells]
    columns: tuple[str, ...] = COLUMNS
    meant: dict[str, dict[str, Value]] = field(default_factory=dict)

    def saved(self, at: int) -> Workbook:
        """The same file, saved at a time in seconds, as it says itself."""
        return replace(self, file=replace(self.file, saved=at))

    def copy(self) -> Workbook:
        """The same file, under another name."""
        return replace(
            self,
            rows=[dict(row) for row in self.rows],
            meant={uid: dict(meant) for uid, meant in self.meant.items()},
        )

    @cached_property
    def told(self) -> State | None:
        """All that the file says; read once, for files do not change."""
        return read(self)

    def base_values(self, uid: str) -> dict[str, Value]:
        """What a visible row was written with, by field."""
        return {field.name: self.bases[uid][at] for at, field in enumerate(FIELDS)}

    def row_of(self, uid: str) -> Cells | None:
        """The row that has this uid, unless somebody deleted it."""
        return next((row for row in self.rows if row.get("uid") == uid), None)


def base_of(uid: str, values: Mapping[str, Value], points: int, reason: str) -> list[Any]:
    """What a visible row is written with, in the order of FIELDS."""
    told = {**values, "uid": uid, POINTS: points, "reason": reason or None}
    return [told.get(field.name) for field in FIELDS]


def cell(name: str, value: Value) -> Cell:
    """A value as the exporter writes it."""
    if state.is_blank(value):
        return None
    if isinstance(value, tuple):
        return "; ".join(value)
    if name in {"loyalty", "active"}:
        return BY_NAME[name].show(bool(value))
    if name == "date_of_birth":
        return date.fromisoformat(str(value))
    return BY_NAME[name].show(value) if name == "country" else value  # type: ignore[return-value]  # texts and numbers


def cells_of(base: list[Any]) -> Cells:
    """A visible row as written."""
    return {name: cell(name, base[AT[name]]) for name in COLUMNS}


# What spreadsheets do by themselves


def damaged(name: str, value: Value) -> list[Cell]:
    """What a cell may have become without anybody's doing."""
    if state.is_blank(value):
        return ["", "  "]
    if name in {"phone", "id_number", "gate_code", "zip_code"}:
        return _numbers(str(value)) if name == "phone" or str(value).isdigit() else [f" {value} "]
    if name == "email":
        return [str(value).upper(), str(value).title(), f" {value}\t"]
    if name == "date_of_birth":
        return _days(str(value))
    if name == "notes":
        return [str(value).replace("\n", "\r\n"), f"{value}  \n"]
    if name == "stores" and isinstance(value, tuple):
        return ["; ".join(reversed(value)), " ;".join(value), "; ".join(value).upper()]
    if name == "loyalty":
        return [bool(value), "yes" if value else "no", float(bool(value))]
    if name == "points":
        return [float(int(str(value))), str(value), f" {value}"]
    if name == "reason":
        return [int(str(value)) if str(value).isdigit() else f"  {value} "]
    text = str(cell(name, value))
    return [f" {text}  ", text.lower() if name in {"country", "active"} else f"{text}\n"]


def _numbers(text: str) -> list[Cell]:
    digits = folding.digits(text)
    number = int(digits)
    damage: list[Cell] = [number, float(number), f"{number}.0", f" {text} "]
    if number >= 10**11:
        damage.append(f"{Decimal(number):.5E}")
    if len(str(number)) > 15:
        kept = int(str(number)[:15] + "0" * (len(str(number)) - 15))
        damage = [kept, float(kept), f"{Decimal(number):.5E}"]
    return damage


def _days(iso: str) -> list[Cell]:
    day = date.fromisoformat(iso)
    serial = (day - _EPOCH).days
    damage: list[Cell] = [serial, float(serial), str(serial), iso, datetime(day.year, day.month, day.day)]  # noqa: DTZ001
    if day.day <= 12:
        damage.append(datetime(day.year, day.day, day.month))  # noqa: DTZ001
    return damage


# What the file says


def read(book: Workbook) -> State | None:
    """All that a file says, by the rules of `store.workbook.reading`; None where it is refused whole."""
    told = State() if book.base is None else copy_of(book.base)
    header = Header(1, {name: at for at, name in enumerate(book.columns)}, ())
    reader = CustomerReader(header, _KNOWN_STORES, lambda name: None)
    values = reader.values([[row.get(name) for name in book.columns] for row in book.rows])
    columns = [AT[name] for name in book.columns]
    known = [row for row in values if row[AT["uid"]] in book.bases]
    said = [(str(row[AT["uid"]]), reading.said(row, book.bases[str(row[AT["uid"]])], columns)) for row in known]
    if reading.too_many_strangers(sum(row.is_stranger for _, row in said), len(values)):
        return None
    for leader, row in said:
        _write(told, book, leader, row)
    for row in values:
        if row[AT["uid"]] is None:
            _list(told, book, row)
    return told


def copy_of(of: State) -> State:
    """A state that may be changed while the other stays."""
    return State(dict(of.rows), dict(of.entries), dict(of.pairs), dict(of.erased))


def _write(told: State, book: Workbook, leader: str, row: Said) -> None:
    base = book.bases[leader]
    group = people.Groups.of(told.pairs)
    rows = {
        uid: told.rows[uid] for uid in told.rows if group.top(uid) == group.top(leader) and not told.rows[uid].is_empty
    }
    told.rows.update(reading.written(rows, leader, base, row, book.file))
    if row.is_stranger or (row.points is None and not row.reason):
        return
    old = base[AT[POINTS]]
    points = old if row.points is None else row.points
    entry = reading.adjustment(book.file, leader, points - old, row.reason or "Import")
    told.entries[entry.uid] = entry


def _list(told: State, book: Workbook, row: list[Any]) -> None:
    values: dict[str, Value] = {
        field.name: reading.plain(value)
        for field, value in zip(FIELDS, row, strict=True)
        if field.name != "uid" and not state.is_blank(reading.plain(value))
    }
    uid = people.derived_uid(values)
    values.setdefault(POINTS, None)
    told.rows[uid] = state.join(told.rows.get(uid, NOTHING), state.listed(values, book.file.at, book.file.name, uid))


def uid(number: int) -> str:
    """A uid as books make them, which says nothing of its number."""
    return str(uuid.UUID(bytes=hashlib.blake2b(str(number).encode(), digest_size=16).digest(), version=4))
