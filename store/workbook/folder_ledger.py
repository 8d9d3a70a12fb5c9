"""The book's ledger of an exchange by folder: what was sent and seen, what was taken, and which numbers are known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import clock
from store.workbook import folder_marks
from store.workbook.folder_records import Gap, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.database import Book
    from store.exchange import MadeOf
    from store.workbook.folder_records import Place


FROM_OFFICE = "all of it came from there"


@dataclass(frozen=True, slots=True)
class Look:
    """How a file in the folder looked when it was last looked at; `digest` is None while it was not settled."""

    size: int
    mtime: int
    at: int
    digest: str | None


@dataclass(frozen=True, slots=True)
class Planned:
    """An export that has its number: `since` 0 has everything, else what changed up to `mark`."""

    origin: str
    number: int
    name: str
    since: int
    mark: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of another book's numbers."""

    origin: str
    till: str
    highest: int
    later: tuple[tuple[int, int], ...]
    told: int


# Exports


def last_number(book: Book, origin: str) -> int:
    """The highest number that the book has sent under this id; 0 for none."""
    return int(
        book.rows(
            "SELECT coalesce(max(number), 0) FROM folder_export WHERE origin = ? AND sent_at IS NOT NULL", (origin,)
        )[0][0]
    )


def is_first(book: Book, origin: str, folder: str) -> bool:
    """Whether the last export went to another folder, or none was sent: everything is due."""
    found = book.rows(
        "SELECT folder FROM folder_export WHERE origin = ? AND sent_at IS NOT NULL ORDER BY number DESC LIMIT 1",
        (origin,),
    )
    return not found or found[0][0] != folder


def unfinished(book: Book, origin: str) -> Planned | None:
    """An export that was planned, and of which it is not known whether it came into the folder."""
    found = book.rows(
        "SELECT origin, number, name, since, mark FROM folder_export WHERE origin = ? AND sent_at IS NULL", (origin,)
    )
    return Planned(*found[0]) if found else None


def plan(book: Book, planned: Planned, folder: str) -> None:
    """Note an export before it is written; inside a write transaction. An earlier plan of the number is forgotten."""
    book.execute("DELETE FROM folder_export WHERE origin = ? AND sent_at IS NULL", (planned.origin,))
    book.execute(
        "INSERT INTO folder_export (origin, number, folder, name, since, mark, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (planned.origin, planned.number, folder, planned.name, planned.since, planned.mark, clock.now()),
    )


def sent(book: Book, planned: Planned, digest: str, customers: int) -> None:
    """Note that an export is in the folder, and forget the marks of what it holds: both, or neither.

    One of changes that all came from the office is none that the office has yet to see.
    """
    with book.write():
        book.execute(
            "UPDATE folder_export SET sent_at = ?, digest = ?, customers = ? WHERE origin = ? AND number = ?",
            (clock.now(), digest, customers, planned.origin, planned.number),
        )
        if planned.since and not folder_marks.is_news(book, planned.mark):
            see(book, planned.origin, FROM_OFFICE, number=planned.number)
        folder_marks.clear(book, planned.mark)


def own(book: Book, digest: str) -> tuple[str, int] | None:
    """The id and number of the export that has this content, as it was sent."""
    found = book.rows(
        "SELECT origin, number FROM folder_export WHERE digest = ? AND sent_at IS NOT NULL LIMIT 1", (digest,)
    )
    return (found[0][0], int(found[0][1])) if found else None


def sent_of_late(book: Book, origin: str, most: int) -> tuple[str, ...]:
    """The digests of the last exports that were sent under an id, the last one first."""
    sql = "SELECT digest FROM folder_export WHERE origin = ? AND sent_at IS NOT NULL ORDER BY number DESC LIMIT ?"
    return tuple(digest for (digest,) in book.rows(sql, (origin, most)))


def see(book: Book, origin: str, by: str, *, number: int = 0, up_to: int = 0) -> None:
    """Note that the office has seen an export, with all whose changes are in it, or all up to a number.

    The first sign of it is kept.
    """
    book.execute(
        "UPDATE folder_export SET seen_at = :now, seen_by = :by WHERE origin = :origin AND seen_at IS NULL "
        "AND sent_at IS NOT NULL AND (number <= :up_to OR (number <= :number AND number > "
        "(SELECT since FROM folder_export WHERE origin = :origin AND number = :number)))",
        {"now": clock.now(), "by": by, "origin": origin, "number": number, "up_to": up_to},
    )


def unseen(book: Book, origin: str) -> int:
    """How many exports were sent under this id that the office has not seen."""
    sql = "SELECT count(*) FROM folder_export WHERE origin = ? AND sent_at IS NOT NULL AND seen_at IS NULL"
    return int(book.rows(sql, (origin,))[0][0])


def seen_numbers(book: Book, origin: str) -> set[int]:
    """The numbers that the office has seen."""
    return {
        number
        for (number,) in book.rows(
            "SELECT number FROM folder_export WHERE origin = ? AND seen_at IS NOT NULL", (origin,)
        )
    }


# Files


def look_at(book: Book, path: str) -> Look | None:
    """How a file looked when it was last looked at."""
    found = book.rows("SELECT size, mtime, looked_at, digest FROM folder_path WHERE path = ?", (path,))
    return Look(*found[0]) if found else None


def note_look(book: Book, path: str, look: Look) -> None:
    """Note how a file looks."""
    book.execute(
        "INSERT OR REPLACE INTO folder_path (path, size, mtime, looked_at, digest) VALUES (?, ?, ?, ?, ?)",
        (path, look.size, look.mtime, look.at, look.digest),
    )


def forget_looks(book: Book, places: Iterable[Place], there: Iterable[str]) -> None:
    """Forget the files that are no longer in these of the folders."""
    known = {path for (path,) in book.rows("SELECT path FROM folder_path")} - set(there)
    gone = {path for path in known if path.partition("/")[0] in set(places)}
    if gone:
        with book.write():
            book.raw().executemany("DELETE FROM folder_path WHERE path = ?", [(path,) for path in gone])


def taken_in(book: Book, place: Place) -> dict[str, Outcome]:
    """What became of the files that lie in one of the folders, by digest."""
    return {
        digest: Outcome(outcome)
        for digest, outcome in book.rows(
            "SELECT folder_file.digest, outcome FROM folder_path JOIN folder_file "
            "ON folder_file.digest = folder_path.digest WHERE path GLOB ?",
            (f"{place}/*",),
        )
    }


def outcome_of(book: Book, digest: str) -> tuple[Outcome, str] | None:
    """What became of a file with this content, and when."""
    found = book.rows("SELECT outcome, at FROM folder_file WHERE digest = ?", (digest,))
    return (Outcome(found[0][0]), found[0][1]) if found else None


def note_file(
    book: Book,
    digest: str,
    name: str,
    outcome: Outcome,
    made_of: MadeOf | None = None,
    *,
    refused: int = 0,
    left_out: int = 0,
    message: str = "",
) -> None:
    """Note what became of a file."""
    origin, number = ("", 0) if made_of is None else (made_of.origin, made_of.number)
    book.execute(
        "INSERT OR REPLACE INTO folder_file (digest, name, origin, number, at, outcome, refused, left_out, message) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (digest, name, origin, number, clock.now(), outcome, refused, left_out, message),
    )


# Other books


def known(book: Book) -> dict[str, Known]:
    """Every other book whose exports were taken, or that was said to have sent some."""
    return {
        origin: Known(origin, till, highest, tuple((since, number) for since, number in json.loads(later)), told)
        for origin, till, highest, later, told in book.rows(
            "SELECT origin, till, highest, later, told FROM folder_book ORDER BY till, origin"
        )
    }


def knows(book: Book) -> dict[str, int]:
    """By book, the number up to which all of its exports were taken."""
    return {origin: one.highest for origin, one in known(book).items() if one.highest}


def know(book: Book, made_of: MadeOf, till: str) -> None:
    """Note that an export of another book was taken; inside a write transaction."""
    if not made_of.number:
        return
    before = known(book).get(made_of.origin) or Known(made_of.origin, till, 0, (), 0)
    highest, later = joined(before.highest, {*before.later, (made_of.since, made_of.number)})
    _keep(book, Known(made_of.origin, till or before.till, highest, later, max(before.told, highest)))


def tell(book: Book, origin: str, till: str, number: int) -> None:
    """Note that another book is said to have sent exports up to a number; inside a write transaction."""
    before = known(book).get(origin) or Known(origin, till, 0, (), 0)
    if number > before.told or till != before.till:
        _keep(book, Known(origin, till, before.highest, before.later, max(number, before.told)))


def _keep(book: Book, one: Known) -> None:
    book.execute(
        "INSERT OR REPLACE INTO folder_book (origin, till, highest, later, told) VALUES (?, ?, ?, ?, ?)",
        (one.origin, one.till, one.highest, json.dumps(one.later), one.told),
    )


def joined(highest: int, later: Iterable[tuple[int, int]]) -> tuple[int, tuple[tuple[int, int], ...]]:
    """How far the numbers go without a gap, and the exports (since, number) that lie beyond one."""
    left = sorted(set(later))
    for since, number in left:
        if since <= highest:
            highest = max(highest, number)
    return highest, tuple(pair for pair in left if pair[1] > highest)


def gaps_of(one: Known, present: frozenset[int] | set[int] = frozenset()) -> list[Gap]:
    """The numbers of a book that were neither taken nor are `present` in the folder, though later ones were sent."""
    there = sorted({*one.later, *((number - 1, number) for number in present)})
    found: list[Gap] = []
    at = one.highest
    for since, number in [*there, (one.told, one.told)]:
        if since > at:
            found.append(Gap(one.till, one.origin, at + 1, since))
        at = max(at, number)
    return found
