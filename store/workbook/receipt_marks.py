"""Marks of receipts: what a receipt says, in few characters, so that an export can tell which state of it it has.

A mark is of the receipt's own columns, and another of its lines, whatever order they are read in. Neither says whose it
is, nor of which store: customers become one, and stores are renamed. Beside the marks stands whose the visible row is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from store import rows
from store.merge.codec import StateError
from store.merge.state import LAST_TIME
from store.patterns import pattern
from store.workbook.receipt_records import LINES, RECEIPT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from store.database import Book

AT_ONCE = 1000
MOST_FORMER = 64
"""Marks of what a receipt said before that a book keeps: far more than anybody corrects one."""
_DIGITS = 10
_SIZE = 1 << 4 * _DIGITS
_MARK, _FORMER = rf"[0-9a-f]{{{2 * _DIGITS + 4}}}", rf"[0-9a-f]{{{_DIGITS}}}"
_SQL = (
    "SELECT receipt.id, number, coalesce(store.name, ''), coalesce(customer.uid, ''), corrected_at, former, "  # noqa: S608  # ours
    f"{', '.join(f'receipt.{name}' for name in RECEIPT_COLUMNS)} FROM receipt "
    "LEFT JOIN store ON store.id = store_id LEFT JOIN customer ON customer.id = receipt.customer_id "
)


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt as an export has it.

    `at` is when it was corrected, in seconds, 0 for never; `former` are marks of what its columns said before.
    """

    row: str
    lines: int
    whose: str
    at: int = 0
    former: frozenset[str] = frozenset()

    @property
    def known_as(self) -> frozenset[str]:
        """The marks of all that the receipt ever said."""
        return self.former | {self.row}


def of_row(values: Iterable[Any]) -> str:
    """The mark of a receipt's own columns, in the order of RECEIPT_COLUMNS."""
    return f"{_number(*values):0{_DIGITS}x}"


def of_line(table: str, place: int, values: Iterable[Any]) -> int:
    """What a line adds to the mark of a receipt's lines."""
    return _number(table, place, *values)


def added(mark: int, more: int) -> int:
    """The mark of lines, and what more of them add or, below zero, take away."""
    return (mark + more) % _SIZE


def of_owner(uid: str) -> str:
    """The mark of whose a receipt is."""
    return hashlib.blake2b(uid.encode("utf-8", "surrogatepass"), digest_size=2).hexdigest()


def _number(*values: Any) -> int:
    text = repr(values).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=_DIGITS // 2).digest())


def of_lines(book: Book, receipt_ids: Iterable[int]) -> dict[int, int]:
    """The marks of the lines that receipts have in the book."""
    found = dict.fromkeys(receipt_ids, 0)
    for lines in LINES.values():
        is_numbered = lines.place == "number"
        for marks, part in rows.in_parts(found):
            last, places = 0, count(1)
            for receipt_id, place, *values in book.rows(
                f"SELECT receipt_id, {', '.join(lines.columns)} FROM {lines.table} WHERE receipt_id IN ({marks}) "  # noqa: S608  # our own columns
                f"ORDER BY receipt_id, {lines.place}, id",
                part,
            ):
                if receipt_id != last:
                    last, places = receipt_id, count(1)
                at = place if is_numbered else next(places)  # a sheet shows only their order
                found[receipt_id] = added(found[receipt_id], of_line(lines.table, at, values))
    return found


def told(book: Book, chosen: Iterable[int] | None) -> Iterator[list[list[Any]]]:
    """What an export says of these receipts, or of all, some at a time."""
    if chosen is not None:
        for marks, part in rows.in_parts(chosen):
            yield _told(book, book.rows(f"{_SQL} WHERE receipt.id IN ({marks}) ORDER BY receipt.id", part))
        return
    cursor = book.execute(f"{_SQL} ORDER BY receipt.id")
    while part := cursor.fetchmany(AT_ONCE):
        yield _told(book, part)


def _told(book: Book, part: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    lines = of_lines(book, (row[0] for row in part))
    said: list[list[Any]] = []
    for receipt_id, number, store, owner, at, former, *values in part:
        mark = f"{of_row(values)}{lines[receipt_id]:0{_DIGITS}x}{of_owner(owner)}"
        said.append([number, store, mark, *([at, former or ""] if at or former else [])])
    return said


def take(receipts: dict[tuple[str, str], Told], said: Iterable[Sequence[Any]]) -> None:
    """Take what an export says of some receipts, by number and folded store. Raises StateError, or ValueError."""
    for number, store, mark, *corrected in said:
        at, former = corrected or (0, "")
        if not pattern(_MARK).fullmatch(mark) or type(at) is not int or not 0 <= at <= LAST_TIME:
            raise StateError("no receipt")
        marks = former.split()
        if len(marks) > MOST_FORMER or not all(map(pattern(_FORMER).fullmatch, marks)):
            raise StateError("no receipt of before")
        row, lines, whose = mark[:_DIGITS], int(mark[_DIGITS : 2 * _DIGITS], 16), mark[2 * _DIGITS :]
        receipts[number, store.casefold()] = Told(row, lines, whose, at, frozenset(marks))
