"""What stands in the hidden sheet `_sync`: the exporter's state of every customer in the file, as lines of JSON.

The first line says which export it is, and what concerns more than one customer. Then comes a line for each customer,
and the ledger's entries, up to `AT_ONCE` a line. A customer's values are those of the visible row, so that edits of it
can be told. The line is in parts that can be told apart without being read: who, the mark of the visible row, the
version and the balance; a tab, the short form; a tab, the reason; a tab, the values. Of receipts there are marks alone
(see `receipt_marks`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import clock, rows, store_names, store_states
from store.errors import ForgedError
from store.fields import FIELDS, LINE_LIMIT, clean_line, is_store_name
from store.merge import codec, state
from store.merge.codec import StateError
from store.merge.exchange import Entry
from store.merge.people import Pairs, Verdict
from store.merge.renames import NUMBER_MARK, Rename, folded
from store.merge.state import LAST_TIME
from store.patterns import pattern
from store.workbook import receipt_marks
from store.workbook.customer_rows import AT
from store.workbook.reading import File

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from store.database import Book
    from store.merge.state import Row, Value
    from store.merge.writing import Rows
    from store.workbook.outcome import Report
    from store.workbook.reader import Workbook
    from store.workbook.receipt_marks import Told

FORM = 1
"""Raised when an older Regulars could not read it any more."""
UNSIGNED = "{} is not signed, and this book takes only workbooks that are signed with its exchange key."
UNCHECKED = "This workbook is signed, but this book has no exchange key to check it with (regulars key set)."
DAMAGED = (
    "The hidden sheet _sync of this workbook is damaged: it was read as a list. New customers are made; whatever "
    "differs from the book is only asked about."
)
_STORES, _POINTS, _REASON = AT["stores"], AT["points"], AT["reason"]
_MOST_ENTRY = 10**13
_MOST_RENAMES, _MOST_USES = 2 * store_names.MOST, 1_000_000
_UID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_MOMENT = r"(?:19|20|21)\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"


class Called(dict[str, str]):
    """What the book calls the file's stores, by their names there; the same until somebody says `by` what."""

    by: Callable[[str], str] | None = None

    def __missing__(self, name: str) -> str:
        """Ask for the name once."""
        if self.by is None:
            return name
        self[name] = now = self.by(name)
        return now


class Base:
    """A customer as an export has them; read as far as it is asked for, since most rows are as they were.

    `seen` is the mark of the visible row as it was written (see `row_marks`), `version` the customer's at that time.
    """

    __slots__ = ("_called", "_line", "_read", "points", "seen", "uid", "version")

    def __init__(self, line: bytes, called: Called) -> None:
        self._called = called
        head, self._line = line.split(b"\t", 1)
        uid, seen, version, points = head.decode("ascii").split(" ")
        self.uid = _uid(uid)
        self.seen = seen
        self.version = int(version)
        self.points = _points(int(points))
        self._read: tuple[list[Any], dict[str, Any] | None] | None = None

    def says(self, words: Iterable[bytes]) -> bool:
        """Whether any of these words may stand in the values; the words in small letters."""
        line = self._line.lower()
        return any(word in line for word in words)

    @property
    def told_text(self) -> bytes:
        """The short form as it stands in the file."""
        return self._line.partition(b"\t")[0]

    def digest(self) -> bytes:
        """What stands for the row and its state: equal ones, equal digest. Balance and reason are the ledger's."""
        told, _, values = self._line.split(b"\t", 2)
        return hashlib.blake2b(told + b"\t" + values, digest_size=16).digest()

    @property
    def values(self) -> list[Any]:
        """The values in the order of FIELDS, None for blanks, stores as the book calls them. Raises StateError."""
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
            stores = store_states.in_value(_names(values[_STORES]), self._called.__getitem__)
            values[_POINTS], values[_REASON], values[_STORES] = self.points, reason, stores
            if any(isinstance(value, list | dict) for value in values):
                raise StateError("no value")
            self._read = values, told
        return self._read

    def rows(self) -> Rows:
        """The rows by uid. Raises StateError."""
        told = self.told
        if told is not None and "group" in told:
            group = told["group"]
            if not isinstance(group, dict) or self.uid not in group:
                raise StateError("nobody")
            return {_uid(uid): self._named(codec.parsed(row)) for uid, row in group.items()}
        row = codec.long(self.uid, told, state_values(self.values))
        return {self.uid: self._named(row) if told is not None and "w" in told else row}

    def _named(self, row: Row) -> Row:
        return store_states.in_row(row, self._called.__getitem__)


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
    renames: list[Rename] = field(default_factory=list)
    called: Called = field(default_factory=Called)
    pairs: Pairs = field(default_factory=dict)
    erased: dict[str, int] = field(default_factory=dict)
    columns: tuple[int, ...] = ()
    """The places in FIELDS of the columns that the exporter wrote, ascending: what marks of visible rows are of."""
    people: dict[str, Base] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    receipts: dict[tuple[str, str], Told] = field(default_factory=dict)
    """The receipts that have a row, by number and store as the file calls it, folded."""


def state_values(values: Sequence[Any]) -> dict[str, Value]:
    """The fields of a state out of a row's values."""
    return {
        name: value for name in rows.FIELD_NAMES if not state.is_blank(value := values[AT[name]])
    }  # fmt: skip


def state_of(book: Book, workbook: Workbook, report: Report) -> Sync | None:
    """The state that a file brings; None for a list, and where it cannot be read, which the report then says.

    Raises WorkbookError where the book does not take such a file.
    """
    from store import exchange_key
    from store.workbook import sync_sheet

    insists = exchange_key.insists(book)
    if not workbook.sync:
        if insists:
            raise ForgedError(UNSIGNED.format(workbook.name))
        return None
    try:
        unpacked = sync_sheet.unpack(workbook.sync, exchange_key.key_of(book), insists, name=workbook.name)
        if unpacked.signed is sync_sheet.Signed.UNCHECKED:
            report.notes.append(UNCHECKED)
        return read(unpacked.payload, workbook.name, workbook.saved_at)
    except (sync_sheet.DamagedError, StateError):
        if insists:
            raise
        report.notes.insert(0, DAMAGED)
        return None


def read(payload: bytes, name: str, saved_at: int = 0) -> Sync:
    """A file's state out of its lines; values are looked at by `checked`. Raises StateError.

    `saved_at` is when the file says that it was saved, in seconds, 0 for not.
    """
    try:
        head, *others = payload.split(b"\n")
        sync = _head(json.loads(head), name, saved_at)
        for line in others:
            if line.startswith(b"{"):
                told = json.loads(line)
                if "receipts" in told:
                    receipt_marks.take(sync.receipts, told["receipts"])
                else:
                    _take_entries(sync, told)
            elif line:
                base = Base(line, sync.called)
                sync.people[base.uid] = base
    except StateError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise StateError(str(error)) from None
    return sync


def _head(told: dict[str, Any], name: str, saved_at: int) -> Sync:
    if told["form"] != FORM:
        raise StateError("another form")
    if told["fields"] != [field.name for field in FIELDS]:
        raise StateError("other fields")
    file = File(_text(told["file"]), _time(told["at"]), name, saved_at)
    sync = Sync(file, _text(told["origin"]), _whole(told["number"]))
    sync.since = _whole(told.get("since", 0))
    sync.knows = {_text(origin): _whole(number) for origin, number in told["knows"].items()}
    sync.columns = tuple(_whole(at) for at in told["columns"])
    sync.stores = [(_text(code), _text(store)) for code, store in told["stores"]]
    sync.renames = _renames(told.get("renamed", []))
    sync.pairs = {
        _pair(uid, other): Verdict(_time(at), _text(whose), bool(same)) for uid, other, at, whose, same in told["pairs"]
    }
    sync.erased = {_uid(uid): _time(at) for uid, at in told["erased"].items()}
    return sync


def _pair(uid: Any, other: Any) -> tuple[str, str]:
    """Two uids in the order in which a verdict names them."""
    if not _uid(uid) < _uid(other):
        raise StateError("no pair")
    return uid, other


def _renames(told: Any) -> list[Rename]:
    if len(told) > _MOST_RENAMES:
        raise StateError("too many renames")
    return [
        Rename(_use(former), _use(use, name), name, _time(at), _text(origin)) for former, use, name, at, origin in told
    ]


def _use(told: Any, name: Any = None) -> str:
    """A use of a store's name; of this name, where one is given."""
    text = _text(told)
    of, mark, number = text.partition(NUMBER_MARK)
    if mark and not (number.isascii() and number.isdigit() and 0 < int(number) < _MOST_USES and number[0] != "0"):
        raise StateError("no use of a name")
    if of != folded(of) or not is_store_name(of) or (name is not None and not is_store_name(_text(name))):
        raise StateError("no store's name")
    if name is not None and folded(name) != of:
        raise StateError("another name")
    return text


def _take_entries(sync: Sync, told: dict[str, Any]) -> None:
    for at, uid, customer, points, *words in told["entries"]:
        said = [clean_line(_text(word))[:LINE_LIMIT] for word in words]
        sync.entries.append(Entry(_moment(at), _uid(uid), _uid(customer), _points(points), *said))


def _names(told: Any) -> tuple[str, ...] | None:
    if told is None:
        return None
    if not isinstance(told, list):
        raise StateError("no stores")
    return tuple(map(_text, told))


def _moment(told: Any) -> str:
    """A time of the ledger, as the book writes it."""
    text = _text(told)
    if not pattern(_MOMENT).fullmatch(text):
        raise StateError("no time")
    return clock.written(clock.read(text))


def _time(told: Any) -> int:
    """A time in seconds; one beyond all clocks would win for ever."""
    if _whole(told) > LAST_TIME:
        raise StateError("no time")
    return int(told)


def _text(told: Any) -> str:
    if not isinstance(told, str) or (not told.isascii() and any("\ud800" <= char <= "\udfff" for char in told)):
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
    if not pattern(_UID).fullmatch(text):
        raise StateError("no uid")
    return text
