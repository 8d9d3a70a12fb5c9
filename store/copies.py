"""The backups of a book: where they are, and clearing them of people who were erased.

A backup that cannot be reached is remembered, and tried again whenever somebody is erased or a backup is made.
"""

from __future__ import annotations

import os
import re
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, unquote_to_bytes

from store import clock, scrubbing, settings, wiping
from store.book_file import judge
from store.database import Book
from store.erasure_records import Unreached
from store.errors import BookError, NotABookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CLEARED = "erasures_cleared"
"""The setting that counts of how many of the erased people the book's own file is clear."""
UNDER_WAY = -1
"""In the place of how many erased people a backup is cleared of: unused parts of it may still have some, and it is
written anew whether anybody is found in it or not."""
NOT_THERE = "It is not there. Connect the drive that it is on."
_PATIENCE = 1.0
"""Seconds that another program may be busy with a backup."""
_OLD_SECONDS = 3600
"""After so long a copy that was cut off is surely nobody's work any more."""
_UNFINISHED = re.compile(r"\..+\.[0-9a-f]{32}\.(?:check|part)(?:-wal|-shm|-journal)?")


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup: where, whether on a drive that may not be connected, of how many erased people it is cleared."""

    path: Path
    elsewhere: bool
    cleared: int

    @property
    def key(self) -> str:
        """The path as the book keeps it."""
        return quote_from_bytes(os.fsencode(self.path))


def lineage(book: Book) -> str:
    """What the book and all its copies have in common; given to a book that has none yet."""
    kept = str(settings.get(book, "lineage"))
    if not kept:
        with book.write():
            kept = str(settings.get(book, "lineage")) or uuid.uuid4().hex
            settings.put(book, "lineage", kept)
    return kept


def cleared(book: Book) -> int:
    """Of how many erased people a backup that is made now is clear."""
    return int(str(settings.get(book, CLEARED)))


def note(book: Book, place: Path, cleared: int) -> None:
    """Remember a backup that was made just now, when the book's file was cleared of so many erased people."""
    [[erased]] = book.rows("SELECT count(*) FROM erased_person")
    path = place.resolve()
    elsewhere = path.parent.stat().st_dev != book.path.parent.stat().st_dev
    _keep(book, Copy(path, elsewhere, cleared if cleared >= erased else UNDER_WAY))


def _keep(book: Book, copy: Copy) -> None:
    with book.write():
        book.execute(
            "INSERT OR REPLACE INTO book_copy (path, made_at, elsewhere, cleared) VALUES (?, ?, ?, ?)",
            (copy.key, clock.now(), copy.elsewhere, copy.cleared),
        )


def dismiss(book: Book, path: Path) -> bool:
    """Forget a backup that is no more; whether it was known."""
    with book.write():
        key = quote_from_bytes(os.fsencode(path.resolve()))
        return bool(book.execute("DELETE FROM book_copy WHERE path = ?", (key,)).rowcount)


def known(book: Book) -> list[Copy]:
    """Every backup: those that were made by `regulars backup`, and what stands beside the book as one."""
    noted = {
        copy.path: copy
        for copy in (
            Copy(Path(os.fsdecode(unquote_to_bytes(path))), bool(elsewhere), cleared)
            for path, elsewhere, cleared in book.rows("SELECT path, elsewhere, cleared FROM book_copy ORDER BY path")
        )
    }
    beside = {path: Copy(path, elsewhere=False, cleared=UNDER_WAY) for path in _beside(book.path)}
    return list((beside | noted).values())


def _beside(path: Path) -> Iterator[Path]:
    """Copies of before an upgrade, and backups under the names that they get by themselves."""
    name = re.compile(
        rf"{re.escape(path.name)}\.before-\d{{4}}|{re.escape(path.stem)}-\d{{4}}-\d\d-\d\d{re.escape(path.suffix)}"
    )
    with os.scandir(path.parent) as entries:
        found = sorted(entry.name for entry in entries if name.fullmatch(entry.name))
    return (path.with_name(each) for each in found)


def clear(
    book: Book, erased: Mapping[str, int], report: Callable[[int, int], None]
) -> tuple[tuple[str, ...], tuple[Unreached, ...]]:
    """Erase people, by uid with the time, in every backup that can be reached; the paths of those, and the others.

    `report` is told how many backups are done, and how many there are.
    """
    cleared: list[str] = []
    unreached: list[Unreached] = []
    copies = [copy for copy in known(book) if erased and copy.cleared < len(erased)]
    for done, copy in enumerate(copies):
        report(done, len(copies))
        try:
            if _clear(book, copy, erased):
                cleared.append(str(copy.path))
            else:
                dismiss(book, copy.path)
        except (BookError, OSError) as error:
            unreached.append(Unreached(str(copy.path), getattr(error, "strerror", None) or str(error)))
    remove_unfinished(book.path.parent)
    return tuple(cleared), tuple(unreached)


def _clear(book: Book, copy: Copy, erased: Mapping[str, int]) -> bool:
    """Erase people in one backup; False when it is no more. Raises BookError kinds when it cannot be reached."""
    if not copy.path.exists():
        if copy.elsewhere or not copy.path.parent.is_dir():
            raise BookError(NOT_THERE)
        return False
    try:
        judge(copy.path)
    except NotABookError:
        return False
    if copy.path.samefile(book.path):
        return False
    there = Book(copy.path, book.actor, busy_seconds=_PATIENCE)
    try:
        return _erase_in(there, book, copy, erased)
    finally:
        there.close()


def _erase_in(there: Book, book: Book, copy: Copy, erased: Mapping[str, int]) -> bool:
    own, theirs = lineage(book), str(settings.get(there, "lineage"))
    is_older = not theirs and copy.path.parent == book.path.parent
    if theirs != own and not is_older:  # another book has the place of ours
        return False
    scrubbing.begin(there)
    with there.write():
        wiped = wiping.wipe(there, erased)
        mark(there, erased)
        if wiped.people:
            _keep(book, Copy(copy.path, copy.elsewhere, UNDER_WAY))
    if wiped.people or copy.cleared == UNDER_WAY:
        scrubbing.settle_index(there)
        scrubbing.rewrite(there)
        scrubbing.empty_log(there)
    _keep(book, Copy(copy.path, copy.elsewhere, len(erased)))
    return True


def mark(book: Book, erased: Mapping[str, int]) -> None:
    """Note for good that people were erased, each at the first time that is known; inside a write transaction."""
    book.raw().executemany(
        "INSERT INTO erased_person (uid, at) VALUES (?, ?) ON CONFLICT (uid) DO UPDATE SET at = excluded.at "
        "WHERE excluded.at < CAST(at AS INTEGER)",
        list(erased.items()),
    )


def remove_unfinished(folder: Path) -> None:
    """Remove copies beside the book that were cut off while they were made."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if _UNFINISHED.fullmatch(entry.name) and time.time() - entry.stat().st_mtime > _OLD_SECONDS:
                Path(entry.path).unlink(missing_ok=True)
