"""What stands in the hidden sheet `_sync`: the exporter's state of every customer in the file, as lines of JSON.

The first line says which export it is, and what concerns more than one customer. Then comes a line for each customer,
and the ledger's entries, up to `AT_ONCE` a line. A customer's values are those of the visible row, so that edits of it
can be told. The line is in parts that can be told apart without being read: who, the mark of the visible row, the
version and the balance; a tab, the short form; a tab, the reason; a tab, the values.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import origin, rows
from store.fields import BY_NAME, FIELDS, MOST_POINTS, Kind, countries
from store.merge import codec, state
from store.merge.codec import StateError, dumps
from store.merge.exchange import Entry
from store.merge.people import Pairs, Verdict
from store.workbook.cells import stored
from store.workbook.customer_rows import AT
from store.workbook.reading import File
from store.workbook.row_marks import RowMarks
from store.workbook.tables import NOT_ERASED
from store.workbook.xlsx import fits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from store.database import Book
    from store.merge.state import Row, Value
    from store.merge.writing import Rows
    from store.workbook.outcome import Report
    from store.workbook.reader import Workbook

FORM = 1
"""Raised when an older Regulars could not read it any more."""
AT_ONCE = 1000
UNSIGNED = "{} is not signed, and this book takes only workbooks that are signed with the shop's key."
UNCHECKED = "This workbook is signed, but this book has no key to check it with (regulars key set)."
DAMAGED = (
    "The hidden sheet _sync of this workbook is damaged: it was read as a list. New customers are made; whatever "
    "differs from the book is only asked about."
)
_STORES, _POINTS, _REASON = AT["stores"], AT["points"], AT["reason"]
_SQL = ", ".join(
    "(SELECT json_group_array(name) FROM customer_store JOIN store ON store.id = store_id "
    "WHERE customer_id = customer.id)"
    if field.name == "stores"
    else f"customer.{field.name}"
    for field in FIELDS
)
_PEOPLE = f"SELECT {_SQL}, version, merge_state FROM customer WHERE {NOT_ERASED}"  # noqa: S608  # our own columns
_ENTRIES = (
    "SELECT loyalty_entry.at, loyalty_entry.uid, coalesce(owner_uid, customer.uid), loyalty_entry.points, "
    "loyalty_entry.reason, employee, till FROM loyalty_entry CROSS JOIN customer ON customer.id = customer_id "
    "WHERE NOT opening"
)
_MOST_ENTRY = 10**13


class Base:
    """A customer as an export has them; read as far as it is asked for, since most rows are as they were.

    `seen` is the mark of the visible row as it was written (see `row_marks`), `version` the customer's at that time.
    """

    __slots__ = ("_line", "_read", "points", "seen", "uid", "version")

    def __init__(self, line: bytes) -> None:
        head, self._line = line.split(b"\t", 1)
        uid, seen, version, points = head.decode("ascii").split(" ")
        self.uid = _uid(uid)
        self.seen = seen
        self.version = int(version)
        self.points = int(points)
        self._read: tuple[list[Any], dict[str, Any] | None] | None = None

    @property
    def told_text(self) -> bytes:
        """The short form as it stands in the file."""
        return self._line.partition(b"\t")[0]

    def digest(self) -> bytes:
        """What stands for the row and its state: equal ones, equal digest. Balance and reason are the ledger's."""
        told, _, values = self._line.split(b"\t")
        return hashlib.blake2b(told + b"\t" + values, digest_size=16).digest()

    @property
    def values(self) -> list[Any]:
        """The values in the order of FIELDS, None for blanks. Raises StateError."""
        return self._parsed()[0]

    @property
    def told(self) -> dict[str, Any] | None:
        """The short form. Raises StateError."""
        return self._parsed()[1]

    def _parsed(self) -> tuple[list[Any], dict[str, Any] | None]:
        if self._read is None:
            try:
                told, reason, values = map(json.loads, self._line.split(b"\t"))
            except (ValueError, RecursionError) as error:
                raise StateError(str(error)) from None
            if not isinstance(values, list) or len(values) != len(FIELDS) or values[0] != self.uid:
                raise StateError("no customer")
            if not (told is None or isinstance(told, dict)):
                raise StateError("no state")
            if values[_STORES] is not None:
                values[_STORES] = tuple(values[_STORES])
            values[_POINTS], values[_REASON] = self.points, reason
            self._read = values, told
        return self._read

    def rows(self) -> Rows:
        """The rows by uid. Raises StateError."""
        told = self.told
        if told is not None and "group" in told:
            return {uid: codec.parsed(row) for uid, row in told["group"].items()}
        return {self.uid: codec.long(self.uid, told, state_values(self.values))}


@dataclass(slots=True)
class Sync:
    """A file's own state. `origin` is the exporter's id, `number` which of its numbered exports this is, 0 for none."""

    file: File
    origin: str
    number: int = 0
    since: int = 0
    """The number of the export after which all changes are in this one; 0 where it has everything."""
    knows: dict[str, int] = field(default_factory=dict)
    """The highest number of each book's exports up to which the exporter had taken them all."""
    stores: list[tuple[str, str]] = field(default_factory=list)
    pairs: Pairs = field(default_factory=dict)
    erased: dict[str, int] = field(default_factory=dict)
    columns: tuple[int, ...] = ()
    """The places in FIELDS of the columns that the exporter wrote, ascending: what marks of visible rows are of."""
    people: dict[str, Base] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


def state_values(values: Sequence[Any]) -> dict[str, Value]:
    """The fields of a state out of a row's values."""
    return {
        name: value for name in rows.FIELD_NAMES if not state.is_blank(value := values[AT[name]])
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Export:
    """What an export says of itself in its first line."""

    id: str
    at: int
    number: int = 0
    knows: dict[str, int] = field(default_factory=dict)
    since: int = 0


def new_export(at: int, number: int = 0, knows: dict[str, int] | None = None, since: int = 0) -> Export:
    """An export that has not been before."""
    return Export(secrets.token_hex(8), at, number, knows or {}, since)


def lines(
    book: Book, export: Export, ids: Iterable[int] | None = None, names: Iterable[str] = BY_NAME
) -> Iterator[bytes]:
    """The lines for these customers by id, or for everybody; inside one snapshot of the book.

    `names` are the fields that have a visible column.
    """
    chosen = None if ids is None else list(ids)
    marks = RowMarks(book, sorted(AT[name] for name in names))
    yield _line(
        {
            "form": FORM, "file": export.id, "at": export.at, "origin": _origin(book), "number": export.number,
            "knows": export.knows, "since": export.since,
            "fields": [field.name for field in FIELDS], "columns": marks.columns,
            "stores": book.rows("SELECT code, name FROM store ORDER BY name, id"),
            "pairs": [[*uids, *verdict] for uids, verdict in sorted(_pairs(book, chosen).items())],
            "erased": dict(book.rows("SELECT uid, at FROM erased_person ORDER BY uid")),
        }
    )  # fmt: skip
    for part in _parts(book, _PEOPLE, "customer.id", "customer.ord", chosen):
        yield _people_lines(book, part, marks)
    for part in _parts(book, _ENTRIES, "customer_id", "loyalty_entry.id", chosen):
        yield _line({"entries": part})


def _origin(book: Book) -> str:
    from store import settings

    return str(settings.get(book, "origin"))


def prepare(book: Book) -> int:
    """Have the book take the id under which its state goes out, and note how far it was; before the snapshot."""
    if not origin.is_own(book):
        with book.write():
            origin.current(book)
    origin.leave_note(book)
    return rows.now()


def _parts(book: Book, sql: str, column: str, order: str, ids: list[int] | None) -> Iterator[list[tuple[Any, ...]]]:
    if ids is None:
        cursor = book.execute(f"{sql} ORDER BY {order}")
        while part := cursor.fetchmany(AT_ONCE):
            yield part
        return
    for marks, some in rows.in_parts(ids):
        if part := book.rows(f"{sql} AND {column} IN ({marks}) ORDER BY {order}", some):
            yield part


def _people_lines(book: Book, part: list[tuple[Any, ...]], marks: RowMarks) -> bytes:
    wholes: dict[str, dict[str, str]] = {}
    for places, some in rows.in_parts(row[0] for row in part if row[-1] == rows.WHOLE):
        for leader, uid, text in book.rows(
            f"SELECT leader_uid, uid, state FROM row_state WHERE leader_uid IN ({places})",  # noqa: S608
            some,
        ):
            wholes.setdefault(leader, {})[uid] = text
    return b"".join(_person(row, wholes.get(row[0]), marks) for row in part)


def _person(row: tuple[Any, ...], wholes: dict[str, str] | None, marks: RowMarks) -> bytes:
    *columns, version, kept = row
    values: list[Any] = [None if value == "" else value for value in columns]
    values[_STORES] = rows.stores_of(json.loads(row[_STORES])) if row[_STORES] != "[]" else None
    if wholes is not None:
        told = f'{{"group":{{{",".join(f"{dumps(uid)}:{text}" for uid, text in wholes.items())}}}}}'
    else:
        told = "null" if kept is None else kept.decode()
    shown = [value if not isinstance(value, str) or fits(value) else None for value in values]
    if shown != values and wholes is None:  # what no cell can hold is in the state alone
        told = dumps({"w": codec.whole(codec.long(str(row[0]), json.loads(told), state_values(values)))})
    seen = marks.of_values(shown)
    points, reason = shown[_POINTS], shown[_REASON]
    shown[_POINTS] = shown[_REASON] = None
    line = f"{row[0]} {seen} {version} {points}\t{told}\t{dumps(reason)}\t{dumps(shown)}\n"
    return line.encode("utf-8", "surrogatepass")


def _pairs(book: Book, ids: list[int] | None) -> Pairs:
    if ids is None:
        return {
            (uid, other): Verdict(at, whose, bool(same))
            for uid, other, at, whose, same in book.rows("SELECT uid, other_uid, at, origin, same FROM person_pair")
        }
    from store import persons

    uids = [uid for marks, some in rows.in_parts(ids)
            for (uid,) in book.rows(f"SELECT uid FROM customer WHERE id IN ({marks}) UNION SELECT row_state.uid FROM "  # noqa: S608
                                    f"row_state JOIN customer ON leader_uid = customer.uid WHERE id IN ({marks})",
                                    [*some, *some])]  # fmt: skip
    return persons.verdicts(book, uids)


def _line(told: object) -> bytes:
    return f"{dumps(told)}\n".encode("utf-8", "surrogatepass")


def state_of(book: Book, workbook: Workbook, report: Report) -> Sync | None:
    """The state that a file brings; None for a list, and where it cannot be read, which the report then says.

    Raises WorkbookError where the book does not take such a file.
    """
    from store import exchange_key
    from store.workbook import sync_sheet

    insists = exchange_key.insists(book)
    if not workbook.sync:
        if insists:
            raise sync_sheet.ForgedError(UNSIGNED.format(workbook.name))
        return None
    try:
        unpacked = sync_sheet.unpack(workbook.sync, exchange_key.key_of(book), insist=insists)
        if unpacked.signed is sync_sheet.Signed.UNCHECKED:
            report.notes.append(UNCHECKED)
        return read(unpacked.payload, workbook.name)
    except (sync_sheet.DamagedError, StateError):
        if insists:
            raise
        report.notes.insert(0, DAMAGED)
        return None


def read(payload: bytes, name: str) -> Sync:
    """A file's state out of its lines; values are looked at by `checked`. Raises StateError."""
    try:
        head, *others = payload.split(b"\n")
        sync = _head(json.loads(head), name)
        for line in others:
            if line.startswith(b"{"):
                _take_entries(sync, json.loads(line))
            elif line:
                base = Base(line)
                sync.people[base.uid] = base
    except StateError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise StateError(str(error)) from None
    return sync


def _head(told: dict[str, Any], name: str) -> Sync:
    if told["form"] != FORM:
        raise StateError("another form")
    if told["fields"] != [field.name for field in FIELDS]:
        raise StateError("other fields")
    sync = Sync(File(_text(told["file"]), _whole(told["at"]), name), _text(told["origin"]), _whole(told["number"]))
    sync.since = _whole(told.get("since", 0))
    sync.knows = {_text(origin): _whole(number) for origin, number in told["knows"].items()}
    sync.columns = tuple(_whole(at) for at in told["columns"])
    sync.stores = [(_text(code), _text(store)) for code, store in told["stores"]]
    sync.pairs = {
        (_uid(uid), _uid(other)): Verdict(_whole(at), _text(whose), bool(same))
        for uid, other, at, whose, same in told["pairs"]
    }
    sync.erased = {_uid(uid): _whole(at) for uid, at in told["erased"].items()}
    return sync


def _take_entries(sync: Sync, told: dict[str, Any]) -> None:
    sync.entries += [
        Entry(_text(at), _uid(uid), _uid(customer), _points(points), *map(_text, words))
        for at, uid, customer, points, *words in told["entries"]
    ]


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise StateError("no text")
    return told


def _whole(told: Any) -> int:
    if type(told) is not int or not 0 <= told < 1 << 53:
        raise StateError("no whole number")
    return told


def _points(told: Any) -> int:
    if type(told) is not int or abs(told) > _MOST_ENTRY:
        raise StateError("no points")
    return told


def _uid(told: Any) -> str:
    text = _text(told)
    if len(text) != 36 or text.count("-") != 4:
        raise StateError("no uid")
    return text


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


class Checker:
    """Looks at the values of a state that no visible cell vouches for: they pass by the fields' own rules, or not."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, Any]] = set()
        self._columns: list[set[Any]] = [set() for _ in FIELDS]

    def value(self, name: str, value: Any) -> None:
        """Raise StateError unless the field may hold the value, or is blank."""
        if state.is_blank(value) or (name, value) in self._seen:
            return
        if name not in BY_NAME or not _FITS.get(BY_NAME[name].kind, _is_text)(name, value):
            raise StateError(f"no {BY_NAME[name].label if name in BY_NAME else name}")
        self._seen.add((name, value))

    def all_fit(self, many: Sequence[Sequence[Any]]) -> bool:
        """Whether every value of many rows, in the order of FIELDS, may stand there: looked at column by column."""
        try:
            for at, column in enumerate(zip(*many, strict=True)):
                if at:
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
                self.value(name, version.value)
        for name, offers in row.offers.items():
            for offer in offers:
                self.value(name, offer.value)
