"""What a workbook with a state of its own would do to the book: nothing here writes.

Everybody in the file is joined with the book, whether their row still stands there or not; what a visible row says
otherwise than the file's own state is a write of whoever edited it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from store import erased, folding, origin, rows, settings
from store.errors import WorkbookError
from store.fields import FIELDS, LINE_LIMIT, MOST_POINTS
from store.merge import exchange, people, state
from store.merge.codec import QUIET, StateError
from store.merge.state import LAST_TIME
from store.review import shown
from store.workbook import compare, entry_steps, lost_uids, match, reading
from store.workbook.cells import Fault
from store.workbook.customer_plan import CHUNK, DEFAULT_REASON, NewCustomer
from store.workbook.customer_rows import AT, faults_of
from store.workbook.headers import Sheet
from store.workbook.merging import WHYS, Merge, base_of
from store.workbook.row_marks import CellMarks
from store.workbook.sync_check import Checker

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from store.database import Book
    from store.merge.exchange import Entry
    from store.merge.state import Value
    from store.merge.writing import Rows
    from store.workbook.customer_plan import CustomerPlan
    from store.workbook.customer_rows import CustomerReader, Values
    from store.workbook.damage import Cell
    from store.workbook.outcome import Report
    from store.workbook.reading import Said
    from store.workbook.sync_state import Base, Sync

SORTED = (
    "{} of {} rows belong to other people than they did: the sheet was sorted, or cells were moved, without the hidden "
    "first column. Nothing of it was read. Sort whole rows, with every column, and send the file again."
)
SEVERAL = "several people of this workbook may be meant; give the Customer UID"
UNREADABLE = "what the file keeps of this customer cannot be read; the row was left as it is in the book"
_UID, _POINTS, _EMAIL, _NUMBER = (AT[name] for name in ("uid", "points", "email", "id_number"))
_SHORT = frozenset("lpbsdg")
"""The parts of a short form that the columns complete."""
_RAW = "uid, id, row_digest, merge_state, version, " + ", ".join(rows.COLUMNS)
_COMPARED = tuple(AT[name] for name in rows.COLUMNS if name != "reason")
_PICK = itemgetter(*_COMPARED)
_STORES, _REASON = AT["stores"], AT["reason"]


@dataclass(slots=True)
class _Visible:
    """What a visible row says, where it says anything."""

    row: int
    said: Said


@dataclass(slots=True)
class SyncPlan:
    """Plans the customers of a file with a state: `take` the sheet's rows, `finish`, then read what came of it.

    Rows that the state does not know go to `others`, as those of a list do.
    """

    book: Book
    sync: Sync
    report: Report
    others: CustomerPlan | None
    erased: frozenset[str] = frozenset()
    """The uids of who was erased on request: of them the file brings nothing but points."""
    created: list[NewCustomer] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    """The lines of the ledger that the book lacks, or of which it has a smaller content."""
    former: dict[str, Entry] = field(default_factory=dict)
    """What the book has of the latter, by uid."""
    untouched: set[str] = field(default_factory=set)
    """Who is counted as unchanged: nothing of the row is news."""
    _visible: dict[str, _Visible] = field(default_factory=dict)
    _rows: dict[str, int] = field(default_factory=dict)
    _strangers: int = 0
    _adjusted: list[Entry] = field(default_factory=list)
    _checker: Checker = field(default_factory=Checker)
    _linked: set[str] = field(default_factory=set)
    """Who is named by a verdict, of the file or the book, or was put together with another."""
    _is_ours: bool = False

    def __post_init__(self) -> None:
        """Know who may be several uids, by the file or the book, and whether this very book wrote the file."""
        judged = self.book.rows("SELECT uid FROM person_pair UNION SELECT other_uid FROM person_pair")
        members = self.book.rows("SELECT uid FROM row_state WHERE uid <> leader_uid")
        self._linked = {uid for pair in self.sync.pairs for uid in pair} | {uid for (uid,) in [*judged, *members]}
        self._is_ours = self.sync.origin == settings.get(self.book, "origin") and origin.is_own(self.book)

    def take(
        self, reader: CustomerReader, source: Iterator[tuple[int, list[Cell]]], progress: Callable[[int], None]
    ) -> None:
        """Read the visible rows."""
        columns, uid_at = reader.fields, reader.columns.get(_UID)
        marks = CellMarks(reader.columns) if self.sync.columns == columns == tuple(sorted(reader.columns)) else None
        done = 0
        strange: list[tuple[int, list[Cell], bool]] = []
        while chunk := list(islice(source, CHUNK)):
            edited: list[tuple[int, list[Cell], Base]] = []
            uids = reader.column("uid", [cells for _, cells in chunk]) if uid_at is not None else [None] * len(chunk)
            for (number, cells), uid in zip(chunk, uids, strict=True):
                base = self.sync.people.get(uid) if isinstance(uid, str) else None
                if base is None:
                    strange.append((number, cells, isinstance(uid, str)))
                elif base.uid in self.erased:
                    fault = Fault(base.uid, erased.SENTENCE)
                    self.report.refuse_fields(Sheet.CUSTOMERS, number, [("uid", fault)])
                elif base.uid in self._rows:
                    self.report.refuse_duplicate(Sheet.CUSTOMERS, number, self._rows[base.uid])
                else:
                    self._rows[base.uid] = number
                    if marks is None or marks.of_cells(cells) != base.seen:
                        edited.append((number, cells, base))
            for (number, _, base), parsed in zip(edited, reader.values([cells for _, cells, _ in edited]), strict=True):
                self._read(number, parsed, base, columns)
            done += len(chunk)
            progress(done)
        self._take_strange(reader, strange, columns)
        if reading.too_many_strangers(self._strangers, len(self._rows)):
            raise WorkbookError(SORTED.format(f"{self._strangers:,}", f"{len(self._rows):,}"))
        if self.others is not None:
            self.others.settle()

    def _take_strange(
        self, reader: CustomerReader, strange: list[tuple[int, list[Cell], bool]], columns: tuple[int, ...]
    ) -> None:
        """Read the rows that have no UID, or one that the state does not know; what is nobody's is a list's."""
        lost = [(number, cells) for number, cells, has_uid in strange if not has_uid]
        values = dict(zip((number for number, _ in lost), reader.values([cells for _, cells in lost]), strict=True))
        free = [base for base in self.sync.people.values() if base.uid not in self._rows] if lost else []
        whose = lost_uids.whose(values, free, columns)
        for number, bases in whose.items():
            self._give_back(number, values[number], bases, columns)
        left = [(number, cells) for number, cells, _ in strange if number not in whose]
        others = self.others
        while left and others is not None:
            part, left = left[:CHUNK], left[CHUNK:]
            others.take_rows([number for number, _ in part], [cells for _, cells in part])

    def _give_back(self, number: int, parsed: Values, bases: list[Base], columns: tuple[int, ...]) -> None:
        """Read a row without a UID as the one person's whose it must be."""
        base = bases[0]
        if len(bases) > 1:
            fault = Fault("", SEVERAL)
            self.report.refuse_fields(Sheet.CUSTOMERS, number, [("uid", fault)])
        elif base.uid in self.erased:
            fault = Fault(str(parsed[_EMAIL] or ""), erased.SENTENCE)
            self.report.refuse_fields(Sheet.CUSTOMERS, number, [("email", fault)])
        elif base.uid in self._rows:
            self.report.refuse_duplicate(Sheet.CUSTOMERS, number, self._rows[base.uid])
        else:
            self._rows[base.uid] = number
            parsed[_UID] = base.uid
            self._read(number, parsed, base, columns)

    def _read(self, number: int, parsed: Values, base: Base, columns: tuple[int, ...]) -> None:
        try:
            values = base.values
        except StateError:
            return  # told when everybody is planned
        if parsed == values:
            return
        if faults_of(parsed):
            compare.keep_what_was_only_damaged(parsed, values)
        said = reading.said(parsed, values, columns)
        if not said.says_nothing:
            self._visible[base.uid] = _Visible(number, said)
            self._strangers += said.is_stranger

    def finish(self, added: Mapping[str, int]) -> None:
        """Plan everybody. `added` gives, by uid, the points of entries that somebody wrote into the sheet Loyalty."""
        people_now = iter(self.sync.people.values())
        while chunk := list(islice(people_now, CHUNK)):
            self._plan_chunk(chunk, added)
        self.entries, self.former = entry_steps.news(self.book, [*self.sync.entries, *self._adjusted], self.erased)
        self.created.sort(key=lambda new: new.key)

    def _plan_chunk(self, chunk: list[Base], added: Mapping[str, int]) -> None:
        if self.erased:
            chunk = [base for base in chunk if base.uid not in self.erased or self._has_others(base)]
        there = self._known([base.uid for base in chunk])
        linked = self._linked
        unsure: list[Base] = []
        known = set[str]()
        for base in chunk:
            if base.uid not in linked and self._is_known(base, there.get(base.uid)):
                known.add(base.uid)
                if base.uid not in self._visible:
                    self._unchanged(base)
                    continue
            unsure.append(base)
        readable = [base for base in unsure if self._is_readable(base)]
        raw = self._in_book([base.uid for base in readable if base.uid in there])
        fit = self._checker.all_fit([base.values for base in readable if base.uid not in there])
        for base in readable:
            visible, is_plain = self._visible.get(base.uid), base.uid not in linked
            if visible is None and is_plain and base.uid in raw and _same(raw[base.uid], base):
                self._unchanged(base)
            elif visible is None and is_plain and base.uid not in there:
                self._create(base, base.digest(), are_checked=fit)
            else:
                self._merge(base, visible, base.digest(), added, is_known=base.uid in known)

    def _has_others(self, base: Base) -> bool:
        """Whether somebody who was erased was one person, by the file, with others who were not."""
        try:
            return not self.erased.issuperset(base.rows())
        except StateError:
            return False

    def _known(self, uids: list[str]) -> dict[str, tuple[bytes | None, int, bytes | None]]:
        """The row digest, version and short form of each uid that the book has."""
        return {
            uid: (digest, version, told)
            for marks, part in match.in_parts(uids)
            for uid, digest, version, told in self.book.rows(
                f"SELECT uid, row_digest, version, merge_state FROM customer WHERE uid IN ({marks})",  # noqa: S608
                part,
            )
        }

    def _is_known(self, base: Base, known: tuple[bytes | None, int, bytes | None] | None) -> bool:
        """Whether the book has somebody as the file does: came from such a row, or not changed since it wrote it."""
        if known is None:
            return False
        digest, version, told = known
        if self._is_ours and version == base.version and told != rows.WHOLE:
            return base.told_text == (b"null" if told is None else told)
        return digest is not None and digest == base.digest()

    def _is_readable(self, base: Base) -> bool:
        try:
            return bool(base.values)
        except StateError:
            self._unreadable(base)
            return False

    def _unchanged(self, base: Base) -> None:
        if base.uid in self._rows:
            self.untouched.add(base.uid)
            self.report.tally(Sheet.CUSTOMERS).unchanged += 1

    def _in_book(self, uids: list[str]) -> dict[str, tuple[Any, ...]]:
        found = {}
        for marks, part in match.in_parts(uids):
            for row in self.book.rows(f"SELECT {_RAW} FROM customer WHERE uid IN ({marks})", part):  # noqa: S608
                found[row[0]] = row
        stores: dict[int, list[str]] = defaultdict(list)
        for marks, part in match.in_parts([row[1] for row in found.values()]):
            for customer_id, name in self.book.rows(
                "SELECT customer_id, name FROM customer_store JOIN store ON store.id = store_id "  # noqa: S608
                f"WHERE customer_id IN ({marks})",
                part,
            ):
                stores[customer_id].append(name)
        return {uid: (*row, rows.stores_of(stores.get(row[1], ())) or None) for uid, row in found.items()}

    def _create(self, base: Base, digest: bytes, *, are_checked: bool) -> None:
        told = base.told
        if told is not None and not told.keys() <= _SHORT:
            self._merge(base, None, digest, {})
            return
        try:
            if not are_checked:
                for at, value in enumerate(base.values):
                    if at not in {_UID, _POINTS, _REASON}:
                        self._checker.value(FIELDS[at].name, value)
            points = self._opening(base)
        except StateError:
            self._unreadable(base)
            return
        values = [empty if value is None else value for value, empty in zip(base.values, compare.EMPTY, strict=True)]
        values[_POINTS] = points
        key = folding.name_key(str(values[AT["first_name"]]), str(values[AT["last_name"]]))
        reason = str(values[_REASON]) or DEFAULT_REASON
        new = NewCustomer(self._rows.get(base.uid, 0), key, values, digest, points, reason, base.told_text.decode())
        self.created.append(new)
        self.report.tally(Sheet.CUSTOMERS).created += 1

    def _opening(self, base: Base) -> int:
        """The balance that a list brought somebody, from a short form that was looked at. Raises StateError."""
        told = base.told
        if told is None:
            return 0
        if told.keys() <= {"l", "p", "q"}:
            return _listed_points(told)
        row = base.rows()[base.uid]
        self._checker.row(row)
        return exchange.opening(row)

    def _unreadable(self, base: Base) -> None:
        number = self._rows.get(base.uid, 0)
        fault = Fault(base.uid, UNREADABLE)
        if number:
            self.report.refuse_fields(Sheet.CUSTOMERS, number, [("uid", fault)])
        else:
            self.report.notes.append(f"Customer {base.uid[:36]}: {UNREADABLE}.")

    def join(self, uids: Collection[str]) -> list[Merge]:
        """Have these of the new customers be joined with others who are certainly the same person; the merges."""
        joining = [new for new in self.created if new.values[_UID] in uids]
        self.created = [new for new in self.created if new.values[_UID] not in uids]
        self.report.tally(Sheet.CUSTOMERS).created -= len(joining)
        there = len(self.merges)
        for new in joining:
            base = self.sync.people[new.values[_UID]]
            self._merge(base, None, base.digest(), {})
        return self.merges[there:]

    def _merge(
        self,
        base: Base,
        visible: _Visible | None,
        digest: bytes,
        added: Mapping[str, int],
        *,
        is_known: bool = False,
    ) -> None:
        try:
            rows_of = {uid: row for uid, row in base.rows().items() if uid not in self.erased}
            for row in rows_of.values():
                self._checker.row(row)
        except StateError:
            self._unreadable(base)
            return
        number = self._rows.get(base.uid, 0)
        reason, edits, held, edited = "", frozenset[str](), list[tuple[int, str, Fault]](), _NONE_EDITED
        if visible is not None:
            said, file = visible.said, self.sync.file
            before = _origins(rows_of)
            rows_of = reading.written(rows_of, base.uid, base.values, said, file)
            edits = _origins(rows_of) - before
            self._adjust(base, said, added.get(base.uid, 0))
            held, edited = self._held(visible), _edited(visible)
            digest = b""
            reason = said.reason
        uid = base.uid if base.uid in rows_of else people.leading(rows_of)
        keeps_keys = is_known and visible is not None and visible.said.keeps_keys
        self.merges.append(
            Merge(
                number, uid, rows_of, digest, base_of(base.values), reason, edits=edits, held=held,
                edited=edited, keeps_keys=keeps_keys,
            )
        )  # fmt: skip

    def _adjust(self, base: Base, said: Said, added: int) -> None:
        """A balance that is not the base's is an entry of the difference; another reason alone is one of no points."""
        if said.is_stranger or (said.points is None and not said.reason):
            return
        was = int(base.values[_POINTS] or 0)
        points = 0 if said.points is None else said.points - was - added
        if not points and not said.reason:
            return
        self._adjusted.append(reading.adjustment(self.sync.file, base.uid, points, said.reason or DEFAULT_REASON))

    def _held(self, visible: _Visible) -> list[tuple[int, str, Fault]]:
        """Say which cells of a visible row were left out; those that are to be asked about."""
        said, row = visible.said, visible.row
        if said.faults:
            self.report.leave_out(Sheet.CUSTOMERS, row, said.faults)
        if said.is_stranger:
            why = WHYS[state.Why.PERSON]
            return [(row, name, Fault(shown(name, value), why)) for name, value in said.edits.items()]
        return [(row, name, Fault("", WHYS[state.Why.BLANK])) for name in said.blanks]

    @property
    def edits(self) -> dict[str, Mapping[str, Value]]:
        """What the visible rows say otherwise than the state, by uid; nothing of rows that are somebody else's."""
        return {uid: one.said.edits for uid, one in self._visible.items() if not one.said.is_stranger}

    def row_of(self, uid: str) -> int:
        """The visible row of somebody; 0 where there is none."""
        return self._rows.get(uid, 0)


_NONE_EDITED: Sequence[tuple[int, str, str]] = ()


def _edited(visible: _Visible) -> Sequence[tuple[int, str, str]]:
    """What the cells of a visible row say that are taken, by row and field."""
    said = visible.said
    if said.is_stranger:
        return _NONE_EDITED
    return [(visible.row, name, shown(name, value)) for name, value in said.edits.items()]


def _origins(rows_of: Rows) -> frozenset[str]:
    """Who wrote in somebody's rows."""
    return frozenset(origin for row in rows_of.values() for origin in row.seen)


def _listed_points(told: Mapping[str, Any]) -> int:
    """The balance in the short form of a customer whom only lists speak of. Raises StateError."""
    points, made, quiet = told.get("p", 0), told.get("l"), told.get("q", 0)
    if type(quiet) is not int or not 0 <= quiet <= sum(QUIET.values()):
        raise StateError("no list")
    if not isinstance(made, list) or len(made) != 2 or type(points) is not int or not 0 <= points <= MOST_POINTS:
        raise StateError("no list")
    at, source = made
    if type(at) is not int or not 0 <= at <= LAST_TIME or not isinstance(source, str) or len(source) > LINE_LIMIT:
        raise StateError("no list")
    return points


def _same(raw: tuple[Any, ...], base: Base) -> bool:
    """Whether the book's columns and short form are the file's."""
    told = raw[3]
    if told == rows.WHOLE or (told is None) != (base.told is None):
        return False
    columns = dict(zip(rows.COLUMNS, raw[5:-1], strict=True))
    mine = tuple(None if (value := columns[FIELDS[at].name]) == "" else value for at in _COMPARED)
    if mine != _PICK(base.values) or raw[-1] != base.values[_STORES]:
        return False
    return told is None or told == base.told_text
