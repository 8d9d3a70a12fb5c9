"""Overwriting what stands in the unused parts of a book's file.

SQLite overwrites what it deletes. But where it divides a page, or spreads two over three, the lines that went to
another page are left as they were in the first one, between its directory and its content; and pages that were freed by
an older Regulars, or by another program, still have what they had. No statement reaches these places, and nothing that
stands there has a meaning to SQLite; so they are overwritten in the file itself (its layout: SQLite, Database File
Format, 1.5 and 1.6). This is for a process of its own: closing a descriptor of a book drops the locks that SQLite holds
on it here.
"""

from __future__ import annotations

import os
import struct
import time
from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from store.database import Book
from store.errors import BookError, DamagedBookError
from store.records import Actor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_SECONDS = 20.0
"""How long it may fail to get on, while others read and write."""
HOLD_SECONDS = 0.008
"""How long a slice may hold the write lock."""
PAUSE_SECONDS = 0.008
"""How long the lock is free at least between two slices."""
FIRST_SLICE, SMALLEST_SLICE, LARGEST_SLICE = 32, 4, 10_000
"""Pages in one slice; measured time decides."""
_READ = 1 << 20
_LEAVES, _INTERIORS = (10, 13), (2, 5)
"""The first byte of a page with lines of an index or a table, and of a page that leads to such."""
_SMALLEST_PAGE = 512
_LOCKS = 1 << 30
"""The byte at which SQLite locks a file: the page there is never used."""
_MOST_PAGES = 1 << 25
"""From here on the first byte of a page that continues a long value could be taken for a kind of page."""
_OTHERWISE = "{} is not laid out as a book is."
_DAMAGED = "{} is damaged: {}. Put a backup in its place; keep the damaged file for support."

_MAIN = "*** in database main ***"
"""What SQLite says before what it finds."""


class OtherLayoutError(BookError):
    """The file is divided in a way in which Regulars divides none: only SQLite itself can write it."""


class _Layout(NamedTuple):
    page: int
    """Bytes of a page."""
    usable: int
    """Those of them that SQLite uses."""
    pages: int
    first_free: int


class _Seen(NamedTuple):
    """What was in no use when the book had a version."""

    version: int
    layout: _Layout
    free: dict[int, int]


def is_cleared(path: Path) -> bool:
    """Overwrite all that is unused; others may work in the book meanwhile.

    False when they leave no gap for it. Raises BookError kinds, also for a file that is damaged, in which what is said
    to be unused may be in use, or one that is not laid out as a book is.
    """
    with path.open("r+b", buffering=0) as file, closing(Book(path, Actor("", ""))) as book:
        _layout(file, path)
        [[found]] = book.rows("PRAGMA quick_check(1)")
        if found != "ok":
            raise DamagedBookError(_DAMAGED.format(path, " ".join(found.removeprefix(_MAIN).split())))
        book.execute("PRAGMA synchronous=NORMAL")  # a slice that a power cut takes is overwritten all the same
        return _Clearing(book, file).is_done()


class _Clearing:
    """The work on one book, which goes on as long as less and less is left to do."""

    def __init__(self, book: Book, file: BinaryIO) -> None:
        self._book, self._file = book, file
        self._fewest, self._until = _MOST_PAGES, time.monotonic() + PATIENCE_SECONDS

    def is_done(self) -> bool:
        """Look and overwrite by turns until nothing is found; False when that does not get on."""
        while self._is_patient():
            pages = _to_overwrite(self._book, self._file)
            if pages == []:
                os.fsync(self._file.fileno())
                return True
            if pages:
                self._got_on(len(pages))
                self._work_off(pages)
            else:
                time.sleep(PAUSE_SECONDS)
        return False

    def _is_patient(self) -> bool:
        return time.monotonic() < self._until

    def _got_on(self, left: int) -> None:
        """So much is left. Patience begins anew with less than ever, not with what others have just made."""
        if left < self._fewest:
            self._fewest, self._until = left, time.monotonic() + PATIENCE_SECONDS

    def _work_off(self, pages: list[int]) -> None:
        """Overwrite what is unused in these pages, in slices, as far as others leave gaps for it."""
        done, size, seen = 0, FIRST_SLICE, None
        while done < len(pages) and self._is_patient():
            time.sleep(PAUSE_SECONDS)
            if not _is_folded(self._book):
                continue
            seen = seen or _look(self._book, self._file)
            held = seen and _overwrite(self._book, self._file, pages[done : done + size], seen)
            if not held:
                seen = None
                continue
            done += size
            size = min(max(SMALLEST_SLICE, min(int(size * HOLD_SECONDS / held), 2 * size)), LARGEST_SLICE)
            self._got_on(max(0, len(pages) - done))


def _to_overwrite(book: Book, file: BinaryIO) -> list[int] | None:
    """The pages in whose unused parts something stands; none only if nobody wrote while they were looked up.

    None when somebody did, or is in the way.
    """
    version = book.data_version()
    if not _is_folded(book):
        return None
    pages = list(_dirty(file, _layout(file, book.path)))
    return pages if pages or (not _has_log(book.path) and book.data_version() == version) else None


def _look(book: Book, file: BinaryIO) -> _Seen | None:
    """What is in no use, looked up without the lock; None when the log has pages of which the file may not know."""
    version = book.data_version()  # what is written from here on is seen by it, before it can come into the file
    if not _is_folded(book):
        return None
    layout = _layout(file, book.path)
    return _Seen(version, layout, dict(_free(file, layout)))


def _is_folded(book: Book) -> bool:
    """Fold the log into the file and cut it off, as far as nobody is in the way; whether that came about."""
    book.checkpoint()
    book.checkpoint(truncate=True)
    return not _has_log(book.path)


def _has_log(path: Path) -> bool:
    """Whether pages wait to be folded into the file: what is overwritten there would come back with them."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _overwrite(book: Book, file: BinaryIO, pages: list[int], seen: _Seen) -> float | None:
    """Overwrite what is unused in these pages, while nobody can write; the seconds for which nobody could.

    None when somebody has written since it was seen what is in no use; nothing is overwritten then. The user version is
    written again as it is, so that every other connection reads anew what it has in its memory. That page has the
    book's schema, and nobody's values.
    """
    with book.write():
        start = time.perf_counter()
        if _has_log(book.path) or book.data_version() != seen.version:
            return None
        for at in pages:
            file.seek(at)
            page = file.read(seen.layout.page)
            if len(page) < seen.layout.page:  # the file has become shorter
                continue
            for begin, end in _standing(page[: seen.layout.usable], seen.free.get(at)):
                file.seek(at + begin)
                file.write(bytes(end - begin))
        [[version]] = book.rows("PRAGMA user_version")
        book.execute(f"PRAGMA user_version={version}")
    return time.perf_counter() - start


def _layout(file: BinaryIO, path: Path) -> _Layout:
    """How the file is divided. Raises OtherLayoutError when it has pages of a kind that books do not have."""
    file.seek(0)
    head = file.read(100).ljust(100, b"\0")
    size, reserved = struct.unpack_from(">H", head, 16)[0], head[20]
    size = 65536 if size == 1 else size
    first_free, moves_pages = struct.unpack_from(">I", head, 32)[0], struct.unpack_from(">I", head, 52)[0]
    pages = os.fstat(file.fileno()).st_size // size if size >= _SMALLEST_PAGE else 0
    if not 0 < pages < _MOST_PAGES or moves_pages:
        raise OtherLayoutError(_OTHERWISE.format(path))
    return _Layout(size, size - reserved, pages, first_free)


def _dirty(file: BinaryIO, layout: _Layout) -> Iterator[int]:
    """The pages in whose unused parts something stands, by their first byte."""
    free = dict(_free(file, layout))
    many = max(1, _READ // layout.page)
    for first in range(0, layout.pages, many):
        file.seek(first * layout.page)
        read = file.read(many * layout.page)
        for start in range(0, len(read) - layout.page + 1, layout.page):
            at = first * layout.page + start
            if at in {0, _LOCKS}:  # the first one has the schema
                continue
            if any(_standing(read[start : start + layout.usable], free.get(at))):
                yield at


def _standing(page: bytes, free_from: int | None) -> Iterator[tuple[int, int]]:
    """From where to where something stands in the unused parts of a page."""
    for begin, end in _unused(page) if free_from is None else [(free_from, len(page))]:
        if page.count(0, begin, end) < end - begin:
            yield begin, end


def _free(file: BinaryIO, layout: _Layout) -> Iterator[tuple[int, int]]:
    """The pages that are in no use, by their first byte; and from which of its bytes on each is unused."""
    number, left = layout.first_free, layout.pages
    while 0 < number <= layout.pages and left:
        left -= 1
        at = (number - 1) * layout.page
        file.seek(at)
        page = file.read(layout.page)
        if len(page) < layout.page:
            return
        number, listed = struct.unpack_from(">II", page)
        if listed > layout.page // 4 - 2:
            return
        yield at, 8 + 4 * listed
        for leaf in struct.unpack_from(f">{listed}I", page, 8):
            yield (leaf - 1) * layout.page, 0


def _unused(page: bytes) -> Iterator[tuple[int, int]]:
    """From where to where a page with lines is unused: before its content, and in gaps between the lines."""
    kind = page[0]
    if kind not in _LEAVES and kind not in _INTERIORS:
        return
    gap, lines, content = struct.unpack_from(">HHH", page, 1)
    begin, content = (8 if kind in _LEAVES else 12) + 2 * lines, content or 65536
    if not begin <= content <= len(page):
        return
    yield begin, content
    while content <= gap <= len(page) - 4:
        following, size = struct.unpack_from(">HH", page, gap)
        if not 4 <= size <= len(page) - gap:
            return
        yield gap + 4, gap + size
        if following and following < gap + size:
            return
        gap = following
