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
from store.errors import BookError
from store.records import Actor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT_ONCE = 200
"""Pages that are overwritten while the write lock is held: a few milliseconds."""
PATIENCE_SECONDS = 20.0
"""How long it may fail to get on, while others read and write."""
_PAUSE_SECONDS = 0.008
_READ = 1 << 20
_LEAVES, _INTERIORS = (10, 13), (2, 5)
"""The first byte of a page with lines of an index or a table, and of a page that leads to such."""
_LOCKS = 1 << 30
"""The byte at which SQLite locks a file: the page there is never used."""
_MOST_PAGES = 1 << 25
"""From here on the first byte of a page that continues a long value could be taken for a kind of page."""
_OTHERWISE = "{} is not laid out as a book is."


class _Layout(NamedTuple):
    page: int
    """Bytes of a page."""
    usable: int
    """Those of them that SQLite uses."""
    pages: int
    first_free: int


def is_cleared(path: Path) -> bool:
    """Overwrite all that is unused; others may work in the book meanwhile.

    False when they leave no gap for it. Raises BookError kinds, also for a file that is not laid out as a book is.
    """
    with path.open("r+b", buffering=0) as file, closing(Book(path, Actor("", ""))) as book:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if _is_clean(book, file):
                os.fsync(file.fileno())
                return True
            time.sleep(_PAUSE_SECONDS)
    return False


def _is_clean(book: Book, file: BinaryIO) -> bool:
    """Whether nothing stands in unused parts, and nobody wrote while that was looked up; else it is overwritten."""
    if not _is_folded(book):
        return False
    version = book.data_version()
    pages = list(_dirty(file, _layout(file, book.path)))
    if not pages:
        return not _has_log(book.path) and book.data_version() == version
    for first in range(0, len(pages), AT_ONCE):
        if not (_is_folded(book) and _is_overwritten(book, file, pages[first : first + AT_ONCE])):
            return False
        time.sleep(_PAUSE_SECONDS)
    return False


def _is_folded(book: Book) -> bool:
    """Fold the log into the file and cut it off, as far as nobody is in the way; whether that came about."""
    book.checkpoint()
    book.checkpoint(truncate=True)
    return not _has_log(book.path)


def _has_log(path: Path) -> bool:
    """Whether pages wait to be folded into the file: what is overwritten there would come back with them."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _is_overwritten(book: Book, file: BinaryIO, pages: list[int]) -> bool:
    """Overwrite what is unused in these pages, while nobody can write; False when somebody has just written.

    The version is written again as it is, so that every other connection reads anew what it has in its memory. That
    page has the book's schema, and nobody's values.
    """
    with book.write():
        if _has_log(book.path):
            return False
        layout = _layout(file, book.path)
        free = dict(_free(file, layout))
        for at in pages:
            file.seek(at)
            for begin, end in _standing(file.read(layout.page)[: layout.usable], free.get(at)):
                file.seek(at + begin)
                file.write(bytes(end - begin))
        [[version]] = book.rows("PRAGMA user_version")
        book.execute(f"PRAGMA user_version={version}")
    return True


def _layout(file: BinaryIO, path: Path) -> _Layout:
    """How the file is divided. Raises BookError when it has pages of a kind that books do not have."""
    file.seek(0)
    head = file.read(100)
    size, reserved = struct.unpack_from(">H", head, 16)[0], head[20]
    size = 65536 if size == 1 else size
    first_free, moves_pages = struct.unpack_from(">I", head, 32)[0], struct.unpack_from(">I", head, 52)[0]
    pages = os.fstat(file.fileno()).st_size // size
    if moves_pages or pages >= _MOST_PAGES:
        raise BookError(_OTHERWISE.format(path))
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
